"""Several tenants or variants, and adapters are merged or each gets a full copy.

What it looks like: one merged 8B model for each of forty customers, each on GPUs of its own.

Why it's wrong: one base model serves dozens of tenants when adapters stay separate. Merged or full copies multiply
storage and GPU memory by the number of tenants.

How to redirect: keep adapters separate (don't merge), load them on one base per request, and ask how many fit in memory
at a time.
"""

from __future__ import annotations

from agent.rules.case import Case
from agent.rules.registry import rule
from agent.rules.results import Result, cannot_tell, fires, not_applicable, passes
from agent.rules.wording import number
from agent.rules.words import words


@rule(
    "FIT4",
    name="adapters-merged",
    severity="major",
    group="fit",
    guide=("situation/multi-tenant-saas", "principle/separate-adapters", "example/legal-practice-areas"),
    questions=("adapters-per-tenant",),
    needs=(
        "method.primary",
        "base_model.name",
        "constraints.tenants",
        "task.scope",
        "serving.adapters",
        "serving.plan",
    ),
)
def check(case: Case) -> Result:
    """Fires on merged adapters for several variants; full fine-tuning for several is asked about."""
    facts = case.facts
    tenants = facts.number("constraints.tenants")
    many = (tenants or 1) >= 2 or (tenants is None and facts.text("task.scope") == "many_variants")
    if not case.trains_here or not many:
        return not_applicable("There is one variant.")
    who = f"{number(tenants)} tenants or variants" if tenants else "several variants"
    adapters = facts.text("serving.adapters")
    if adapters == "merged":
        quotes = case.quotes("serving.adapters", "constraints.tenants", "task.scope")
        return fires(f"Adapters are merged for {who}: each needs a copy of the whole model.", evidence=quotes)
    if adapters == "separate":
        return passes(f"{who} keep separate adapters on one base.")
    sources = case.quotes("method.primary", "base_model.name", "constraints.tenants", "task.scope", "serving.plan")
    if case.method == "full" and any(words("one_each").search(q.quote) for q in sources):
        return fires(f"Full fine-tuning gives each of {who} a copy of the whole model.", evidence=sources)
    if case.method == "full":
        return cannot_tell(f"Full fine-tuning for {who}: one model for all, or a copy for each?", "adapters-per-tenant")
    return cannot_tell(f"Whether the adapters of {who} stay separate is not said.", "adapters-per-tenant")
