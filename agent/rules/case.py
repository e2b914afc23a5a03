"""What a rule may look at: the document, its facts, and the estimate that follows from them. Nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from agent.facts.ledger import Facts
from agent.models import Document, EstimateSection, Evidence
from agent.rules.thresholds import Thresholds


@dataclass(frozen=True)
class Case:
    """One proposal as the rules see it.

    Attributes:
        document: the text with its places.
        facts: what was read of it; a missing name means that the document does not say.
        readable: the language of the document is one that the reader reads, so that absence may be claimed.
        thresholds: the figures on which rules turn.
        prices: what the organisation pays for an hour of a GPU, where it differs from the catalogue.
    """

    document: Document
    facts: Facts
    readable: bool = True
    thresholds: Thresholds = field(default_factory=Thresholds)
    prices: Mapping[str, float] = field(default_factory=dict)

    @cached_property
    def estimate(self) -> EstimateSection:
        """The run as proposed and as recommended, computed once when first asked for."""
        from agent.estimates import estimates

        return estimates(self)

    @cached_property
    def method(self) -> str | None:
        """The plan's method; None when the document does not say or the reader could not tell."""
        value = self.facts.text("method.primary")
        return None if value == "unclear" else value

    @cached_property
    def tunes(self) -> bool:
        """True when a model is to be adapted at all (here or at a host), or when the method is not said."""
        return self.method != "none"

    @cached_property
    def trains_here(self) -> bool:
        """True when weights are trained on GPUs that the proposal pays for."""
        return self.method not in ("none", "api")

    @cached_property
    def kept_inside(self) -> bool:
        """True when the document's own rule keeps data or model inside; running on own machines is no such rule."""
        return self.has("x.privacy_rule") or self.states("constraints.on_prem") is True

    @cached_property
    def replaces_live(self) -> bool:
        """True when the tuned model takes the place of a live API or model."""
        facts = self.facts
        return facts.value("x.replaces") is not None or facts.value("serving.replaces_api_usd_per_month") is not None

    def quotes(self, *names: str) -> tuple[Evidence, ...]:
        """The quotes behind the named facts."""
        return self.facts.evidence(*names)

    def has(self, *names: str) -> bool:
        """True when the document says any of these."""
        return any(self.facts.value(name) is not None for name in names)

    def around(self, name: str, heading: bool = True) -> str:
        """The first quote of a fact with the label of its row, the heads of its column and, if wanted, its heading."""
        quotes = self.quotes(name)
        if not quotes:
            return ""
        block = self.document.block_at(quotes[0].start)
        label = f"{block.label} {' '.join(block.headers)}" if block else ""
        return f"{quotes[0].quote} {label} {(quotes[0].section or '') if heading else ''}"

    def states(self, name: str) -> Any:
        """The value when the document itself states it; None when it is missing or only inferred."""
        fact = self.facts.get(name)
        return fact.value if fact and fact.basis == "stated" else None

    def with_facts(self, facts: Facts) -> Case:
        """The same case read differently."""
        return replace(self, facts=facts)


REPLACES = ("x.replaces", "serving.replaces_api_usd_per_month")
"""What `Case.replaces_live` reads."""
