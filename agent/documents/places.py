"""Back to the author's file: where a stretch of the text stands in it, for highlights and comments."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from agent.models import Box, Document

if TYPE_CHECKING:
    from lxml.etree import _Element

_RUN = re.compile(r"(?P<path>.+)#run(?P<run>\d+)\+(?P<offset>\d+)")
_LEVEL = 0.5
"""Share of the height by which two boxes of one line may differ."""


class Highlight(NamedTuple):
    """A rectangle to mark on a page, in PDF user space."""

    page: int
    box: Box


class RunPart(NamedTuple):
    """Characters `start` to `end` (as python-docx counts `run.text`) of the `run`-th `w:r` below a paragraph."""

    path: str
    run: int
    start: int
    end: int


def highlights(document: Document, start: int, end: int) -> list[Highlight]:
    """The boxes of `text[start:end]` in a PDF, one a line; whole words, also where the stretch begins inside one."""
    inside = (a for a in document.anchors if a.end > start and a.start < end)
    return lines(Highlight(a.page, a.box) for a in inside if a.box is not None and a.page is not None)


def lines(words: Iterable[Highlight]) -> list[Highlight]:
    """The boxes of words in reading order as one a line."""
    found: list[Highlight] = []
    for word in words:
        last = found[-1] if found else None
        if last and last.page == word.page and _one_line(last.box, word.box):
            found[-1] = Highlight(last.page, _around(last.box, word.box))
        else:
            found.append(word)
    return found


def page_at(document: Document, offset: int) -> int | None:
    """The page on which a character stands; a block may begin on the page before."""
    index = bisect_right(document.anchors, offset, key=lambda a: a.start) - 1
    anchor = document.anchors[index] if index >= 0 else None
    if anchor and anchor.page is not None and offset <= anchor.end:
        return anchor.page
    block = document.block_at(offset)
    return block.page if block else None


def run_parts(document: Document, start: int, end: int) -> list[RunPart]:
    """The runs of a DOCX that hold `text[start:end]`, in order, cut to it."""
    found: list[RunPart] = []
    for anchor in document.anchors:
        match = _RUN.fullmatch(anchor.path or "")
        if not match or anchor.end <= start or anchor.start >= end:
            continue
        first = int(match["offset"]) + max(start - anchor.start, 0)
        last = int(match["offset"]) + min(end, anchor.end) - anchor.start
        path, run = match["path"], int(match["run"])
        before = found[-1] if found else None
        if before and (before.path, before.run) == (path, run):
            found[-1] = before._replace(end=last)
        else:
            found.append(RunPart(path, run, first, last))
    return found


def source_range(document: Document, start: int, end: int) -> tuple[int, int] | None:
    """Where `text[start:end]` stands in the decoded source of Markdown, HTML or text; markup inside it included."""
    inside = [a for a in document.anchors if a.offset is not None and a.end > start and a.start < end]
    if not inside:
        return None
    first, last = inside[0], inside[-1]
    assert first.offset is not None
    assert last.offset is not None
    return first.offset + max(start - first.start, 0), last.offset + min(end, last.end) - last.start


def find_run(part: _Element, place: RunPart) -> _Element:
    """The `w:r` element of a place.

    Args:
        part: what the path's first name stands for: `w:body`, or the root of the footnotes, comments or n-th header.
        place: as `run_parts` gives it.

    Raises:
        IndexError: the tree is not the one that was read.
    """
    node = part
    for step in place.path.split("/")[1:]:
        node = [child for child in node if isinstance(child.tag, str)][int(step)]
    space = part.tag.partition("}")[0]
    return list(node.iter(f"{space}}}r"))[place.run]


def _one_line(a: Box, b: Box) -> bool:
    """True for neighbours on one line, whichever way the page is turned."""
    level = abs((a[1] + a[3]) - (b[1] + b[3])) / 2 <= _LEVEL * max(a[3] - a[1], b[3] - b[1])
    if level:
        return b[0] >= a[0] - 1 and b[0] - a[2] < 3 * (a[3] - a[1]) + 6
    upright = abs((a[0] + a[2]) - (b[0] + b[2])) / 2 <= _LEVEL * min(a[2] - a[0], b[2] - b[0])
    return upright and (_tall(a) or _tall(b)) and min(abs(b[1] - a[3]), abs(a[1] - b[3])) < 12


def _tall(box: Box) -> bool:
    return box[3] - box[1] > box[2] - box[0]


def _around(a: Box, b: Box) -> Box:
    return Box(min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3]))
