"""Ruled tables with rows that lack their upright rules: such a wide cell is split where its columns stand apart."""

from __future__ import annotations

from itertools import pairwise

from agent.documents.pdf.grids import Box
from agent.documents.pdf.segments import GAP, by_position
from agent.documents.pdf.words import Word

Placed = list[tuple[int, Word]]


def split_cell(box: Box, inside: Placed, edges: list[float]) -> list[tuple[Box, Placed]]:
    """A cell that reaches over several columns as several cells, when no word crosses from one into the next.

    Args:
        box: the cell.
        inside: its words, each with its place in the page's content.
        edges: all upright edges of the table from the left.
    """
    inner = edges[box.column : box.column + box.columns + 1]
    if box.columns < 2 or len(inner) < 3:
        return [(box, inside)]
    columns = [_column(word, inner) for _, word in inside]
    if -1 in columns or len(set(columns)) < 2 or not _apart(inside, inner):
        return [(box, inside)]
    parts = []
    for i, (left, right) in enumerate(pairwise(inner)):
        rect = (left, box.rect[1], right, box.rect[3])
        words = [w for w, column in zip(inside, columns, strict=True) if column == i]
        parts.append((Box(rect, box.row, box.column + i, box.rows, 1), words))
    return parts


def _column(word: Word, edges: list[float]) -> int:
    """The column that holds a word whole, or -1."""
    for i, (left, right) in enumerate(pairwise(edges)):
        if left - 1 <= word.box[0] and word.box[2] <= right + 1:
            return i
    return -1


def _apart(inside: Placed, edges: list[float]) -> bool:
    """True when neighbours in different columns never stand as near as words of one sentence."""
    for a, b in pairwise(by_position([word for _, word in inside])):
        same_line = abs(a.base - b.base) < 0.35 * a.size
        if same_line and _column(a, edges) != _column(b, edges) and b.box[0] - a.box[2] < GAP * a.size:
            return False
    return True
