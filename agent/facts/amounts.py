"""Amounts as the document writes them: money in dollars, and bare numbers behind a label."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agent.facts.patterns import pattern
from agent.facts.quantities import Quantity
from agent.facts.reading import Candidate
from agent.facts.segments import Segment
from agent.models import Range
from knowledge import fx

ROLES_OUT = ("others", "past", "rejected", "risk", "appendix", "fallback")
"""Roles of segments whose amounts are not the plan's."""
_RESTATED = re.compile(
    r"(?:\s(?:in total|in all|altogether|for computing|of compute|each))?\s?[(,=]?\s?"
    r"(?:equal to|which is|about|around|approx\.?|approximately|roughly|ca\.|circa|or|some|~|≈|=|i\.e\.|that is)?\s?"
)
"""What stands between an amount and the same in dollars."""
_TOTAL = re.compile(r"(?<![\w.,$€£₹])(\d[\d,]*)\s(?:altogether|in all|in total|overall)")
_BARE = re.compile(
    r"(?:[^:=]{0,44}[:=]\s*)?(?:about |~|≈)?(\d[\d,]*(?:\.\d+)?)(?:\s?(?:-|–|to)\s?(\d[\d,]*(?:\.\d+)?))?\s*(?:#.*)?\W*"
)


def usd(low: float, high: float, currency: str) -> Range:
    """Money in USD by the dated rates of `knowledge/catalogues/fx.toml`."""
    if currency == "USD":
        return low, high
    rate = fx()[currency].usd
    return round(low * rate, 2), round(high * rate, 2)


def in_dollars(segment: Segment, q: Quantity) -> Range:
    """The amount in USD: the document's own conversion in brackets where it gives one."""
    if q.unit == "USD":
        return q.low, q.high
    for other in segment.quantities:
        dollars = other.kind == "money" and other.unit == "USD" and other.start >= q.end
        if dollars and _RESTATED.fullmatch(segment.text[q.end : other.start]):
            return other.low, other.high
    return usd(q.low, q.high, q.unit)


def totals(text: str) -> Iterator[float]:
    """Bare numbers that the text calls the sum: `180 in all`, `4,000 altogether`."""
    for match in _TOTAL.finditer(text):
        yield float(match.group(1).replace(",", ""))


def bare_number(segment: Segment) -> Range | None:
    """A number that stands alone behind its label: `weeks: 3`, `| Weeks | 4 |`, `usd_total: 90`."""
    match = _BARE.fullmatch(segment.text)
    if not match:
        return None
    low = float(match.group(1).replace(",", ""))
    return low, float(match.group(2).replace(",", "")) if match.group(2) else low


def labelled_number(segment: Segment, label: str) -> Iterator[Candidate]:
    """A number alone behind a label that matches the named pattern as a whole; in a table, the row's label must."""
    matches = pattern(label).fullmatch
    if segment.block.kind == "cell" and not matches(plain_label(segment.block.label)):
        return
    value = bare_number(segment) if matches(plain_label(segment.label)) else None
    if value and segment.role not in ROLES_OUT:
        yield Candidate(value, (segment.evidence(),), 2.5)


def plain_label(label: str) -> str:
    """A label without its emphasis and its colon."""
    return re.sub(r"[*_]", "", label).strip(" :")
