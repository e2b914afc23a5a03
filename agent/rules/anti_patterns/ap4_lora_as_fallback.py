"""Full fine-tuning comes first, and LoRA or QLoRA only if that fails.

What it looks like: ambitious-sounding plans that frame full fine-tuning as the primary path.

Why it's wrong: the order is backwards. LoRA should be the primary path; full fine-tuning is the fallback if LoRA's
quality is genuinely insufficient (which is rare).

How to redirect: invert the framing. "Let's start with LoRA. We'll only consider full fine-tuning if a measured
benchmark on the test set shows LoRA falls short by more than X points."
"""

from __future__ import annotations

from agent.rules.case import Case
from agent.rules.registry import rule
from agent.rules.results import Result, cannot_tell, fires, not_applicable, passes
from agent.rules.shortfall import LORA_EVIDENCE, shortfall
from agent.rules.wording import method


@rule(
    "AP4",
    name="lora-as-fallback",
    severity="blocker",
    group="anti_patterns",
    guide=("anti-pattern/lora-as-fallback", "principle/lora-default"),
    questions=("lora-limit", "full-ft-threshold"),
    needs=("method.primary", "method.fallback", "x.full_first", *LORA_EVIDENCE),
)
def check(case: Case) -> Result:
    """Fires when the order is full fine-tuning, then LoRA, without the evidence that AP1 asks for."""
    if not case.trains_here:
        return not_applicable(f"The plan is {method(case.method)}.")
    facts, full_first = case.facts, case.facts.flag("x.full_first")
    fallback = facts.text("method.fallback")
    backwards = bool(full_first) or (case.method == "full" and fallback in ("lora", "qlora"))
    if not backwards or full_first is False:
        return passes("Nothing puts full fine-tuning before LoRA.")
    if case.method in ("lora", "qlora"):
        said = f"The plan is read as {method(case.method)}, and also as full fine-tuning first."
        return cannot_tell(said, "confirm-fact", about="method.primary")
    shown = shortfall(case)
    if shown.state == "shown":
        return passes(f"Full fine-tuning first is justified: {shown.why}.")
    if shown.state == "unclear":
        return cannot_tell(f"Full fine-tuning comes before LoRA; {shown.why}.", "lora-limit")
    second = method(fallback) if fallback in ("lora", "qlora") else "LoRA"
    quotes = case.quotes("x.full_first", "method.fallback", "method.primary")
    return fires(
        f"Full fine-tuning comes first and {second} only after it, and {shown.why}.", evidence=quotes, absence=True
    )
