"""Tables: which rows are headers, and what stands over and beside each cell."""

from __future__ import annotations

import re
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple

from agent.documents.canonical import plain
from agent.documents.draft import Draft, Place

_DIGIT = re.compile(r"\d")
_HEADER_WORDS = re.compile(
    r"\b(?:items?|values?|fields?|details?|parameters?|settings?|metrics?|descriptions?|notes?|costs?|amounts?|targets?|"
    r"baselines?|choice|names?|phases?|steps?|options?|comments?|weeks?|when|what|who|why|owner|role|risk|mitigation|"
    r"categor(?:y|ies)|criteri(?:on|a)|requirements?|properties|property|specifications?|score|result|answer|question|"
    r"estimate|total|price|status|quantity|count|duration|purpose|component|resource|line|usd|eur|hyperparameters?)\b",
    re.IGNORECASE,
)
_LONGEST_HEADER = 80


class Cell(NamedTuple):
    """A cell's place with its canonical text."""

    place: Place
    text: str


class Grid:
    """One table: knows the column headers and the row label of each of its cells."""

    def __init__(self, cells: list[Cell]) -> None:
        """Takes the visible cells of one table in row-major order."""
        self._header_rows = _header_rows(cells)
        self._over: dict[int, list[tuple[int, str]]] = {}
        self._label: dict[int, str] = {}
        for place, text in cells:
            if place.row in self._header_rows:
                for column in range(place.column, place.column + place.columns):
                    self._over.setdefault(column, []).append((place.row, text))
            elif place.column == 0:
                self._label |= dict.fromkeys(range(place.row, place.row + place.rows), text)

    def describe(self, place: Place) -> dict[str, Any]:
        """The table fields of `agent.models.Block` for the cell at this place."""
        fields: dict[str, Any] = {"table": place.table, "row": place.row, "column": place.column}
        if place.row in self._header_rows:
            return fields | {"is_header": True}
        over = [text for _, text in sorted(self._over.get(place.column, []), key=lambda item: item[0])]
        return fields | {"headers": list(dict.fromkeys(filter(None, over))), "label": self._label.get(place.row, "")}


def grids(drafts: list[Draft]) -> dict[int, Grid]:
    """The grid of each table number that the drafts mention."""
    cells = [Cell(d.cell, plain(d.source)) for d in drafts if d.cell]
    by_table = attrgetter("place.table")
    return {number: Grid(list(group)) for number, group in groupby(sorted(cells, key=by_table), by_table)}


def _header_rows(cells: list[Cell]) -> frozenset[int]:
    """Rows that name the columns, as the format says or as the first row looks."""
    rows = {row: list(group) for row, group in groupby(cells, lambda c: c.place.row)}
    said = {r for r, row in rows.items() if all(c.place.header for c in row) and any(c.text for c in row)}
    width = max(c.place.column + c.place.columns for c in cells)
    first = rows.get(0, [])
    if said:
        in_doubt = width == 2 and said == {0} and _DIGIT.search(first[-1].text) and not _named(first)
        return frozenset() if in_doubt else frozenset(said)
    if any(c.place.header is False for c in first) or len(rows) < 2 or width < 2:
        return frozenset()
    return frozenset({0}) if _looks_like_header(first, [c for c in cells if c.place.row > 0], width) else frozenset()


def _looks_like_header(first: list[Cell], rest: list[Cell], width: int) -> bool:
    """Guess for formats that do not say: bold over plain, or short names over figures."""
    texts = [c.text for c in first if c.text]
    if len(texts) < width - 1 or any(len(t) > _LONGEST_HEADER or t.endswith(".") for t in texts):
        return False
    bold_first = all(c.place.bold for c in first if c.text)
    other_bold = [c.place.bold for c in rest if c.text and c.place.column > 0]
    if bold_first and other_bold and sum(other_bold) < len(other_bold) / 2:
        return True
    if any(re.fullmatch(r"[\W\d]*\d[\W\d]*%?", t) for t in texts):
        return False
    if width == 2:
        return _named(first)
    return _named(first) or not any(_DIGIT.search(t) for t in texts[1:])


def _named(first: list[Cell]) -> bool:
    """True when the last cell of the row is one of the words that head columns."""
    texts = [c.text for c in first if c.text]
    last = texts[-1] if texts else ""
    return last[:1].isalpha() and len(last.split()) <= 4 and bool(_HEADER_WORDS.search(last))
