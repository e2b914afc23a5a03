"""The guide's twelve situations held against the facts, the best match first."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal, NamedTuple

from agent.models import Evidence, Situation
from agent.rules.base_model import language_name, languages
from agent.rules.case import Case
from agent.rules.shortfall import LORA_EVIDENCE, shortfall
from agent.rules.wording import billions, listed, number, span

WORRY = re.compile(
    r"[^.!?\n]*\b(?:worr|concern|risk|afraid|prone|prevent|avoid)[^.!?\n]*overfit\w*"
    r"|[^.!?\n]*overfit\w*[^.!?\n]*\b(?:worr|concern|risk)\w*",
    re.IGNORECASE,
)
"""A sentence that worries about overfitting."""
LARGE_B = 60.0
"""The guide's row says 70B; 65B and 72B are the same class."""

NEEDS = (
    "dataset.examples",
    "timeline.weeks",
    "constraints.tenants",
    "task.scope",
    "constraints.single_gpu",
    "hardware.count",
    "base_model.params_b",
    "constraints.latency_p99_ms",
    "constraints.on_prem",
    "x.privacy_rule",
    "constraints.languages",
    "x.research_grade",
    *LORA_EVIDENCE,
)
"""The facts that decide the situations."""


class Reading(NamedTuple):
    """Whether one situation is this proposal's, and why."""

    matches: Literal["yes", "no", "cannot_tell"]
    why: str
    evidence: tuple[Evidence, ...] = ()


def _examples(case: Case, low: float, high: float) -> Reading:
    count = case.facts.number("dataset.examples")
    if count is None:
        return Reading("cannot_tell", "The number of examples is not said.")
    said = f"{number(count)} examples."
    return Reading("yes" if low <= count <= high else "no", said, case.quotes("dataset.examples"))


def _small_dataset(case: Case) -> Reading:
    return _examples(case, 0, 5000)


def _rich_data(case: Case) -> Reading:
    return _examples(case, 50_000, float("inf"))


def _six_weeks(case: Case) -> Reading:
    weeks = case.facts.range("timeline.weeks")
    if weeks is None:
        return Reading("cannot_tell", "The timeline is not said.")
    return Reading("yes" if weeks[1] <= 6 else "no", f"{span(weeks, 'weeks')}.", case.quotes("timeline.weeks"))


def _multi_tenant(case: Case) -> Reading:
    tenants = case.facts.number("constraints.tenants")
    if tenants is not None and tenants >= 2:
        return Reading("yes", f"{number(tenants)} tenants or variants.", case.quotes("constraints.tenants"))
    if case.facts.text("task.scope") == "many_variants":
        return Reading("yes", "Several variants of one task.", case.quotes("task.scope"))
    return Reading("no", "No tenants or variants are named.")


def _single_gpu(case: Case) -> Reading:
    facts = case.facts
    size = facts.number("base_model.params_b")
    one = facts.flag("constraints.single_gpu") or case.states("hardware.count") == 1
    if size is None and one:
        return Reading("cannot_tell", "One GPU; the size of the model is not said.")
    if one and size is not None and size >= LARGE_B:
        quotes = case.quotes("constraints.single_gpu", "hardware.count", "base_model.params_b")
        return Reading("yes", f"One GPU for a model of {billions(size)}.", quotes)
    return Reading("no", "Not a model of 70B on one GPU.")


def _latency(case: Case) -> Reading:
    wanted = case.facts.number("constraints.latency_p99_ms")
    if wanted is None:
        return Reading("no", "No p99 latency is asked.")
    quotes = case.quotes("constraints.latency_p99_ms")
    return Reading(
        "yes" if wanted <= case.thresholds.tight_latency_ms else "no", f"{number(wanted)} ms at p99.", quotes
    )


def _on_prem(case: Case) -> Reading:
    if case.kept_inside:
        quotes = case.quotes("constraints.on_prem", "x.privacy_rule")
        return Reading("yes", "Data or model must stay on own infrastructure.", quotes)
    return Reading("no", "No rule keeps data or model inside.")


def _multilingual(case: Case) -> Reading:
    codes = languages(case.facts)
    if any(c != "en" for c in codes):
        names = listed([language_name(c) for c in codes])
        return Reading("yes", f"The workload is in {names}.", case.quotes("constraints.languages"))
    return Reading("no", "No language but English is named.")


def _overfitting(case: Case) -> Reading:
    for block in case.document.body:
        text = case.document.quote(block)
        if "overfit" in text.lower() and (found := WORRY.search(text)):
            quote = found[0].strip()
            start = block.start + text.index(quote)
            return Reading(
                "yes", "Overfitting is a worry.", (Evidence(quote=quote, start=start, end=start + len(quote)),)
            )
    return Reading("cannot_tell", "Nothing is said of overfitting.")


def _research(case: Case) -> Reading:
    if case.facts.flag("x.research_grade"):
        return Reading(
            "yes", "Research-grade quality is the goal, and cost does not bind.", case.quotes("x.research_grade")
        )
    return Reading("no", "Research-grade quality is not the stated goal.")


def _plateau(case: Case) -> Reading:
    facts = case.facts
    if not facts.flag("x.lora_evidence.plateau"):
        return Reading("no", "No plateau of LoRA is reported.")
    runs, quotes = facts.number("lora_evidence.experiments"), case.quotes("x.lora_evidence.plateau")
    if runs is None:
        return Reading("cannot_tell", "LoRA plateaued after a number of runs that is not said.", quotes)
    said = f"LoRA plateaued after {number(runs)} runs."
    return Reading("yes" if runs >= case.thresholds.plateau_experiments else "no", said, quotes)


def _gap(case: Case) -> Reading:
    state, why = shortfall(case)
    matches: Literal["yes", "no", "cannot_tell"] = "no"
    matches = {"shown": "yes", "unclear": "cannot_tell"}.get(state, "no")  # type: ignore[assignment]
    quotes = case.quotes("lora_evidence.gap_points", "x.lora_evidence.result")
    return Reading(matches, f"{why[0].upper()}{why[1:]}.", quotes if state != "missing" else ())


READERS: dict[str, Callable[[Case], Reading]] = {
    "situation/benchmark-gap": _gap,
    "situation/lora-plateau": _plateau,
    "situation/single-gpu-large-model": _single_gpu,
    "situation/multi-tenant-saas": _multi_tenant,
    "situation/latency-under-100ms": _latency,
    "situation/compliance-on-prem": _on_prem,
    "situation/multilingual-asian-languages": _multilingual,
    "situation/research-grade-quality": _research,
    "situation/copilot-in-six-weeks": _six_weeks,
    "situation/enterprise-rich-data": _rich_data,
    "situation/startup-small-dataset": _small_dataset,
    "situation/worried-about-overfitting": _overfitting,
}
"""From the most specific situation to the most general: of several that match, the first is the best match."""


def situations(case: Case) -> tuple[Situation, ...]:
    """All twelve: those that match, the most specific first; then the undecided; then the others."""
    read = [(name, reader(case)) for name, reader in READERS.items()]
    order = ("yes", "cannot_tell", "no")
    read.sort(key=lambda pair: order.index(pair[1].matches))
    return tuple(Situation(id=name, **reading._asdict()) for name, reading in read)
