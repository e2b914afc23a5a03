"""A p99 latency of 100 ms or less is asked of a model above 9B, with no measured p99.

What it looks like: "p99 under 100 ms" in the requirements and a 70B model in the plan.

Why it's wrong: smaller is faster. Reading the weights of a large model for one token takes a good part of the budget
before anything is said.

How to redirect: LoRA on a small model (Phi-3 or Llama 3.1 8B), or a measured p99 of the large one on the serving
hardware, at the expected load.
"""

from __future__ import annotations

from agent.rules.base_model import is_sparse
from agent.rules.case import Case
from agent.rules.registry import rule
from agent.rules.results import Result, cannot_tell, fires, not_applicable, passes
from agent.rules.wording import billions, number


@rule(
    "FIT5",
    name="latency-versus-size",
    severity="major",
    group="fit",
    guide=("situation/latency-under-100ms",),
    questions=("serving-plan", "base-model-choice"),
    needs=(
        "method.primary",
        "base_model.name",
        "base_model.params_b",
        "constraints.latency_p99_ms",
        "x.latency_measured_p99_ms",
    ),
)
def check(case: Case) -> Result:
    """Fires on a tight latency and a large model, unless the latency was measured."""
    facts, limits = case.facts, case.thresholds
    wanted, size = facts.number("constraints.latency_p99_ms"), facts.number("base_model.params_b")
    if not case.trains_here or wanted is None or wanted > limits.tight_latency_ms:
        return not_applicable("No p99 latency of 100 ms or less is asked.")
    if case.has("x.latency_measured_p99_ms"):
        return passes("The p99 latency was measured.")
    if size is None:
        return cannot_tell("A p99 latency is asked, and the size of the model is not said.", "base-model-choice")
    if size <= limits.small_model_b:
        return passes(f"{billions(size)} is a small model.")
    if is_sparse(case, limits.small_model_b):
        return cannot_tell("The model uses few of its parameters at a time; its p99 is not said.", "serving-plan")
    quotes = case.quotes("constraints.latency_p99_ms", "base_model.params_b", "base_model.name")
    said = f"{number(wanted)} ms at p99 is asked of a model of {billions(size)}, and no measured p99 is given."
    return fires(said, evidence=quotes, absence=True)
