"""Words of a PDF page that a reader cannot see: found by looking at the rendered page."""

from __future__ import annotations

import ctypes
from typing import Any

from agent.documents.draft import Rect
from agent.documents.pdf.raw import bindings
from agent.documents.pdf.words import Word

_DPI = 108
_MOST_PIXELS = 4_000_000
_FAINT = 40
"""Grey levels between the lightest and the darkest pixel of a word's box, below which it is not seen."""
_OFF_PAGE = "text off the page"
_CUT_OFF = "cut off at the edge of the page"
_FAR = 8
_TINY = 1.5
"""Points."""
_INVISIBLE_MODES = (3, 7)
_TRANSPARENT = 10


_canvas = [bytearray()]
"""Where pages are drawn, one after the other."""


def _on_canvas(width: int, height: int, **options: Any) -> Any:
    """A bitmap on the canvas, which grows with the largest page: fresh memory would cost as much as the drawing."""
    if len(_canvas[0]) < width * height:
        _canvas[0] = bytearray(width * height)
    buffer = (ctypes.c_ubyte * len(_canvas[0])).from_buffer(_canvas[0])
    return bindings.PdfBitmap.new_native(width, height, buffer=buffer, **options)


class Picture:
    """A page rendered in grey, until the next one is."""

    def __init__(self, page: Any, frame: Rect) -> None:
        """Takes an unrotated page and its visible frame in user space."""
        left, bottom, right, top = frame
        area = max((right - left) * (top - bottom), 1.0)
        self._scale = min(_DPI / 72, (_MOST_PIXELS / area) ** 0.5)
        bitmap = page.render(scale=self._scale, grayscale=True, draw_annots=True, bitmap_maker=_on_canvas)
        self._pixels = _canvas[0]
        self._stride, self._width, self._height = bitmap.stride, bitmap.width, bitmap.height
        self._left, self._top = left, top

    def shows(self, box: Rect) -> bool:
        """True when the lightest and the darkest pixel in a box of user space are far enough apart to be seen."""
        x0 = max(int((box[0] - self._left) * self._scale), 0)
        x1 = min(int((box[2] - self._left) * self._scale) + 1, self._width)
        y0 = max(int((self._top - box[3]) * self._scale), 0)
        y1 = min(int((self._top - box[1]) * self._scale) + 1, self._height)
        if x0 >= x1 or y0 >= y1:
            return False
        dark, light = 255, 0
        middle = (y0 + y1) // 2
        for y in (*range(middle, y1), *range(y0, middle)):  # what is seen is mostly seen in the middle
            row = self._pixels[y * self._stride + x0 : y * self._stride + x1]
            dark, light = min(dark, min(row)), max(light, max(row))
            if light - dark >= _FAINT:
                return True
        return False


def screened(words: list[Word], page: Any, frame: Rect, *, scan: bool) -> list[Word]:
    """The words, each invisible one with its reason.

    Args:
        words: of one page.
        page: the unrotated page.
        frame: its visible frame in user space.
        scan: a picture covers the page, so that text which draws nothing may be what OCR read in it.
    """
    picture = Picture(page, frame)
    found: list[Word] = []
    for word in words:
        reason = _reason(word, picture, frame, scan=scan)
        if reason == _OFF_PAGE and found and _runs_over(found[-1], word):
            reason = _CUT_OFF
        found.append(word._replace(hidden=reason) if reason else word)
    return found


def _runs_over(last: Word, word: Word) -> bool:
    """True when a word off the page only goes on with a line that began on it, as lines of code do."""
    near = abs(last.base - word.base) < 0.1 * word.size and 0 <= word.box[0] - last.box[2] < _FAR * word.size
    return near and last.hidden in (None, _CUT_OFF)


def _reason(word: Word, picture: Picture, frame: Rect, *, scan: bool) -> str | None:
    left, bottom, right, top = word.user
    x, y = (left + right) / 2, (bottom + top) / 2
    if not (frame[0] <= x <= frame[2] and frame[1] <= y <= frame[3]):
        return _OFF_PAGE
    if not any(c.isalnum() for c in word.text):
        return None
    if word.size < _TINY or (top - bottom < _TINY and word.text.isupper()):
        return "tiny text"
    if not scan and word.mode in _INVISIBLE_MODES:
        return "invisible text"
    if word.alpha < _TRANSPARENT and word.mode in (0, 4):
        return "transparent text"
    return None if picture.shows(word.user) else "text in the colour of the page"
