"""The proposal's own figures contradict each other by more than 5%.

What it looks like: 30 runs at $15 that make $2,000; a table whose items do not give its total.

Why it's wrong: one of the figures is wrong, and nobody knows which one is being approved.

How to redirect: ask for the computation, line by line, and which figure holds.
"""

from __future__ import annotations

import re
from typing import Any

from agent.rules.case import Case
from agent.rules.registry import rule
from agent.rules.results import Result, cannot_tell, fires, not_applicable, passes
from agent.rules.wording import usd_range

RUNS = ("experiments.count", "experiments.cost_each_usd", "budget.usd")


MOST = 0.6
"""Runs that use up less of the budget leave a rest that wants a name; above it is a reserve."""


@rule(
    "EST4",
    name="numbers-do-not-add-up",
    severity="major",
    group="estimates",
    guide=("anti-pattern/unbounded-experiments",),
    questions=("numbers-conflict", "cost-and-time"),
    needs=("method.primary", "x.money", *RUNS),
)
def check(case: Case) -> Result:
    """Fires on a stated computation that does not hold, and on runs that cost more than the whole budget."""
    wrong = [c for c in case.facts.value("x.money") or () if _off(c) > case.thresholds.tolerance]
    if wrong:
        said = "; ".join(str(c.get("how") or c.get("what")) for c in wrong).rstrip(".")
        return fires(f"The figures do not agree: {said}.", evidence=case.quotes("x.money"))
    return _runs_against_budget(case)


def _off(check: dict[str, Any]) -> float:
    """The relative difference of a stated and a computed figure; each may be a range."""
    low, high = _ends(check["stated"])
    least, most = _ends(check["computed"])
    apart = max(least - high, low - most, 0.0)
    return apart / max(abs(high), abs(most), 1e-9)


def _ends(value: Any) -> tuple[float, float]:
    return (float(value[0]), float(value[-1])) if isinstance(value, (list, tuple)) else (float(value), float(value))


def _said_together(case: Case) -> bool:
    """True when one block gives number, cost and budget and no further sum that would make up the difference."""
    quotes = [case.quotes(name)[:1] for name in RUNS]
    blocks = {case.document.block_at(q[0].start) for q in quotes if q}
    block = blocks.pop() if len(blocks) == 1 and all(quotes) else None
    return block is not None and len(re.findall(r"[$€£]\s?\d|\bUSD\b", case.document.quote(block))) == 2


def _runs_against_budget(case: Case) -> Result:
    facts = case.facts
    count, each, budget = (facts.range(n) for n in RUNS)
    if count is None or each is None or budget is None:
        return not_applicable("No figures that can be held against each other.")
    made = (count[0] * each[0], count[1] * each[1])
    said = f"The runs come to {usd_range(made)} and the compute budget is {usd_range(budget)}"
    slack = 1 + case.thresholds.tolerance
    if made[0] > budget[1] * slack:
        quotes = case.quotes(*RUNS)
        return fires(f"{said}: the runs alone cost more.", evidence=quotes)
    if made[1] * slack < budget[0] and _said_together(case):
        quotes = case.quotes(*RUNS)
        return fires(f"{said}.", evidence=quotes)
    if made[1] < budget[0] * MOST:
        return cannot_tell(f"{said}: what the rest is for is not said.", "numbers-conflict")
    return passes(f"{said}.")
