"""Figures that no reader understood. Before a rule claims that something is missing, they must be accounted for.

People name a test set, a score or a price in words that nobody foresees, but they always give its number. A count of
items that is neither the training data nor the traffic may be the test set; a share that is no target, baseline or
result that was read may be one of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from agent.facts.held_out import counts
from agent.facts.ledger import Facts
from agent.facts.reading import Reading, fact
from agent.facts.segments import Segment
from agent.models import Fact

FEWEST = 20
"""Items; fewer are shots, people or weeks."""
_ASIDE = ("others", "rejected", "appendix")


def read(reading: Reading, facts: Facts) -> Iterator[Fact]:
    """Facts `x.unread.count` and `x.unread.share`: the first of each, with its quote."""
    known = frozenset(_numbers(facts))
    segments = [s for s in reading.segments if s.role not in _ASIDE and s.block.kind not in ("heading", "code")]
    if found := next(((s, n) for s in segments for n in _counts(s) if n not in known), None):
        yield fact("x.unread.count", found[1], found[0].evidence())
    if found := next(((s, n) for s in segments for n in _shares(s) if n not in known), None):
        yield fact("x.unread.share", found[1], found[0].evidence())


def _counts(segment: Segment) -> Iterator[float]:
    return (q.high for q in counts(segment) if q.unit in ("examples", "requests") and q.high >= FEWEST)


def _shares(segment: Segment) -> Iterator[float]:
    return (q.high for q in segment.quantities if q.kind == "percent" and not q.per)


def _numbers(facts: Facts) -> Iterator[float]:
    """Every number that was read."""
    for name in facts:
        yield from _flat(facts.value(name))


def _flat(value: Any) -> Iterator[float]:
    if isinstance(value, bool):
        return
    if isinstance(value, int | float):
        yield float(value)
    elif isinstance(value, tuple | list):
        for one in value:
            yield from _flat(one)
