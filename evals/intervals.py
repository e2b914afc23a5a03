"""Intervals around what was measured. The unit is the base document, so shares of many variants use the bootstrap."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import TypeVar

T = TypeVar("T")
Z95 = 1.959963984540054
"""97.5th percentile of the normal distribution."""


def wilson(hits: int, n: int, z: float = Z95) -> tuple[float, float]:
    """Wilson's score interval for a share.

    Args:
        hits: successes, 0 to n.
        n: trials; with none the interval is everything, (0, 1).
        z: normal quantile; 95% by default.

    Returns:
        Lower and upper bound. Source: Wilson 1927; Brown, Cai and DasGupta 2001 recommend it for small n.
    """
    if n == 0:
        return 0.0, 1.0
    share, spread = hits / n, z * z / n
    middle = (share + spread / 2) / (1 + spread)
    half = z * math.sqrt(share * (1 - share) / n + spread / (4 * n)) / (1 + spread)
    return max(0.0, middle - half), min(1.0, middle + half)


def upper_bound(k: int, n: int) -> float:
    """What the true rate may still be (95%) when k of n went wrong: 3/n for none, else Wilson's upper bound."""
    if n == 0:
        return 1.0
    return min(1.0, 3 / n) if k == 0 else wilson(k, n)[1]


def cluster_bootstrap(
    groups: Mapping[Hashable, Sequence[T]],
    statistic: Callable[[Sequence[T]], float],
    draws: int = 1000,
    seed: int = 7,
) -> tuple[float, float]:
    """95% percentile interval of a statistic when whole clusters are drawn anew.

    Args:
        groups: observations by cluster (the base document).
        statistic: of a list of observations; NaN draws are left out.
        draws: resamples.
        seed: fixes them, so that equal data give equal figures.

    Returns:
        The 2.5th and 97.5th percentile; (nan, nan) when there is nothing to draw from.
    """
    clusters = list(groups.values())
    if not clusters:
        return math.nan, math.nan
    chance = random.Random(seed)
    values = []
    for _ in range(draws):
        drawn = chance.choices(clusters, k=len(clusters))
        value = statistic([item for cluster in drawn for item in cluster])
        if not math.isnan(value):
            values.append(value)
    values.sort()
    return (_percentile(values, 0.025), _percentile(values, 0.975)) if values else (math.nan, math.nan)


def share_interval(counts: Mapping[Hashable, tuple[int, int]]) -> tuple[float, float]:
    """95% interval of a share whose unit is the base document.

    Args:
        counts: right and all, by base document; documents with nothing to count are left out.

    Returns:
        Wilson's interval where each document counts once; where all or none are right, Wilson's with the documents as
        trials, for no resampling shows what was not seen; else the cluster bootstrap over documents.
    """
    counted = {name: (k, n) for name, (k, n) in counts.items() if n}
    k, n = (sum(column) for column in zip(*counted.values(), strict=True)) if counted else (0, 0)
    if all(one == 1 for _, one in counted.values()):
        return wilson(k, n)
    if k in (0, n):
        return wilson(len(counted) if k else 0, len(counted))
    groups = {name: [pair] for name, pair in counted.items()}
    return cluster_bootstrap(groups, lambda some: sum(a for a, _ in some) / sum(b for _, b in some), draws=400)


def _percentile(ordered: Sequence[float], share: float) -> float:
    place = share * (len(ordered) - 1)
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])
