"""A review as Markdown (GitHub's kind). Text is escaped so that it stays text: no link, image, mention, HTML, table."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from agent.models import Review
from agent.reports import figures
from agent.reports.labels import word
from agent.reports.numbers import Numbers, glance, numbers
from agent.reports.sheet import FactRow, FindingItem, QuestionItem, Quote, Sheet, sheet

ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
ACTIVE = re.compile(r"[\\`*_{}\[\]|~]|\$(?!\d)")
BREAK = "&#8203;"
"""A zero-width space: mentions and bare addresses are found after backslashes are gone, so only a break stops them."""
LINKED = re.compile(r"@|:(?=//)|#(?=\d)|(?<=\w)\.(?=[^\W\d_])")
LEADING = re.compile(r"^(\d+)([.)])(?=\s|$)|^([#+=-])")


def escape(text: str) -> str:
    """One line of text that Markdown shows as it stands, at the start of a line, in a table cell or in a sentence."""
    inert = "".join(ENTITIES.get(c, c) for c in text)
    inert = ACTIVE.sub(lambda found: f"\\{found[0]}", inert)
    inert = LINKED.sub(lambda found: found[0] + BREAK, inert)
    return LEADING.sub(r"\1\\\2\3", inert)


def fenced(text: str) -> str:
    """Text as a code block whose fence is longer than any run of backticks in it."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}markdown\n{text}\n{fence}"


def render_markdown(review: Review) -> str:
    """A review as Markdown."""
    one = sheet(review)
    parts = _proposal(one, numbers(review)) if one.is_proposal else _short(one)
    return "\n\n".join(part for part in parts if part) + "\n"


def _proposal(one: Sheet, found: Numbers) -> Iterator[str]:
    yield from _head(one)
    yield f"Recommended: {escape(one.advice.what)}." + (f" {escape(glance(found))}." if found.glance else "")
    yield _section(
        "Answer these questions", "\n\n".join(map(_question, one.questions)) or word("texts", "no_questions")
    )
    yield _section("Findings", _findings(one.findings) or word("texts", "nothing_found"))
    if one.settled:
        yield _section("Waived or resolved", _findings(one.settled))
    yield _numbers(found)
    yield _section("What was read", _facts(one.facts))
    checks = ((c.title, c.outcome_word, c.why) for c in one.checks)
    yield _section("Checks", f"{one.check_counts}.", _table(("Rule", "Outcome", "Why"), checks))
    situations = ((s.title, s.matches_word, s.why) for s in one.situations)
    yield _section("The guide's situations", _table(("Situation", "Match", "Why"), situations))
    yield _advice(one)
    yield from _foot(one)


def _short(one: Sheet) -> Iterator[str]:
    yield from _head(one)
    yield word("texts", "no_proposal")
    if one.findings:
        yield _section("Findings", _findings(one.findings))
    yield from _foot(one)


def _head(one: Sheet) -> Iterator[str]:
    yield f"# {one.verdict_word}: {escape(one.title)}"
    yield escape(one.summary) + (f" **{one.counts}.**" if one.is_proposal else "")
    yield escape(one.source)


def _section(title: str, *parts: str) -> str:
    return "\n\n".join((f"## {title}", *(p for p in parts if p)))


def _question(one: QuestionItem) -> str:
    status = f" ({one.status})" if one.status else ""
    lines = (
        ("Why", one.why),
        ("A good answer", one.good_answer),
        ("About", "; ".join(f.text for f in one.findings)),
        ("Guide", "; ".join(one.guides)),
        ("Answered", one.answer),
    )
    details = "".join(f"\n   - {label}: {escape(text)}" for label, text in lines if text)
    return f"{one.number}. **{escape(one.text)}**{status}{details}"


def _findings(findings: Iterable[FindingItem]) -> str:
    return "\n\n".join(map(_finding, findings))


def _finding(one: FindingItem) -> str:
    status = f" ({one.status})" if one.status else ""
    answer = ", ".join(f"question {n}" for n in one.questions)
    last = (
        ("Instead", one.redirect),
        ("Guide", "; ".join(one.guides)),
        ("Answer", answer),
    )
    return "\n\n".join(
        (
            f"### {one.severity_word}: {escape(f'{one.code} {one.title}')}{status}",
            escape(one.message),
            *map(_quote, one.quotes),
            *([f"And {figures.count(one.more, 'more place')}."] if one.more else []),
            *([word("texts", "not_found")] if one.absence else []),
            "\n".join(f"- {label}: {escape(text)}" for label, text in last if text),
        )
    )


def _quote(quote: Quote) -> str:
    place = f"\n> ({escape(quote.place)})" if quote.place else ""
    return f"> “{escape(quote.text)}”{place}"


def _numbers(found: Numbers) -> str:
    if not found.rows:
        return ""
    shape = f"Guide row: {escape(found.shape)}." if found.shape else ""
    assumed = "\n".join(f"- Assumed: {escape(text)}" for text in found.assumptions)
    return _section("Numbers side by side", _table(found.columns, found.cells), shape, assumed)


def _facts(rows: Iterable[FactRow]) -> str:
    cells = [
        (r.label, _reading(r), f"“{r.quote.text}”" if r.quote else "", r.quote.place if r.quote else "") for r in rows
    ]
    return _table(("Fact", "Read as", "Quote", "Place"), cells) or word("texts", "no_facts")


def _reading(row: FactRow) -> str:
    known = f" ({row.known})" if row.known else ""
    others = f"; elsewhere: {'; '.join(row.others)}" if row.others else ""
    return f"{row.value}{known}{others}"


def _table(columns: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    body = [_row(map(escape, row)) for row in rows]
    return "\n".join((_row(columns), _row("---" for _ in columns), *body)) if body else ""


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _advice(one: Sheet) -> str:
    guides = f"Guide: {escape('; '.join(one.advice.guides))}" if one.advice.guides else ""
    plan = f"Counter-plan to paste into the proposal:\n\n{fenced(one.advice.plan)}" if one.advice.plan else ""
    return _section(f"Recommendation: {escape(one.advice.what)}", escape(one.advice.why), guides, plan)


def _foot(one: Sheet) -> Iterator[str]:
    if one.notes:
        yield _section("Notes", "\n".join(f"- {escape(note)}" for note in one.notes))
    unread = "\n".join(f"- {escape(reason)}" for reason in one.unread)
    yield _section("What was not read", unread or word("texts", "nothing_unread"))
    yield f"---\n\n{escape(one.engine)}. {escape(one.stamp)}."
