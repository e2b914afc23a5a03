"""Running headers, footers and page numbers."""

from __future__ import annotations

import re
from collections import Counter
from typing import Literal

from agent.documents.pdf.segments import Segment

_MARGIN = 0.12
"""Share of the page at its top and bottom."""
_NUMBER_MARGIN = 0.17
"""The same for a page number that is the last or first line."""
_SHARE = 0.6
_STEP = 4.0
_DIGITS = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(
    r"\s*(?:page|seite|p\.?)?\s*[-–—]?\s*(?:\d{1,4}|[ivxl]{1,6})\s*[-–—]?\s*(?:(?:of|/|von|sur|de)\s*\d{1,4})?\s*", re.I
)
Furniture = Literal["header", "footer"]


def furniture(pages: list[list[Segment]], heights: list[tuple[float, float]]) -> dict[tuple[int, int], Furniture]:
    """Lines that are no body: `(page index, line index)` to header or footer.

    They repeat at one height, are page numbers, or are what a tagged page leaves untagged in its margins.

    Args:
        pages: the lines of each page.
        heights: bottom and top of each page, display frame.
    """
    seen: Counter[tuple[str, Furniture, int]] = Counter()
    candidates: dict[tuple[int, int], tuple[str, Furniture, int]] = {}
    for p, (found, frame) in enumerate(zip(pages, heights, strict=True)):
        keys = set()
        for i, line in enumerate(found):
            if edge := _edge(line, frame):
                key = (_DIGITS.sub("#", line.text.strip()), edge, round((line.base - frame[0]) / _STEP))
                candidates[p, i] = key
                keys.add(key)
        seen.update(keys)
    least = max(2, _SHARE * len(pages))
    ends = [_ends(found) for found in pages]
    tagged = [any(line.tag for line in found) for found in pages]

    def is_furniture(place: tuple[int, int], key: tuple[str, Furniture, int]) -> bool:
        line = pages[place[0]][place[1]]
        untagged = tagged[place[0]] and line.tag is None
        return untagged or _count(seen, key) >= least or bool(_PAGE_NUMBER.fullmatch(line.text))

    aside = {place: key[1] for place, key in candidates.items() if is_furniture(place, key)}
    for p, (found, frame) in enumerate(zip(pages, heights, strict=True)):
        for i in ends[p]:
            if _PAGE_NUMBER.fullmatch(found[i].text) and (edge := _edge(found[i], frame, _NUMBER_MARGIN)):
                aside[p, i] = edge
    return aside


def _ends(found: list[Segment]) -> set[int]:
    """The lowest and the highest line of a page."""
    order = sorted(range(len(found)), key=lambda i: found[i].base)
    return {order[0], order[-1]} if order else set()


def _count(seen: Counter[tuple[str, Furniture, int]], key: tuple[str, Furniture, int]) -> int:
    """Pages on which the text stands at about this height."""
    text, edge, step = key
    return seen[key] + max(seen[text, edge, step - 1], seen[text, edge, step + 1])


def _edge(line: Segment, frame: tuple[float, float], share: float = _MARGIN) -> Furniture | None:
    bottom, top = frame
    margin = share * (top - bottom)
    if line.base > top - margin:
        return "header"
    return "footer" if line.base < bottom + margin else None
