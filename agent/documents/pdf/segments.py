"""Words to segments: stretches of one base line without a wide gap; and segments to lines."""

from __future__ import annotations

import re
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from agent.documents.draft import Rect, Span
from agent.documents.pdf.tags import Tag
from agent.documents.pdf.words import HYPHEN, Word

GAP = 0.8
"""Times the size of the letters: a gap that no space between words makes."""
_LEAST_GAP = 6.0
_SAME_LINE = 0.35
_WORD_GAP = 0.12
_WIDE = 0.2
_INTERLEAVED = 0.25
_MOST = 5_000
"""Segments of a page, beyond which its order is left as it is."""
MARKER = re.compile(r"[-*•◦▪▫‣·●○■□–—➢➤❖✓✔\uf000-\uf0ff]|\(?(?:\d{1,3}|[a-zA-Z]|[ivx]{1,4})[.)]|\[\d{1,3}\]")
GLYPH = re.compile(r"[-*•◦▪▫‣·●○■□–—➢➤❖✓✔\uf000-\uf0ff]")


class _Words(NamedTuple):
    words: tuple[Word, ...]
    order: int
    page: int


class Segment(_Words):
    """Words on one base line, and where they came in the page's content. What follows from them is computed once."""

    @cached_property
    def box(self) -> Rect:
        """The rectangle around the words, display frame."""
        x0, y0, x1, y1 = zip(*(w.box for w in self.words), strict=True)
        return min(x0), min(y0), max(x1), max(y1)

    @cached_property
    def left(self) -> float:
        """Left end."""
        return self.words[0].box[0]

    @cached_property
    def right(self) -> float:
        """Right end."""
        return max(w.box[2] for w in self.words)

    @cached_property
    def base(self) -> float:
        """Height of the base line."""
        return max(self.words, key=lambda w: (w.size, len(w.text))).base

    @cached_property
    def size(self) -> float:
        """Size of most letters, to half a point."""
        weights: dict[float, int] = {}
        if len({word.size for word in self.words}) == 1:
            return round(self.words[0].size * 2) / 2
        for word in self.words:
            size = round(word.size * 2) / 2
            weights[size] = weights.get(size, 0) + len(word.text)
        return max(weights, key=lambda s: (weights[s], s))

    @cached_property
    def bold(self) -> bool:
        """True when all letters are bold."""
        return all(w.bold for w in self.words if any(c.isalnum() for c in w.text))

    @cached_property
    def mono(self) -> bool:
        """True when all letters are in a font of equal widths."""
        return any(w.mono for w in self.words) and all(w.mono for w in self.words if any(c.isalnum() for c in w.text))

    @cached_property
    def bare(self) -> bool:
        """True when there are no letters at all, as in drawings made of signs."""
        return not any(c.isalnum() for w in self.words for c in w.text)

    @cached_property
    def tag(self) -> Tag | None:
        """What the document says the line is part of."""
        return self.words[-1].tag

    @cached_property
    def marker(self) -> bool:
        """True when the first word is a bullet or a number before an item."""
        first = self.words[0]
        return len(self.words) > 1 and (bool(MARKER.fullmatch(first.text)) or _is_label(first))

    @cached_property
    def text(self) -> str:
        """The words with their spaces."""
        return "".join((" " if w.space and i else "") + w.text for i, w in enumerate(self.words)).replace(HYPHEN, "-")

    def spans(self) -> list[Span]:
        """The words as spans with their boxes in user space."""
        return [Span((" " if w.space else "") + w.text, page=self.page, box=rounded(w.user)) for w in self.words]

    def joined(self, other: Segment) -> Segment:
        """This segment and one to its right."""
        first, *rest = other.words
        return self._replace(words=(*self.words, first._replace(space=True), *rest))


def rounded(box: Rect) -> Rect:
    """A box to a tenth of a point."""
    return round(box[0], 1), round(box[1], 1), round(box[2], 1), round(box[3], 1)


def by_position(words: list[Word]) -> list[Word]:
    """Words line by line from the top, each line from the left: for turned pages, whose content comes in no order."""
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda w: -w.base):
        if rows and abs(rows[-1][0].base - word.base) <= _SAME_LINE * max(word.size, 4):
            rows[-1].append(word)
        else:
            rows.append([word])
    placed: list[Word] = []
    for row in rows:
        row.sort(key=lambda w: w.box[0])
        before = [None, *row[:-1]]
        placed += [
            w._replace(space=b is None or w.box[0] - b.box[2] > _WORD_GAP * w.size)
            for w, b in zip(row, before, strict=True)
        ]
    return placed


