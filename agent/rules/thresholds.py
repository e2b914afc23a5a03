"""The figures on which rules turn, in one place, so that a policy can change them with a reason."""

from __future__ import annotations

from pydantic import Field

from agent.models import Frozen


class Thresholds(Frozen):
    """Defaults are those of the contract's rule table and the guide; each field says where it is used."""

    oversize_factor: float = Field(default=4.0, gt=1, description="AP2: GPU memory asked for over the smallest set")
    run_hours: float = Field(default=24.0, gt=0, description="AP2: GPUs that end a run in this time may be wanted")
    max_experiments: float = Field(default=100.0, gt=0, description="AP3: runs")
    blocker_examples: float = Field(default=100.0, ge=0, description="NF3: labelled examples, blocker below")
    thin_examples: float = Field(default=500.0, ge=0, description="NF3: labelled examples, minor below")
    payback_months: float = Field(default=24.0, gt=0, description="NF6: months")
    large_model_b: float = Field(default=30.0, gt=0, description="FIT2: billions of parameters")
    moderate_examples: float = Field(default=20_000.0, gt=0, description="FIT2: moderate data up to here")
    much_data: float = Field(default=50_000.0, gt=0, description="FIT2: the guide's rows for large models, from here")
    unsupported_share: float = Field(default=0.2, gt=0, le=1, description="FIT3: share of the workload")
    tight_latency_ms: float = Field(default=100.0, gt=0, description="FIT5: p99, milliseconds")
    small_model_b: float = Field(default=9.5, gt=0, description="FIT5: 9B nominal, which catalogues list up to 9.4")
    range_factor: float = Field(default=1.5, ge=1, description="EST1, EST2: times the hull of guide and estimate")
    tolerance: float = Field(default=0.05, ge=0, lt=1, description="EST4, EST5: relative difference after rounding")
    plateau_experiments: float = Field(default=30.0, ge=0, description="AP1: LoRA runs before a plateau counts")
