"""An alternative already meets the target, by the proposal's own measured figures.

What it looks like: a table in which the prompted, retrieval or stronger base model reaches the number that the project
is to reach.

Why it's wrong: there is nothing left to train for. The tuned model costs build, serving and upkeep to arrive where the
alternative is today.

How to redirect: ship the alternative, keep the test set, and come back when a measured need is left over.
"""

from __future__ import annotations

from agent.rules.case import REPLACES, Case
from agent.rules.registry import rule
from agent.rules.results import Result, cannot_tell, fires, not_applicable, passes
from agent.rules.shortfall import lower_is_better
from agent.rules.wording import number
from agent.rules.words import words

BASELINE = ("evaluation.baseline", "evaluation.target")
NAMES = {"prompting": "prompting", "rag": "retrieval", "stronger_base": "a stronger base model"}
LIMITS = {
    "constraints.on_prem": "the data must stay on its own infrastructure",
    "x.privacy_rule": "its data may not leave",
    "constraints.latency_p99_ms": "there is a latency limit",
    "economics.saving_usd_per_month": "cost is the reason",
}


@rule(
    "NF4",
    name="baseline-already-good",
    severity="blocker",
    group="not_fine_tuning",
    guide=("not-fine-tuning/stronger-base-suffices", "principle/no-is-an-answer"),
    questions=("alternatives-scores",),
    needs=(
        "method.primary",
        "x.alternatives.meets_target",
        "x.alternatives.score",
        "evaluation.target",
        "evaluation.baseline",
        "evaluation.metric",
        *LIMITS,
        *REPLACES,
    ),
)
def check(case: Case) -> Result:
    """Fires when a measured alternative meets the target and nothing in the proposal rules it out."""
    if not case.tunes:
        return not_applicable("Nothing is trained.")
    said = case.facts.text("x.alternatives.meets_target") or _baseline(case)
    if said is None:
        return passes("No alternative is shown to meet the target.")
    which = kind_of(said)
    if _short(case):
        return passes("The best alternative's score is below the target.")
    name = NAMES.get(which, which)
    if case.replaces_live and which != "rag":
        return passes("What meets the target is the live model that is to be replaced.")
    bars = [why for fact, why in LIMITS.items() if case.facts.value(fact)]
    if bars or case.replaces_live:
        why = bars[0] if bars else "it is not said on which model"
        message = f"By its own figures {name} meets the target; {why}, so it may not be allowed."
        return cannot_tell(message, "alternatives-scores")
    if not case.readable:
        said = f"A figure for {name} seems to meet the target; the language is not one in which judgements are read."
        return cannot_tell(said, "alternatives-scores")
    quotes = case.quotes("x.alternatives.meets_target", "x.alternatives.score", *BASELINE)
    return fires(f"By the proposal's own figures {name}{_figures(case)}.", evidence=quotes)


def _baseline(case: Case) -> str | None:
    """The words that name an alternative beside a baseline that meets the target; None when there are none."""
    facts, quotes = case.facts, case.quotes("evaluation.baseline")
    baseline, target = facts.number("evaluation.baseline"), facts.number("evaluation.target")
    if baseline is None or target is None or baseline < target or lower_is_better(facts.text("evaluation.metric")):
        return None
    block = case.document.block_at(quotes[0].start) if quotes else None
    beside = f"{quotes[0].quote} {block.label if block else ''}" if quotes else ""
    found = words("spoken.prompting").search(beside)
    return found[0] if found else None


def _short(case: Case) -> bool:
    score, target = case.facts.number("x.alternatives.score"), case.facts.number("evaluation.target")
    if score is None or target is None:
        return False
    return score > target if lower_is_better(case.facts.text("evaluation.metric")) else score < target


def kind_of(which: str) -> str:
    """The alternative that the words name: prompting, rag or stronger_base; the words themselves when none is known."""
    lowered = which.lower()
    if "retriev" in lowered or "rag" in lowered.split():
        return "rag"
    if any(word in lowered for word in ("prompt", "shot", "example", "sample")):
        return "prompting"
    return "stronger_base" if any(w in lowered for w in ("stronger", "larger", "base", "frontier")) else which


def _figures(case: Case) -> str:
    score, target = case.facts.number("x.alternatives.score"), case.facts.number("evaluation.target")
    score = case.facts.number("evaluation.baseline") if score is None else score
    if score is None or target is None:
        return " already meets the target"
    return f" scores {number(score)} and the target is {number(target)}"
