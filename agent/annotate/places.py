"""Places of a quote in the file, as plain data for the child process."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from itertools import groupby
from operator import attrgetter
from typing import Any

from agent.documents.places import run_parts
from agent.models import Anchor, Document

STORIES = ("body/", "footnotes/", "endnotes/")
"""Parts of a DOCX that a comment can lead to; Word takes none in a running header or footer."""


def in_word(document: Document, start: int, end: int) -> list[Any]:
    """`[path, run, start, end]` of each run part that holds `text[start:end]`; none where no comment can be."""
    parts = run_parts(document, start, end)
    return [list(part) for part in parts] if parts and all(p.path.startswith(STORIES) for p in parts) else []


def in_pdf(document: Document, start: int, end: int) -> list[Any]:
    """`[page, box, word, from, to]` of each word in `text[start:end]`; from and to cut the first and the last one."""
    found: list[Any] = []
    for (page, box), anchors in groupby(_anchors(document, start, end), key=attrgetter("page", "box")):
        word = list(anchors)
        if page is not None and box is not None:
            begins, ends = word[0].start, word[-1].end
            cut = [max(start - begins, 0), min(end, ends) - begins]
            found.append([page, box, document.text[begins:ends], *cut])
    return found


def _anchors(document: Document, start: int, end: int) -> tuple[Anchor, ...]:
    """The anchors of a stretch, whole words: the pieces of a word with a ligature have one box."""
    anchors = document.anchors
    first = bisect_right(anchors, start, key=attrgetter("end"))
    last = bisect_left(anchors, end, key=attrgetter("start"))
    while 0 < first < last and anchors[first - 1].box == anchors[first].box:
        first -= 1
    while first < last < len(anchors) and anchors[last].box == anchors[last - 1].box:
        last += 1
    return anchors[first:last]
