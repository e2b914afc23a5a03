"""The rows of a summary added up: verdicts, totals asked and computed, findings by frequency. Duplicates count once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from agent.models import Range
from integrations.batch.items import Row
from integrations.batch.tables import WORST


class Total(NamedTuple):
    """One quantity over the documents that state it and for which it was computed; both as low and high."""

    documents: int
    asked: Range
    computed: Range

    @property
    def difference(self) -> Range:
        """Asked less computed, the least and the most."""
        return self.asked[0] - self.computed[1], self.asked[1] - self.computed[0]


class Frequent(NamedTuple):
    """A rule, and the documents in which it fired."""

    code: str
    documents: int


class Portfolio(NamedTuple):
    """What a reader wants to know before any single document."""

    documents: int
    duplicates: int
    verdicts: tuple[tuple[str, int], ...]
    money: Total
    gpus: Total
    weeks: Total
    frequent: tuple[Frequent, ...]


def add_up(rows: Sequence[Row]) -> Portfolio:
    """Adds up the rows of a summary."""
    once = [row for row in rows if not row["same_as"]]
    tally = Counter(row["verdict"] for row in once)
    codes = Counter(code for row in once for code in str(row["codes"]).split())
    return Portfolio(
        documents=len(once),
        duplicates=len(rows) - len(once),
        verdicts=tuple((verdict, tally[verdict]) for verdict in WORST if tally[verdict]),
        money=_total(once, "usd"),
        gpus=_total([_gpus(row) for row in once], "gpus"),
        weeks=_total(once, "weeks"),
        frequent=tuple(Frequent(*pair) for pair in sorted(codes.items(), key=lambda p: (-p[1], p[0]))),
    )


def stated(row: Row, name: str) -> Range | None:
    """A range of the row, `asked_usd` or `computed_weeks`; None where the document or the estimate says nothing."""
    low, high = row[f"{name}_low"], row[f"{name}_high"]
    return None if low is None or high is None else (low, high)


def _total(rows: Sequence[Row], unit: str) -> Total:
    pairs = [(stated(row, f"asked_{unit}"), stated(row, f"computed_{unit}")) for row in rows]
    both = [(asked, computed) for asked, computed in pairs if asked and computed]
    return Total(
        len(both),
        (sum(a[0] for a, _ in both), sum(a[1] for a, _ in both)),
        (sum(c[0] for _, c in both), sum(c[1] for _, c in both)),
    )


def _gpus(row: Row) -> Row:
    return {f"{who}_gpus_{end}": row[f"{who}_gpus"] for who in ("asked", "computed") for end in ("low", "high")}
