"""The guide's matching situation says another method, and no other rule says so already.

What it looks like: a 70B model, one GPU, and plain LoRA in 16 bits.

Why it's wrong: what's right depends on the project's shape. In this one, the guide names another method as the only
practical option.

How to redirect: take the method of the matching row, or say by a number why it does not hold here.
"""

from __future__ import annotations

from agent.aim import one_each
from agent.rules.case import Case
from agent.rules.estimates import est3_run_does_not_fit
from agent.rules.registry import rule
from agent.rules.results import Result, cannot_tell, fires, not_applicable, passes
from agent.rules.wording import method, number
from agent.situations import NEEDS, situations


@rule(
    "FIT1",
    name="method-does-not-fit",
    severity="major",
    group="fit",
    guide=("principle/depends-on-your-shape", "situation/single-gpu-large-model", "situation/multi-tenant-saas"),
    questions=("lora-limit", "gpu-memory"),
    needs=("method.primary", *NEEDS, *est3_run_does_not_fit.NEEDS),
)
def check(case: Case) -> Result:
    """Compares the plan's method with the best match of the situation table."""
    if case.method == "api":
        return _hosted(case)
    if case.method not in ("lora", "qlora", "full"):
        return not_applicable("The method is not one that the situation table compares.")
    best = situations(case)[0]
    if best.matches != "yes":
        return not_applicable("No situation of the guide is certain to match.")
    wanted = _methods(best.id)
    if case.method in wanted or wanted == ("full",) or (case.method == "qlora" and "lora" in wanted):
        return passes(f"The guide says {' or '.join(map(method, wanted))} for this situation.")
    if case.method == "full":
        return passes("AP1 says what the guide says of full fine-tuning here.")
    return _lora_where_qlora(case, best.why)


def _hosted(case: Case) -> Result:
    tenants = case.facts.number("constraints.tenants")
    if tenants is None or tenants < 2:
        return not_applicable("One model is tuned at a host.")
    said = f"{number(tenants)} tenants or variants are tuned at a host"
    if not one_each(case):
        return cannot_tell(f"{said}; one model for all, or one for each, is not said.", "adapters-per-tenant")
    message = f"{said}, one model for each; the guide says LoRA with separate adapters on one base."
    quotes = case.quotes("constraints.tenants", "task.scope", "method.primary")
    return fires(message, evidence=quotes, questions=("adapters-per-tenant",))


def _methods(situation: str) -> tuple[str, ...]:
    from knowledge import guide

    return next(s.methods for s in guide().situations if s.id == situation)


def _lora_where_qlora(case: Case, why: str) -> Result:
    fit = est3_run_does_not_fit.check(case)
    if fit.outcome == "fires":
        return passes("EST3 says that the run does not fit.")
    if fit.outcome == "cannot_tell":
        return fit
    if case.has("hardware.gpu", "x.hardware.memory_gb"):
        return passes("By the estimate the run fits all the same.")
    quotes = case.quotes("method.primary", "constraints.single_gpu", "base_model.params_b", "base_model.name")
    return fires(f"{why} The guide says QLoRA, and the plan is LoRA in 16 bits.", evidence=quotes)
