"""Whether the proposal shows that LoRA falls short: what AP1, AP4 and FIT1 turn on."""

from __future__ import annotations

from typing import Literal, NamedTuple

from agent.facts.ledger import Facts
from agent.rules.case import Case
from agent.rules.wording import number
from agent.rules.words import words

LORA_EVIDENCE = (
    "lora_evidence.measured",
    "lora_evidence.gap_points",
    "lora_evidence.experiments",
    "x.lora_evidence.result",
    "x.lora_evidence.full_result",
    "x.lora_evidence.held_out",
    "x.lora_evidence.plateau",
    "x.lora_evidence.diagnosed",
    "x.full_threshold",
    "evaluation.target",
    "evaluation.metric",
    "evaluation.test_set",
)
"""The facts that `shortfall` reads."""


class Shortfall(NamedTuple):
    """`shown`: a measured LoRA result falls short. `missing`: none, or it does not. `unclear`: to be asked."""

    state: Literal["shown", "missing", "unclear"]
    why: str


def lower_is_better(metric: str | None) -> bool:
    """True for error rates, losses and the like."""
    return bool(metric and words("lower_is_better").search(metric))


def gap(facts: Facts) -> float | None:
    """Points by which LoRA misses the target, or full fine-tuning's own measured score; None when not said.

    Negative when LoRA does better than asked.
    """
    stated = facts.number("lora_evidence.gap_points")
    if stated is not None:
        return stated
    result = facts.number("x.lora_evidence.result")
    goal = facts.number("evaluation.target")
    goal = facts.number("x.lora_evidence.full_result") if goal is None else goal
    if result is None or goal is None or (result <= 1) != (goal <= 1):
        return None
    return result - goal if lower_is_better(facts.text("evaluation.metric")) else goal - result


def is_open(case: Case) -> bool:
    """True when full fine-tuning is planned and the LoRA result beside it needs an answer first."""
    return case.method == "full" and shortfall(case).state == "unclear"


def shortfall(case: Case) -> Shortfall:
    """Judges the LoRA result that the proposal gives."""
    facts = case.facts
    points = gap(facts)
    if points is None:
        return _without_a_gap(case)
    if points <= 0:
        return Shortfall("missing", "the LoRA result that it gives already reaches the target")
    wanted = facts.number("x.full_threshold")
    if wanted is not None and points < wanted:
        said = f"LoRA falls short by {number(points)} points, less than its own threshold of {number(wanted)}"
        return Shortfall("missing", said)
    return _where_measured(case, points)


def _where_measured(case: Case, points: float) -> Shortfall:
    facts = case.facts
    held_out = facts.flag("x.lora_evidence.held_out")
    said = f"LoRA falls short by {number(points)} points"
    if facts.flag("x.lora_evidence.plateau") and not facts.flag("x.lora_evidence.diagnosed"):
        return Shortfall("unclear", f"{said} and has plateaued, and why it plateaued is not said")
    if held_out is False:
        return Shortfall("missing", "the LoRA result that it gives is not on the held-out test set")
    if held_out is None and facts.text("evaluation.test_set") != "locked":
        return Shortfall("unclear", f"{said}, and it is not said on which set")
    return Shortfall("shown", f"{said} on the held-out set")


def _without_a_gap(case: Case) -> Shortfall:
    facts = case.facts
    if facts.flag("x.lora_evidence.plateau"):
        runs = facts.number("lora_evidence.experiments") or 0
        if facts.flag("x.lora_evidence.diagnosed") and runs >= case.thresholds.plateau_experiments:
            return Shortfall("shown", f"LoRA plateaued after {number(runs)} runs, and why was examined")
        return Shortfall("unclear", "LoRA is said to have plateaued, without the reason and the number")
    if facts.flag("lora_evidence.measured") or facts.number("x.lora_evidence.result") is not None:
        return Shortfall("unclear", "a LoRA run is mentioned, and by how much it misses the target is not said")
    return Shortfall("missing", "no LoRA result is given on the target metric and the held-out set")
