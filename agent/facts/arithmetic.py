"""The proposal's own sums: a table's items and its total, runs × cost, GPUs × hours × price, months × a bill.

Reports only what does not agree (fact `x.money`); what agrees says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from agent.estimator import arithmetic
from agent.estimator.arithmetic import Agreement
from agent.facts import budget, experiments
from agent.facts.assertions import assertion
from agent.facts.lexicon import cue
from agent.facts.quantities import Quantity
from agent.facts.reading import LIVE, Reading, fact
from agent.facts.segments import Segment
from agent.models import Evidence, Fact, Range

ROUNDED = 0.1  # a total given as `~$50` is a rounding: $45.10 makes it


class Clash(NamedTuple):
    """A stated computation that does not agree, and its quotes."""

    what: str
    agreement: Agreement
    evidence: tuple[Evidence, ...]


def read(reading: Reading) -> Iterator[Fact]:
    """Fact `x.money`: every stated computation that is off by more than 5% after rounding."""
    clashes = [*_tables(reading), *(c for s in reading.prose for c in _sentence(s)), *_budget(reading)]
    if clashes:
        value = [
            {"what": c.what, "stated": c.agreement.stated, "computed": c.agreement.computed, "how": c.agreement.words}
            for c in clashes
        ]
        yield fact("x.money", value, *dict.fromkeys(e for c in clashes for e in c.evidence))


def _tables(reading: Reading) -> Iterator[Clash]:
    tables: dict[int, list[Segment]] = {}
    for segment in reading.segments:
        if segment.block.kind == "cell" and segment.block.table is not None:
            tables.setdefault(segment.block.table, []).append(segment)
    for cells in tables.values():
        for column in sorted({c.block.column for c in cells if c.block.column}):
            yield from _column([c for c in cells if c.block.column == column and not c.block.is_header], cells)


def _column(column: list[Segment], cells: list[Segment]) -> Iterator[Clash]:
    totals = [c for c in column if cue("facts", "total").match(_first_cell(c, cells).strip("* "))]
    if len(totals) != 1 or totals[0] is not column[-1]:
        return
    total = _amount(totals[0])
    items = [_amount(c) for c in column[:-1]]
    filled = [i for i in items if i is not None]
    blank = [c for c, i in zip(column[:-1], items, strict=True) if i is None and re.search(r"\d", c.text)]
    if total is None or len(filled) < 2 or blank or len(column) != len({c.block.row for c in column}):
        return
    agreement = arithmetic.parts_and_total(filled, total)
    if not agreement.agrees and not (_approximate(totals[0]) and _within(agreement, ROUNDED)):
        yield Clash(
            "the table's items and its total",
            agreement,
            (totals[0].evidence(), *(c.evidence() for c in column[:-1][:4])),
        )


def _approximate(cell: Segment) -> bool:
    return any(q.approximate for q in cell.quantities if q.kind == "money")


def _within(agreement: Agreement, share: float) -> bool:
    (least, most), (low, high) = agreement.computed, agreement.stated
    return least <= high * (1 + share) and most >= low * (1 - share)


def _first_cell(cell: Segment, cells: list[Segment]) -> str:
    return next((c.text for c in cells if c.block.row == cell.block.row and c.block.column == 0), cell.block.label)


def _amount(cell: Segment) -> Range | None:
    """The money in a cell, or the number when its column header is a currency."""
    money = [q for q in cell.quantities if q.kind == "money" and q.per in ("", "run")]
    if len(money) == 1 and not any(q.kind == "money" and q.per not in ("", "run") for q in cell.quantities):
        return money[0].low, money[0].high
    if re.search(r"USD|US\$|\$|€|£|₹|cost|amount|budget", cell.label) and (
        match := re.fullmatch(r"\W*(\d[\d,]*(?:\.\d+)?)\W*", cell.text)
    ):
        value = float(match.group(1).replace(",", ""))
        return value, value
    return None


def _sentence(segment: Segment) -> Iterator[Clash]:
    """`30 runs at $15 = $2,000`, `2 GPUs × 10 hours × $3 = $90` within one sentence."""
    if segment.role in ("others", "rejected") or segment.block.kind == "cell":
        return
    money = [q for q in segment.quantities if q.kind == "money"]
    plain = [
        q for q in money if q.per == "" and assertion(segment, q.start, q.end).status in (*LIVE, "past", "conditional")
    ]
    runs = [q for q in segment.quantities if q.kind == "count" and q.unit == "runs"]
    each = [q for q in money if q.per == "run"]
    if len(runs) == 1 and len(each) == 1 and len(plain) == 1 and _joined(segment, runs[0], each[0]):
        yield from _clash(
            "runs × cost",
            arithmetic.runs_times_cost(_pair(runs[0]), _pair(each[0]), _pair(plain[0])),
            segment,
            plain[0],
        )
    yield from _gpu_hours(segment, plain)


def _joined(segment: Segment, runs: Quantity, each: Quantity) -> bool:
    """Runs and price each belong together when little stands between them."""
    a, b = sorted((runs, each), key=lambda q: q.start)
    return b.start - a.end < 45 and not re.search(r"[;.]", segment.text[a.end : b.start])


def _gpu_hours(segment: Segment, plain: list[Quantity]) -> Iterator[Clash]:
    hours = [q for q in segment.quantities if q.kind == "duration" and q.unit == "hour"]
    rate = [q for q in segment.quantities if q.kind == "money" and q.per == "hour"]
    if len(hours) != 1 or len(rate) != 1 or len(plain) != 1:
        return
    count = re.search(r"(\d{1,3})\s?(?:x|×|GPUs?\b|cards?\b)", segment.text)
    gpus = 1.0 if re.search(r"GPU.?hours?", segment.text, re.IGNORECASE) else float(count.group(1)) if count else 1.0
    h = hours[0].low / 0.005952, hours[0].high / 0.005952
    if not re.search(r"run|each|per", segment.text, re.IGNORECASE):
        yield from _clash(
            "GPUs × hours × price",
            arithmetic.gpu_hours_times_price(gpus, h, _pair(rate[0]), _pair(plain[0])),
            segment,
            plain[0],
        )


def _clash(what: str, agreement: Agreement, segment: Segment, total: Quantity) -> Iterator[Clash]:
    bounded = total.bound == "max" and agreement.computed[1] <= agreement.stated[1]
    if not agreement.agrees and not bounded:
        yield Clash(what, agreement, (segment.evidence(),))


def _pair(q: Quantity) -> Range:
    return q.low, q.high


def _budget(reading: Reading) -> Iterator[Clash]:
    """Runs × cost each, stated apart from the budget, that cost more than all of it."""
    facts = {f.name: f for f in (*budget.read(reading), *experiments.read(reading))}
    count, each, total = (facts.get(n) for n in ("experiments.count", "experiments.cost_each_usd", "budget.usd"))
    if not (count and each and total) or total.others or count.others or each.others:
        return
    agreement = arithmetic.runs_times_cost(count.value, each.value, total.value)
    if not agreement.agrees and agreement.computed[0] > agreement.stated[1]:
        yield Clash("runs × cost", agreement, (*total.evidence[:1], *count.evidence[:1], *each.evidence[:1]))
