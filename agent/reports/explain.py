"""One rule and one review: what the rule said, why, on which facts, and what the guide says."""

from __future__ import annotations

from typing import Protocol

from agent.errors import UsageError
from agent.models import Check, Fact, Finding, Review
from agent.reports import labels
from agent.reports.console import Page
from agent.reports.plain import plain, shorten
from agent.reports.sheet import FindingItem, QuestionItem, Quote, Sheet, quote, sheet
from agent.reports.terminal import OUTCOME_STYLE, SEVERITY_STYLE, quoted, see

QUOTE_LIMIT = 160


class RuleText(Protocol):
    """What is told of a rule beside its outcome; `agent.rules.registry.Rule` is one."""

    @property
    def description(self) -> str:
        """One sentence."""

    @property
    def guide(self) -> tuple[str, ...]:
        """Ids of the guide entries that it rests on."""

    @property
    def needs(self) -> tuple[str, ...]:
        """Names of the facts that it looks at."""

    def part(self, heading: str) -> str:
        """The text under "What it looks like" or "Why it's wrong"."""


def explain(review: Review, code: str, rule: RuleText | None = None, *, color: bool = False, width: int = 100) -> str:
    """What one rule said of a document and why, as text for the terminal.

    Args:
        review: the review that the rule was run in.
        code: the rule's code, in any case.
        rule: its description, facts and guide entries; without it only what the review says is told.
        color: ANSI colours.
        width: columns.

    Raises:
        UsageError: the review knows no such rule.
    """
    check = next((c for c in review.checks if c.code.strip().casefold() == code.strip().casefold()), None)
    if check is None:
        raise UsageError(f"unknown rule {code!r}", "no such rule was run", "List them with: review-finetune rules")
    page, one = Page(color=color, width=width), sheet(review)
    found = [f for f in review.findings if f.code == check.code]
    _outcome(page, check, found, rule)
    for item in (*one.findings, *one.settled):
        if item.code == plain(check.code):
            _finding(page, item)
    _questions(page, one, check.code)
    if rule:
        _facts(page, review, rule)
        _rule(page, rule)
    _guide(page, rule.guide if rule else tuple(ref for f in found for ref in f.guide_refs))
    return page.text()


def _outcome(page: Page, check: Check, found: list[Finding], rule: RuleText | None) -> None:
    title = labels.rule_title(check.code, found[0].name if found else "")
    page.lead(title, "bold", f"· {labels.word('outcomes', check.outcome)}")
    page.say(plain(rule.description) if rule else "")
    page.blank()
    page.line("Why:", OUTCOME_STYLE[check.outcome], plain(check.why))


def _finding(page: Page, item: FindingItem) -> None:
    status = f" ({item.status})" if item.status else ""
    page.blank()
    page.lead(item.severity_word, SEVERITY_STYLE[item.severity], f"{item.message}{status}")
    for words in item.quotes:
        page.line("│", "dim", quoted(words), 2)
    if item.absence:
        page.line("│", "dim", labels.word("texts", "not_found"), 2)
    page.line("Instead:", "green", item.redirect, 2)
    page.line("See:", "dim", see(item.questions), 2, len("Instead:"))


def _questions(page: Page, one: Sheet, code: str) -> None:
    about = [q for q in one.questions if plain(code) in (named.code for named in q.findings)]
    if not about:
        return
    page.heading("What would settle it")
    for question in about:
        _question(page, question)


def _question(page: Page, one: QuestionItem) -> None:
    page.line(f"{one.number:>2}.", "bold cyan", one.text, body="bold")
    page.line("Good answer:", "green", one.good_answer, 4)
    page.line("Answered:", "bold", one.answer, 4, len("Good answer:"))


def _facts(page: Page, review: Review, rule: RuleText) -> None:
    page.heading("Facts it looks at")
    rows = [_fact(name, review.facts.get(name)) for name in rule.needs]
    page.table(("Fact", "Read as", "In the document"), rows or [("None.", "", "")])


def _fact(name: str, fact: Fact | None) -> tuple[str, str, str]:
    label = labels.fact_label(name)
    if fact is None:
        return label, "not stated", ""
    where = "; ".join(quoted(_short(quote(e))) for e in fact.evidence[:2])
    return label, shorten(labels.fact_value(fact), QUOTE_LIMIT), where


def _short(words: Quote) -> Quote:
    return words._replace(text=shorten(words.text, QUOTE_LIMIT))


def _rule(page: Page, rule: RuleText) -> None:
    if any(ref.startswith("anti-pattern/") for ref in rule.guide):
        return  # the guide's entry says the same in the same words
    page.heading("The rule")
    for heading in ("What it looks like", "Why it's wrong", "How to redirect"):
        page.line(f"{heading}:", "dim", plain(rule.part(heading)), 2, len("What it looks like:"))


def _guide(page: Page, refs: tuple[str, ...]) -> None:
    from knowledge import UnknownName, guide

    page.heading("The guide")
    for ref in dict.fromkeys(refs):
        try:
            lines = guide().entry(ref).text.splitlines()
        except UnknownName:
            lines = []
        page.say(f"{labels.guide_title(ref)} ({plain(ref)})", 2, "bold")
        for line in lines:
            page.say(plain(line), 4)
    if not refs:
        page.say("No entry.", 2)
