"""From one run to the project: experiments, compute, weeks, people, money."""

from __future__ import annotations

from math import log10

from agent.estimator.inputs import ProjectShape, RunSpec
from agent.estimator.memory import fits, memory
from agent.estimator.serving import smallest_replica
from agent.estimator.speed import hours, run_cost
from agent.estimator.words import DEFAULT_EXAMPLES, assumptions, sensitivity
from agent.models import Estimate, Project, Range

EXPERIMENTS: Range = (10.0, 30.0)
"""The guide's typical number of experiments."""
EXPERIMENTS_PER_WEEK: Range = (40.0, 20.0)
"""Short runs that a team starts, reads and decides on in a week; the guide's fintech example has 30 in three weeks."""
GPU_HOURS_PER_WEEK: Range = (140.0, 100.0)
"""Of 168: nights run, but somebody must notice that a run is over."""
RUNS_AT_ONCE = 4
"""Assumption: rented GPUs take long runs side by side."""
USD_PER_PERSON_WEEK: Range = (2500.0, 5000.0)
"""Assumption: 130,000 to 260,000 USD a year with overheads."""


def _known(run: RunSpec) -> RunSpec:
    return run if run.examples else run.model_copy(update={"examples": DEFAULT_EXAMPLES})


def _data_weeks(run: RunSpec, work: ProjectShape) -> Range:
    """Half a week to a week for 5,000 examples that exist, as much again for every tenfold; collecting adds weeks."""
    tenfolds = max(0.0, log10((run.examples or DEFAULT_EXAMPLES) / DEFAULT_EXAMPLES))
    low, high = 0.5 * (1 + tenfolds), 1.0 * (1 + tenfolds)
    return (low + 2.0, high + 4.0) if work.collects_data else (low, high)


def _training_weeks(run: RunSpec, experiments: Range) -> Range:
    """By people or by the GPUs, whichever takes longer."""
    typical = hours(run)[1] / RUNS_AT_ONCE
    low, high = (
        max(n / EXPERIMENTS_PER_WEEK[i], n * typical / GPU_HOURS_PER_WEEK[i]) for i, n in enumerate(experiments)
    )
    return (low, high)


def weeks_by_phase(run: RunSpec, work: ProjectShape, experiments: Range) -> dict[str, Range]:
    """Weeks of data, training, evaluation and rollout, low and high; they follow one another.

    For a replaced API rollout is the larger part: parity, serving, rollback, phases. The guide: "The fine-tuning is
    maybe 30% of the project."
    """
    run, more = _known(run), work.variants - 1
    evaluation, rollout = (0.5, 1.0), (0.5, 1.0)
    if work.hard_task:
        evaluation = (1.5, 3.0)
    if work.research:
        evaluation = (4.0, 8.0)
    if work.replaces_api:
        evaluation, rollout = (max(1.5, evaluation[0]), max(3.0, evaluation[1])), (4.0, 9.0)
    return {
        "data": _data_weeks(run, work),
        "training": _training_weeks(run, (experiments[0] + more, experiments[1] + more)),
        "evaluation": (evaluation[0] + 0.1 * more, evaluation[1] + 0.3 * more),
        "rollout": rollout,
    }


def estimate(run: RunSpec, *, experiments: Range | None = None, work: ProjectShape | None = None) -> Estimate:
    """Memory, time and money of a run and its experiments; what was assumed stands in words.

    Args:
        run: as proposed or recommended; without `examples`, 5,000 are assumed and said.
        experiments: how many runs, low and high; the guide's 10 to 30 when not given. Each further variant adds one.
        work: what surrounds the training.

    Raises:
        UsageError: no price is known for the GPU.
    """
    work, said = work or ProjectShape(), assumptions(run)
    run, count = _known(run), experiments or EXPERIMENTS
    cost, need, length = run_cost(run), memory(run), hours(run)
    more = work.variants - 1
    phases = weeks_by_phase(run, work, count)
    serves = smallest_replica(run.model, run.gpu)
    return Estimate(
        method=run.method,
        model=run.model.name,
        gpu=run.gpu.name,
        gpus=run.gpus,
        memory_gib_per_gpu=need.low_typical_high,
        memory_breakdown_gib=need.parts_gib,
        fits=fits(run),
        hours_per_run=length,
        cost_per_run_usd=(cost[0], cost[2]),
        experiments=count,
        compute_usd=(cost[0] * (count[0] + more), cost[2] * (count[1] + more)),
        weeks=(sum(w[0] for w in phases.values()), sum(w[1] for w in phases.values())),
        serving_usd_per_month=serves.usd_per_month[1] if serves and serves.usd_per_month else None,
        assumptions=(*said, sensitivity(run, count)),
    )


def project(run: RunSpec, *, experiments: Range | None = None, work: ProjectShape | None = None) -> Project:
    """The whole project: weeks, people-weeks and total USD, low and high; with the compute, without the serving."""
    work = work or ProjectShape()
    one = estimate(run, experiments=experiments, work=work)
    people = (one.weeks[0] * work.people[0], one.weeks[1] * work.people[1])
    low, high = (one.compute_usd[i] + people[i] * USD_PER_PERSON_WEEK[i] for i in (0, 1))
    return Project(weeks=one.weeks, people_weeks=people, total_usd=(low, high))
