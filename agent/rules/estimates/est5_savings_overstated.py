"""A claimed saving is more than the API cost minus the serving cost, or leaves serving out.

What it looks like: the API bill is $80,000 a month, and $80,000 are called the saving.

Why it's wrong: the model has to be served. The guide's third example saves $75,000 of $80,000, as serving costs $4,500.

How to redirect: ask for the three figures on one line: API bill, serving bill, difference.
"""

from __future__ import annotations

from agent.rules.case import Case
from agent.rules.registry import rule
from agent.rules.results import Result, cannot_tell, fires, not_applicable, passes
from agent.rules.wording import usd

MONEY = ("economics.saving_usd_per_month", "serving.replaces_api_usd_per_month", "serving.usd_per_month")


@rule(
    "EST5",
    name="savings-overstated",
    severity="major",
    group="estimates",
    guide=("example/logistics-api-replacement",),
    questions=("cost-and-time", "serving-plan"),
    needs=("method.primary", "x.saving_stated", *MONEY, "x.replaces"),
)
def check(case: Case) -> Result:
    """Fires when the saving is larger than what its own parts give."""
    saving, api, serving = _figures(case)
    if saving is None:
        return not_applicable("No saving is claimed.")
    if api is None and not case.replaces_live:
        return not_applicable("The saving is not one on an API bill.")
    if api is None:
        return cannot_tell(f"A saving of {usd(saving)} is claimed, and from which bill is not said.", "cost-and-time")
    limit, quotes = case.thresholds.tolerance, case.quotes("x.saving_stated", *MONEY, "x.replaces")
    if serving is None and saving >= api * (1 - limit):
        message = f"{usd(saving)} are claimed as saved of an API bill of {usd(api)}: serving is left out."
        return fires(message, evidence=quotes, absence=True)
    if serving is None:
        return cannot_tell(
            f"{usd(saving)} of {usd(api)} are claimed as saved; what serving costs is not said.", "serving-plan"
        )
    left = api - serving
    said = f"{usd(saving)} are claimed as saved; {usd(api)} minus {usd(serving)} is {usd(left)}"
    if saving > left + limit * max(abs(left), saving):
        return fires(f"{said}.", evidence=quotes)
    if saving < left - limit * abs(left):
        return cannot_tell(f"{said}: what takes the rest is not said.", "cost-and-time")
    return passes(f"{said}.")


def _figures(case: Case) -> tuple[float | None, float | None, float | None]:
    """Saving, API and serving as one statement of the document gives them, else from separate ones."""
    stated = case.facts.value("x.saving_stated") or {}
    saving, api, serving = (case.facts.number(name) for name in MONEY)
    return (
        _first(stated.get("saving"), saving),
        _first(stated.get("api"), api),
        _first(stated.get("serving"), serving),
    )


def _first(*values: object) -> float | None:
    """The first that is given; of a range its upper end."""
    given = next((v for v in values if v is not None), None)
    last = given[-1] if isinstance(given, (list, tuple)) else given
    return float(last) if isinstance(last, (int, float)) else None
