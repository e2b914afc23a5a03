"""Everything that the estimate command shows of one run, in one frozen value."""

from __future__ import annotations

from agent.errors import UsageError
from agent.estimator.inputs import ProjectShape, RunSpec
from agent.estimator.inverse import (
    GpuSet,
    cheapest,
    experiments_for_budget,
    fitting_sets,
    largest_model,
    longest_sequence,
)
from agent.estimator.project import estimate, project, weeks_by_phase
from agent.estimator.serving import Load, Serving, serving, smallest_replica
from agent.estimator.speed import throughput
from agent.estimator.words import DEFAULT_EXAMPLES
from agent.models import Estimate, Frozen, Low3, Project, Range


class Fitting(Frozen):
    """The smallest number of one GPU that holds the run."""

    gpu: str
    gpus: int
    need_gib_per_gpu: float
    usable_gib_per_gpu: float
    usd_per_run: float | None
    native_bf16: bool


class Inverse(Frozen):
    """The inverse questions; None where nothing answers."""

    fitting: tuple[Fitting, ...]
    cheapest: Fitting | None
    largest_model_on_this_gpu: str | None
    longest_sequence: int
    experiments_for_budget: Range | None


class Answer(Frozen):
    """One run: estimate, project, speed, the inverse questions and serving."""

    estimate: Estimate
    project: Project
    weeks_by_phase: dict[str, Range]
    tokens_per_s_per_gpu: Low3
    speed_limit: str
    inverse: Inverse
    serving: Serving | None


def _fitting(one: GpuSet) -> Fitting:
    return Fitting(
        gpu=one.gpu.name,
        gpus=one.gpus,
        need_gib_per_gpu=one.need_gib,
        usable_gib_per_gpu=one.gpu.usable_gib,
        usd_per_run=one.usd_per_run,
        native_bf16=one.gpu.native_bf16,
    )


def inverse(run: RunSpec, budget_usd: float | None = None) -> Inverse:
    """Answers the inverse questions for a run; datacentre GPUs with bf16 first, of these the cheapest run first."""

    def order(one: GpuSet) -> tuple[bool, float, float]:
        return (not (one.gpu.datacentre and one.gpu.native_bf16), one.usd_per_run or float("inf"), one.memory_gib)

    sets = sorted(fitting_sets(run), key=order)
    try:
        best = _fitting(cheapest(run))
    except UsageError:
        best = None
    try:
        largest = largest_model(run.gpu, run.method, gpus=run.gpus, sequence_length=run.sequence_length).name
    except UsageError:
        largest = None
    return Inverse(
        fitting=tuple(_fitting(s) for s in sets),
        cheapest=best,
        largest_model_on_this_gpu=largest,
        longest_sequence=longest_sequence(run),
        experiments_for_budget=None if budget_usd is None else experiments_for_budget(budget_usd, run),
    )


def answer(
    run: RunSpec,
    *,
    experiments: Range | None = None,
    work: ProjectShape | None = None,
    budget_usd: float | None = None,
    load: Load | None = None,
    api_usd_per_1m: tuple[float, float] | None = None,
) -> Answer:
    """Computes all of it.

    Raises:
        UsageError: no price is known for the GPU, or the budget is negative.
    """
    work = work or ProjectShape()
    made = estimate(run, experiments=experiments, work=work)
    known = run if run.examples else run.model_copy(update={"examples": DEFAULT_EXAMPLES})
    speed = throughput(known)
    return Answer(
        estimate=made,
        project=project(run, experiments=experiments, work=work),
        weeks_by_phase=weeks_by_phase(known, work, made.experiments),
        tokens_per_s_per_gpu=speed.low_typical_high,
        speed_limit=speed.limit,
        inverse=inverse(known, budget_usd),
        serving=_serving(known, load, api_usd_per_1m),
    )


def _serving(run: RunSpec, load: Load | None, api: tuple[float, float] | None) -> Serving | None:
    """The fewest of the run's own GPUs that serve the model, under the load."""
    least = smallest_replica(run.model, run.gpu)
    if least is None:
        return None
    load = load or Load()
    return serving(
        run.model,
        run.gpu,
        least.gpus_total,
        requests_per_month=load.requests_per_month or None,
        tokens_in=load.tokens_in,
        tokens_out=load.tokens_out,
        peak_over_mean=load.peak_over_mean,
        api_usd_per_1m=api,
    )
