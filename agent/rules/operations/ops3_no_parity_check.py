"""A live API or model is replaced, and quality is not validated against it first.

What it looks like: the saving is computed to the dollar, and nothing compares the answers of the new model with those
of the old one.

Why it's wrong: a real production migration has to validate quality at parity. Users notice the difference before the
invoice does.

How to redirect: compare both on the locked test set and in shadow traffic, and set the difference that is acceptable
before the switch.
"""

from __future__ import annotations

from agent.rules.case import REPLACES, Case
from agent.rules.registry import rule
from agent.rules.results import Result, cannot_tell, fires, not_applicable, passes
from agent.rules.words import speaks_of


@rule(
    "OPS3",
    name="no-parity-check",
    severity="major",
    group="operations",
    guide=("principle/operations-are-the-hard-part", "example/logistics-api-replacement"),
    questions=("parity-rollout-rollback",),
    needs=(
        "method.primary",
        "serving.parity",
        "evaluation.baseline",
        "alternatives.prompting",
        "alternatives.rag",
        "alternatives.stronger_base",
        *REPLACES,
    ),
)
def check(case: Case) -> Result:
    """Fires when something live is replaced without a comparison."""
    if not case.tunes or not case.replaces_live:
        return not_applicable("Nothing live is replaced.")
    parity = case.facts.flag("serving.parity")
    if parity:
        return passes("Quality is compared with what is replaced before the switch.")
    if parity is False:
        return fires("Quality is not compared with what is replaced.", evidence=case.quotes("serving.parity"))
    tried = case.has("alternatives.prompting", "alternatives.rag", "alternatives.stronger_base")
    if case.has("evaluation.baseline") and not tried:
        said = "There is a baseline; whether it is the score of what is replaced is not said."
        return cannot_tell(said, "parity-rollout-rollback")
    if word := speaks_of(case.document, "parity"):
        said = f"The document speaks of “{word}”; whether that compares with what is replaced is not clear."
        return cannot_tell(said, "parity-rollout-rollback")
    return fires("What is in use is replaced, and nothing compares quality with it first.", absence=True)
