"""What the model cost a review, and what of its answers was refused."""

from __future__ import annotations

from collections.abc import Mapping

from agent.models import Frozen


class Usage(Frozen):
    """Sums of one review; they add up, so that every step reports its own.

    Attributes:
        model: its name; None when no answer of it was used.
        calls: requests that were answered.
        cached: answers taken from the cache instead.
        input_tokens: as the server counted them, or a quarter of the characters where it does not count.
        output_tokens: likewise.
        cost_usd: by `models.toml` or the configuration; 0 where no price is known.
        seconds: spent waiting for the model, failures included.
        prompts: version and hash of each prompt that was used.
        dropped: how many parts of answers were refused, by reason.
        degraded: what is missing from the review, one line each.
    """

    model: str | None = None
    calls: int = 0
    cached: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float = 0.0
    seconds: float = 0.0
    prompts: dict[str, str] = {}
    dropped: dict[str, int] = {}
    degraded: tuple[str, ...] = ()

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            model=other.model or self.model,
            calls=self.calls + other.calls,
            cached=self.cached + other.cached,
            input_tokens=self.input_tokens + other.input_tokens,
            output_tokens=self.output_tokens + other.output_tokens,
            cost_usd=self.cost_usd + other.cost_usd,
            seconds=self.seconds + other.seconds,
            prompts=self.prompts | other.prompts,
            dropped=_summed(self.dropped, other.dropped),
            degraded=tuple(dict.fromkeys((*self.degraded, *other.degraded))),
        )

    @property
    def tokens(self) -> int:
        """In and out."""
        return self.input_tokens + self.output_tokens


NOTHING = Usage()
"""Before the model was asked."""


def _summed(a: Mapping[str, int], b: Mapping[str, int]) -> dict[str, int]:
    return {key: a.get(key, 0) + b.get(key, 0) for key in (*a, *(k for k in b if k not in a))}