def segments(words: list[tuple[int, Word]], page: int) -> list[Segment]:
    """Words, each with its place in the page's content, to segments in the same order."""
    found: list[Segment] = []
    current: list[Word] = []
    start = 0
    for order, word in words:
        if current and not _continues(current, word):
            found.append(Segment(tuple(current), start, page))
            current = []
        if not current:
            start = order
        current.append(word)
    if current:
        found.append(Segment(tuple(current), start, page))
    return _with_markers(found)


def _continues(current: list[Word], word: Word) -> bool:
    last = current[-1]
    if last.tag and word.tag and last.tag.block != word.tag.block and not _is_label(last):
        return False
    size = max(last.size, word.size)
    gap = word.box[0] - last.box[2]
    if not -0.5 * size < gap <= max(GAP * size, _LEAST_GAP):
        return False
    if abs(word.base - last.base) <= _SAME_LINE * size or abs(word.base - current[0].base) <= _SAME_LINE * size:
        return True
    raised = min(word.size, last.size) < 0.85 * size and gap < 0.4 * size
    return raised and word.box[1] < last.box[3] and last.box[1] < word.box[3]


def _is_label(word: Word) -> bool:
    return word.tag is not None and word.tag.kind == "label"


def _with_markers(found: list[Segment]) -> list[Segment]:
    """A bullet or number that begins a line belongs to the text to its right, across a wider gap than words have."""
    result: list[Segment] = []
    for segment in found:
        last = result[-1] if result else None
        if (
            last
            and _is_marker(last)
            and same_line(last, segment)
            and -1 <= segment.left - last.right <= 4 * segment.size
        ):
            begins = len(result) < 2 or not same_line(result[-2], last)
            if begins:
                result[-1] = last.joined(segment)
                continue
        result.append(segment)
    return result


def _is_marker(segment: Segment) -> bool:
    return len(segment.words) == 1 and (bool(MARKER.fullmatch(segment.text.strip())) or _is_label(segment.words[0]))


def same_line(a: Segment, b: Segment) -> bool:
    """True when two segments stand on one base line."""
    return abs(a.base - b.base) <= _SAME_LINE * max(a.size, b.size, 4)


def lines(found: list[Segment], width: float) -> list[Segment]:
    """Segments to whole lines in reading order: the content's own order, unless its columns interleave."""
    pairs = [] if len(found) > _MOST else [(a, b) for a, b in pairwise(found) if same_line(a, b) and a.right <= b.left]
    wide = sum(a.right - a.left > _WIDE * width and b.right - b.left > _WIDE * width for a, b in pairs)
    if wide > 3 and wide > _INTERLEAVED * (len(found) - len(pairs)):
        middle = _gutter(pairs)
        found = _by_column(found, middle)
    result: list[Segment] = []
    for segment in found:
        if result and _one_line(result[-1], segment):
            result[-1] = result[-1].joined(segment)
        else:
            result.append(segment)
    return result


def _one_line(a: Segment, b: Segment) -> bool:
    """True for two texts on one base line that belong together; far apart, as in a letterhead, they do not."""
    if not same_line(a, b) or a.right > b.left + 1:
        return False
    if a.tag and b.tag and a.tag.block != b.tag.block:
        return False
    return b.left - a.right <= 4 * max(a.size, b.size)


def _gutter(pairs: list[tuple[Segment, Segment]]) -> float:
    """The middle of the gap that most pairs of neighbours share."""
    middles = [(a.right + b.left) / 2 for a, b in pairs]
    return max(middles, key=lambda x: sum(a.right <= x <= b.left for a, b in pairs))


def _by_column(found: list[Segment], middle: float) -> list[Segment]:
    """Left column before right, between segments that cross the gutter."""
    ordered: list[Segment] = []
    left: list[Segment] = []
    right: list[Segment] = []
    for segment in sorted(found, key=lambda s: (-s.base, s.left)):
        if segment.left < middle - 2 and segment.right > middle + 2:
            ordered += [*left, *right, segment]
            left, right = [], []
        elif segment.right <= middle + 2:
            left.append(segment)
        else:
            right.append(segment)
    return [*ordered, *left, *right]
