"""The document's own rule forbids the flow of data that it describes.

What it looks like: "customer data must not leave our servers" on page 2, and training files uploaded to a vendor's
tuning service on page 5.

Why it's wrong: the project would break the rule that it was started under. What a hosted model has memorised cannot be
taken back.

How to redirect: LoRA or QLoRA on an open model on the organisation's own GPUs, or the approval of whoever owns the
rule, in writing.
"""

from __future__ import annotations

from agent.rules.case import Case
from agent.rules.registry import rule
from agent.rules.results import Result, fires, not_applicable, passes


@rule(
    "FIT6",
    name="data-leaves-premises",
    severity="blocker",
    group="fit",
    guide=("situation/compliance-on-prem", "example/fintech-support-copilot"),
    questions=("data-origin",),
    needs=("method.primary", "constraints.on_prem", "x.privacy_rule", "x.external_flow"),
)
def check(case: Case) -> Result:
    """Fires when a stated rule and a stated flow cannot both hold."""
    if not case.tunes or not case.kept_inside:
        return not_applicable("No rule keeps the data inside.")
    rules = case.quotes("x.privacy_rule", "constraints.on_prem")
    if case.has("x.external_flow"):
        flow = case.quotes("x.external_flow")
        return fires(
            "The data must stay inside by its own rule, and the plan sends them out.", evidence=(*rules, *flow)
        )
    if case.method == "api":
        flow = case.quotes("method.primary")
        return fires(
            "The data must stay inside by its own rule, and the model is tuned at a host.", evidence=(*rules, *flow)
        )
    return passes("Nothing described sends the data out.")
