"""Absolute percentage errors, their medians by method and source, and the share of rows inside the stated range."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import mean, median

from agent.models import Low3
from evals.estimator.dataset import Measured

Predict = Callable[[Measured], Low3 | None]


@dataclass(frozen=True)
class Scored:
    """One row with its error: predicted over measured, less one."""

    item: Measured
    error: float
    inside: bool
    ratio: float


@dataclass(frozen=True)
class Line:
    """One line of a table; shares and errors as fractions."""

    name: str
    rows: int
    median: float
    p90: float
    bias: float
    inside: float
    ratio: float


def judge(items: Iterable[Measured], predict: Predict) -> tuple[Scored, ...]:
    """Errors of the rows that the predictor answers."""
    found: list[Scored] = []
    for item in items:
        value = predict(item)
        if value is None or item.value is None:
            continue
        low, typical, high = value
        found.append(Scored(item, typical / item.value - 1, low <= item.value <= high, high / low))
    return tuple(found)


def quantile(values: Sequence[float], share: float) -> float:
    """The value below which that share of the sorted values lies (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def line(name: str, rows: Sequence[Scored]) -> Line:
    """The figures of one group of rows."""
    errors = [abs(r.error) for r in rows]
    return Line(
        name,
        len(rows),
        median(errors),
        quantile(errors, 0.9),
        median(r.error for r in rows),
        mean(r.inside for r in rows),
        max(r.ratio for r in rows),
    )


def by(rows: Sequence[Scored], key: Callable[[Scored], str]) -> tuple[Line, ...]:
    """One line a group, in order of first appearance."""
    groups: dict[str, list[Scored]] = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    return tuple(line(name, group) for name, group in groups.items())


def mean_of_medians(rows: Sequence[Scored]) -> float:
    """The mean over sources of each source's median error: one big source counts no more than a small one."""
    return mean(one.median for one in by(rows, lambda r: r.item.source))


def mean_inside(rows: Sequence[Scored]) -> float:
    """The mean over sources of the share of rows inside the range."""
    return mean(one.inside for one in by(rows, lambda r: r.item.source))
