"""From offsets of our text to ranges of the Google Doc, exactly."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from operator import attrgetter
from typing import Any, NamedTuple

from agent.models import Anchor, Document

_PATH = re.compile(r"(?P<tab>[^/#+]*)(?:/(?P<segment>[^#+]*))?(?:#(?P<chip>\d+))?\+(?P<at>\d+)")
_WIDE = 0xFFFF


class Range(NamedTuple):
    """A stretch of one tab, in UTF-16 code units; `segment` names a header, footer or footnote."""

    tab: str
    segment: str
    start: int
    end: int

    def request(self) -> dict[str, Any]:
        """As the Docs API's `Range`."""
        place: dict[str, Any] = {"startIndex": self.start, "endIndex": self.end}
        return place | {k: v for k, v in (("tabId", self.tab), ("segmentId", self.segment)) if v}


def range_of(document: Document, start: int, end: int) -> Range | None:
    """Where `text[start:end]` stands; the first block of it when it reaches over several. None: it has no place."""
    block = document.block_at(start)
    if block is None or block.hidden:
        return None
    end = min(end, block.end)
    first = bisect_right(document.anchors, start, key=attrgetter("end"))
    last = bisect_left(document.anchors, end, key=attrgetter("start"))
    parts = [_units(document, anchor, start, end) for anchor in document.anchors[first:last]]
    if not parts or len({p[:2] for p in parts}) != 1:
        return None
    return Range(parts[0].tab, parts[0].segment, min(p.start for p in parts), max(p.end for p in parts))


def _units(document: Document, anchor: Anchor, start: int, end: int) -> Range:
    """The part of an anchor between two offsets."""
    match = _PATH.fullmatch(anchor.path or "")
    assert match, anchor
    tab, segment = match["tab"], match["segment"] or ""
    if match["chip"]:
        return Range(tab, segment, int(match["chip"]), int(match["chip"]) + 1)
    begin, stop = max(start, anchor.start), min(end, anchor.end)
    base = int(match["at"]) + begin - anchor.start
    wide = stop - begin == 1 and ord(document.text[begin]) > _WIDE
    return Range(tab, segment, base, base + (2 if wide else stop - begin))
