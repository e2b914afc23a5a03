"""Drawn lines and pictures of a PDF page."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from agent.documents.draft import Rect
from agent.documents.pdf.raw import pdfium

_DEEPEST = 5
_MOST_OBJECTS = 20_000
_MOST_SEGMENTS = 12_000
_STRAIGHT = 1.0
_SHORTEST = 4.0
Matrix = tuple[float, float, float, float, float, float]
_IDENTITY: Matrix = (1, 0, 0, 1, 0, 0)


class Edge(NamedTuple):
    """A level or upright line: `at` is its height (or distance from the left), `start` to `end` its reach."""

    at: float
    start: float
    end: float


class Shapes(NamedTuple):
    """What is drawn on a page besides text, in the display frame."""

    level: list[Edge]
    upright: list[Edge]
    pictures: list[Rect]


def shapes(page: Any, turn: Callable[[float, float], tuple[float, float]]) -> Shapes:
    """Edges of painted paths and boxes of pictures; pages with too many paths to be a table give none."""
    found = Shapes([], [], [])
    budget = [_MOST_OBJECTS, _MOST_SEGMENTS]
    count = pdfium.FPDFPage_CountObjects(page)
    _collect((pdfium.FPDFPage_GetObject(page, i) for i in range(count)), _IDENTITY, turn, found, budget, 0)
    if min(budget) <= 0:
        found.level.clear()
        found.upright.clear()
    return found


def _collect(
    objects: Iterator[Any],
    matrix: Matrix,
    turn: Callable[[float, float], tuple[float, float]],
    found: Shapes,
    budget: list[int],
    depth: int,
) -> None:
    for item in objects:
        budget[0] -= 1
        if min(budget) <= 0:
            return
        kind = pdfium.FPDFPageObj_GetType(item)
        if kind == pdfium.FPDF_PAGEOBJ_PATH:
            for a, b in _segments(item, _times(_matrix(item), matrix), budget):
                _add(found, turn(*a), turn(*b))
        elif kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            found.pictures.append(_picture(_times(_matrix(item), matrix), turn))
        elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < _DEEPEST:
            inner = (pdfium.FPDFFormObj_GetObject(item, i) for i in range(pdfium.FPDFFormObj_CountObjects(item)))
            _collect(inner, _times(_matrix(item), matrix), turn, found, budget, depth + 1)


def _matrix(item: Any) -> Matrix:
    raw = pdfium.FS_MATRIX()
    if not pdfium.FPDFPageObj_GetMatrix(item, raw):
        return _IDENTITY
    return raw.a, raw.b, raw.c, raw.d, raw.e, raw.f


def _times(inner: Matrix, outer: Matrix) -> Matrix:
    a, b, c, d, e, f = inner
    p, q, r, s, t, u = outer
    return a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u


def _apply(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def _picture(matrix: Matrix, turn: Callable[[float, float], tuple[float, float]]) -> Rect:
    """The box of the unit square under the matrix."""
    corners = [turn(*_apply(matrix, x, y)) for x in (0, 1) for y in (0, 1)]
    xs, ys = zip(*corners, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def _segments(
    path: Any, matrix: Matrix, budget: list[int]
) -> Iterator[tuple[tuple[float, float], tuple[float, float]]]:
    """Straight segments of a path that is filled or stroked."""
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(path, fill, stroke)
    if not fill.value and not stroke.value:
        return
    start = here = (0.0, 0.0)
    x, y = ctypes.c_float(), ctypes.c_float()
    for i in range(pdfium.FPDFPath_CountSegments(path)):
        budget[1] -= 1
        if budget[1] <= 0:
            return
        segment = pdfium.FPDFPath_GetPathSegment(path, i)
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        point = _apply(matrix, x.value, y.value)
        kind = pdfium.FPDFPathSegment_GetType(segment)
        if kind == pdfium.FPDF_SEGMENT_MOVETO:
            start = point
        elif kind == pdfium.FPDF_SEGMENT_LINETO:
            yield here, point
        here = point
        if pdfium.FPDFPathSegment_GetClose(segment):
            yield here, start
            here = start


def _add(found: Shapes, a: tuple[float, float], b: tuple[float, float]) -> None:
    width, height = abs(a[0] - b[0]), abs(a[1] - b[1])
    if height <= _STRAIGHT and width >= _SHORTEST:
        found.level.append(Edge((a[1] + b[1]) / 2, min(a[0], b[0]), max(a[0], b[0])))
    elif width <= _STRAIGHT and height >= _SHORTEST:
        found.upright.append(Edge((a[0] + b[0]) / 2, min(a[1], b[1]), max(a[1], b[1])))
