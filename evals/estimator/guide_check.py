"""The guide's cost rows and worked examples against the estimator: do they reproduce within their ranges?"""

from __future__ import annotations

from dataclasses import dataclass

from agent.estimator import ProjectShape, RunSpec, estimate, fits, gpu_spec, serving, shape
from agent.models import Estimate, Range
from knowledge import CostRow, guide

TEN_TENANTS = ProjectShape(variants=10, hard_task=True)
PLANS: dict[str, tuple[str, str, str, int, int, ProjectShape]] = {
    "cost/7b-5k-lora": ("Llama 3.1 8B", "lora", "A100-80GB", 1, 5_000, ProjectShape()),
    "cost/7b-50k-lora": ("Llama 3.1 8B", "lora", "A100-80GB", 1, 50_000, ProjectShape()),
    "cost/13b-30b-50k-lora": ("Qwen2.5 14B", "lora", "A100-80GB", 1, 50_000, ProjectShape(hard_task=True)),
    "cost/70b-50k-qlora": ("Llama 3.1 70B", "qlora", "H100", 1, 50_000, ProjectShape(hard_task=True)),
    "cost/multi-tenant-lora": (
        "Llama 3.1 8B",
        "lora",
        "A100-80GB",
        1,
        5_000,
        ProjectShape(variants=10, hard_task=True),
    ),
    "cost/api-replacement-qlora": ("Qwen2.5 32B", "qlora", "A100-80GB", 1, 100_000, ProjectShape(replaces_api=True)),
    "cost/research-full": ("Llama 3.1 70B", "full", "H100", 32, 100_000, ProjectShape(research=True)),
}
"""Model, method, GPU, number of GPUs, examples, work: the middle of what each row says."""


@dataclass(frozen=True)
class GuideLine:
    """One figure of the guide beside the computed range; `agrees` when the two ranges overlap."""

    what: str
    guide: Range
    computed: Range

    @property
    def agrees(self) -> bool:
        """Whether some value lies in both."""
        return self.computed[0] <= self.guide[1] and self.guide[0] <= self.computed[1]


def _plan(row_id: str) -> Estimate:
    name, method, gpu, gpus, examples, work = PLANS[row_id]
    run = RunSpec.model_validate(
        {"model": shape(name), "method": method, "gpu": gpu_spec(gpu), "gpus": gpus, "examples": examples}
    )
    return estimate(run, work=work)


def cost_rows() -> tuple[GuideLine, ...]:
    """Budget and timeline of each cost row."""
    lines: list[GuideLine] = []
    for row_id in PLANS:
        row = guide().entry(row_id)
        if not isinstance(row, CostRow):
            raise TypeError(f"{row_id} is no cost row")
        made = _plan(row_id)
        lines.append(GuideLine(f"{row.shape}: USD", row.usd, made.compute_usd))
        lines.append(GuideLine(f"{row.shape}: weeks", row.weeks, made.weeks))
    return tuple(lines)


def runs_in_budget() -> dict[str, Range]:
    """How many typical runs each row's budget buys: the guide's figures are project budgets, not run costs."""
    found: dict[str, Range] = {}
    for row_id in PLANS:
        row, made = guide().entry(row_id), _plan(row_id)
        if isinstance(row, CostRow):
            typical = (made.cost_per_run_usd[0] * made.cost_per_run_usd[1]) ** 0.5
            found[row.shape] = (row.usd[0] / typical, row.usd[1] / typical)
    return found


def worked_examples() -> tuple[GuideLine, ...]:
    """The three worked examples' figures."""
    a100, h100 = gpu_spec("A100-80GB"), gpu_spec("H100")
    support = RunSpec(model=shape("Llama 3.1 8B"), method="lora", gpu=a100, examples=5_000)
    legal = RunSpec(model=shape("Llama 3.1 70B"), method="qlora", gpu=h100, examples=5_000)
    freight = RunSpec(model=shape("Qwen2.5 32B"), method="qlora", gpu=a100, examples=50_000)
    one = estimate(support, experiments=(30, 30))
    twelve = estimate(legal, experiments=(12, 30), work=ProjectShape(variants=12, hard_task=True))
    moved = estimate(freight, work=ProjectShape(replaces_api=True))
    bill = serving(freight.model, a100, 2).usd_per_month or (0.0, 0.0, 0.0)
    fit = 1.0 if fits(legal) == "yes" else 0.0
    return (
        GuideLine("support copilot, one experiment: USD", (5, 15), one.cost_per_run_usd),
        GuideLine("support copilot, 30 experiments: USD", (300, 300), one.compute_usd),
        GuideLine("support copilot: weeks", (3, 3), one.weeks),
        GuideLine("legal assistant, 70B QLoRA fits one H100 (1: yes)", (1, 1), (fit, fit)),
        GuideLine("legal assistant, 12 areas: USD", (1_200, 1_200), twelve.compute_usd),
        GuideLine("legal assistant: weeks", (6, 6), twelve.weeks),
        GuideLine("freight copilot, fine-tuning: USD", (4_000, 4_000), moved.compute_usd),
        GuideLine("freight copilot: weeks", (8, 8), moved.weeks),
        GuideLine("freight copilot, 2 A100s: USD a month", (4_500, 4_500), (bill[0], bill[2])),
    )
