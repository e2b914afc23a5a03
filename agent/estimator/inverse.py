"""Inverse questions: what is the least that does it, and what does the money buy."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product

from agent.errors import UsageError
from agent.estimator.catalogue import all_gpus, all_models
from agent.estimator.inputs import GpuSpec, ModelShape, RunSpec, TrainingMethod
from agent.estimator.memory import memory
from agent.estimator.speed import run_cost
from agent.models import Frozen, Range

COUNTS = (1, 2, 4, 8, 16, 32, 64)


class GpuSet(Frozen):
    """A number of equal GPUs; `memory_gib` is what they hold together, `need_gib` the typical estimate for one."""

    gpu: GpuSpec
    gpus: int
    memory_gib: float
    need_gib: float
    usd_per_run: float | None = None


def _set(run: RunSpec) -> GpuSet | None:
    need = memory(run).typical_gib
    if need > run.gpu.usable_gib:
        return None
    cost = None
    if run.examples and run.gpu.usd_per_hour:
        cost = run_cost(run)[1]
    return GpuSet(gpu=run.gpu, gpus=run.gpus, memory_gib=run.gpu.usable_gib * run.gpus, need_gib=need, usd_per_run=cost)


def fitting_sets(run: RunSpec) -> tuple[GpuSet, ...]:
    """For each GPU of the catalogue the smallest number that holds the run; those that fit at all."""
    found: list[GpuSet] = []
    for gpu in all_gpus():
        for count in COUNTS:
            if one := _set(run.model_copy(update={"gpu": gpu, "gpus": count})):
                found.append(one)
                break
    return tuple(found)


def fewest(run: RunSpec, gpus: Iterable[GpuSpec]) -> GpuSet | None:
    """The smallest number of one of these GPUs that holds the run; of those that do with as many, the first."""
    sets = (_set(run.model_copy(update={"gpu": gpu, "gpus": count})) for count, gpu in product(COUNTS, gpus))
    return next((one for one in sets if one), None)


def usual_set(run: RunSpec) -> GpuSet | None:
    """The fewest datacentre GPUs with a known price that hold the run, of these the smallest, then the cheapest."""
    usual = [(g, g.usd_per_hour[1]) for g in all_gpus() if g.datacentre and g.native_bf16 and g.usd_per_hour]
    return fewest(run, [gpu for gpu, _ in sorted(usual, key=lambda pair: (pair[0].marketing_gb, pair[1]))])


def _hourly(one: GpuSet) -> float:
    return one.gpu.usd_per_hour[1] * one.gpus if one.gpu.usd_per_hour else float("inf")


def smallest_gpu_set(
    model: ModelShape, method: TrainingMethod, *, sequence_length: int = 2048, micro_batch: int = 1, rank: int = 16
) -> GpuSet:
    """The set with the least memory in all that holds the run (equal sets: the cheaper GPU).

    Raises:
        UsageError: nothing in the catalogue holds it.
    """
    run = RunSpec(
        model=model,
        method=method,
        gpu=all_gpus()[0],
        sequence_length=sequence_length,
        micro_batch=micro_batch,
        rank=rank,
    )
    sets = fitting_sets(run)
    if not sets:
        raise UsageError(f"no set of up to {COUNTS[-1]} GPUs holds {model.name} by {method}")
    return min(sets, key=lambda s: (s.memory_gib, _hourly(s)))


def largest_model(gpu: GpuSpec, method: TrainingMethod, *, gpus: int = 1, sequence_length: int = 2048) -> ModelShape:
    """The catalogue's largest model whose run fits.

    Raises:
        UsageError: none does.
    """
    for model in sorted(all_models(), key=lambda m: -m.parameters):
        run = RunSpec(model=model, method=method, gpu=gpu, gpus=gpus, sequence_length=sequence_length)
        if memory(run).typical_gib <= gpu.usable_gib:
            return model
    raise UsageError(f"no catalogue model trains by {method} on {gpus} x {gpu.name}")


def longest_sequence(run: RunSpec) -> int:
    """The longest sequence in tokens (a multiple of 128) that fits, up to the model's context; 0 when none does."""
    low, high = 0, run.model.context_tokens // 128
    while low < high:
        middle = (low + high + 1) // 2
        longer = run.model_copy(update={"sequence_length": middle * 128})
        low, high = (middle, high) if memory(longer).typical_gib <= run.gpu.usable_gib else (low, middle - 1)
    return low * 128


def cheapest(run: RunSpec) -> GpuSet:
    """The fitting set with the lowest cost of one run at the typical price (needs `examples`), of GPUs with bf16.

    Raises:
        UsageError: nothing fits, or no price is known.
    """
    priced = [s for s in fitting_sets(run) if s.usd_per_run is not None and s.gpu.native_bf16]
    if not priced:
        raise UsageError("no fitting GPU with a known price", fix="Give examples, or a smaller model.")
    return min(priced, key=lambda s: s.usd_per_run or 0.0)


def experiments_for_budget(usd: float, run: RunSpec) -> Range:
    """How many runs a budget buys: at the high cost of a run, and at the low one."""
    if usd < 0:
        raise UsageError(f"a budget of {usd:g} USD", "a budget is not negative")
    low, _, high = run_cost(run)
    return (usd / high, usd / low)
