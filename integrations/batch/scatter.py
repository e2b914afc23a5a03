"""Asked against computed cost, a dot a document, on two logarithmic axes of dollars."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from agent.reports import figures
from agent.reports.axis import Axis, axis
from agent.reports.plain import plain, shorten
from integrations.batch.items import Row
from integrations.batch.portfolio import stated

WIDTH, HEIGHT = 720, 400
"""Units of the picture between its axes."""
_MOST = 3_000
_TITLE = 60
_STEPS = 7


class Tick(NamedTuple):
    """A power of ten: its place on the x and on the y axis."""

    x: float
    y: float
    text: str


class Dot(NamedTuple):
    """A document: its place, its verdict, its page, and what is said of it when it is pointed at."""

    x: float
    y: float
    verdict: str
    report: str
    text: str


class Scatter(NamedTuple):
    """Dots and ticks; `left_out` documents are over the number that a page can bear."""

    ticks: tuple[Tick, ...]
    dots: tuple[Dot, ...]
    left_out: int


def scatter(rows: Sequence[Row]) -> Scatter | None:
    """The picture; None for fewer than two documents with both figures."""
    points = [(row, *pair) for row in rows if not row["same_as"] and (pair := _pair(row))]
    if len(points) < 2:
        return None
    scale = axis(value for _, asked, computed in points for value in (asked, computed))
    ticks = tuple(Tick(_x(10.0**p, scale), _y(10.0**p, scale), _short(10.0**p)) for p in scale.powers(_STEPS))
    dots = tuple(
        Dot(_x(computed, scale), _y(asked, scale), row["verdict"], row["report"], _said(row))
        for row, asked, computed in points[:_MOST]
    )
    return Scatter(ticks, dots, max(0, len(points) - _MOST))


def _pair(row: Row) -> tuple[float, float] | None:
    """The geometric middle of what is asked and of what is computed, dollars."""
    asked, computed = stated(row, "asked_usd"), stated(row, "computed_usd")
    if not asked or not computed or min(*asked, *computed) <= 0:
        return None
    return math.sqrt(asked[0] * asked[1]), math.sqrt(computed[0] * computed[1])


def _said(row: Row) -> str:
    title = shorten(plain(row["title"]) or plain(row["document"]), _TITLE)
    asked, computed = stated(row, "asked_usd"), stated(row, "computed_usd")
    assert asked is not None
    assert computed is not None
    return f"{title}: asks {figures.usd_range(asked)}, computed {figures.usd_range(figures.rough_range(computed))}"


def _short(value: float) -> str:
    """`1e6` as "$1M"."""
    for size, letter in ((1e9, "B"), (1e6, "M"), (1e3, "K")):
        if value >= size:
            return f"${value / size:g}{letter}"
    return f"${value:g}"


def _x(value: float, scale: Axis) -> float:
    return round(WIDTH * scale.share(value), 1)


def _y(value: float, scale: Axis) -> float:
    return round(HEIGHT - HEIGHT * scale.share(value), 1)
