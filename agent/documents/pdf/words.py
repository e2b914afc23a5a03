"""Words of a PDF page with their places, sizes and fonts, through pdfium's text page.

Layout works in the display frame: the page as a reader sees it, y upwards. Highlights need the user space of the file,
so that a word keeps both boxes.
"""

from __future__ import annotations

import ctypes
import math
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from agent.documents.draft import Rect
from agent.documents.pdf.raw import pdfium
from agent.documents.pdf.tags import Tag

HYPHEN = "\ufffe"
"""pdfium's sign for a hyphen at the end of a line."""
_HYPHENS = (0x02, 0xFFFE)
_SPACES = frozenset(
    (*range(0x09, 0x0E), 0x20, 0x85, 0xA0, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F, 0x205F, 0x3000)
)
_LONGEST = 60
"""Characters of a word; Chinese has no spaces, and highlights should not take in whole lines."""
_BOLD_NAMES = ("bold", "black", "heavy", "semibold", "demi", "-bd", "cmbx", "sfbx")
_MONO_NAMES = ("courier", "mono", "consolas", "menlo", "typewriter", "cmtt", "sftt", "fixed", "nimbusmon")
_BOLD_WEIGHT = 600
_NAME = 256
_SAMPLE = 200
"""Characters asked for their angle."""
_MOST_TURNED = 0.7
_UPRIGHT = 0.09
"""Radians."""


class Word(NamedTuple):
    """Letters without white space between, of one size and font."""

    text: str
    box: Rect
    """In the display frame."""
    user: Rect
    """In the file's user space."""
    base: float
    """Height of the base line, display frame."""
    size: float
    bold: bool
    mono: bool
    """In a font of equal widths, as code is."""
    space: bool
    """White space stands before it."""
    mode: int
    """Text render mode; 3 draws nothing."""
    alpha: int
    tag: Tag | None
    """What the document says the word is part of."""
    upright: bool
    unmapped: bool
    """Its font does not say which characters its glyphs are."""
    hidden: str | None = None

    @property
    def height(self) -> float:
        """Height of the box."""
        return self.box[3] - self.box[1]


class Font(NamedTuple):
    """What is the same for all letters of one text object."""

    bold: bool
    mono: bool
    mode: int
    alpha: int
    content: int
    """Marked content id, -1 without."""


