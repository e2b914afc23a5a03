"""The run cannot fit the named training GPUs, or the model the named serving GPUs.

What it looks like: plain LoRA of a 70B model on one 24 GB card; a 70B model served from a T4.

Why it's wrong: even at micro-batch 1 with gradient checkpointing, and even by the low estimate, the memory is not
there. The project stops on its first day.

How to redirect: QLoRA, a smaller model, or GPUs that hold the run; the estimate names the smallest set.
"""

from __future__ import annotations

from agent.estimator.inputs import RunSpec
from agent.rules.case import Case
from agent.rules.registry import rule
from agent.rules.results import Result, cannot_tell, fires, not_applicable, passes
from agent.rules.wording import billions, gpus, method, number

SHORT_TOKENS = 512
"""Taken for the sequence length when none is stated: short, so that nothing is called impossible that is not."""
HARDWARE = ("hardware.gpu", "x.hardware.memory_gb", "hardware.count", "base_model.name", "base_model.params_b")
NEEDS = (
    "method.primary",
    *HARDWARE,
    "x.serving.gpu",
    "x.serving.count",
    "run.sequence_length",
    "run.micro_batch",
    "run.rank",
    "run.epochs",
    "run.precision",
    "dataset.examples",
    "dataset.tokens",
    "method.objective",
)


@rule(
    "EST3",
    name="run-does-not-fit",
    severity="blocker",
    group="estimates",
    guide=("anti-pattern/oversized-hardware", "principle/qlora-when-memory-binds"),
    questions=("gpu-memory",),
    needs=NEEDS,
)
def check(case: Case) -> Result:
    """Fires when the low estimate is above what the named GPUs can allocate."""
    if not case.trains_here:
        return not_applicable("Nothing is trained on own GPUs.")
    training = _training(case)
    if training.outcome in ("fires", "cannot_tell"):
        return training
    serving = _serving(case)
    return training if training.outcome == "passes" and serving.outcome == "not_applicable" else serving


def _training(case: Case) -> Result:
    from agent.sizing import gpu_of

    gpu, run = gpu_of(case.facts, {}), _least_run(case)
    if gpu is None or run is None:
        return not_applicable("Model, method and training GPU are not all known.")
    room, low = gpu.usable_gib, _least_gib(run)
    what = f"{method(case.method)} of {run.model.name}"
    said = (
        f"{what} needs at least {number(low)} GiB on each of {gpus(run.gpus, gpu.name)}, which has {number(room)} GiB"
    )
    if low <= room:
        return passes(f"{said}.")
    if case.states("hardware.count") is None:
        return cannot_tell(f"{said}; how many there are is not said.", "gpu-memory")
    if _lean_gib(run) <= room:
        why = f"{said}; it would fit with weights and optimiser states in fewer bits, of which nothing is said"
        return cannot_tell(f"{why}.", "gpu-memory")
    return fires(f"{said}: the run cannot start.", evidence=case.quotes("method.primary", *HARDWARE))


def _least_gib(run: RunSpec) -> float:
    """The low estimate; never less than the weights, whose number is known."""
    from agent.estimator import memory

    need = memory(run)
    return max(need.low_gib, need.parts_gib.get("weights", 0.0))


def _lean_gib(run: RunSpec) -> float:
    """The low estimate of full fine-tuning in pure bf16 with an 8-bit optimiser, unless a precision is stated."""
    lean = run.model_copy(update={"precision": run.precision or "bf16", "optimizer": "paged_adamw_8bit"})
    return _least_gib(lean if run.method == "full" else run)


def _least_run(case: Case) -> RunSpec | None:
    """The run with every unstated choice at its smallest."""
    from agent.sizing import count_of, gpu_of, model_of, run_of, training_method

    gpu, model, kind = gpu_of(case.facts, {}), model_of(case.facts), training_method(case.method)
    if gpu is None or model is None or kind is None:
        return None
    run = run_of(case.facts, model, kind, gpu, count_of(case.facts))
    return run if case.has("run.sequence_length") else run.model_copy(update={"sequence_length": SHORT_TOKENS})


def _serving(case: Case) -> Result:
    from agent.errors import UsageError
    from agent.estimator import gpu_spec, serving_memory_gib
    from agent.sizing import model_of

    name, model = case.facts.text("x.serving.gpu"), model_of(case.facts)
    if name is None or model is None:
        return not_applicable("Model and serving GPU are not both known.")
    try:
        gpu = gpu_spec(name)
    except UsageError:
        return not_applicable(f"{name} is not in the catalogue.")
    count = case.facts.number("x.serving.count")
    least, room = serving_memory_gib(model, "int4"), gpu.usable_gib * (count or 1)
    said = f"{billions(model.params_b)} needs at least {number(least)} GiB to be served, even in 4 bits"
    if least <= room:
        return passes(f"{said}, and {gpus(count or 1, gpu.name)} has {number(room)} GiB.")
    if count is None:
        return cannot_tell(f"{said}; how many {gpu.name} serve it is not said.", "serving-plan")
    quotes = case.quotes("x.serving.gpu", "x.serving.count", "base_model.name", "base_model.params_b")
    return fires(f"{said}, and {gpus(count, gpu.name)} have {number(room)} GiB.", evidence=quotes)
