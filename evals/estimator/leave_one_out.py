"""The time model's fitted constants refitted without one source, then held against that source alone."""

from __future__ import annotations

import math
import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from statistics import mean, median
from typing import Any

from agent.estimator.speed import SPEEDS, Speeds, micro_batch_seconds
from agent.estimator.work import Work, work
from evals.estimator.dataset import Measured, scored

STARTS: Mapping[str, float] = {
    "matmul Ampere": 0.78,
    "matmul Hopper": 0.65,
    "width Ampere": 300.0,
    "width Hopper": 600.0,
    "bandwidth_share": 0.75,
    "adapter_bandwidth_share": 0.75,
    "fsdp_layer_s": 2e-3,
    "overlap": 0.3,
}
"""Where the search begins: round figures, not the fitted ones."""
TRIES = 500


def speeds_of(values: Mapping[str, float]) -> Speeds:
    """The constants with these values in place of the fitted ones."""
    tables: dict[str, Any] = {
        "matmul_share": {"Ampere": values["matmul Ampere"], "Hopper": values["matmul Hopper"]},
        "half_width": {"Ampere": values["width Ampere"], "Hopper": values["width Hopper"]},
    }
    return SPEEDS.model_copy(update=tables | {k: v for k, v in values.items() if " " not in k})


def _error(item: Measured, todo: Work, speeds: Speeds) -> float:
    seconds, _ = micro_batch_seconds(item.run, todo, speeds)
    return math.log(item.run.micro_batch_tokens / seconds / (item.value or 1.0))


def _loss(rows: Sequence[tuple[Measured, Work]], speeds: Speeds) -> float:
    by_source: dict[str, list[float]] = defaultdict(list)
    for item, todo in rows:
        by_source[item.source].append(abs(_error(item, todo, speeds)))
    return mean(median(errors) + 0.5 * mean(errors) for errors in by_source.values())


def fit(rows: Sequence[tuple[Measured, Work]], tries: int = TRIES) -> dict[str, float]:
    """A seeded random search from round figures; shares stay below 0.95."""
    pick = random.Random(1)
    best = dict(STARTS)
    least = _loss(rows, speeds_of(best))
    for place in range(tries):
        name = pick.choice(sorted(best))
        tried = {**best, name: best[name] * math.exp(pick.gauss(0, 0.12 if place < tries / 2 else 0.03))}
        if any(tried[k] > 0.95 for k in tried if "share" in k or "matmul" in k or k == "overlap"):
            continue
        loss = _loss(rows, speeds_of(tried))
        if loss < least:
            best, least = tried, loss
    return best


def left_out(tries: int = TRIES) -> dict[str, tuple[int, float]]:
    """For each source: its rows, and the median absolute error with constants fitted on the others."""
    rows = [(item, work(item.run)) for item in scored("throughput")]
    found: dict[str, tuple[int, float]] = {}
    for source in dict.fromkeys(item.source for item, _ in rows):
        speeds = speeds_of(fit([r for r in rows if r[0].source != source], tries))
        own = [abs(math.exp(_error(item, todo, speeds)) - 1) for item, todo in rows if item.source == source]
        found[source] = (len(own), median(own))
    return found
