"""What a paragraph of a Google Doc holds, as spans with their places; pending suggestions are kept apart.

A place is written `TAB+INDEX`, in a header, footer or footnote `TAB/SEGMENT+INDEX`. Indexes count UTF-16 code units, so
a span holds either characters of one unit, or a single character of two. A smart chip is one unit wide whatever it
shows: `TAB#INDEX`. Source: the Docs API's `ParagraphElement` (discovery document of 6 October 2026).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from agent.documents.draft import Span

_WIDE = re.compile("[\U00010000-\U0010ffff]|[^\U00010000-\U0010ffff]+")
_NO_TEXT = "\ue907"
"""Stands in a text run for what is no text."""
_NEAR_WHITE = 0.93
_TOO_SMALL = 2.0
"""Points: nobody reads such letters."""
_UNREAD = {"equation": "equation", "inlineObjectElement": "image"}
Element = Mapping[str, Any]


class Piece(NamedTuple):
    """One element of a paragraph.

    Attributes:
        spans: its text with places.
        inserted: the suggestions that would insert it.
        deleted: the suggestions that would delete it.
        hidden: why a reader does not see it, or None.
        bold: set in bold.
        footnote: the id of the footnote that it refers to.
        unread: what it is, where it holds something that is not read.
    """

    spans: tuple[Span, ...]
    inserted: tuple[str, ...] = ()
    deleted: tuple[str, ...] = ()
    hidden: str | None = None
    bold: bool = False
    footnote: str | None = None
    unread: str | None = None

    @property
    def text(self) -> str:
        """The text as the source has it."""
        return "".join(s.text for s in self.spans)


def pieces(elements: Sequence[Element], place: str) -> Iterator[Piece]:
    """The elements of one paragraph.

    Args:
        elements: `Paragraph.elements`.
        place: the tab, or tab and segment.
    """
    for element in elements:
        kind, inner = _inner(element)
        if inner is None:
            continue
        style = inner.get("textStyle", {})
        start = element.get("startIndex", 0)
        text = inner.get("content", "") if kind == "textRun" else _shown(kind, inner)
        spans = _spans(text, start, place) if kind == "textRun" else _chip(text, start, place)
        yield Piece(
            tuple(spans),
            tuple(inner.get("suggestedInsertionIds", ())),
            tuple(inner.get("suggestedDeletionIds", ())),
            _hidden(style) if kind == "textRun" else None,
            bool(style.get("bold")),
            inner.get("footnoteId"),
            _UNREAD.get(kind),
        )


def _inner(element: Element) -> tuple[str, Element | None]:
    found = next(((k, v) for k, v in element.items() if isinstance(v, Mapping)), None)
    return found or ("", None)


def _shown(kind: str, inner: Element) -> str:
    """What a smart chip shows on the page."""
    if kind == "person":
        properties = inner.get("personProperties", {})
        return str(properties.get("name") or properties.get("email") or "")
    field = {
        "richLink": ("richLinkProperties", "title"),
        "dateElement": ("dateElementProperties", "displayText"),
        "dropdown": ("dropdownProperties", "displayValue"),
    }.get(kind)
    return str(inner.get(field[0], {}).get(field[1], "")) if field else ""


def _spans(text: str, start: int, place: str) -> Iterator[Span]:
    """Text of a run; what is no text in it keeps its width and says nothing."""
    at = start
    for match in _WIDE.finditer(text):
        part = match[0]
        yield Span(part.replace(_NO_TEXT, "\u200b"), at, place)
        at += len(part.encode("utf-16-le")) // 2


def _chip(text: str, start: int, place: str) -> Iterator[Span]:
    if text:
        yield Span(text, 0, f"{place}#{start}")


def _hidden(style: Element) -> str | None:
    """Why a reader does not see text in this style."""
    size = style.get("fontSize", {}).get("magnitude")
    if size is not None and size < _TOO_SMALL:
        return "letters too small to read"
    ground = style.get("backgroundColor", {}).get("color", {}).get("rgbColor")
    ink = style.get("foregroundColor", {}).get("color", {}).get("rgbColor")
    if ink is None:
        return None
    levels = [ink.get(c, 0.0) for c in ("red", "green", "blue")]
    return "white text" if min(levels) >= _NEAR_WHITE and not ground else None
