"""Where HTML table cells stand, with spans clamped."""

from __future__ import annotations

from lxml.etree import _Element

from agent.documents.draft import Place

_MOST = 60


class Rows:
    """Counts the rows and columns of one table."""

    def __init__(self, table: int) -> None:
        """Takes the number of the table."""
        self._table = table
        self._row = -1
        self._column = 0
        self._taken: set[tuple[int, int]] = set()

    def next_row(self) -> None:
        """Starts a row."""
        self._row += 1
        self._column = 0

    def place(self, element: _Element) -> Place:
        """The place of the next `td` or `th`, beside those that reach down from rows above."""
        row = max(self._row, 0)
        while (row, self._column) in self._taken:
            self._column += 1
        columns, rows = _span(element, "colspan"), _span(element, "rowspan")
        place = Place(self._table, row, self._column, columns, rows, header=element.tag == "th")
        if rows > 1:
            self._taken |= {
                (r, c) for r in range(row + 1, row + rows) for c in range(place.column, place.column + columns)
            }
        self._column += columns
        return place


def _span(element: _Element, attribute: str) -> int:
    value = element.get(attribute, "1").strip()
    return (
        min(max(int(value), 1), _MOST)
        if value.isascii() and value.isdigit() and len(value) < 10
        else _MOST
        if value.isdigit()
        else 1
    )
