"""The compute budget is outside what the guide and the estimate give for the recommended shape.

What it looks like: $25,000 of compute for an 8B model and 5,000 tickets; or $20 for a 70B model.

Why it's wrong: too much pays for a method or for GPUs that the task does not need; too little ends the project before
there is an answer.

How to redirect: ask for cost per run times number of runs, and hold the sum against the guide's row for this shape.
"""

from __future__ import annotations

from agent.rules.case import Case
from agent.rules.ranges import ESTIMATE_NEEDS, hull, place, row
from agent.rules.registry import rule
from agent.rules.results import Result, cannot_tell, fires, not_applicable, passes
from agent.rules.shortfall import is_open
from agent.rules.wording import method, usd_range
from agent.rules.words import words


@rule(
    "EST1",
    name="budget-out-of-range",
    severity="major",
    milder="minor",
    group="estimates",
    guide=("cost/7b-5k-lora", "principle/depends-on-your-shape"),
    questions=("cost-and-time",),
    needs=("budget.usd", *ESTIMATE_NEEDS),
)
def check(case: Case) -> Result:
    """Fires as major above the range, as minor below it."""
    budget = case.facts.range("budget.usd")
    if not case.trains_here or budget is None:
        return not_applicable("No compute budget is stated.")
    if is_open(case):
        return cannot_tell(
            "What is in reason depends on whether full fine-tuning is right, which is open.", "lora-limit"
        )
    guide, made = row(case), case.estimate.as_recommended
    where = place(budget, hull(guide.usd, made.compute_usd, case.thresholds.range_factor))
    what = f"{method(made.method)} of {made.model}"
    said = f"The compute budget is {usd_range(budget)}"
    known = (
        f"the guide says {usd_range(guide.usd)} for this shape, and we compute {usd_range(made.compute_usd)} for {what}"
    )
    if where == "inside":
        return passes(f"{said}; {known}.")
    if not case.has("base_model.name", "base_model.params_b") or not case.has("dataset.examples", "dataset.tokens"):
        return cannot_tell(f"{said}; model and data are not both known, so no range is certain.", "cost-and-time")
    quotes = case.quotes("budget.usd")
    if not _compute_alone(case):
        return cannot_tell(f"{said}, if that is compute alone; {known}.", "cost-and-time")
    return fires(f"{said}; {known}.", severity="major" if where == "above" else "minor", evidence=quotes)


def _compute_alone(case: Case) -> bool:
    """True when the words around the amount speak of compute and of no other spending."""
    spent = words("compute_money").search(case.around("budget.usd"))
    return bool(spent) and not words("other_money").search(case.around("budget.usd", heading=False))
