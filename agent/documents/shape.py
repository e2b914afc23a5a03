"""Lists and headings that their author typed by hand: `- item`, `2) item`, `3. Budget` on a line of its own."""

from __future__ import annotations

import re

from agent.documents.draft import Draft, Span

TYPED_BULLET = re.compile(r"\s*[-*+•◦▪▫‣·●○■□–➢➤❖✓✔\uf0a7\uf0b7]\s+(?=\S)")
_NUMBER = re.compile(r"\s*\(?(?:\d{1,2}(?:\.\d{1,2})*|[a-z]|[ivx]{1,4})[.)]\s+(?=\S)")
_HEADING = re.compile(r"\s*\d{1,2}(?:\.\d{1,2}){0,3}[.)]?\s+[A-Z]")
_LONGEST = 8
"""Words of a numbered heading."""
_WORDS = 12
_CHARACTERS = 110
_WIDE = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af\u3040-\u30ff]")
_WIDE_CHARACTERS = 30
_TYPED = 2_000
"""Rank of a heading that only its number betrays."""


def shaped(drafts: list[Draft]) -> list[Draft]:
    """The drafts, with hand-typed list items without their marks, and hand-numbered headings as headings."""
    following = [d.source if d.kind in ("paragraph", "list_item") else "" for d in drafts[1:]]
    return [_shaped(draft, after) for draft, after in zip(drafts, [*following, ""], strict=False)]


def _shaped(draft: Draft, after: str) -> Draft:
    if draft.kind not in ("paragraph", "list_item") or draft.hidden:
        return draft
    text = draft.source
    if match := TYPED_BULLET.match(text):
        return draft._replace(kind="list_item", spans=cut(draft.spans, match.end()))
    if draft.kind == "list_item":
        return draft
    if _HEADING.match(text) and _is_title(text) and after.strip() and not _HEADING.match(after):
        return draft._replace(kind="heading", level=_TYPED + text.split()[0].strip(".)").count("."))
    if match := _NUMBER.match(text):
        return draft._replace(kind="list_item", spans=cut(draft.spans, match.end()))
    return draft


def _is_title(text: str) -> bool:
    words = text.split()
    return len(words) - 1 <= _LONGEST and words[-1][-1] not in ".;:,?!"


def could_head(text: str) -> bool:
    """True for a text short enough for a heading that does not end like a sentence."""
    text = text.strip()
    wide = len(_WIDE.findall(text))
    short = len(text.split()) <= _WORDS and len(text) <= _CHARACTERS and wide <= _WIDE_CHARACTERS
    return short and sum(c.isalpha() for c in text) > 1 and text[-1] not in ".;,。；，、"


def cut(spans: tuple[Span, ...], length: int) -> tuple[Span, ...]:
    """Spans without their first characters; places move along."""
    kept: list[Span] = []
    for span in spans:
        drop = min(length, len(span.text))
        length -= drop
        if drop < len(span.text):
            moved = None if span.offset is None else span.offset + drop
            kept.append(span._replace(text=span.text[drop:], offset=moved) if drop else span)
    return tuple(kept)
