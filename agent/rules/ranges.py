"""The guide's row for the recommended shape, and the range in which a figure is held to be in reason."""

from __future__ import annotations

from typing import Literal

from agent.models import Range
from agent.rules.case import REPLACES, Case
from agent.rules.shortfall import LORA_EVIDENCE
from knowledge.entries import CostRow

ESTIMATE_NEEDS = (
    "method.primary",
    "method.objective",
    "task.scope",
    "base_model.name",
    "base_model.params_b",
    "hardware.gpu",
    "hardware.count",
    "x.hardware.memory_gb",
    "x.hardware.reason",
    "run.epochs",
    "run.sequence_length",
    "run.micro_batch",
    "run.rank",
    "run.precision",
    "dataset.examples",
    "dataset.tokens",
    "x.dataset.now",
    "experiments.count",
    "constraints.on_prem",
    "x.privacy_rule",
    "constraints.single_gpu",
    "constraints.tenants",
    "constraints.languages",
    "x.language_share",
    "x.evaluation.per_language",
    "constraints.latency_p99_ms",
    "x.latency_measured_p99_ms",
    "x.smaller_model_shortfall",
    *REPLACES,
    *LORA_EVIDENCE,
)
"""The facts on which the estimate depends."""


def row(case: Case) -> CostRow:
    """The guide's cost row of the estimate."""
    from knowledge import guide

    return next(r for r in guide().costs if r.id == case.estimate.guide_row)


def hull(guide: Range, computed: Range, factor: float) -> Range:
    """`factor` times the smallest range that holds both the guide's and the computed one."""
    return min(guide[0], computed[0]) / factor, max(guide[1], computed[1]) * factor


def place(stated: Range, allowed: Range) -> Literal["inside", "above", "below"]:
    """Where a stated range lies; a range that reaches into the allowed one is inside."""
    low = stated[0] if stated[0] > 0 else stated[1]
    if low > allowed[1]:
        return "above"
    return "below" if stated[1] < allowed[0] else "inside"
