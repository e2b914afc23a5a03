"""Pages that are pictures: rendered, read by OCR, and given back as words like any other page's."""

from __future__ import annotations

import re
from itertools import groupby
from statistics import median
from typing import Any

from agent.documents.draft import Rect
from agent.documents.ocr import DPI, Seen, recognise
from agent.documents.pdf.words import Word, turn

_MOST_PIXELS = 16_000_000
_ASCENDS = re.compile(r"[A-Z0-9bdfhklti$%&()/!?]")
_DESCENDS = re.compile(r"[gjpqy,;()$/Q]")
_HEIGHTS = {(False, False): 0.52, (True, False): 0.72, (False, True): 0.73, (True, True): 0.93}
"""Height of a word to the size of its letters, by whether some rise above and some reach below the others."""
_DESCENDER = 0.21
_ALIKE = 0.18
"""Sizes this near to that of most of the page are that size."""
_BULLETS = frozenset("eo*°©®»«¢¢•·")
"""What OCR makes of a round bullet."""


def scanned_words(page: Any, rotation: int, frame: Rect) -> tuple[list[Word], float]:
    """The words of a page that is a picture, and how sure OCR is of them (0 to 100).

    Args:
        page: a pypdfium2 page with its rotation set to 0.
        rotation: the page's own.
        frame: its visible frame in user space.
    """
    page.set_rotation(rotation)
    area = (frame[2] - frame[0]) * (frame[3] - frame[1])
    scale = min(DPI / 72, (_MOST_PIXELS / max(area, 1.0)) ** 0.5)
    bitmap = page.render(scale=scale, grayscale=True)
    page.set_rotation(0)
    rows = bytes(bitmap.buffer)
    stride, width, height = bitmap.stride, bitmap.width, bitmap.height
    pixels = rows if stride == width else b"".join(rows[y * stride : y * stride + width] for y in range(height))
    seen = recognise(pixels, width, height)
    words = _words(seen, scale, height, rotation, frame)
    return words, sum(s.confidence for s in seen) / max(len(seen), 1)


def _words(seen: list[Seen], scale: float, height: int, rotation: int, frame: Rect) -> list[Word]:
    """What OCR saw as words; those of a line share base line and size, lines of about the usual size share that."""
    sizes = [_size(s) / scale for s in seen]
    usual = median(sizes) if sizes else 0.0
    words = []
    for _, group in groupby(zip(seen, sizes, strict=True), key=lambda pair: pair[0].line):
        line = list(group)
        size = median(size for _, size in line)
        size = usual if abs(size - usual) < _ALIKE * usual else size
        base = (height - median(_base(s) for s, _ in line)) / scale
        for at, (one, _) in enumerate(line):
            follows = line[at + 1][0].left - one.right if at == 0 and len(line) > 1 else 0
            bullet = at == 0 and one.text in _BULLETS and follows / scale > 0.4 * size
            box = (one.left / scale, (height - one.bottom) / scale, one.right / scale, (height - one.top) / scale)
            user = _user(box, rotation, frame)
            text = "•" if bullet else one.text
            words.append(Word(text, box, user, base, size, False, False, True, 0, 255, None, True, False))
    return words


def _size(seen: Seen) -> float:
    """Size of the letters, pixels, from the height of the word."""
    kind = (bool(_ASCENDS.search(seen.text)), bool(_DESCENDS.search(seen.text)))
    return (seen.bottom - seen.top) / _HEIGHTS[kind]


def _base(seen: Seen) -> float:
    """Base line, pixels from the top."""
    return seen.bottom - (_DESCENDER * _size(seen) if _DESCENDS.search(seen.text) else 0)


def _user(box: Rect, rotation: int, frame: Rect) -> Rect:
    """A box of the display frame in user space."""
    width, height = frame[2] - frame[0], frame[3] - frame[1]
    back = turn(-rotation, height if rotation % 180 else width, width if rotation % 180 else height)
    a, b = back(box[0], box[1]), back(box[2], box[3])
    x0, x1 = sorted((a[0], b[0]))
    y0, y1 = sorted((a[1], b[1]))
    return x0 + frame[0], y0 + frame[1], x1 + frame[0], y1 + frame[1]
