"""Full fine-tuning is planned without a LoRA result that falls short of the target.

What it looks like: a proposal that defaults to full fine-tuning without comparing against LoRA. Often paired with high
compute budgets and multi-GPU cluster requirements.

Why it's wrong: 95% of production tasks see no measurable quality difference between LoRA and full fine-tuning. The team
is guessing, not measuring.

How to redirect: ask for a 1-day comparison. Run a small LoRA fine-tune on a sample of the data, evaluate against the
same target. If LoRA hits the quality bar, the project ships at 1% of the cost. If it doesn't, the team has the evidence
they need.
"""

from __future__ import annotations

from agent.rules.case import Case
from agent.rules.registry import rule
from agent.rules.results import Result, cannot_tell, fires, not_applicable, passes
from agent.rules.shortfall import LORA_EVIDENCE, shortfall
from agent.rules.wording import method


@rule(
    "AP1",
    name="full-finetune-by-default",
    severity="blocker",
    group="anti_patterns",
    guide=(
        "anti-pattern/full-finetune-by-default",
        "principle/full-needs-evidence",
        "principle/which-limit-did-lora-hit",
    ),
    questions=("lora-limit",),
    needs=("method.primary", "base_model.name", *LORA_EVIDENCE),
)
def check(case: Case) -> Result:
    """Fires for full fine-tuning unless a measured LoRA result falls short."""
    if not case.trains_here:
        return not_applicable(f"The plan is {method(case.method)}.")
    if case.method is None:
        return cannot_tell("The document does not say whether all weights are trained or adapters.", "lora-limit")
    if case.method != "full":
        return passes(f"The plan is {method(case.method)}.")
    shown = shortfall(case)
    if shown.state == "shown":
        return passes(f"Full fine-tuning is justified: {shown.why}.")
    if shown.state == "unclear":
        return cannot_tell(f"Full fine-tuning is planned; {shown.why}.", "lora-limit")
    of = f" of {name}" if (name := case.facts.text("base_model.name")) else ""
    quotes = case.quotes("method.primary")
    return fires(f"The plan is full fine-tuning{of}, and {shown.why}.", evidence=quotes, absence=True)
