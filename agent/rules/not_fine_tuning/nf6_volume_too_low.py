"""The project never pays back, or only after more than 24 months, by its own figures.

What it looks like: a few thousand requests a month, or an API bill below what the GPUs for serving cost.

Why it's wrong: a GPU costs the same idle as busy. Build and upkeep are never earned back, and the API would have been
cheaper.

How to redirect: stay on the API or prompt a hosted model, and come back when the volume has grown to the break-even.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from agent.models import Range
from agent.rules.case import Case
from agent.rules.ranges import ESTIMATE_NEEDS
from agent.rules.registry import rule
from agent.rules.results import Result, cannot_tell, fires, not_applicable, passes
from agent.rules.wording import number, usd

MONTHLY = ("economics.saving_usd_per_month", "serving.usd_per_month", "serving.replaces_api_usd_per_month")
BUILD = ("economics.build_usd", "budget.usd")
MONEY = (*MONTHLY, *BUILD)
CENT = 0.01
"""Less than that a month is nothing."""


class Net(NamedTuple):
    """What is left a month: low when the claimed saving is before serving cost, high when after it."""

    low: float
    high: float


@rule(
    "NF6",
    name="volume-too-low",
    severity="blocker",
    milder="major",
    group="not_fine_tuning",
    guide=("not-fine-tuning/volume-too-low", "example/logistics-api-replacement"),
    questions=("cost-and-time",),
    needs=("method.primary", *MONEY, "x.replaces", *ESTIMATE_NEEDS),
)
def check(case: Case) -> Result:
    """Fires when saving minus serving never, or only after two years, covers the build."""
    if not case.tunes:
        return not_applicable("Nothing is trained.")
    net = _net(case)
    if net is None:
        return not_applicable("No saving is claimed.")
    if net.high < CENT:
        return _never(case)
    build = _build(case)
    if build is not None and build[0] / net.high > case.thresholds.payback_months:
        return _late(case, (build[0] / net.high, build[1] / max(net.low, 1.0)))
    if build is None or net.low < CENT:
        return _unknown(case, net)
    months = (build[0] / net.high, build[1] / net.low)
    return _late(case, months)


def _net(case: Case) -> Net | None:
    facts = case.facts
    api, serving = facts.number("serving.replaces_api_usd_per_month"), facts.number("serving.usd_per_month")
    saving = facts.number("economics.saving_usd_per_month")
    if api is not None and serving is not None:
        return Net(api - serving, api - serving)
    if saving is None:
        return None
    if serving is not None and not case.replaces_live and not _is_net(case):
        return Net(saving - serving, saving - serving)
    return Net(saving - (serving or 0), saving)


def _is_net(case: Case) -> bool:
    """True when the saving is said to be what is left after costs."""
    quotes = case.quotes("economics.saving_usd_per_month")
    return any(re.search(r"\bnet\b|\bafter (?:serving|costs?|hosting)\b", q.quote, re.IGNORECASE) for q in quotes)


def _build(case: Case) -> Range | None:
    return case.facts.range("economics.build_usd") or case.facts.range("budget.usd")


def _never(case: Case) -> Result:
    api, serving = (case.facts.number(n) for n in ("serving.replaces_api_usd_per_month", "serving.usd_per_month"))
    saving = case.facts.number("economics.saving_usd_per_month")
    said = "The saving is nil or less"
    if saving is not None and serving is not None:
        said = f"Serving costs {usd(serving)} a month and {usd(saving)} are saved: it never pays back"
    if api is not None and serving is not None:
        said = f"Serving costs {usd(serving)} a month and the API that it replaces {usd(api)}: it never pays back"
    if case.kept_inside:
        return cannot_tell(f"{said}; money may not be the reason, as the data must stay inside.", "cost-and-time")
    return fires(f"{said}.", evidence=case.quotes(*MONTHLY))


def _unknown(case: Case, net: Net) -> Result:
    limit = case.thresholds.payback_months
    if net.low > 0 and case.estimate.project.total_usd[1] <= net.low * limit:
        return passes(f"{usd(net.low)} a month pays back even our high estimate within {number(limit)} months.")
    return cannot_tell(
        "A saving is claimed; what the build costs, or what is left after serving, is not said.", "cost-and-time"
    )


def _late(case: Case, months: Range) -> Result:
    limit = case.thresholds.payback_months
    if months[1] <= limit:
        return passes(f"By its own figures it pays back within {number(max(1.0, months[1]))} months.")
    if months[0] <= limit:
        return cannot_tell(
            "Whether it pays back in time depends on whether the saving is before or after serving.", "cost-and-time"
        )
    message = f"By its own figures it pays back after {number(months[0])} months, beyond {number(limit)}."
    built = next(n for n in BUILD if case.has(n))
    return fires(message, severity="major", evidence=case.quotes(*MONTHLY, built))
