"""Figures as a reader expects them: `$1,200`, `2–4 weeks`, `1 blocker`. Whatever has no value is a dash."""

from __future__ import annotations

import math
from datetime import datetime

from agent.models import Range

NONE = "–"
"""Shown where there is no figure."""


def number(value: float) -> str:
    """`5000.0` as "5,000", `12.5` as "12.5"; a dash for what is not finite."""
    if not math.isfinite(value):
        return NONE
    rounded = round(value, 0 if abs(value) >= 1000 else 2 if abs(value) >= 1 else 4) + 0.0
    return f"{rounded:,.0f}" if rounded == int(rounded) else f"{rounded:,}"


def usd(value: float) -> str:
    """`1200.0` as "$1,200"; below ten dollars the cents stay."""
    if not math.isfinite(value):
        return NONE
    sign = "-" if value < 0 else ""
    size = abs(value)
    if 0 < size < 0.005:
        return f"{sign}under $0.01"
    return f"{sign}${size:,.2f}" if size < 10 and size != int(size) else f"{sign}${size:,.0f}"


def usd_range(value: Range) -> str:
    """`(50, 300)` as "$50–$300"; an open end as "$20,000 or more"."""
    return _span(usd(value[0]), usd(value[1]))


def span(value: Range, unit: str = "") -> str:
    """`(2, 4)` and "week" as "2–4 weeks"; `unit` is the singular."""
    text = _span(number(value[0]), number(value[1]))
    if not unit or text == NONE:
        return text
    return f"{text} {unit}" if text == "1" else f"{text} {unit}s"


def count(value: float, unit: str) -> str:
    """`1` and "blocker" as "1 blocker", `3` as "3 blockers"; `unit` is the singular."""
    return span((value, value), unit)


def rough(value: float, digits: int = 2) -> float:
    """A computed figure rounded to what it can bear: `1237.4` as 1200."""
    return float(f"{value:.{digits}g}")


def rough_range(value: Range) -> Range:
    """Both ends through `rough`."""
    return rough(value[0]), rough(value[1])


def billions(value: float) -> str:
    """`8.03` as "8B", `0.124` as "124M"."""
    if not math.isfinite(value):
        return NONE
    if 0 < value < 1:
        return f"{number(round(value * 1000))}M"
    return f"{number(round(value) if abs(value - round(value)) < 0.15 else round(value, 1))}B"


def duration(seconds: float) -> str:
    """`0.84` as "0.8 seconds", `95` as "1 minute 35 seconds"; a dash for what is not finite."""
    if not math.isfinite(seconds):
        return NONE
    if seconds < 10:
        return count(round(seconds, 1), "second")
    minutes, rest = divmod(round(seconds), 60)
    parts = [count(minutes, "minute")] * bool(minutes) + [count(rest, "second")] * bool(rest or not minutes)
    return " ".join(parts)


def moment(rfc3339: str) -> str:
    """`2026-11-24T10:30:00Z` as "24 November 2026, 10:30 UTC"; what is no date as it stands."""
    try:
        when = datetime.fromisoformat(rfc3339)
    except ValueError:
        return rfc3339
    zone = f" {when.tzname()}" if when.tzinfo else ""
    return f"{when.day} {when:%B %Y, %H:%M}{zone}"


def listed(items: tuple[str, ...] | list[str]) -> str:
    """`a, b and c`."""
    return f"{', '.join(items[:-1])} and {items[-1]}" if len(items) > 1 else "".join(items)


def _span(low: str, high: str) -> str:
    if low == high or high == NONE:
        return low if low == high else f"{low} or more"
    return f"up to {high}" if low == NONE else f"{low}–{high}"
