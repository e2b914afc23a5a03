"""No held-out test set is named, or the test set is trained on, tuned on, selected on or moved.

What it looks like: project plans that don't carve out a clear test set, or plans that retrain on the test set after
results come in.

Why it's wrong: without a held-out test set the team can never tell if the model actually improved. Reported quality
numbers will mislead you.

How to redirect: insist on a locked test set carved out before training starts. The test set never moves; the team can
never train on it. Reported quality always comes from this locked set.
"""

from __future__ import annotations

from agent.rules.case import Case
from agent.rules.registry import rule
from agent.rules.results import Result, cannot_tell, fires, not_applicable, passes
from agent.rules.words import speaks_of

VIOLATIONS = {
    "trained": "trained on",
    "tuned": "used to tune",
    "selected": "used to select the model",
    "moved": "changed after the results",
}


@rule(
    "AP5",
    name="no-locked-test-set",
    severity="blocker",
    milder="major",
    group="anti_patterns",
    guide=("anti-pattern/no-locked-test-set",),
    questions=("test-set",),
    needs=(
        "method.primary",
        "evaluation.test_set",
        "evaluation.test_set_size",
        "x.evaluation.violation",
        "x.lora_evidence.held_out",
        "x.unread.count",
    ),
)
def check(case: Case) -> Result:
    """Fires as a blocker on a violated set, as major when none is named; a set not said to be locked is asked about."""
    if not case.tunes:
        return not_applicable("Nothing is trained.")
    state = case.facts.text("evaluation.test_set")
    if state == "violated" or case.has("x.evaluation.violation"):
        how = VIOLATIONS.get(case.facts.text("x.evaluation.violation") or "", "not kept out of training")
        quotes = case.quotes("x.evaluation.violation") or case.quotes("evaluation.test_set")
        return fires(f"The test set is {how}, so its numbers say nothing about new cases.", evidence=quotes)
    if state == "locked":
        return passes("The test set is locked before training.")
    if state == "mentioned" or case.has("evaluation.test_set_size") or case.facts.flag("x.lora_evidence.held_out"):
        return cannot_tell("A test set is named, and it is not said that it is locked before training.", "test-set")
    if word := speaks_of(case.document, "test_set"):
        return cannot_tell(
            f"The document speaks of “{word}”; whether that is a locked test set is not clear.", "test-set"
        )
    if quotes := case.quotes("x.unread.count"):
        said = f"No test set was found, and what “{quotes[0].quote}” counts was not understood: it may be one."
        return cannot_tell(said, "test-set")
    return fires("No held-out test set is named anywhere in the document.", severity="major", absence=True)
