"""Fit or no fit on runs whose outcome is known, with both kinds of error."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from agent.estimator import Stack, memory
from evals.estimator.dataset import Measured


@dataclass(frozen=True)
class FitScore:
    """Counts: ran and said to fit, ran but said not to, ran out and said to fit, ran out and said not to."""

    ran_fits: int
    ran_not: int
    oom_fits: int
    oom_not: int

    @property
    def right(self) -> float:
        """Share of right answers."""
        total = self.ran_fits + self.ran_not + self.oom_fits + self.oom_not
        return (self.ran_fits + self.oom_not) / total


def needed_gib(item: Measured) -> float:
    """What the card must have, whatever reading the row gives."""
    stack: Stack = item.run.stack.model_copy(update={"metric": "needed"})
    return memory(item.run.model_copy(update={"stack": stack})).typical_gib


def fit_score(items: Iterable[Measured], need: Callable[[Measured], float | None] = needed_gib) -> FitScore:
    """Compares the need with the card's usable memory; rows without an answer are left out."""
    counts = {(ran, fits): 0 for ran in (True, False) for fits in (True, False)}
    for item in items:
        gib = need(item)
        if gib is not None:
            counts[item.value is not None, gib <= item.run.gpu.usable_gib] += 1
    return FitScore(counts[True, True], counts[True, False], counts[False, True], counts[False, False])
