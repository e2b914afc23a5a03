"""A review for the terminal."""

from __future__ import annotations

from agent.models import Review
from agent.reports import figures
from agent.reports.console import Page
from agent.reports.labels import word
from agent.reports.numbers import Numbers, glance, numbers
from agent.reports.plain import shorten
from agent.reports.sheet import FactRow, FindingItem, QuestionItem, Quote, Sheet, sheet

VERDICT_STYLE = {
    "approve": "bold green",
    "approve_with_conditions": "bold yellow",
    "revise": "bold red",
    "do_not_fine_tune": "bold red",
    "not_a_proposal": "bold cyan",
}
SEVERITY_STYLE = {"blocker": "bold red", "major": "bold yellow", "minor": "bold cyan"}
OUTCOME_STYLE = {"fires": "red", "cannot_tell": "yellow", "passes": "green", "not_applicable": "dim"}
INDENT = 4
FACT_QUOTE = 60


def render_terminal(review: Review, *, color: bool, width: int) -> str:
    """A review as text of at most `width` columns, with ANSI colours only when `color`."""
    page = Page(color=color, width=width)
    one, found = sheet(review), numbers(review)
    _head(page, one, found)
    if not one.is_proposal:
        _short(page, one)
        return page.text()
    _questions(page, one.questions)
    _findings(page, "Findings", one.findings)
    if one.settled:
        _findings(page, "Waived or resolved", one.settled)
    _numbers(page, found)
    _facts(page, one)
    _checks(page, one)
    _situations(page, one)
    _advice(page, one)
    _foot(page, one)
    page.blank()
    page.lead(f"{one.verdict_word}.", VERDICT_STYLE[one.verdict], f"{one.counts}.")
    return page.text()


def _head(page: Page, one: Sheet, found: Numbers) -> None:
    page.lead(one.verdict_word.upper(), VERDICT_STYLE[one.verdict], f"· {one.title}")
    page.say(one.summary)
    if one.is_proposal:
        page.say(f"{one.counts}.", style="bold")
        page.say(f"Recommended: {one.advice.what}")
        page.say(glance(found))
    page.say(one.source, style="dim")


def _short(page: Page, one: Sheet) -> None:
    page.blank()
    page.say(word("texts", "no_proposal"))
    if one.findings:
        _findings(page, "Findings", one.findings)
    _foot(page, one)


def _questions(page: Page, questions: tuple[QuestionItem, ...]) -> None:
    page.heading("Answer these questions", "most important first" if len(questions) > 1 else "")
    if not questions:
        page.say(word("texts", "no_questions"), 2)
        return
    for n, one in enumerate(questions):
        if n:
            page.blank()
        _question(page, one)


def _question(page: Page, one: QuestionItem) -> None:
    labels = (
        ("Why:", "dim", one.why),
        ("Good answer:", "green", one.good_answer),
        ("About:", "dim", "; ".join(rule.text for rule in one.findings)),
        ("Answered:", "bold", one.answer),
    )
    status = f" [{one.status}]" if one.status else ""
    page.line(f"{one.number:>2}.", "bold cyan", one.text + status, body="bold")
    for label, style, text in labels:
        page.line(label, style, text, INDENT, len("Good answer:"))


def _findings(page: Page, title: str, findings: tuple[FindingItem, ...]) -> None:
    page.heading(title)
    if not findings:
        page.say(word("texts", "nothing_found"), 2)
    for n, one in enumerate(findings):
        if n:
            page.blank()
        _finding(page, one)


def _finding(page: Page, one: FindingItem) -> None:
    status = f" ({one.status})" if one.status else ""
    page.lead(one.severity_word, SEVERITY_STYLE[one.severity], f"{one.code} {one.title}{status}", 2)
    page.say(one.message, INDENT)
    for quote in one.quotes:
        page.line("│", "dim", quoted(quote), INDENT)
    if one.more:
        page.line("│", "dim", f"and {figures.count(one.more, 'more place')}", INDENT)
    if one.absence:
        page.line("│", "dim", word("texts", "not_found"), INDENT)
    page.line("Instead:", "green", one.redirect, INDENT)
    page.line("Guide:", "dim", "; ".join(one.guides), INDENT, len("Instead:"))
    page.line("See:", "dim", see(one.questions), INDENT, len("Instead:"))


def quoted(quote: Quote) -> str:
    """“The quote” (page 2, section “Budget”)."""
    return f"“{quote.text}”{f' ({quote.place})' if quote.place else ''}"


def see(questions: tuple[int, ...]) -> str:
    """`(1, 4)` as "questions 1 and 4"; "" for none."""
    if not questions:
        return ""
    return f"{'question' if len(questions) == 1 else 'questions'} {figures.listed([str(n) for n in questions])}"


def _numbers(page: Page, found: Numbers) -> None:
    if not found.rows:
        return
    page.heading("Numbers side by side")
    page.table(found.columns, found.cells)
    page.line("Guide row:", "dim", found.shape, 2)
    for text in found.assumptions:
        page.line("Assumed:", "dim", text, 2, len("Guide row:"))


def _facts(page: Page, one: Sheet) -> None:
    page.heading("What was read")
    if not one.facts:
        page.say(word("texts", "no_facts"), 2)
        return
    page.table(("Fact", "Read as", "In the document"), map(_fact, one.facts))


def _fact(row: FactRow) -> tuple[str, str, str]:
    known = f" ({row.known})" if row.known else ""
    others = f"; elsewhere: {'; '.join(row.others)}" if row.others else ""
    where = quoted(row.quote._replace(text=shorten(row.quote.text, FACT_QUOTE))) if row.quote else ""
    return row.label, f"{row.value}{known}{others}", where


def _checks(page: Page, one: Sheet) -> None:
    page.heading("Checks", one.check_counts)
    for row in one.checks:
        page.line(row.outcome_word, OUTCOME_STYLE[row.outcome], f"{row.title}: {row.why}", 2, len("Not applicable"))


def _situations(page: Page, one: Sheet) -> None:
    shown = [s for s in one.situations if s.matches != "no"]
    page.heading("The guide's situations", "" if shown else "none matches")
    for row in shown:
        page.line(row.matches_word, "bold", f"{row.title}: {row.why}", 2, len("Cannot tell"))
    if rest := len(one.situations) - len(shown):
        page.say(f"{figures.count(rest, 'other')} looked at, no match.", 2)


def _advice(page: Page, one: Sheet) -> None:
    page.heading("Recommendation", one.advice.what)
    page.say(one.advice.why, 2)
    page.line("Guide:", "dim", "; ".join(one.advice.guides), 2)
    if not one.advice.plan:
        return
    page.blank()
    page.say("Counter-plan to paste into the proposal:", 2, "bold")
    for line in one.advice.plan.splitlines():
        page.say(line or " ", INDENT)


def _foot(page: Page, one: Sheet) -> None:
    for note in one.notes:
        page.blank()
        page.line("Note:", "bold", note)
    page.heading("What was not read")
    for reason in one.unread or (word("texts", "nothing_unread"),):
        page.line("-", "dim", reason, 2)
    page.blank()
    page.say(f"{one.engine}.", style="dim")
    page.say(f"{one.stamp}.", style="dim")
