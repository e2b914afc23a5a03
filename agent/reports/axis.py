"""A logarithmic axis of dollars in whole powers of ten, as the charts of a review and of a batch draw it."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple


class Axis(NamedTuple):
    """From ten to the power of `low` to ten to the power of `high`."""

    low: int
    high: int

    def share(self, value: float) -> float:
        """Where a value lies, from 0 to 1."""
        return (math.log10(value) - self.low) / (self.high - self.low)

    def powers(self, most: int) -> range:
        """The exponents at which ticks stand, from the low end, in about so many steps at most."""
        return range(self.low, self.high + 1, max(1, math.ceil((self.high - self.low) / most)))


def axis(values: Iterable[float]) -> Axis:
    """The shortest axis, of at least one power of ten, that holds all values (above 0; at least one)."""
    found = list(values)
    low, high = math.floor(math.log10(min(found))), math.ceil(math.log10(max(found)))
    return Axis(low, max(high, low + 1))
