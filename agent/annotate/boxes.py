"""Where quotes stand on the pages of a PDF, to the letter, through pdfium."""

from __future__ import annotations

import ctypes
from functools import cached_property
from typing import Any, NamedTuple

from agent.documents.canonical import canonical
from agent.documents.draft import Span
from agent.documents.pdf.raw import bindings, pdfium
from agent.documents.places import Highlight, lines
from agent.models import Box

_HYPHENS = (0x02, 0xFFFE)
_LEAST = 8.0
"""Points: the height of a mark on words too small to be seen."""
_GAP = 5.0
"""Points between a note's sign and the text beside it."""


class Letter(NamedTuple):
    """A character of a page in canonical form: none, one, or several letters."""

    text: str
    box: Box


class Page:
    """One page: its letters, its visible frame, how it is turned."""

    def __init__(self, page: Any) -> None:
        """Takes a pypdfium2 page."""
        self.rotation: int = page.get_rotation()
        page.set_rotation(0)
        self._page = page

    @cached_property
    def frame(self) -> Box:
        """What a reader sees of it, in user space."""
        crop, media = self._page.get_cropbox(), self._page.get_mediabox()
        both = (max(crop[0], media[0]), max(crop[1], media[1]), min(crop[2], media[2]), min(crop[3], media[3]))
        return Box(*(both if both[0] < both[2] and both[1] < both[3] else media))

    @cached_property
    def letters(self) -> list[Letter]:
        """All characters with a box, in the order of the page's content."""
        text = self._page.get_textpage()
        found = []
        for i in range(text.count_chars()):
            sides = [ctypes.c_double() for _ in range(4)]
            if not pdfium.FPDFText_GetCharBox(text.raw, i, *sides):
                continue
            left, right, bottom, top = (side.value for side in sides)
            found.append(Letter(_canonical(pdfium.FPDFText_GetUnicode(text.raw, i)), Box(left, bottom, right, top)))
        return found

    def part(self, word: Box, text: str, start: int, end: int) -> Box:
        """The box of `text[start:end]`, a part of the text of a word's box; the whole box where letters do not tell."""
        inside = [letter for letter in self.letters if letter.text and _holds(word, letter.box)]
        owners = [letter.box for letter in inside for _ in letter.text]
        spelled = "".join(letter.text for letter in inside)
        if len(spelled.rstrip("-")) != len(_close(text).rstrip("-")):
            return word
        boxes = owners[len(_close(text[:start])) : len(_close(text[:end]))]
        if not boxes:
            return word
        left, bottom, right, top = zip(*boxes, strict=True)
        return Box(min(left), min(bottom), max(right), max(top))


class Pages:
    """The pages of one PDF."""

    def __init__(self, data: bytes) -> None:
        """Takes the file's bytes."""
        self._document = bindings.PdfDocument(data)
        self._pages: dict[int, Page] = {}

    def boxes(self, places: list[Any]) -> list[Highlight]:
        """Rectangles, one a line, of words as `places.in_pdf` gives them; the first and last word cut to the quote."""
        found = []
        for page, box, text, start, end in places:
            whole = Box(*box)
            cut = start > 0 or end < len(text)
            found.append(Highlight(page, self._page(page).part(whole, text, start, end) if cut else whole))
        return lines(found)

    def seen(self, page: int, boxes: tuple[Box, ...]) -> tuple[Box, ...]:
        """The rectangles made large enough to be seen, inside the visible frame; those outside of it are left out."""
        frame = self._page(page).frame
        grown = [_grown(box) for box in boxes]
        cut = [Box(*map(max, box[:2], frame[:2]), *map(min, box[2:], frame[2:])) for box in grown]
        return tuple(box for box in cut if box.right - box.left > 1 and box.top - box.bottom > 1)

    def sign(self, page: int, beside: Box | None, side: float) -> Box:
        """A square for a note's sign before the beginning of a line, as the page is turned, inside the frame."""
        frame, rotation = self._page(page).frame, self._page(page).rotation
        half = side / 2
        box = beside or Box(frame.left, frame.top - side, frame.left, frame.top)
        x, y = (box.left + box.right) / 2, (box.bottom + box.top) / 2
        x = {0: box.left - _GAP - half, 180: box.right + _GAP + half}.get(rotation, x)
        y = {90: box.bottom - _GAP - half, 270: box.top + _GAP + half}.get(rotation, y)
        x = min(max(x, frame.left + half), frame.right - half)
        y = min(max(y, frame.bottom + half), frame.top - half)
        return Box(x - half, y - half, x + half, y + half)

    def agree(self, data: bytes, marked: list[int]) -> bool:
        """True when other bytes hold the same pages, with this many annotations more (page numbers, one for each)."""
        try:
            other = bindings.PdfDocument(data)
            if len(other) != len(self._document):
                return False
            counts = {n: _annotations(other[n - 1]) - _annotations(self._document[n - 1]) for n in marked}
        except bindings.PdfiumError:
            return False
        return all(counts[n] == marked.count(n) for n in counts)

    def _page(self, number: int) -> Page:
        if number not in self._pages:
            self._pages[number] = Page(self._document[number - 1])
        return self._pages[number]


def _annotations(page: Any) -> int:
    count: int = pdfium.FPDFPage_GetAnnotCount(page)
    return count


def _canonical(code: int) -> str:
    if code in _HYPHENS:
        return "-"
    if code == 0 or 0xD800 <= code <= 0xDFFF or code > 0x10FFFF:
        return "\ufffd" if code == 0 else ""
    return canonical((Span(chr(code)),))[0]


def _close(text: str) -> str:
    return "".join(text.split())


def _holds(outer: Box, inner: Box) -> bool:
    x, y = (inner.left + inner.right) / 2, (inner.bottom + inner.top) / 2
    return outer.left - 0.1 <= x <= outer.right + 0.1 and outer.bottom - 0.1 <= y <= outer.top + 0.1


def _grown(box: Box) -> Box:
    """The rectangle, at least so large that it can be seen."""
    wide, high = max(_LEAST - (box.right - box.left), 0) / 2, max(_LEAST - (box.top - box.bottom), 0) / 2
    return Box(box.left - wide, box.bottom - high, box.right + wide, box.top + high)
