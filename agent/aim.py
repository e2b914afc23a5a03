"""What the guide and the estimator would do with this project: method, model, GPUs, cost row."""

from __future__ import annotations

from typing import Literal, NamedTuple

from agent.errors import UsageError
from agent.estimator import GpuSpec, ModelShape, RunSpec, fits, gpu_spec, shape
from agent.estimator.inputs import TrainingMethod
from agent.rules.base_model import languages
from agent.rules.case import Case
from agent.rules.shortfall import shortfall
from agent.sizing import best_set, count_of, gpu_of, model_of, priced, run_of

DEFAULT_MODEL, MULTILINGUAL_MODEL = "Llama 3.1 8B", "Qwen2.5 7B"
"""The guide's own base models: "a stable base model", and the one for Asian languages."""
QWEN_SIZES = (7.0, 14.0, 32.0, 72.0)
LARGE_B = 60.0
"""From here the guide's cost table says QLoRA on one H100."""
ROW_OF_SIZE = ((10.0, "small"), (40.0, "medium"), (float("inf"), "large"))
MANY_EXAMPLES = 16_000.0
"""Between the guide's rows of 5K and 50K examples, on a scale of factors."""


class Aim(NamedTuple):
    """The recommended shape of the project.

    Attributes:
        approach: lora, qlora, full or api.
        model: the base model that the estimate is computed on.
        gpu, gpus: the training GPUs.
        row: id of the guide's cost row.
        changed: why method, model or GPUs differ from the proposal, one sentence each.
    """

    approach: Literal["lora", "qlora", "full", "api"]
    model: ModelShape
    gpu: GpuSpec
    gpus: int
    row: str
    changed: tuple[str, ...] = ()


def aim(case: Case) -> Aim:
    """Chooses method, model, GPUs and row for a case."""
    model, why_model = _model(case)
    approach, why_method = _approach(case, model)
    method: TrainingMethod = "lora" if approach == "api" else approach
    gpu, count, why_gpu = _gpus(case, model, method)
    changed = tuple(w for w in (why_method, why_model, why_gpu) if w)
    return Aim(approach, model, gpu, count, guide_row(case, approach, model.params_b), changed)


def _fires(code: str, case: Case) -> bool:
    from agent.rules.registry import judge

    return judge(code, case).outcome == "fires"


def _model(case: Case) -> tuple[ModelShape, str]:
    stated = model_of(case.facts)
    usual = MULTILINGUAL_MODEL if _foreign_to(DEFAULT_MODEL, case) else DEFAULT_MODEL
    if stated is None:
        return shape(usual), ""
    if _fires("FIT2", case):
        return shape(usual), "The task is narrow and the data are moderate: a small model first."
    if _fires("FIT5", case):
        return shape(usual), "The latency asks for a small model."
    if _fires("FIT3", case):
        return _qwen(
            stated.params_b
        ), "The base model does not list the workload's languages; Qwen 2.5 is the guide's choice."
    return stated, ""


def _foreign_to(name: str, case: Case) -> bool:
    from knowledge.catalogue import model

    entry = model(name)
    return entry is not None and any(entry.supports(c) is False for c in languages(case.facts))


def _qwen(size: float) -> ModelShape:
    nearest = min(QWEN_SIZES, key=lambda s: abs(s - size))
    return shape(f"Qwen2.5 {nearest:g}B")


def _approach(case: Case, model: ModelShape) -> tuple[Literal["lora", "qlora", "full", "api"], str]:
    if case.method == "api":
        return _instead_of_a_host(case)
    if case.method == "full" and shortfall(case).state == "shown":
        return "full", ""
    stated = model_of(case.facts)
    if case.method == "qlora" and (stated is None or stated.name == model.name):
        return "qlora", ""
    why = "LoRA first; full fine-tuning needs a measured gap." if case.method == "full" else ""
    gpu = gpu_of(case.facts, case.prices)
    one = case.facts.flag("constraints.single_gpu") or case.states("hardware.count") == 1
    if model.params_b >= LARGE_B and case.method != "lora":
        return "qlora", why or "A model of this size fits one 80 GB GPU with QLoRA."
    if gpu is not None and one and fits(run_of(case.facts, model, "lora", gpu)) == "no":
        return "qlora", why or f"Plain LoRA of {model.name} does not fit one {gpu.name}; QLoRA does."
    if one and gpu is None and model.params_b >= LARGE_B:
        return "qlora", why or "One GPU for a model of this size: the guide says QLoRA."
    return "lora", why


def _instead_of_a_host(case: Case) -> tuple[Literal["lora", "api"], str]:
    if case.kept_inside:
        return "lora", "The data must stay inside, so an open model on own GPUs."
    if one_each(case):
        return "lora", "Several variants: one open base model with separate adapters."
    return "api", ""


def one_each(case: Case) -> bool:
    """True when the document says both that there are several tenants and that each is a variant of its own."""
    tenants = case.facts.number("constraints.tenants") or 0
    return tenants >= 2 and case.facts.text("task.scope") == "many_variants"


def _gpus(case: Case, model: ModelShape, method: TrainingMethod) -> tuple[GpuSpec, int, str]:
    """The proposal's own GPUs when they fit and are not oversized, else the smallest usual set."""
    reference = priced(gpu_spec("A100-80GB"), case.prices)
    best = best_set(run_of(case.facts, model, method, reference), case.prices)
    asked = gpu_of(case.facts, case.prices)
    if best is None:
        return (asked if asked and asked.usd_per_hour else reference), count_of(case.facts, 8), ""
    usual = priced(best.gpu, case.prices)
    if asked is None:
        return usual, best.gpus, ""
    count = count_of(case.facts)
    if asked.usd_per_hour is None or not _holds(case, model, method, asked, count):
        return usual, best.gpus, f"{best.gpus} × {usual.name} holds the run."
    theirs = case.has("x.hardware.reason") and case.method == method
    factor = asked.marketing_gb * count / (usual.marketing_gb * best.gpus)
    if factor > case.thresholds.oversize_factor and not theirs:
        return usual, best.gpus, f"{best.gpus} × {usual.name} holds the run; more is not needed for it."
    return asked, count, ""


def _holds(case: Case, model: ModelShape, method: TrainingMethod, gpu: GpuSpec, count: int) -> bool:
    try:
        run: RunSpec = run_of(case.facts, model, method, gpu, count)
    except (UsageError, ValueError):
        return False
    return fits(run) != "no"


def guide_row(case: Case, approach: str, params_b: float) -> str:
    """The id of the guide's cost row that is nearest to the recommended shape."""
    facts = case.facts
    examples, tenants = facts.number("dataset.examples"), facts.number("constraints.tenants") or 1
    size = next(name for limit, name in ROW_OF_SIZE if params_b <= limit)
    if approach == "full":
        return "cost/research-full"
    if tenants >= 10 and size != "large":
        return "cost/multi-tenant-lora"
    if case.replaces_live and (size != "small" or (examples or 0) >= 50_000):
        return "cost/api-replacement-qlora"
    if size == "large":
        return "cost/70b-50k-qlora"
    if size == "medium":
        return "cost/13b-30b-50k-lora"
    return "cost/7b-50k-lora" if (examples or 0) >= MANY_EXAMPLES else "cost/7b-5k-lora"