class PageText:
    """The words of one page, in the order of its content."""

    def __init__(self, page: Any, tags: dict[int, Tag]) -> None:
        """Takes a pypdfium2 page whose rotation is set to 0, and its tags."""
        self._tags = tags
        self._turn = turn(0, 0, 0)
        self._rotation = 0
        self._fonts: dict[int, Font] = {}
        self._faces: dict[int, tuple[bool, bool]] = {}
        self._text = page.get_textpage()
        self._raw = self._text.raw
        self.count: int = self._text.count_chars()

    def rotation(self, own: int) -> int:
        """The clockwise rotation in which most of the text stands upright: the page's own, unless it was not set."""
        step = max(self.count // _SAMPLE, 1)
        turns = Counter(
            round(math.degrees(pdfium.FPDFText_GetCharAngle(self._raw, i)) / 90) % 4
            for i in range(0, self.count, step)
            if pdfium.FPDFText_GetUnicode(self._raw, i) not in _SPACES
        )
        most, count = turns.most_common(1)[0] if turns else (0, 0)
        upright = -90 * most % 360
        return upright if count > _MOST_TURNED * turns.total() else own

    def words(self, most: int, rotation: int, width: float, height: float) -> list[Word]:
        """All words, up to a number of characters, of a page shown in this rotation, of this unrotated size."""
        self._turn, self._rotation = turn(rotation, width, height), rotation
        codes = [pdfium.FPDFText_GetUnicode(self._raw, i) for i in range(min(self.count, most))]
        return [word for start, end, space in self._ranges(codes) if (word := self._word(codes, start, end, space))]

    def _ranges(self, codes: list[int]) -> Iterator[tuple[int, int, bool]]:
        """Start, end and white space before, of each stretch without white space and of one font."""
        start, space, font = -1, False, None
        for i, code in enumerate(codes):
            if code in _SPACES:
                if start >= 0:
                    yield start, i, space
                start, space = -1, True
                continue
            here = self._font(i)
            if start >= 0 and here != font:
                yield start, i, space
                start, space = -1, False
            if start < 0:
                start = i
            elif i - start >= _LONGEST or codes[i - 1] in _HYPHENS:
                yield start, i, space
                start, space = i, False
            font = here
        if start >= 0:
            yield start, len(codes), space

    def _word(self, codes: list[int], start: int, end: int, space: bool) -> Word | None:
        boxes = [b for i in range(start, end) if (b := self._box(i))]
        if not boxes:
            return None
        user = (min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes))
        x, y = self._origin(start)
        font = self._font(start)
        angle = pdfium.FPDFText_GetCharAngle(self._raw, start) + math.radians(self._rotation)
        text = "".join(_letter(c) for c in codes[start:end])
        box = _sorted(self._turn(user[0], user[1]), self._turn(user[2], user[3]))
        return Word(
            text=text,
            box=box,
            user=user,
            base=self._turn(x, y)[1],
            size=self._size(start) or box[3] - box[1],
            bold=font.bold,
            mono=font.mono,
            space=space,
            mode=font.mode,
            alpha=font.alpha,
            tag=self._tags.get(font.content),
            upright=abs(math.sin(angle)) < _UPRIGHT and math.cos(angle) > 0,
            unmapped=0 in codes[start:end] or pdfium.FPDFText_HasUnicodeMapError(self._raw, start) == 1,
        )

    def _box(self, index: int) -> Rect | None:
        left, right, bottom, top = (ctypes.c_double() for _ in range(4))
        if not pdfium.FPDFText_GetCharBox(self._raw, index, left, right, bottom, top):
            return None
        box = (left.value, bottom.value, right.value, top.value)
        return box if box[2] > box[0] or box[3] > box[1] else None

    def _origin(self, index: int) -> tuple[float, float]:
        x, y = ctypes.c_double(), ctypes.c_double()
        pdfium.FPDFText_GetCharOrigin(self._raw, index, x, y)
        return x.value, y.value

    def _size(self, index: int) -> float:
        """Font size as drawn: the nominal one times the scale of the text matrix."""
        matrix = pdfium.FS_MATRIX()
        pdfium.FPDFText_GetMatrix(self._raw, index, matrix)
        return float(pdfium.FPDFText_GetFontSize(self._raw, index) * (math.hypot(matrix.c, matrix.d) or 1.0))

    def _font(self, index: int) -> Font:
        """Font of the text object that a character belongs to; asked of pdfium once an object."""
        found = pdfium.FPDFText_GetTextObject(self._raw, index)
        address = ctypes.cast(found, ctypes.c_void_p).value or 0
        if address not in self._fonts:
            self._fonts[address] = self._font_of(found, index) if address else Font(False, False, 0, 255, -1)
        return self._fonts[address]

    def _font_of(self, text_object: Any, index: int) -> Font:
        channels = [ctypes.c_uint(255) for _ in range(4)]
        pdfium.FPDFPageObj_GetFillColor(text_object, *channels)
        face = ctypes.cast(pdfium.FPDFTextObj_GetFont(text_object), ctypes.c_void_p).value or 0
        if face not in self._faces:
            self._faces[face] = self._face(index)
        return Font(
            *self._faces[face],
            mode=pdfium.FPDFTextObj_GetTextRenderMode(text_object),
            alpha=channels[3].value,
            content=pdfium.FPDFPageObj_GetMarkedContentID(text_object),
        )

    def _face(self, index: int) -> tuple[bool, bool]:
        """Whether the font of a character is bold, and whether its widths are equal, by its name and weight."""
        name, flags = ctypes.create_string_buffer(_NAME), ctypes.c_int()
        pdfium.FPDFText_GetFontInfo(self._raw, index, name, _NAME, flags)
        lower = name.value.decode("latin-1").lower()
        heavy = pdfium.FPDFText_GetFontWeight(self._raw, index) >= _BOLD_WEIGHT
        return heavy or any(b in lower for b in _BOLD_NAMES), any(m in lower for m in _MONO_NAMES)


def turn(rotation: int, width: float, height: float) -> Callable[[float, float], tuple[float, float]]:
    """The map from user space to the display frame of a page that is turned clockwise by `rotation` degrees."""
    turns: dict[int, Callable[[float, float], tuple[float, float]]] = {
        90: lambda x, y: (y, width - x),
        180: lambda x, y: (width - x, height - y),
        270: lambda x, y: (height - y, x),
    }
    return turns.get(rotation % 360, lambda x, y: (x, y))


def _sorted(a: tuple[float, float], b: tuple[float, float]) -> Rect:
    return min(a[0], b[0]), min(a[1], b[1]), max(a[0], b[0]), max(a[1], b[1])


def _letter(code: int) -> str:
    if code in _HYPHENS:
        return HYPHEN
    if code == 0:
        return "\ufffd"
    return chr(code) if code < 0xD800 or 0xDFFF < code < 0x110000 else ""
