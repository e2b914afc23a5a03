"""Nothing is said of how the model will be served.

What it looks like: the plan ends with the trained model, as if the score were the product.

Why it's wrong: a model that nobody serves is of no use, and serving is where the monthly cost is. The fine-tuning is
maybe 30% of the project.

How to redirect: ask for the GPUs and their number, the latency at p99 under the expected load, adapters merged or
separate, and the cost a month.
"""

from __future__ import annotations

from agent.rules.case import Case
from agent.rules.registry import rule
from agent.rules.results import Result, cannot_tell, fires, not_applicable, passes
from agent.rules.words import speaks_of

SERVING = (
    "serving.plan",
    "serving.hardware",
    "serving.adapters",
    "serving.usd_per_month",
    "x.serving.gpu",
    "x.serving.all_at_once",
)


@rule(
    "OPS1",
    name="no-serving-plan",
    severity="major",
    group="operations",
    guide=("principle/operations-are-the-hard-part", "example/logistics-api-replacement"),
    questions=("serving-plan",),
    needs=("method.primary", *SERVING),
)
def check(case: Case) -> Result:
    """Fires when the document is silent on serving; a hosted model is served by its host."""
    if not case.tunes:
        return not_applicable("Nothing is trained.")
    if case.method == "api":
        return passes("The host that tunes the model serves it.")
    if case.has(*SERVING):
        return passes("The document says how the model is served.")
    if word := speaks_of(case.document, "serving"):
        return cannot_tell(f"The document speaks of “{word}”; how the model is served was not found.", "serving-plan")
    return fires("Nothing is said of how the model will be served.", absence=True)
