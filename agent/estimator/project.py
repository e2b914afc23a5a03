"""From one run to the project: experiments, compute, weeks, people, money."""

from __future__ import annotations

from agent.estimator.inputs import ProjectShape, RunSpec
from agent.estimator.memory import fits, memory
from agent.estimator.serving import serving
from agent.estimator.speed import hours, run_cost
from agent.models import Estimate, Project, Range

EXPERIMENTS: Range = (10.0, 30.0)
"""The guide's typical number of experiments."""
DEFAULT_EXAMPLES = 5000
USD_PER_PERSON_WEEK = (2500.0, 5000.0)


def _assume(run: RunSpec) -> tuple[RunSpec, tuple[str, ...]]:
    said: tuple[str, ...] = (
        f"{run.sequence_length} tokens per sequence, micro-batch {run.micro_batch}, "
        f"{'with' if run.checkpointing else 'without'} gradient checkpointing",
        f"{run.epochs:g} epochs of {run.tokens_per_example} tokens per example",
    )
    if run.model.estimated:
        said = (*said, f"shape of {run.model.name} estimated from its size")
    if run.examples is None:
        run = run.model_copy(update={"examples": DEFAULT_EXAMPLES})
        said = (*said, f"{DEFAULT_EXAMPLES} examples, as the number is not known")
    return run, said


def weeks(run: RunSpec, work: ProjectShape, experiments: Range) -> dict[str, Range]:
    """Weeks of each phase: data, training, evaluation, rollout."""
    _, typical, high = hours(run)
    train = (experiments[0] * work.variants * typical / 100, experiments[1] * work.variants * high / 100)
    phases: dict[str, Range] = {
        "data": (2.0, 6.0) if work.collects_data else (0.5, 1.0),
        "training": (max(0.5, train[0]), max(1.0, train[1])),
        "evaluation": (1.0, 2.0) if not work.hard_task else (2.0, 4.0),
        "rollout": (4.0, 8.0) if work.replaces_api else (0.5, 1.0),
    }
    if work.research:
        phases["evaluation"] = (4.0, 8.0)
    return phases


def estimate(run: RunSpec, *, experiments: Range | None = None, work: ProjectShape | None = None) -> Estimate:
    """Memory, time and money of a run and its experiments."""
    work = work or ProjectShape()
    run, said = _assume(run)
    count = experiments or EXPERIMENTS
    cost = run_cost(run)
    need = memory(run)
    total = weeks(run, work, count)
    bill = serving(run.model, run.gpu, run.gpus).usd_per_month
    return Estimate(
        method=run.method,
        model=run.model.name,
        gpu=run.gpu.name,
        gpus=run.gpus,
        memory_gib_per_gpu=need.low_typical_high,
        memory_breakdown_gib=need.parts_gib,
        fits=fits(run),
        hours_per_run=hours(run),
        cost_per_run_usd=(cost[0], cost[2]),
        experiments=count,
        compute_usd=(cost[0] * count[0] * work.variants, cost[2] * count[1] * work.variants),
        weeks=(sum(w[0] for w in total.values()), sum(w[1] for w in total.values())),
        serving_usd_per_month=bill[1] if bill else None,
        assumptions=said,
    )


def project(run: RunSpec, *, experiments: Range | None = None, work: ProjectShape | None = None) -> Project:
    """The whole project: weeks, people-weeks and total USD, low and high."""
    work = work or ProjectShape()
    one = estimate(run, experiments=experiments, work=work)
    people = (one.weeks[0] * work.people[0], one.weeks[1] * work.people[1])
    total = tuple(one.compute_usd[i] + people[i] * USD_PER_PERSON_WEEK[i] for i in (0, 1))
    return Project(weeks=one.weeks, people_weeks=people, total_usd=(total[0], total[1]))
