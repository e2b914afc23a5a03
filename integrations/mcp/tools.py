"""What the MCP server offers: the checks of `agent.tools` on a text that comes with the call, and the knowledge base.

Each is a function of checked arguments to plain data. A text is read and reviewed by rules alone, and forgotten.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from pydantic import Field

from agent import documents, stages
from agent.facts.ledger import Facts
from agent.models import Document
from agent.review import review_document
from agent.rules.case import Case
from agent.rules.registry import HEADINGS, rule_of
from agent.settings import Settings
from agent.tools import (
    LONGEST,
    Arguments,
    ReadGuideEntry,
    RuleOutcome,
    RunEstimator,
    SearchDocument,
    read_guide_entry,
    rule_outcome,
    run_estimator,
    search_document,
)

MOST_CHARACTERS = 400_000
"""Of a text: four times the longest proposal that we have seen."""
NAME = "text.md"
"""What the text is called in the review, when the call does not say."""


class ReviewText(Arguments):
    """Arguments of `review_document`."""

    text: str = Field(min_length=1, max_length=MOST_CHARACTERS, description="the proposal as plain text or Markdown")
    name: str = Field(default=NAME, min_length=1, max_length=200, description="file name for the review")


class SearchText(SearchDocument):
    """Arguments of `search_document`."""

    text: str = Field(min_length=1, max_length=MOST_CHARACTERS, description="the proposal as plain text or Markdown")


class RuleOnText(RuleOutcome):
    """Arguments of `rule_outcome`."""

    text: str = Field(min_length=1, max_length=MOST_CHARACTERS, description="the proposal as plain text or Markdown")


class SearchGuide(Arguments):
    """Arguments of `search_guide`."""

    words: str = Field(min_length=1, max_length=200, description="a question or keywords in plain English")
    limit: int = Field(default=5, ge=1, le=20, description="at most so many entries")


class ExplainRule(Arguments):
    """Arguments of `rule`."""

    code: str = Field(min_length=1, max_length=50, description="code or name of a rule, such as AP1")


class Tool(NamedTuple):
    """One tool: its arguments, and what it does with them."""

    arguments: type[Arguments]
    call: Callable[[Settings, Any], dict[str, Any]]

    @property
    def description(self) -> str:
        """The function's docstring on one line."""
        return " ".join((self.call.__doc__ or "").split())


def review(settings: Settings, given: ReviewText) -> dict[str, Any]:
    """Reviews a fine-tuning proposal against the guide, by rules alone.

    Gives the contract's JSON: verdict, findings with quotes, computed cost, the open questions. Nothing is kept.
    """
    from agent.reports.json import contract

    return contract(review_document(_document(given.text, given.name), policy=settings.policy))


def search_text(settings: Settings, given: SearchText) -> dict[str, Any]:
    """Passages of a proposal's visible text that hold the words, best first; each a verbatim quote with its place."""
    return {"passages": search_document(_document(given.text), given.words, given.limit)}


def outcome(settings: Settings, given: RuleOnText) -> dict[str, Any]:
    """What one rule says of a proposal, why, and on which quotes."""
    return rule_outcome(_case(settings, given.text), given.code)


def guide_entry(settings: Settings, given: ReadGuideEntry) -> dict[str, Any]:
    """One entry of the guide by id: title, text, and whether it is the guide's own sentence or restored."""
    return read_guide_entry(given.entry_id)


def search_guide(settings: Settings, given: SearchGuide) -> dict[str, Any]:
    """Entries of the guide about these words, the best first: when to fine-tune, how, and at what cost."""
    from knowledge import guide

    book = settings.organisation.guide() if settings.organisation else guide()
    hits = [hit.entry for hit in book.search(given.words, given.limit)]
    return {"entries": [{"id": e.id, "title": e.title, "text": e.text[:LONGEST]} for e in hits]}


def estimated(settings: Settings, given: RunEstimator) -> dict[str, Any]:
    """Memory per GPU, hours, cost and weeks of a fine-tuning run, each low to high, with what was assumed."""
    nothing = Document(name=NAME, format="text", sha256="", text="", blocks=())
    return run_estimator(stages.case_of(nothing, Facts({}), settings.policy), **given.model_dump())


def explained(settings: Settings, given: ExplainRule) -> dict[str, Any]:
    """One rule of the catalogue: when it fires, why, what to do instead, and where the guide says so."""
    one = rule_of(given.code)
    known = {"code": one.code, "name": one.name, "severity": one.severity, "description": one.description}
    parts = dict(zip(("looks_like", "why", "redirect"), map(one.part, HEADINGS), strict=True))
    return known | parts | {"guide": list(one.guide)}


TOOLS: dict[str, Tool] = {
    "review_document": Tool(ReviewText, review),
    "search_document": Tool(SearchText, search_text),
    "rule_outcome": Tool(RuleOnText, outcome),
    "read_guide_entry": Tool(ReadGuideEntry, guide_entry),
    "search_guide": Tool(SearchGuide, search_guide),
    "estimate": Tool(RunEstimator, estimated),
    "rule": Tool(ExplainRule, explained),
}
"""The tools by name."""


def _document(text: str, name: str = NAME) -> Document:
    """Text as a document; what would be taken for a PDF or a Word file is no text."""
    return documents.read(text.encode("utf-8", "replace"), name)


def _case(settings: Settings, text: str) -> Case:
    return stages.read_facts(_document(text), settings.policy).case
