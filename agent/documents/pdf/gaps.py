"""Borderless tables: rows of segments that line up in columns."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

from agent.documents.pdf.segments import Segment, same_line
from agent.documents.pdf.words import HYPHEN

_APART = 2.6
"""Times the size of the letters: a larger step between rows ends a table."""
_WRAPPED = 1.45
_CLOSER = 0.85
"""Times the widest step between lines: a smaller one stays within a row."""
_FILLED = 0.6
_NEIGHBOURS = 60
"""Words between two cells of one row in the page's content; text in columns has more."""
_PROSE = 7
"""Words of a segment, from which two columns are prose."""
_SOME = 4
_MANY = 5
_FULL = 0.8
_GUTTER = 3.0
_MOST = 1_500
"""Segments of a page."""
Row = list[Segment]


class GapTable(NamedTuple):
    """A table found by its gaps: for each row, its columns' segments."""

    rows: list[dict[int, list[Segment]]]

    @property
    def order(self) -> int:
        """Where the table begins in the page's content."""
        return min(s.order for row in self.rows for cell in row.values() for s in cell)


def gap_tables(found: list[Segment], width: float) -> list[GapTable]:
    """Tables without rules among the segments of one page; none where the page is a cloud of words."""
    if len(found) > _MOST:
        return []
    return [table for run in _runs(_rows(found)) if (table := _table(run, width))]


def _rows(found: list[Segment]) -> list[Row]:
    """Segments by base line, from the top, each row from the left."""
    rows: list[Row] = []
    for segment in sorted(found, key=lambda s: -s.base):
        if rows and same_line(rows[-1][0], segment):
            rows[-1].append(segment)
        else:
            rows.append([segment])
    return [sorted(row, key=lambda s: s.left) for row in rows]


def _runs(rows: list[Row]) -> list[list[Row]]:
    """Stretches of rows with several segments, with the single ones between that continue a cell."""
    runs: list[list[Row]] = []
    run: list[Row] = []
    for row in rows:
        step = run[-1][0].base - row[0].base if run else 0.0
        size = max(s.size for s in row)
        if len(row) > 1 and not all(s.mono for s in row) and (not run or step <= _APART * size):
            run.append(row)
            continue
        if len(row) == 1 and run and step <= _WRAPPED * size and _under_column(row[0], run):
            run.append(row)
            continue
        runs.append(run)
        run = [row] if len(row) > 1 and not all(s.mono for s in row) else []
    runs.append(run)
    return [_trimmed(run) for run in runs if run]


def _under_column(segment: Segment, run: list[Row]) -> bool:
    """True when a segment stands exactly under a column but is no wider than what is above it allows."""
    starts = [s.left for row in run for s in row]
    ends = [s.left for row in run for s in row if s.left > segment.left + _GUTTER]
    aligned = any(abs(segment.left - x) <= _GUTTER for x in starts)
    return aligned and (not ends or segment.right < min(ends))


def _trimmed(run: list[Row]) -> list[Row]:
    """A single segment at the end of a run may be the paragraph after it, unless it is not in the first column."""
    first = min(row[0].left for row in run)
    while run and len(run[-1]) == 1 and run[-1][0].left <= first + _GUTTER and not (run[1:] and _broken(run[-2])):
        run = run[:-1]
    return run


def _broken(row: Row) -> bool:
    """True when the first cell of a row ends in the middle of a word."""
    return row[0].words[-1].text.endswith((HYPHEN, "-", "/"))


def _table(run: list[Row], width: float) -> GapTable | None:
    several = [row for row in run if len(row) > 1]
    columns = column_ranges([(s.left, s.right) for row in several for s in row])
    if len(columns) < 2 or len(several) < (3 if len(columns) == 2 else 2):
        return None
    places = [[column_of(s.left, columns) for s in row] for row in run]
    filled = sum(len(set(p)) for row, p in zip(run, places, strict=True) if len(row) > 1)
    if filled < _FILLED * len(columns) * len(several) or _is_prose(several, columns) or _scattered(several):
        return None
    return GapTable(_cells(run, places))


def column_ranges(ranges: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """The ranges that texts cover from left to right, those that overlap taken together."""
    columns: list[tuple[float, float]] = []
    for left, right in sorted(ranges):
        if columns and left <= columns[-1][1] + _GUTTER:
            columns[-1] = (columns[-1][0], max(columns[-1][1], right))
        else:
            columns.append((left, right))
    return columns


def column_of(left: float, columns: list[tuple[float, float]]) -> int:
    """The column in which a text begins."""
    return max((i for i, (start, _) in enumerate(columns) if left >= start - _GUTTER), default=0)


def _is_prose(rows: list[Row], columns: list[tuple[float, float]]) -> bool:
    """True when at least two of the columns hold running text: wordy, or lines of some words that fill their column."""
    wordy = 0
    for i, (left, right) in enumerate(columns):
        cells = [s for row in rows for s in row if column_of(s.left, columns) == i]
        words = sum(len(s.words) for s in cells) / max(len(cells), 1)
        full = sum(s.right >= left + _FULL * (right - left) for s in cells)
        wordy += words > _PROSE or (words > _SOME and len(cells) >= _MANY and full >= _FULL * len(cells))
    return wordy >= 2


def _scattered(rows: list[Row]) -> bool:
    """True when the cells of most rows do not follow each other in the content, as columns of text do not."""
    near = sum(all(0 < b.order - a.order <= _NEIGHBOURS for a, b in pairwise(r)) for r in rows)
    return near < _FILLED * len(rows)


def _cells(run: list[Row], places: list[list[int]]) -> list[dict[int, list[Segment]]]:
    """Rows as columns' segments; a row that only goes on with cells above is added to that row."""
    steps = [a[0].base - b[0].base for a, b in pairwise(run)]
    usual = max(steps, default=0.0)
    rows: list[dict[int, list[Segment]]] = []
    for i, (row, columns) in enumerate(zip(run, places, strict=True)):
        closer = i > 0 and steps[i - 1] < _CLOSER * usual
        fewer = bool(rows) and len(columns) < len(rows[-1])
        goes_on = bool(rows) and (
            (0 not in columns and (len(row) == 1 or closer))
            or (closer and fewer)
            or (len(row) == 1 and _broken(run[i - 1]))
        )
        if not goes_on:
            rows.append({})
        for column, segment in zip(columns, row, strict=True):
            rows[-1].setdefault(column, []).append(segment)
    return rows
