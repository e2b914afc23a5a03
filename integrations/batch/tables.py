"""The results as tables: summary.csv, summary.jsonl, failures.csv, each written whole or not at all."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from agent.commands.output import write
from agent.reports.plain import plain
from agent.reports.sheet import SEVERITIES
from integrations.batch.items import Done, Item, Row
from integrations.batch.rows import COLUMNS, FAILURE_COLUMNS, LISTED, listed

WORST = ("do_not_fine_tune", "revise", "approve_with_conditions", "approve", "not_a_proposal")
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r")
"""The wide forms count as formulas in some spreadsheets of East Asia."""


def gather(items: Sequence[Item], done: dict[str, Done]) -> tuple[list[Row], list[Row]]:
    """The rows of the summary, the worst first, and those of the failures; a duplicate has its twin's row again."""
    rows, failures = [], []
    labels = {item.name: item.found.label for item in items}
    for item in items:
        one = done.get(item.same_as or item.name)
        if one is None:
            continue
        own = {"document": item.found.label, "same_as": labels.get(item.same_as, "")}
        if one.row:
            rows.append({**_without_list(one.row), **own, **listed(item)})
        elif one.failure:
            failures.append({**_without_list(one.failure), **own, **listed(item)})
    return sorted(rows, key=_rank), sorted(failures, key=lambda f: str(f["document"]))


def write_tables(output: Path, rows: Sequence[Row], failures: Sequence[Row]) -> None:
    """Writes the three tables.

    Raises:
        UsageError: the folder cannot be written.
    """
    write(output / "summary.csv", to_csv(rows, COLUMNS))
    write(output / "summary.jsonl", "".join(json.dumps(_nested(r), ensure_ascii=True) + "\n" for r in rows))
    write(output / "failures.csv", to_csv(failures, FAILURE_COLUMNS))


def to_csv(rows: Sequence[Row], columns: Sequence[str]) -> str:
    """A table as CSV, columns of the user's list last. No text in it starts a formula in a spreadsheet."""
    extra = dict.fromkeys(c for row in rows for c in row if c.startswith(LISTED))
    file = io.StringIO()
    table = csv.writer(file, lineterminator="\n")
    table.writerow([_cell(c) for c in (*columns, *extra)])
    table.writerows([_cell(row.get(c)) for c in (*columns, *extra)] for row in rows)
    return file.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, float) and value == int(value):
        return int(value)
    if not isinstance(value, str):
        return "" if value is None else value
    # A formula is looked for behind white space and marks, too: spreadsheets skip them.
    text = plain(value)
    return f"'{text}" if text.lstrip(" '\"\N{NO-BREAK SPACE}").startswith(_FORMULA) or value[:1] in _FORMULA else text


def _nested(row: Row) -> Row:
    """A row with the user's own columns below `list`."""
    own = {k.removeprefix(LISTED): v for k, v in row.items() if k.startswith(LISTED)}
    return {**_without_list(row), "list": own}


def _without_list(row: Row) -> Row:
    return {k: v for k, v in row.items() if not k.startswith(LISTED)}


def _rank(row: Row) -> tuple[Any, ...]:
    """The worst first: verdict, blockers, findings; then the money asked for; then the name."""
    counts = [-int(row["blockers" if s == "blocker" else s]) for s in SEVERITIES]
    return (WORST.index(row["verdict"]), *counts[:2], -(row["asked_usd_high"] or 0), row["document"])
