"""What is said where in the author's own file: a comment for each of the gravest findings, and one that sums up."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

from agent.models import Document, Evidence, Finding, Review
from agent.reports.labels import guide_title, rule_title, word
from agent.reports.plain import plain, shorten
from agent.reports.sheet import SEVERITIES, sheet

MOST = 8
"""Comments at quotes; more than a reader takes in are worse than none."""
QUOTE_LIMIT = 160
QUOTES_NAMED = 2
_NEAR = 5
"""Blocks back to the one that smuggled characters stand in; several messages may stand in it."""
_FIRST = 50
"""Blocks among which one with a place is looked for, for the summary."""
LIVE = ("open", "unconfirmed")

Locate = Callable[[int, int], list[Any]]
"""The places of `text[start:end]` in the file, as plain data for the child; none where it has no place there."""


class Mark(NamedTuple):
    """One comment at a quote.

    Attributes:
        head: severity, code and name.
        lines: what follows it.
        quote: the words that it is about.
        severity: of the finding.
        listed: the line in the summary, should the quote have no place in the file.
        places: where it stands, as `Locate` gives them.
        hidden: a reader of the page does not see the words.
    """

    head: str
    lines: tuple[str, ...]
    quote: str
    severity: str
    listed: str
    places: list[Any]
    hidden: bool


class Marks(NamedTuple):
    """All comments of one review: `summary` is the text of the last one, its head first; `top` are its places."""

    marks: tuple[Mark, ...]
    summary: tuple[str, ...]
    top: list[Any]


@cache
def texts() -> Mapping[str, Any]:
    """The words of `texts.toml`, read once."""
    return tomllib.loads(resources.files("agent.annotate").joinpath("texts.toml").read_text(encoding="utf-8"))


def marks_of(review: Review, document: Document, locate: Locate) -> Marks:
    """The comments of a review of this document, the gravest findings first.

    Args:
        review: of `document`.
        document: as it was read from the file.
        locate: finds places in the file.
    """
    live = sorted((f for f in review.findings if f.status in LIVE), key=lambda f: SEVERITIES.index(f.severity))
    found = [(f, *_place(f, document, locate)) for f in live]
    marked = [(f, evidence, places) for f, evidence, places in found if evidence][:MOST]
    shown = [f for f, _, _ in marked]
    rest = [f for f in live if f not in shown]
    asked = _questions(review, [*shown, *rest])
    marks = tuple(_mark(f, asked[f.code], document, evidence, places) for f, evidence, places in marked)
    return Marks(marks, tuple(_summary(review, rest, asked)), _top(document, locate))


def _place(finding: Finding, document: Document, locate: Locate) -> tuple[Evidence | None, list[Any]]:
    """The first quote that has a place, and the place; for words without one of their own, the block around them."""
    for evidence in finding.evidence:
        if document.text[evidence.start : evidence.end] != evidence.quote:
            continue
        places = locate(evidence.start, evidence.end) or _around(evidence, document, locate)
        if places:
            return evidence, places
    return None, []


def _around(evidence: Evidence, document: Document, locate: Locate) -> list[Any]:
    """The place of the block that smuggled characters stand in: they follow it and have no place of their own."""
    until = [b for b in document.blocks if b.start <= evidence.start]
    if not until or not until[-1].hidden:
        return []
    near = reversed(until[-_NEAR - 1 : -1])
    return next((places for b in near if (places := locate(b.start, b.end))), [])


def _questions(review: Review, findings: list[Finding]) -> dict[str, list[str]]:
    """The open questions of each finding, by its code; each is asked once, with the first finding that it is about."""
    words, taken = texts()["finding"]["question"], set[str]()
    asked: dict[str, list[str]] = {}
    for finding in findings:
        mine = [q for q in review.questions if q.id in finding.question_ids and q.status != "answered"]
        asked[finding.code] = [words.format(text=plain(q.text)) for q in mine if q.id not in taken]
        taken |= {q.id for q in mine}
    return asked


def _mark(finding: Finding, asked: list[str], document: Document, evidence: Evidence, places: list[Any]) -> Mark:
    words = texts()["finding"]
    head, quote = _head(finding), shorten(plain(evidence.quote), QUOTE_LIMIT)
    block = document.block_at(evidence.start)
    hidden = [words["hidden"].format(reason=block.hidden, quote=quote)] if block and block.hidden else []
    others = [e for e in finding.evidence if e != evidence][:QUOTES_NAMED]
    more = [words["more"].format(quotes="; ".join(map(_named, others)))] if others else []
    guides = "; ".join(dict.fromkeys(map(guide_title, finding.guide_refs)))
    guide = [words["guide"].format(titles=guides)] if guides else []
    lines = (plain(finding.message), *hidden, *more, *asked, *guide)
    listed = texts()["summary"]["listed"].format(head=head, message=_told(finding, asked, quote))
    return Mark(head, lines, quote, finding.severity, listed, places, bool(hidden))


def _head(finding: Finding) -> str:
    words = texts()["finding"]
    head: str = words["head"].format(
        severity=word("severities", finding.severity), rule=rule_title(finding.code, finding.name)
    )
    return f"{head} ({words['unconfirmed']})" if finding.status == "unconfirmed" else head


def _named(evidence: Evidence) -> str:
    page = f" (page {evidence.page})" if evidence.page is not None else ""
    return f"“{shorten(plain(evidence.quote), QUOTE_LIMIT)}”{page}"


def _told(finding: Finding, asked: list[str], quote: str = "") -> str:
    """A finding in the summary: message, quote, questions."""
    return " ".join([plain(finding.message), *([f"“{quote}”."] if quote else []), *asked])


def _summary(review: Review, rest: list[Finding], asked: dict[str, list[str]]) -> list[str]:
    """The verdict with its reason, what could not be marked in the text, what else is asked, what was not read."""
    words, one = texts()["summary"], sheet(review)
    lines = [one.verdict_word, one.summary]
    if not one.is_proposal:
        return [*lines, word("texts", "no_proposal"), *_end(review)]
    lines.append(f"{one.counts}.")
    for finding in rest:
        kind = words["absent"] if finding.absence else words["listed"]
        quote = shorten(plain(finding.evidence[0].quote), QUOTE_LIMIT) if finding.evidence else ""
        lines.append(kind.format(head=_head(finding), message=_told(finding, asked[finding.code], quote)))
    tied = {q for f in review.findings if f.status in LIVE for q in f.question_ids}
    loose = [q for q in review.questions if q.id not in tied and q.status != "answered"]
    lines += [words["question"].format(text=plain(q.text)) for q in sorted(loose, key=lambda q: q.priority)]
    return [*lines, *_end(review)]


def _end(review: Review) -> list[str]:
    words = texts()["summary"]
    unread = [words["unread"].format(text=plain(d)) for d in review.engine.degraded]
    reader = words["rules"] if review.engine.mode == "rules" else words["model"]
    return [*unread, words["end"].format(most=MOST, reader=reader)]


def _top(document: Document, locate: Locate) -> list[Any]:
    """The place of the title, or of the first block that has one."""
    titled = [b for b in document.body if document.quote(b) == document.title]
    return next((places for b in [*titled, *document.body[:_FIRST]] if (places := locate(b.start, b.end))), [])
