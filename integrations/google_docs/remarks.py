"""A review as comments on a Google Doc: which words, what is said, and the key by which a comment is known again."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from importlib import resources
from typing import Any, NamedTuple

from agent.annotate.marks import LIVE, Mark, marks_of
from agent.documents.canonical import fold
from agent.models import Document, Finding, Review
from agent.reports.labels import rule_title
from agent.reports.plain import plain
from integrations.google_docs.places import Range, range_of

LIMIT = 2048
"""Bytes of one comment of the Docs API ("2048 UTF-8 code units")."""
SUMMARY = "summary"
_PING = re.compile(r"[@+](?=[\w.%-]+@[\w-]+\.)")
_MARK = re.compile(r"\[rf ([0-9a-f]{8})(?:\.([0-9a-f]{8}))?\]\s*$")


class Remark(NamedTuple):
    """One comment.

    Attributes:
        key: the same for the same rule and words, in whatever review.
        content: what is said, mark and all.
        code: the rule; empty for the summary.
        quote: the words that it is about.
        start: where they stand in the document that was reviewed, or None for no place.
        end: and where they end.
    """

    key: str
    content: str
    code: str = ""
    quote: str = ""
    start: int | None = None
    end: int | None = None


@cache
def texts() -> Mapping[str, Any]:
    """The words of `texts.toml`, read once."""
    return tomllib.loads(resources.files("integrations.google_docs").joinpath("texts.toml").read_text(encoding="utf-8"))


def remarks_of(review: Review, document: Document, report: str | None = None) -> tuple[Remark, ...]:
    """The comments of a review: at most eight at quotes, the gravest first, and last the summary.

    Args:
        review: of `document`.
        document: as it was read from Google.
        report: the address of the whole report, with `{id}`; without it the command that shows it.
    """

    def locate(start: int, end: int) -> list[Any]:
        return [[start, end]] if range_of(document, start, end) else []

    marks = marks_of(review, document, locate)
    told = [_remark(mark, review, document) for mark in marks.marks]
    return (*told, _summary(review, marks.summary, marks.top, report))


def key_of(code: str, quote: str) -> str:
    """The key of a comment: rule and words, whatever the white space, quotation marks and dashes."""
    return sha256(f"{code}|{' '.join(fold(quote).split()).casefold()}".encode()).hexdigest()[:8]


def key_in(content: str) -> str | None:
    """The key at the end of a comment of ours."""
    found = _MARK.search(content)
    return found[1] if found else None


def digest_in(content: str) -> str | None:
    """What the summary's mark says of its words, which change with the review."""
    found = _MARK.search(content)
    return found[2] if found else None


def place_now(remark: Remark, reviewed: Document, now: Document) -> Range | None:
    """Where the words of a remark stand in the document as it is now: exactly one place, or none."""
    if remark.start is None or remark.end is None:
        return None
    if now.sha256 == reviewed.sha256:
        return range_of(now, remark.start, remark.end)
    words, text = fold(remark.quote), fold(now.text)
    at = text.find(words)
    if at < 0 or text.find(words, at + 1) >= 0:
        return None
    return range_of(now, at, at + len(words))


def finding_of(review: Review, key: str) -> Finding | None:
    """The finding whose comment has this key."""
    return next((f for f in review.findings if any(key_of(f.code, e.quote) == key for e in f.evidence)), None)


def written(lines: list[str], key: str | None = None) -> str:
    """Lines as a comment that Google takes and that pings nobody; what is too long is cut."""
    mark = texts()["mark"].format(key=key) if key else ""
    room = LIMIT - len(mark.encode()) - 1
    body = _PING.sub("", "\n".join(line for line in lines if line))
    if len(body.encode()) > room:
        cut = texts()["cut"]
        body = body.encode()[: room - len(cut.encode()) - 1].decode("utf-8", "ignore").rstrip() + f" {cut}"
    return f"{body}\n{mark}" if mark else body


def _remark(mark: Mark, review: Review, document: Document) -> Remark:
    finding = next(f for f in review.findings if f.status in LIVE and rule_title(f.code, f.name) in mark.head)
    start, end = mark.places[0]
    quote = document.text[start:end]
    key = key_of(finding.code, quote)
    asks = [texts()["comment"]["answer"]] if finding.question_ids else []
    return Remark(key, written([mark.head, *mark.lines, *asks], key), finding.code, quote, start, end)


def _summary(review: Review, lines: tuple[str, ...], top: list[Any], report: str | None) -> Remark:
    """The summary, at the title; the way to the whole report is never cut off."""
    key = key_of(SUMMARY, "")
    shown = report.format(id=review.review_id) if report else texts()["show"].format(id=review.review_id)
    ids = ", ".join(q.id for q in review.questions if q.status != "answered")
    last = [texts()["more"].format(report=shown)]
    last += [texts()["comment"]["summary_answer"].format(ids=plain(ids))] if ids else []
    room = LIMIT - len("\n".join([*last, texts()["mark"].format(key=f"{key}.{key}")]).encode()) - 8
    body = written(list(lines))
    if len(body.encode()) > room:
        body = body.encode()[:room].decode("utf-8", "ignore").rsplit(" ", 1)[0] + f" {texts()['cut']}"
    start, end = top[0] if top else (None, None)
    digest = sha256("\n".join([body, *last]).encode()).hexdigest()[:8]
    return Remark(key, written([body, *last], f"{key}.{digest}"), start=start, end=end)
