"""Where the cells of a Word table stand, from its XML; spans are clamped."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from lxml.etree import _Element

from agent.documents.docx.names import GONE, WRAPPERS, W, attribute, children, is_on, number
from agent.documents.draft import Place

_MOST_COLUMNS = 63


class Row(NamedTuple):
    """A `w:tr` and the path to it."""

    element: _Element
    path: str


class WordCell(NamedTuple):
    """A `w:tc` that begins a cell, with its path and place."""

    element: _Element
    path: str
    place: Place
    deleted: bool


def rows_of(element: _Element, path: str, tag: str = "tr") -> list[Row]:
    """The rows of a table (or cells of a row), also inside content controls and tracked insertions."""
    found: list[Row] = []
    for index, child in enumerate(children(element)):
        place = f"{path}/{index}"
        if child.tag == W + tag:
            found.append(Row(child, place))
        elif child.tag in WRAPPERS or child.tag in GONE:
            found += rows_of(child, place, tag)
    return found


def cells_of(rows: list[Row], table: int) -> Iterator[WordCell]:
    """Cells in row-major order; a cell that continues one above is left out."""
    heights = _heights(rows)
    for r, row in enumerate(rows):
        properties = row.element.find(W + "trPr")
        header = is_on(properties, "tblHeader")
        deleted = properties is not None and properties.find(W + "del") is not None
        for column, width, cell in _columns(row):
            if _continues(cell.element):
                continue
            place = Place(table, r, column, width, heights.get((r, column), 1), header=header or None)
            yield WordCell(cell.element, cell.path, place, deleted)


def _columns(row: Row) -> Iterator[tuple[int, int, Row]]:
    """First column, width and element of each `w:tc`."""
    column = min(number(attribute(row.element, "trPr/gridBefore"), 0), _MOST_COLUMNS)
    for cell in rows_of(row.element, row.path, "tc"):
        width = min(max(number(attribute(cell.element, "tcPr/gridSpan"), 1), 1), _MOST_COLUMNS)
        yield column, width, cell
        column += width


def _continues(cell: _Element) -> bool:
    merge = cell.find(f"{W}tcPr/{W}vMerge")
    return merge is not None and merge.get(W + "val", "continue") != "restart"


def _heights(rows: list[Row]) -> dict[tuple[int, int], int]:
    """How many rows the cell that begins at (row, column) reaches over."""
    heights: dict[tuple[int, int], int] = {}
    begun: dict[int, int] = {}
    for r, row in enumerate(rows):
        for column, _, cell in _columns(row):
            if _continues(cell.element) and column in begun:
                heights[begun[column], column] = r - begun[column] + 1
            else:
                begun[column] = r
    return heights
