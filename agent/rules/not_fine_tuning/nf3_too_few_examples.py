"""Fewer than 100 labelled examples (blocker), or fewer than 500 (minor).

What it looks like: a few dozen examples are to train a model and to test it as well.

Why it's wrong: there is little to learn from and nothing to hold out. A test set that can tell results apart takes a
few hundred examples by itself.

How to redirect: put the examples into the prompt now, and collect until there are some hundreds to train on and a
locked test set beside them.
"""

from __future__ import annotations

from agent.rules.case import Case
from agent.rules.registry import rule
from agent.rules.results import Result, cannot_tell, fires, not_applicable, passes
from agent.rules.wording import number
from agent.rules.words import words


@rule(
    "NF3",
    name="too-few-examples",
    severity="blocker",
    milder="minor",
    group="not_fine_tuning",
    guide=("not-fine-tuning/too-few-examples",),
    questions=("data-origin",),
    needs=(
        "method.primary",
        "method.objective",
        "dataset.examples",
        "dataset.tokens",
        "x.dataset.unlabelled",
    ),
)
def check(case: Case) -> Result:
    """Fires on a count of labelled examples that is too low after the planned collection."""
    facts, limits = case.facts, case.thresholds
    if not case.tunes:
        return not_applicable("Nothing is trained.")
    if facts.flag("x.dataset.unlabelled") or facts.text("method.objective") in ("rl", "continued_pretraining"):
        return not_applicable("The data are not labelled examples, so they are not counted as such.")
    count = facts.number("dataset.examples")
    if count is None and case.has("dataset.tokens"):
        return not_applicable("The data are counted in tokens.")
    if count is None:
        return cannot_tell("The document does not say how many examples there are to train on.", "data-origin")
    if count >= limits.thin_examples:
        return passes(f"{number(count)} examples are enough to start with.")
    quotes = case.quotes("dataset.examples")
    if quotes and not words("training_data").search(case.around("dataset.examples")):
        said = f"{number(count)} of something are counted; whether that is all there is to train on is not clear."
        return cannot_tell(said, "data-origin")
    if count < limits.blocker_examples:
        message = f"{number(count)} examples are too few to train on and to test with."
        return fires(message, evidence=quotes)
    message = f"{number(count)} examples are thin: below {number(limits.thin_examples)} results vary from run to run."
    return fires(message, severity="minor", evidence=quotes)
