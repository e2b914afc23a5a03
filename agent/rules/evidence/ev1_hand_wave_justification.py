"""A slogan is the sole reason for the method or the size.

What it looks like: "for the best possible quality", "the industry standard", "state of the art", with no number beside
it.

Why it's wrong: "Best quality" and "industry standard" aren't reasons; they're hand-waves. Only a specific gap, measured
on a representative test set, should clear the budget.

How to redirect: ask for the number: what the smaller model or the cheaper method scored on the test set, and what the
target is.
"""

from __future__ import annotations

import re

from agent.rules.case import Case
from agent.rules.registry import rule
from agent.rules.results import Result, fires, not_applicable, passes
from agent.rules.shortfall import LORA_EVIDENCE, shortfall


@rule(
    "EV1",
    name="hand-wave-justification",
    severity="major",
    group="evidence",
    guide=("principle/hand-waves-are-not-reasons", "principle/burden-on-proposer"),
    questions=("lora-limit", "base-model-choice"),
    needs=(
        "method.primary",
        "x.slogan",
        "x.reason",
        "x.smaller_model_shortfall",
        *LORA_EVIDENCE,
    ),
)
def check(case: Case) -> Result:
    """Fires on a slogan without a reason beside it."""
    facts = case.facts
    if not case.tunes:
        return not_applicable("Nothing is trained.")
    slogan = facts.text("x.slogan")
    if slogan is None:
        return passes("No slogan stands in for a reason.")
    if case.has("x.reason") or facts.flag("x.smaller_model_shortfall") or shortfall(case).state == "shown":
        return passes("A substantial reason is given beside the slogan.")
    quotes = case.quotes("x.slogan")
    if case.method in ("lora", "qlora") and any(_of_full(q.quote) for q in quotes):
        return passes("The slogan is said of full fine-tuning, which is not the plan.")
    return fires(f"“{slogan}” is the only reason given for the method or the size.", evidence=quotes, absence=True)


def _of_full(quote: str) -> bool:
    return bool(re.search(r"\bfull(?:y)?[ -]fine", quote, re.IGNORECASE)) and "lora" not in quote.lower()
