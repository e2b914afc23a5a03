"""Ruled tables: from drawn edges to rows and columns of boxes."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from typing import NamedTuple

from agent.documents.draft import Rect
from agent.documents.pdf.shapes import Edge, Shapes

_NEAR = 3.0
"""Points within which edges are one, and meet."""
_MOST_EDGES = 2_000


class Box(NamedTuple):
    """A cell of a ruled table: its rectangle, and the rows and columns of the table that it takes up."""

    rect: Rect
    row: int
    column: int
    rows: int
    columns: int


def ruled_tables(shapes: Shapes) -> list[list[Box]]:
    """Tables of at least two columns, each as its cells in row-major order.

    The method is the common one for ruled tables: merge edges, find where they cross, take for each crossing the
    smallest rectangle below and to the right whose four sides are drawn, and join rectangles that share a corner.
    """
    level, upright = _merged(shapes.level), _merged(shapes.upright)
    if not 2 < len(level) + len(upright) <= _MOST_EDGES:
        return []
    rects = _rectangles(level, upright)
    return _without_stripes([table for group in _connected(rects) if (table := _table(group))])


def _without_stripes(tables: list[list[Box]]) -> list[list[Box]]:
    """Leaves out single rows with the same columns: coloured stripes of a table whose other rows have no edges."""
    edges = [tuple(round(b.rect[0] / _NEAR) for b in table) for table in tables]
    single = Counter(e for e, table in zip(edges, tables, strict=True) if table[-1].row == 0)
    return [t for e, t in zip(edges, tables, strict=True) if t[-1].row > 0 or single[e] < 2]


def _merged(edges: list[Edge]) -> list[Edge]:
    """Edges on one line that touch become one; lines that nearly coincide become one line."""
    lines: list[list[Edge]] = []
    for edge in sorted(edges):
        if lines and edge.at - lines[-1][-1].at <= _NEAR and edge.at - lines[-1][0].at <= 2 * _NEAR:
            lines[-1].append(edge)
        else:
            lines.append([edge])
    merged = []
    for line in lines:
        at = sum(e.at for e in line) / len(line)
        start, end = None, 0.0
        for edge in sorted(line, key=lambda e: e.start):
            if start is not None and edge.start <= end + _NEAR:
                end = max(end, edge.end)
                continue
            if start is not None:
                merged.append(Edge(at, start, end))
            start, end = edge.start, edge.end
        if start is not None:
            merged.append(Edge(at, start, end))
    return merged


def _rectangles(level: list[Edge], upright: list[Edge]) -> list[Rect]:
    """The smallest drawn rectangles, each from its top left corner."""
    crossings = [(v, h) for v in upright for h in level if _meet(v, h)]
    points = {(v.at, h.at): (v, h) for v, h in crossings}
    down: dict[Edge, list[float]] = defaultdict(list)
    right: dict[Edge, list[float]] = defaultdict(list)
    for v, h in crossings:
        down[v].append(h.at)
        right[h].append(v.at)
    for values in (*down.values(), *right.values()):
        values.sort()
    rects = []
    for (x, y), (v, h) in points.items():
        rect = _smallest(x, y, down[v], right[h], points)
        if rect:
            rects.append(rect)
    return rects


def _smallest(
    x: float, y: float, ys: list[float], xs: list[float], points: dict[tuple[float, float], tuple[Edge, Edge]]
) -> Rect | None:
    """The smallest rectangle whose top left corner is (x, y)."""
    for bottom in reversed(ys[: bisect_left(ys, y)]):
        for side in xs[bisect_left(xs, x) + 1 :]:
            corner = points.get((side, bottom))
            if corner and points[x, bottom][1] == corner[1] and points[side, y][0] == corner[0]:
                return (x, bottom, side, y)
    return None


def _meet(upright: Edge, level: Edge) -> bool:
    across = level.start - _NEAR <= upright.at <= level.end + _NEAR
    return across and upright.start - _NEAR <= level.at <= upright.end + _NEAR


def _connected(rects: list[Rect]) -> list[list[Rect]]:
    """Groups of rectangles that share corners, top to bottom."""
    by_corner: dict[tuple[float, float], list[int]] = defaultdict(list)
    for i, (x0, y0, x1, y1) in enumerate(rects):
        for corner in ((x0, y0), (x0, y1), (x1, y0), (x1, y1)):
            by_corner[corner].append(i)
    group_of = list(range(len(rects)))

    def find(i: int) -> int:
        while group_of[i] != i:
            group_of[i] = group_of[group_of[i]]
            i = group_of[i]
        return i

    for members in by_corner.values():
        for other in members[1:]:
            group_of[find(other)] = find(members[0])
    groups: dict[int, list[Rect]] = defaultdict(list)
    for i, rect in enumerate(rects):
        groups[find(i)].append(rect)
    return sorted(groups.values(), key=lambda g: -max(r[3] for r in g))


def _table(rects: list[Rect]) -> list[Box] | None:
    """Rows and columns of a group of rectangles; None when it is too small to be a table."""
    xs = sorted({r[0] for r in rects} | {r[2] for r in rects})
    ys = sorted({r[1] for r in rects} | {r[3] for r in rects}, reverse=True)
    if len(xs) < 3:
        return None
    column, row = {x: i for i, x in enumerate(xs)}, {y: i for i, y in enumerate(ys)}
    boxes = [Box(r, row[r[3]], column[r[0]], row[r[1]] - row[r[3]], column[r[2]] - column[r[0]]) for r in rects]
    return sorted(boxes, key=lambda b: (b.row, b.column))
