"""A narrow task with moderate data is to be solved by a model of 30B or more.

What it looks like: replies to support tickets from a 70B model, trained on a few thousand of them.

Why it's wrong: when the task is narrow and the dataset is moderate, the smaller model with LoRA is almost always the
right call. Size is paid for in every request.

How to redirect: train an 8B model first on the same data and score it on the same test set. Take the larger one when
the smaller falls short by a number.
"""

from __future__ import annotations

from agent.rules.base_model import is_sparse
from agent.rules.case import REPLACES, Case
from agent.rules.registry import rule
from agent.rules.results import Result, cannot_tell, fires, not_applicable, passes
from agent.rules.wording import billions, number


@rule(
    "FIT2",
    name="model-too-large",
    severity="major",
    group="fit",
    guide=("principle/smaller-model-for-narrow-task", "example/fintech-support-copilot"),
    questions=("base-model-choice",),
    needs=(
        "method.primary",
        "base_model.name",
        "base_model.params_b",
        "task.scope",
        "dataset.examples",
        "x.smaller_model_shortfall",
        *REPLACES,
    ),
)
def check(case: Case) -> Result:
    """Fires on a narrow task, moderate data, a large model, and nothing that supports the size."""
    facts, limits = case.facts, case.thresholds
    size = facts.number("base_model.params_b")
    if not case.trains_here or size is None:
        return not_applicable("No size of a model that is trained here is given.")
    if size < limits.large_model_b:
        return passes(f"{billions(size)} is below {billions(limits.large_model_b)}.")
    if facts.flag("x.smaller_model_shortfall"):
        return passes("A smaller model was measured and fell short.")
    if case.replaces_live:
        return passes("A live model is replaced, for which the guide's row names no size.")
    scope, examples = facts.text("task.scope"), facts.number("dataset.examples")
    if scope in ("broad", "many_variants"):
        return passes("The task is not narrow.")
    if examples is not None and examples >= limits.much_data:
        return passes(f"{number(examples)} examples are what the guide's rows for large models name.")
    if (
        scope is None
        or examples is None
        or examples > limits.moderate_examples
        or is_sparse(case, limits.large_model_b)
    ):
        return cannot_tell(f"Whether {billions(size)} is needed depends on what is not said.", "base-model-choice")
    message = (
        f"The task is narrow and {number(examples)} examples are moderate; {billions(size)} is more than it needs."
    )
    return fires(message, evidence=case.quotes("base_model.params_b", "base_model.name", "task.scope"), absence=True)
