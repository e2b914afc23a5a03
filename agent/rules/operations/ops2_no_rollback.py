"""There is no way back, or all traffic is switched at once.

What it looks like: "on the first of May we switch over", with no phases and nothing to switch back to.

Why it's wrong: what fails in production fails for everybody at the same time, and the old way is gone.

How to redirect: roll out in phases (1%, 10%, 50%), with a number that stops the rollout, and keep the old path ready to
switch back to; try the switch once before launch.
"""

from __future__ import annotations

from agent.models import Severity
from agent.rules.case import REPLACES, Case
from agent.rules.registry import rule
from agent.rules.results import Result, cannot_tell, fires, not_applicable, passes
from agent.rules.words import speaks_in_use, speaks_of


@rule(
    "OPS2",
    name="no-rollback",
    severity="major",
    milder="minor",
    group="operations",
    guide=("principle/operations-are-the-hard-part", "example/logistics-api-replacement"),
    questions=("parity-rollout-rollback",),
    needs=("method.primary", "serving.rollback", "x.serving.all_at_once", *REPLACES),
)
def check(case: Case) -> Result:
    """Fires as major when something live is replaced, else as minor."""
    if not case.tunes:
        return not_applicable("Nothing is trained.")
    severity: Severity = "major" if case.replaces_live else "minor"
    if case.has("x.serving.all_at_once"):
        quotes = case.quotes("x.serving.all_at_once")
        return fires("All traffic is switched at once.", severity=severity, evidence=quotes)
    rollback = case.facts.flag("serving.rollback")
    if rollback:
        return passes("A way back is described.")
    if rollback is False:
        quotes = case.quotes("serving.rollback")
        return fires("The document says that there is no way back.", severity=severity, evidence=quotes)
    if word := speaks_of(case.document, "way_back") or speaks_in_use(case.document, "way_back_in_use"):
        said = f"The document speaks of “{word}”; whether that is a way back is not clear."
        return cannot_tell(said, "parity-rollout-rollback")
    of = " to what it replaces" if case.replaces_live else ""
    return fires(f"No way back{of} is described.", severity=severity, absence=True)
