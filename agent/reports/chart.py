"""The costs of `numbers` on a logarithmic axis, as positions in per cent, for an SVG that stretches with the page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from agent.reports import figures
from agent.reports.axis import Axis, axis
from agent.reports.numbers import Bar

NARROWEST = 1.2
"""Per cent of the width that a single figure takes, so that it is seen."""
_STEPS = 6


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
    scale = axis(value for bar in bars for value in (bar.low, bar.high))
    marks = tuple(_mark(bar, scale) for bar in bars)
    said = "; ".join(f"{mark.label}: {mark.text}" for mark in marks)
    ticks = tuple(_tick(power, scale) for power in scale.powers(_STEPS))
    return Chart(ticks, marks, f"Compute cost on a logarithmic axis. {said}.")


def _mark(bar: Bar, scale: Axis) -> Mark:
    left, right = 100 * scale.share(bar.low), 100 * scale.share(bar.high)
    width = max(right - left, NARROWEST)
    return Mark(
        bar.label, bar.kind, round(min(left, 100 - width), 2), round(width, 2), figures.usd_range((bar.low, bar.high))
    )


def _tick(power: int, scale: Axis) -> Tick:
    anchor = "start" if power == scale.low else "end" if power == scale.high else "middle"
    return Tick(round(100 * scale.share(10.0**power), 2), figures.usd(10.0**power), anchor)
