"""One rule and one review: what the rule said, why, on which facts, and what the guide says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from agent.errors import UsageError
from agent.models import Check, Evidence, Fact, Finding, Review
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


class TakenText(Protocol):
    """One mention and what it was taken for; `agent.rules.trace.Taken` is one."""

    @property
    def words(self) -> str:
        """The mention."""

    @property
    def status(self) -> str:
        """Planned, rejected, past …"""

    @property
    def because(self) -> str:
        """The words that decided it; empty when none did."""

    @property
    def sentence(self) -> Evidence:
        """Where it stands."""


class SearchText(Protocol):
    """Words that were looked for; `agent.rules.trace.Search` is one."""

    @property
    def words(self) -> tuple[str, ...]:
        """Some of them."""

    @property
    def more(self) -> int:
        """How many others."""

    @property
    def found(self) -> str | None:
        """The first that stands in the document."""

    @property
    def in_use_only(self) -> bool:
        """Looked for only in sections on how the model is used."""


class TraceText(Protocol):
    """What lies behind an outcome; `agent.rules.trace.Trace` is one."""

    @property
    def facts(self) -> Mapping[str, Fact]:
        """Everything that was read, the inner facts too."""

    @property
    def mentions(self) -> Sequence[TakenText]:
        """What each mention was taken for."""

    @property
    def searches(self) -> Sequence[SearchText]:
        """What was looked for before an absence was claimed."""


def explain(
    review: Review,
    code: str,
    rule: RuleText | None = None,
    trace: TraceText | None = None,
    *,
    color: bool = False,
    width: int = 100,
) -> str:
    """What one rule said of a document and why, as text for the terminal.

    Args:
        review: the review that the rule was run in.
        code: the rule's code, in any case.
        rule: its description, facts and guide entries; without it only what the review says is told.
        trace: what was read and looked for beyond what the review carries.
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
        _facts(page, {**trace.facts, **review.facts} if trace else review.facts, rule)
    if trace:
        _mentions(page, trace.mentions)
        _searches(page, trace.searches)
    if rule:
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


def _facts(page: Page, facts: Mapping[str, Fact], rule: RuleText) -> None:
    page.heading("Facts it looks at")
    rows = [row for name in rule.needs for row in _fact(name, facts.get(name))]
    page.table(("Fact", "Read as", "In the document"), rows or [("None.", "", "")])


def _fact(name: str, fact: Fact | None) -> list[tuple[str, str, str]]:
    """A row for what was read, and one for each other reading that contradicts it."""
    label = labels.fact_label(name)
    if fact is None:
        return [(label, "not stated", "")]
    others = [("", f"or {shorten(labels.fact_value(o), QUOTE_LIMIT)}", _where(o)) for o in fact.others]
    return [(label, shorten(labels.fact_value(fact), QUOTE_LIMIT), _where(fact)), *others]


def _where(fact: Fact) -> str:
    return "; ".join(quoted(_short(quote(e))) for e in fact.evidence[:2])


def _mentions(page: Page, mentions: Sequence[TakenText]) -> None:
    if not mentions:
        return
    page.heading("What each mention was taken for")
    rows = [
        (plain(m.words), m.status, f"“{plain(shorten(m.because, 40))}”" if m.because else "", _sentence(m.sentence))
        for m in mentions
    ]
    page.table(("Mention", "Taken as", "Because of", "In the document"), rows)


def _sentence(evidence: Evidence) -> str:
    return quoted(_short(quote(evidence)))


def _searches(page: Page, searches: Sequence[SearchText]) -> None:
    if not searches:
        return
    page.heading("Words that it looked for")
    for search in searches:
        place = "In sections on how the model is used" if search.in_use_only else "In the whole document"
        more = f" and {search.more} more" if search.more else ""
        page.say(f"{place}: {', '.join(search.words)}{more}.", 2)
        page.line("Found:", "dim", f"“{plain(search.found)}”" if search.found else "none of them", 2)


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
