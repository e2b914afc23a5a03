"""Runs, price of a run, and what they come to: three numbers of which one is the product of the others.

`40 tries at $95 a try, $3,800`, `$410 a run, I'd do eight, that's $3,280`: in whatever words, the arithmetic gives each
number its part. Three numbers of a paragraph agree by chance now and then, so the count must count runs (or nothing),
and the amounts must not be for people, months or traffic.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from agent.facts.amounts import ROLES_OUT
from agent.facts.assertions import assertion
from agent.facts.numbers import numbers
from agent.facts.once import once
from agent.facts.patterns import pattern
from agent.facts.quantities import Quantity
from agent.facts.reading import LIVE, Reading
from agent.facts.segments import Segment
from agent.models import Evidence

MOST_RUNS = 1000
_NEAR = 2
"""Sentences of one paragraph within which the three stand."""


class Product(NamedTuple):
    """So many runs at so much each come to so much, as it is written; money is in the document's own currency."""

    runs: float
    each: tuple[Segment, Quantity]
    total: tuple[Segment, Quantity]
    evidence: tuple[Evidence, ...]


def products(reading: Reading) -> Iterator[Product]:
    """All of a document, in reading order."""
    for segment in reading.segments:
        if segment.block.kind in ("heading", "code", "cell") or segment.role in ROLES_OUT:
            continue
        near = window(segment)
        if pattern("products.context").search(" ".join(s.text for s in near)):
            yield from _of(segment, near)


def window(segment: Segment) -> list[Segment]:
    """The sentence and those before it in its paragraph."""
    found, before = [segment], segment.previous
    while before is not None and before.block is segment.block and len(found) <= _NEAR:
        found.append(before)
        before = before.previous
    return found


def _of(segment: Segment, near: list[Segment]) -> Iterator[Product]:
    """Products whose total or price stands in the sentence."""
    money = [(s, q) for s in near for q in s.quantities if _plain_money(s, q)]
    if not money:
        return
    counts = [(s, n) for s in near for n in _counts(s)]
    for total in money:
        for each in money:
            if segment not in (total[0], each[0]) or each[1].unit != total[1].unit:
                continue
            for where, runs in _runs(counts, total[1].high / each[1].high if each[1].high else 0.0):
                quotes = dict.fromkeys(s.evidence() for s in (each[0], where, total[0]))
                yield Product(runs, each, total, tuple(quotes))


def _runs(counts: list[tuple[Segment, float]], wanted: float) -> Iterator[tuple[Segment, float]]:
    """The count that makes the product, or two counts that do together (`9 desks × 6 runs`)."""
    if not 2 <= wanted <= MOST_RUNS:
        return
    for where, one in counts:
        if abs(one - wanted) <= 0.005 * wanted:
            yield where, one
            return
    for where, one in counts:
        for other, two in counts:
            times = where is other and one != two and abs(one * two - wanted) <= 0.005 * wanted
            if times and re.search(r"[×x*]|\btimes\b|\beach\b|\bper\b", where.text):
                yield where, round(wanted)
                return


@once
def _counts(segment: Segment) -> Iterator[float]:
    """Whole numbers that count runs or nothing in particular."""
    taken = [q for q in segment.quantities if q.kind != "count" or q.unit not in ("runs", "things", "tenants")]
    for n in numbers(segment.text):
        after = segment.text[n.end : n.end + 24]
        if n.low != n.high or n.low != int(n.low) or not 2 <= n.low <= MOST_RUNS:
            continue
        if not any(q.start <= n.start < q.end for q in taken) and not pattern("products.other_count").match(after):
            yield n.low


@once
def _plain_money(segment: Segment, q: Quantity) -> bool:
    if q.kind != "money" or q.low != q.high or q.per not in ("", "run", "item"):
        return False
    near = segment.text[max(0, q.start - 30) : q.end + 24]
    return assertion(segment, q.start, q.end).status in (*LIVE, "conditional") and not pattern(
        "products.other_money"
    ).search(near)
