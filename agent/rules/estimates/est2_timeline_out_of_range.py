"""The timeline is outside what the guide and the estimate give for the recommended shape.

What it looks like: three days for a project of 8 to 12 weeks, or a year for one of a month.

Why it's wrong: too short leaves out the evaluation and the rollout; too long means that iteration is slow, which LoRA
exists to avoid.

How to redirect: ask for the weeks of data, training, evaluation and rollout one by one, beside the guide's row.
"""

from __future__ import annotations

from agent.rules.case import Case
from agent.rules.ranges import ESTIMATE_NEEDS, hull, place, row
from agent.rules.registry import rule
from agent.rules.results import Result, cannot_tell, fires, not_applicable, passes
from agent.rules.shortfall import is_open
from agent.rules.wording import span


@rule(
    "EST2",
    name="timeline-out-of-range",
    severity="minor",
    group="estimates",
    guide=("cost/7b-5k-lora", "principle/depends-on-your-shape"),
    questions=("cost-and-time",),
    needs=("timeline.weeks", *ESTIMATE_NEEDS),
)
def check(case: Case) -> Result:
    """Fires outside 1.5 times the hull of the guide's weeks and the computed ones."""
    weeks = case.facts.range("timeline.weeks")
    if not case.trains_here or weeks is None:
        return not_applicable("No timeline is stated.")
    if is_open(case):
        return cannot_tell(
            "What is in reason depends on whether full fine-tuning is right, which is open.", "lora-limit"
        )
    guide, computed = row(case).weeks, case.estimate.project.weeks
    said = f"The timeline is {span(weeks, 'weeks')}; the guide says {span(guide)} and we compute {span(computed)}."
    if place(weeks, hull(guide, computed, case.thresholds.range_factor)) == "inside":
        return passes(said)
    return fires(said, evidence=case.quotes("timeline.weeks"))
