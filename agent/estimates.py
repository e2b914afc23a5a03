"""Asked, guide and computed, side by side: the estimate of the run as proposed and as recommended."""

from __future__ import annotations

from agent.aim import Aim, aim
from agent.errors import UsageError
from agent.estimator import GpuSpec, estimate, gpu_spec, project
from agent.estimator.inputs import TrainingMethod
from agent.estimator.project import EXPERIMENTS
from agent.models import Estimate, EstimateSection, Range
from agent.rules.case import Case
from agent.sizing import best_set, count_of, gpu_of, model_of, priced, run_of, training_method, work_of


def estimates(case: Case) -> EstimateSection:
    """Computes the run as proposed (when model and method are known) and as recommended."""
    target = aim(case)
    work = work_of(case.facts, target.approach)
    run = run_of(case.facts, target.model, _method(target), target.gpu, target.gpus)
    count = _experiments(case) if target.approach == case.method and not target.changed else None
    count = count or _usual_experiments(case)
    recommended = estimate(run, experiments=count, work=work)
    if target.approach == "api":
        recommended = _hosted(case, recommended)
    return EstimateSection(
        as_proposed=_as_proposed(case),
        as_recommended=_noted(recommended, case),
        guide_row=target.row,
        project=project(run, experiments=count, work=work),
    )


def _method(target: Aim) -> TrainingMethod:
    return "lora" if target.approach == "api" else target.approach


def _experiments(case: Case) -> Range | None:
    """The planned number of runs, where it is in reason; else the estimator's own."""
    count = case.facts.range("experiments.count")
    return count if count and count[0] >= 1 and count[1] <= case.thresholds.max_experiments else None


def _usual_experiments(case: Case) -> Range:
    """The guide's 10 to 30, on one variant; each further variant adds the run that trains it."""
    more = max(1.0, case.facts.number("constraints.tenants") or 1.0) - 1
    return EXPERIMENTS[0] + more, EXPERIMENTS[1] + more


def _as_proposed(case: Case) -> Estimate | None:
    model, method = model_of(case.facts), training_method(case.method)
    if model is None or method is None:
        return None
    gpu, count, note = _asked_gpus(case, method)
    run = run_of(case.facts, model, method, gpu, count)
    try:
        made = estimate(
            run, experiments=_experiments(case) or _usual_experiments(case), work=work_of(case.facts, method)
        )
    except UsageError:  # no price is known for this GPU
        return None
    return _noted(made, case, note)


def _asked_gpus(case: Case, method: TrainingMethod) -> tuple[GpuSpec, int, str]:
    prices, model = case.prices, model_of(case.facts)
    asked = gpu_of(case.facts, prices)
    if asked is not None:
        count = case.facts.number("hardware.count")
        return asked, count_of(case.facts), "" if count else "one GPU, as the number is not said"
    reference = priced(gpu_spec("A100-80GB"), prices)
    best = best_set(run_of(case.facts, model, method, reference), prices) if model else None
    note = "the smallest usual GPUs that hold the run, as none are named"
    return (priced(best.gpu, prices), best.gpus, note) if best else (reference, 8, note)


def _noted(made: Estimate, case: Case, note: str = "") -> Estimate:
    notes = [note] if note else []
    if model_of(case.facts) is None:
        notes.append(f"computed on {made.model}, as the document does not say which model")
    return made.model_copy(update={"assumptions": (*made.assumptions, *notes)})


def _hosted(case: Case, beside: Estimate) -> Estimate:
    """A host's training price for the same tokens, where it is known; else the open model's run beside it."""
    from knowledge.catalogue import hosted_model

    name = case.facts.text("base_model.name")
    entry = hosted_model(name) if name else None
    if entry is None or entry.usd_train_per_1m is None:
        note = "no training price of the host is known here: a LoRA run on an open model stands beside it"
        return beside.model_copy(update={"assumptions": (*beside.assumptions, note)})
    per_run = _trained_tokens(case) * entry.usd_train_per_1m / 1e6
    return beside.model_copy(
        update={
            "method": "api",
            "model": entry.name,
            "gpu": f"at {entry.vendor}",
            "gpus": 0,
            "memory_gib_per_gpu": (0.0, 0.0, 0.0),
            "memory_breakdown_gib": {},
            "cost_per_run_usd": (per_run, per_run),
            "compute_usd": (per_run * beside.experiments[0], per_run * beside.experiments[1]),
            "serving_usd_per_month": None,
            "assumptions": (f"${entry.usd_train_per_1m:g} per million trained tokens ({entry.training_source})",),
        }
    )


def _trained_tokens(case: Case) -> float:
    facts = case.facts
    tokens = facts.number("dataset.tokens") or (facts.number("dataset.examples") or 5000) * 1000
    return tokens * (facts.number("run.epochs") or 3)
