"""The costs of `numbers` on a logarithmic axis, as positions in per cent, for an SVG that stretches with the page."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from agent.reports import figures
from agent.reports.numbers import Bar

NARROWEST = 1.2
"""Per cent of the width that a single figure takes, so that it is seen."""


class Tick(NamedTuple):
    """A power of ten on the axis; `anchor` keeps the first and the last label inside the picture."""

    x: float
    text: str
    anchor: str


class Mark(NamedTuple):
    """One bar with its label and its figures in words."""

    label: str
    kind: str
    x: float
    width: float
    text: str


class Chart(NamedTuple):
    """Bars and ticks; positions are per cent of the width."""

    ticks: tuple[Tick, ...]
    marks: tuple[Mark, ...]
    alt: str


def chart(bars: Sequence[Bar]) -> Chart | None:
    """The picture of two or more costs; None for fewer, where there is nothing to compare."""
    if len(bars) < 2:
        return None
    low = math.floor(math.log10(min(b.low for b in bars)))
    high = max(math.ceil(math.log10(max(b.high for b in bars))), low + 1)
    marks = tuple(_mark(bar, low, high) for bar in bars)
    said = "; ".join(f"{mark.label}: {mark.text}" for mark in marks)
    return Chart(_ticks(low, high), marks, f"Compute cost on a logarithmic axis. {said}.")


def _mark(bar: Bar, low: int, high: int) -> Mark:
    left, right = _place(bar.low, low, high), _place(bar.high, low, high)
    width = max(right - left, NARROWEST)
    return Mark(
        bar.label, bar.kind, round(min(left, 100 - width), 2), round(width, 2), figures.usd_range((bar.low, bar.high))
    )


def _place(value: float, low: int, high: int) -> float:
    return 100 * (math.log10(value) - low) / (high - low)


def _ticks(low: int, high: int) -> tuple[Tick, ...]:
    step = max(1, math.ceil((high - low) / 6))
    powers = range(low, high + 1, step)
    return tuple(_tick(power, low, high) for power in powers)


def _tick(power: int, low: int, high: int) -> Tick:
    anchor = "start" if power == low else "end" if power == high else "middle"
    return Tick(round(100 * (power - low) / (high - low), 2), figures.usd(10.0**power), anchor)
