"""The training GPUs hold more than four times the memory of the smallest set that fits, and no reason is given.

What it looks like: requests for multi-GPU clusters or H100 instances for projects on small models with small datasets.

Why it's wrong: most fine-tuning workloads at LoRA economics fit on a single A100 or even a consumer GPU. The team is
sizing infrastructure for full fine-tuning when LoRA is the actual approach.

How to redirect: ask "what's the actual GPU memory needed for a LoRA run on this model?" The answer for a 7B model is
usually 24GB or less. A 70B model with QLoRA fits on a single 80GB GPU. Multi-GPU is rarely necessary below 70B.
"""

from __future__ import annotations

from agent.models import Estimate
from agent.rules.case import Case
from agent.rules.ranges import ESTIMATE_NEEDS, row
from agent.rules.registry import rule
from agent.rules.results import Result, cannot_tell, fires, not_applicable, passes
from agent.rules.shortfall import is_open
from agent.rules.wording import gpus, method, number


@rule(
    "AP2",
    name="oversized-hardware",
    severity="major",
    group="anti_patterns",
    guide=("anti-pattern/oversized-hardware", "principle/qlora-when-memory-binds"),
    questions=("gpu-memory",),
    needs=ESTIMATE_NEEDS,
)
def check(case: Case) -> Result:
    """Compares the memory asked for with the smallest set for the recommended run."""
    if not case.trains_here:
        return not_applicable("No GPUs are trained on.")
    if not case.has("hardware.gpu", "x.hardware.memory_gb"):
        return not_applicable("No training GPU is named.")
    if case.has("x.hardware.reason"):
        return passes("A reason for the GPUs is given.")
    if not case.has("base_model.name", "base_model.params_b"):
        return cannot_tell("GPUs are named, and the model that they are to train is not.", "gpu-memory")
    if is_open(case):
        return cannot_tell(
            "What the run needs depends on whether full fine-tuning is right, which is open.", "lora-limit"
        )
    asked = _asked_gb(case)
    if asked is None:
        return cannot_tell("The named GPU is not in the catalogue.", "gpu-memory")
    return _compare(case, asked, case.estimate.as_recommended)


def _asked_gb(case: Case) -> float | None:
    from agent.sizing import gpu_of

    gpu = gpu_of(case.facts, {})
    return gpu.marketing_gb * (case.facts.number("hardware.count") or 1) if gpu else None


def _compare(case: Case, asked: float, run: Estimate) -> Result:
    from agent.estimator import gpu_spec

    fitting = gpu_spec(run.gpu).marketing_gb * run.gpus
    small = f"{gpus(run.gpus, run.gpu)} ({number(fitting)} GB) holds {method(run.method)} of {run.model}"
    guide = row(case)
    in_row = guide.gpus is not None and asked <= gpu_spec(guide.gpu or "A100-80GB").marketing_gb * guide.gpus[1]
    if asked <= case.thresholds.oversize_factor * fitting or in_row:
        return passes(f"{number(asked)} GB are asked for; {small}.")
    in_a_day = max(1.0, run.hours_per_run[1] / case.thresholds.run_hours)
    if asked <= case.thresholds.oversize_factor * fitting * in_a_day:
        said = f"{number(asked)} GB are asked for; {small}, but a run takes {number(run.hours_per_run[1])} hours there."
        return cannot_tell(said, "gpu-memory")
    quotes = case.quotes("hardware.gpu", "hardware.count", "x.hardware.memory_gb")
    need = f"needs about {number(run.memory_gib_per_gpu[1])} GiB"
    message = f"{number(asked)} GB of GPU memory are asked for; {small}, which {need}. No reason is given."
    return fires(message, evidence=quotes, absence=True)
