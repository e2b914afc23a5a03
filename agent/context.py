"""What a run of the graph is given besides the document."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from agent.llm import Model
from agent.policy import NO_POLICY, Policy
from agent.review import now


@dataclass(kw_only=True, frozen=True)
class Context:
    """Settings of one run; every node may read them, none changes them, and no checkpoint holds them."""

    policy: Policy = NO_POLICY
    """The organisation's changes to rules, thresholds and prices."""

    clock: Callable[[], datetime] = now
    """Tells the moment that stands in the review."""

    model: Model | None = None
    """A language model that helps; None reads by rules alone."""
