"""Tables of results: a row for each variant, its score, and perhaps a row with the score that is needed.

`| stock + look-up | 60.1 |`, `| needed | 85% |`: the rows of variants that are not tuned are what there is to beat.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from agent.facts.mentions import models
from agent.facts.patterns import pattern
from agent.facts.reading import Reading
from agent.facts.segments import Segment

_SCORE = re.compile(r"\W*(\d{1,2}(?:[.,]\d{1,2})?|100)(\s?(?:%|per ?cent)|(?=\W*\Z))")
LARGER = 1.4
"""A model with so many times the parameters of the smallest is a stronger one."""
_ROWS = 2
"""Fewer rows compare nothing."""


def scored_rows(reading: Reading) -> Iterator[tuple[str, float, bool, Segment]]:
    """Of each table of results: `target` or `baseline`, the score, whether it is a percentage, and its cell."""
    tables: dict[int, list[Segment]] = {}
    for segment in reading.segments:
        block = segment.block
        ours = segment.role not in ("others", "rejected", "appendix")
        if ours and block.kind == "cell" and block.table is not None and not block.is_header:
            tables.setdefault(block.table, []).append(segment)
    for cells in tables.values():
        yield from _table(cells)


def _table(table: list[Segment]) -> Iterator[tuple[str, float, bool, Segment]]:
    rows: dict[int, list[Segment]] = {}
    for segment in table:
        rows.setdefault(segment.block.row or 0, []).append(segment)
    column = _score_column(table)
    named = [_kind(row[0]) for row in rows.values()]
    if column is None or len(rows) < _ROWS or "variant" not in named:
        return
    smallest = min((m.params_b for row in rows.values() for m in models(row[0]) if m.params_b), default=0.0)
    for cells, kind in zip(rows.values(), named, strict=True):
        cell = next((c for c in cells[1:] if c.block.column == column), None)
        match = _SCORE.match(cell.text) if cell else None
        if cell is None or match is None or kind == "tuned" or _stronger(cells[0], smallest):
            continue
        percent = "%" in match.group(2) or "%" in " ".join(cell.block.headers)
        yield ("target" if kind == "target" else "baseline"), float(match.group(1).replace(",", ".")), percent, cell


def _kind(label: Segment) -> str:
    """What a row is of, by its first cell."""
    text = label.text
    if pattern("results.target").search(text) and not models(label):
        return "target"
    if pattern("compared.tuned").search(text):
        return "tuned"
    variant = models(label) or pattern("compared.prompt").search(text) or pattern("compared.lookup").search(text)
    return "variant" if variant or pattern("results.variant").search(text) else "other"


def _stronger(label: Segment, smallest: float) -> bool:
    """A row of a larger or hosted model: a further alternative, not what the base does now."""
    larger = any(m.hosted or (m.params_b or 0.0) > LARGER * smallest for m in models(label))
    return larger or bool(pattern("compared.bigger").search(label.text))


def _score_column(cells: list[Segment]) -> int | None:
    """The column of scores: the only one, or the one over all items."""
    columns: dict[int, list[Segment]] = {}
    for cell in cells:
        columns.setdefault(cell.block.column or 0, []).append(cell)
    first = min(columns)
    found = [
        number
        for number, column in columns.items()
        if number != first
        and not pattern("compared.no_score").search(" ".join(column[0].block.headers))
        and sum(bool(_SCORE.match(c.text)) for c in column) >= max(_ROWS, 0.6 * len(column))
    ]
    overall = [n for n in found if pattern("results.overall").search(" ".join(columns[n][0].block.headers))]
    return next(iter(overall), None) if len(found) != 1 else found[0]
