"""The evals as tasks of Inspect (extra `inspect`): the same cases, reviewer and figures, in its logs and its viewer.

    inspect eval evals/tasks.py@open_cases --model none
    inspect view

No language model is called by Inspect; the gate stays pytest and `review-finetune eval`.
"""

from __future__ import annotations

import asyncio
import dataclasses
from functools import cache
from typing import Any

from inspect_ai import Task, task
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.scorer import Metric, SampleScore, Scorer, Target, metric, scorer
from inspect_ai.scorer import Score as InspectScore
from inspect_ai.solver import Generate, Solver, TaskState, solver

from evals.dataset import Case
from evals.differences import differences
from evals.metrics import Score, figures, score
from evals.outcome import REVIEWER, Outcome, review_all
from evals.run import job, load_cases

SETS = tuple(f.name for f in dataclasses.fields(Score) if f.type == "frozenset[str]")
"""Fields of a score that JSON keeps as lists."""


@task
def open_cases(slug: str = "", reviewer: str = REVIEWER) -> Task:
    """The open cases, labelled by hand.

    Args:
        slug: only cases with this in their name.
        reviewer: `module:function`.
    """
    samples = [
        Sample(id=case.slug, input=case.source or case.path.name, target=", ".join(case.labels.verdict))
        for case in load_cases("open")
        if slug in case.slug
    ]
    return Task(dataset=MemoryDataset(samples, name="open"), solver=reviewed(reviewer), scorer=against_labels())


@solver
def reviewed(reviewer: str) -> Solver:
    """Our review in the place of a model's answer."""

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        case = _cases()[str(state.sample_id)]
        outcome = (await asyncio.to_thread(review_all, [job(case)], reviewer, 0))[0]
        state.output.completion = outcome.verdict or outcome.crash
        state.store.set("outcome", dataclasses.asdict(outcome))
        return state

    return solve


@metric
def ours() -> Metric:
    """Every figure of our table, from the same pure functions."""

    def over(scores: list[SampleScore]) -> dict[str, float]:
        made = figures([_restored((s.score.metadata or {})["score"]) for s in scores])
        return {name: figure.value for name, figure in made.items()}

    return over


@scorer(metrics=[ours()])
def against_labels() -> Scorer:
    """1 where nothing is to be mended; what is stands in the explanation."""

    async def judge(state: TaskState, target: Target) -> InspectScore:
        case = _cases()[str(state.sample_id)]
        outcome = _outcome(state.store.get("outcome"))
        found = score(case.labels, outcome)
        return InspectScore(
            value=float(found.perfect),
            answer=outcome.verdict,
            explanation=differences(case, outcome, found) if not found.perfect else "Nothing to mend.",
            metadata={"score": _plain(found)},
        )

    return judge


@cache
def _cases() -> dict[str, Case]:
    return {case.slug: case for case in load_cases("open")}


def _outcome(kept: dict[str, Any]) -> Outcome:
    from evals.outcome import Told

    told = tuple(Told(**{**f, "quotes": tuple(f["quotes"])}) for f in kept["findings"])
    checks = {code: tuple(said) for code, said in kept["checks"].items()}
    return Outcome(**{**kept, "findings": told, "checks": checks})


def _plain(found: Score) -> dict[str, Any]:
    return {k: sorted(v) if isinstance(v, frozenset) else v for k, v in vars(found).items()}


def _restored(kept: dict[str, Any]) -> Score:
    return Score(**{k: frozenset(v) if k in SETS else v for k, v in kept.items()})
