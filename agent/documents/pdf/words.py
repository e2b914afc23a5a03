"""Words of a PDF page with their places, sizes and fonts, through pdfium's text page.

Layout works in the display frame: the page as a reader sees it, y upwards. Highlights need the user space of the file,
so that a word keeps both boxes.
"""

from __future__ import annotations

import ctypes
import math
import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from agent.documents.draft import Rect
from agent.documents.pdf.raw import address, pdfium, quick
from agent.documents.pdf.tags import Tag

HYPHEN = "\ufffe"
"""pdfium's sign for a hyphen at the end of a line."""
HYPHENS = "\x02\ufffe"
_SPACES = "\t-\r \x85\xa0\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_SPACE, _STRETCH = re.compile(f"[{_SPACES}]"), re.compile(f"[^{_SPACES}]+")
_CODES = 0x110000
_NO_CHARACTER = "\ud800"
_LETTERS = {0x02: HYPHEN, 0: "\ufffd", **dict.fromkeys(range(0xD800, 0xE000))}
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


class Drawn(NamedTuple):
    """How a text object is drawn."""

    font: Font
    size: float
    """As drawn: the nominal size times the scale of the text matrix."""
    angle: float
    """Radians, counter-clockwise."""


class PageText:
    """The words of one page, in the order of its content."""

    def __init__(self, page: Any, tags: dict[int, Tag]) -> None:
        """Takes a pypdfium2 page whose rotation is set to 0, and its tags."""
        self._tags = tags
        self._turn = turn(0, 0, 0)
        self._rotation = 0
        self._drawn: dict[int, Drawn] = {}
        self._faces: dict[int, tuple[bool, bool]] = {}
        self._page = page.get_textpage()
        self._raw = self._page.raw
        self._address = address(self._raw)
        self._four = (ctypes.c_double * 4)()
        self._matrix, self._channels = (ctypes.c_float * 6)(), (ctypes.c_uint * 4)()
        at = ctypes.addressof(self._four)
        self._left, self._top, self._right, self._bottom = at, at + 24, at + 16, at + 8
        self.count: int = self._page.count_chars()
        self._text = self._characters()

    def rotation(self, own: int) -> int:
        """The clockwise rotation in which most of the text stands upright: the page's own, unless it was not set."""
        step = max(self.count // _SAMPLE, 1)
        turns = Counter(
            round(math.degrees(quick.angle(self._address, i)) / 90) % 4
            for i in range(0, self.count, step)
            if not _SPACE.match(self._text, i)
        )
        most, count = turns.most_common(1)[0] if turns else (0, 0)
        upright = -90 * most % 360
        return upright if count > _MOST_TURNED * turns.total() else own

    def words(self, most: int, rotation: int, width: float, height: float) -> list[Word]:
        """All words, up to a number of characters, of a page shown in this rotation, of this unrotated size."""
        self._turn, self._rotation = turn(rotation, width, height), rotation
        return [w for stretch in _STRETCH.finditer(self._text, 0, most) for w in self._words(*stretch.span())]

    def _characters(self) -> str:
        """One character of text for each of pdfium's, whatever it is: in one call where that comes out even."""
        buffer = (ctypes.c_ushort * (self.count + 1))()
        if quick.text(self._address, 0, self.count, ctypes.addressof(buffer)) == self.count + 1:
            text = bytes(buffer)[:-2].decode("utf-16-le", "surrogatepass")
            if len(text) == self.count:
                return text
        codes = (quick.unicode(self._address, i) for i in range(self.count))
        return "".join(chr(c) if c < _CODES else _NO_CHARACTER for c in codes)

    def _words(self, start: int, end: int) -> Iterator[Word]:
        """The words of a stretch without white space: cut where the font changes, after hyphens, and at a length."""
        text, drawn = self._text, self._drawn
        space = start > 0
        text_object, page = quick.text_object, self._address
        objects = [text_object(page, i) or 0 for i in range(start, end)]
        for found in {*objects} - drawn.keys():
            drawn[found] = self._draws(found, start + objects.index(found))
        first, font = start, drawn[objects[0]].font
        for i in range(start + 1, end):
            found = objects[i - start]
            changed = found != objects[i - start - 1] and drawn[found].font != font
            if changed or i - first >= _LONGEST or text[i - 1] in HYPHENS:
                if word := self._word(first, i, drawn[objects[first - start]], space=space):
                    yield word
                first, space, font = i, False, drawn[found].font
        if word := self._word(first, end, drawn[objects[first - start]], space=space):
            yield word

    def _word(self, start: int, end: int, drawn: Drawn, *, space: bool) -> Word | None:
        raw = self._text[start:end]
        letters = raw.isascii() and raw.isprintable()
        user = self._box(start, end, letters=letters)
        if not user:
            return None
        quick.origin(self._address, start, self._left, self._bottom)
        x, y = self._four[0], self._four[1]
        box = _sorted(self._turn(user[0], user[1]), self._turn(user[2], user[3])) if self._rotation else user
        font = drawn.font
        angle = drawn.angle + math.radians(self._rotation)
        return Word(
            raw if letters else raw.translate(_LETTERS),
            box,
            user,
            self._turn(x, y)[1],
            drawn.size or box[3] - box[1],
            font.bold,
            font.mono,
            space,
            font.mode,
            font.alpha,
            self._tags.get(font.content),
            abs(math.sin(angle)) < _UPRIGHT and math.cos(angle) > 0,
            (not letters and "\0" in raw) or quick.unmapped(self._address, start) == 1,
        )

    def _box(self, start: int, end: int, *, letters: bool) -> Rect | None:
        """The rectangle around characters, user space. pdfium joins those of ordinary letters itself.

        It leaves out signs without width or height, which a font may have for others.
        """
        page, places, four = self._address, (self._left, self._top, self._right, self._bottom), self._four
        boxes = []
        for i in range(quick.count_rects(page, start, end - start)) if letters else range(start, end):
            if letters:
                quick.rect(page, i, *places)
            elif not quick.char_box(page, i, self._left, self._right, self._bottom, self._top):
                continue
            if four[2] > four[0] or four[3] > four[1]:
                boxes.append((four[0], four[1], four[2], four[3]))
        if len(boxes) < 2:
            return boxes[0] if boxes else None
        return min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes)

    def _draws(self, found: int, index: int) -> Drawn:
        """How a text object is drawn; asked of pdfium once, by one of its characters."""
        font = self._font_of(found, index) if found else Font(False, False, 0, 255, -1)
        self._matrix[2] = self._matrix[3] = 0.0
        quick.matrix(self._address, index, ctypes.addressof(self._matrix))
        size = quick.font_size(self._address, index) * (math.hypot(self._matrix[2], self._matrix[3]) or 1.0)
        return Drawn(font, size, quick.angle(self._address, index))

    def _font_of(self, text_object: int, index: int) -> Font:
        at = ctypes.addressof(self._channels)
        self._channels[3] = 255
        quick.colour(text_object, at, at + 4, at + 8, at + 12)
        face = quick.font(text_object) or 0
        if face not in self._faces:
            self._faces[face] = self._face(index)
        bold, mono = self._faces[face]
        return Font(bold, mono, quick.mode(text_object), self._channels[3], quick.content(text_object))

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
