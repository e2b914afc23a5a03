"""The plan iterates without a number of experiments or a cap, or plans more than 100 runs.

What it looks like: vague iteration plans with no defined experiment count or per-experiment cost.

Why it's wrong: hyperparameter tuning is a real activity but it should be bounded. Without a budget, "experimenting" can
consume 100+ runs without converging.

How to redirect: ask the team to commit to a number of experiments (typically 10 to 30) and a per-experiment cost. This
forces explicit thinking about which hyperparameters matter and which don't.
"""

from __future__ import annotations

from agent.rules.case import Case
from agent.rules.registry import rule
from agent.rules.results import Result, cannot_tell, fires, not_applicable, passes
from agent.rules.wording import number, span, usd_range
from agent.rules.words import words


@rule(
    "AP3",
    name="unbounded-experiments",
    severity="major",
    group="anti_patterns",
    guide=("anti-pattern/unbounded-experiments",),
    questions=("experiment-budget",),
    needs=(
        "method.primary",
        "experiments.count",
        "experiments.cost_each_usd",
        "x.experiments.iterates",
        "x.experiments.cap",
        "budget.usd",
        "constraints.tenants",
    ),
)
def check(case: Case) -> Result:
    """Fires for iteration without a bound, and for more than 100 runs."""
    if not case.tunes:
        return not_applicable("Nothing is trained.")
    count = case.facts.range("experiments.count")
    if count is not None:
        return _counted(case, count[1])
    if case.has("x.experiments.cap"):
        return passes("The experiments have a cap on money or time.")
    if not case.facts.flag("x.experiments.iterates"):
        return cannot_tell("The document says nothing of how many experiments there will be.", "experiment-budget")
    return _iterates(case)


def _counted(case: Case, runs: float) -> Result:
    limit, variants = case.thresholds.max_experiments, case.facts.number("constraints.tenants") or 1
    if runs <= limit:
        cost = case.facts.range("experiments.cost_each_usd")
        return passes(f"{number(runs)} runs are planned" + (f" at {usd_range(cost)} each." if cost else "."))
    if variants > 1 and runs / variants <= limit:
        said = f"{number(runs)} runs are planned for {number(variants)} variants"
        return cannot_tell(
            f"{said}, {number(runs / variants)} each if they are shared out evenly.", "experiment-budget"
        )
    said = f"{span((runs, runs), 'runs')} are planned; more than {number(limit)} seldom converge on anything new."
    return fires(said, evidence=case.quotes("experiments.count"))


def _iterates(case: Case) -> Result:
    quotes = case.quotes("x.experiments.iterates")
    if case.has("budget.usd") and not any(words("open_ended").search(q.quote) for q in quotes):
        return cannot_tell(
            "The plan tunes within a stated budget, without a number of experiments.", "experiment-budget"
        )
    message = "The plan iterates with neither a number of experiments nor a cap on money or time."
    return fires(message, evidence=quotes, absence=True)
