"""No metric with a target value, nor a baseline to beat by a stated margin.

What it looks like: "better answers", "higher quality", a metric without the number that means ship.

Why it's wrong: no result of the project can be good or bad, so it ends when the money does.

How to redirect: ask for two values of one metric, set before training: at or above the first it ships, below the second
the project ends.
"""

from __future__ import annotations

import re

from agent.rules.case import Case
from agent.rules.registry import rule
from agent.rules.results import Result, cannot_tell, fires, not_applicable, passes
from agent.rules.wording import number
from agent.rules.words import speaks_of


@rule(
    "NF5",
    name="no-measurable-target",
    severity="major",
    group="not_fine_tuning",
    guide=("not-fine-tuning/no-measurable-target",),
    questions=("ship-stop-number",),
    needs=(
        "method.primary",
        "evaluation.metric",
        "evaluation.target",
        "evaluation.baseline",
        "serving.parity",
        "x.unread.share",
    ),
)
def check(case: Case) -> Result:
    """Fires when nothing says which number means ship."""
    facts = case.facts
    if not case.tunes:
        return not_applicable("Nothing is trained.")
    metric = facts.text("evaluation.metric")
    target, baseline = facts.number("evaluation.target"), facts.number("evaluation.baseline")
    if target is not None:
        return passes(f"The target is {number(target)}" + (f" ({metric})." if metric else "."))
    if baseline is not None and facts.flag("serving.parity"):
        return passes("The target is parity with a measured baseline.")
    if facts.flag("serving.parity"):
        return cannot_tell("The target is parity, and no number says what parity is.", "ship-stop-number")
    if word := speaks_of(case.document, "target"):
        return cannot_tell(f"The document speaks of “{word}”; no number that means ship was found.", "ship-stop-number")
    if baseline is None and (quotes := case.quotes("x.unread.share")):
        said = f"No target was found, and what “{quotes[0].quote}” measures was not understood: it may be one."
        return cannot_tell(said, "ship-stop-number")
    if baseline is not None and (higher := _above(case, baseline)):
        said = f"The baseline is {number(baseline)}; whether “{higher}” is the target is not clear."
        return cannot_tell(said, "ship-stop-number")
    if baseline is not None:
        said = f"The baseline is {number(baseline)}, and by how much it is to be beaten is not said."
        return fires(said, evidence=case.quotes("evaluation.baseline"), absence=True)
    if metric is not None:
        quotes = case.quotes("evaluation.metric")
        return fires(f"The metric is {metric}, and no value of it means ship.", evidence=quotes, absence=True)
    return fires("No metric with a target value is given, and no baseline to beat.", absence=True)


def _above(case: Case, baseline: float) -> str | None:
    """A percentage above the baseline that the text gives somewhere: it may be the target, in words not understood."""
    for block in case.document.body:
        for found in re.finditer(r"(\d{1,3}(?:\.\d+)?)\s?(?:%|per ?cent\b|points\b)", case.document.quote(block)):
            if baseline < float(found[1]) <= 100:
                return found[0]
    return None
