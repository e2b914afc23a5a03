"""The figures of a proposal and of its estimate as words, by name: what questions and plans are filled with."""

from __future__ import annotations

from collections.abc import Callable

from agent.models import Estimate
from agent.rules.base_model import language_name, languages
from agent.rules.case import Case
from agent.rules.ranges import row
from agent.rules.shortfall import gap
from agent.rules.wording import billions, gpus, listed, method, number, span, usd, usd_range


def figures(case: Case) -> dict[str, str]:
    """Every figure that is known; what the document does not say is left out."""
    return _stated(case) | _computed(case)


TEXTS = {
    "model": "base_model.name",
    "gpu": "hardware.gpu",
    "metric": "evaluation.metric",
    "slogan": "x.slogan",
    "serving_gpus": "serving.hardware",
}
NUMBERS: dict[str, tuple[str, Callable[[float], str]]] = {
    "params": ("base_model.params_b", billions),
    "examples": ("dataset.examples", number),
    "examples_now": ("x.dataset.now", number),
    "target": ("evaluation.target", number),
    "baseline": ("evaluation.baseline", number),
    "measured": ("x.evaluation.measured", number),
    "score": ("x.alternatives.score", number),
    "lora_result": ("x.lora_evidence.result", number),
    "lora_runs": ("lora_evidence.experiments", number),
    "threshold": ("x.full_threshold", number),
    "test_size": ("evaluation.test_set_size", number),
    "tenants": ("constraints.tenants", number),
    "latency": ("constraints.latency_p99_ms", lambda v: f"{number(v)} ms"),
    "volume": ("economics.volume_per_month", number),
    "api_bill": ("serving.replaces_api_usd_per_month", usd),
    "serving_bill": ("serving.usd_per_month", usd),
    "saving": ("economics.saving_usd_per_month", usd),
    "build": ("economics.build_usd", usd),
}
RANGES: dict[str, tuple[str, Callable[[tuple[float, float]], str]]] = {
    "budget": ("budget.usd", usd_range),
    "weeks": ("timeline.weeks", span),
    "experiments": ("experiments.count", span),
    "cost_each": ("experiments.cost_each_usd", usd_range),
}


def _stated(case: Case) -> dict[str, str]:
    facts = case.facts
    found = {key: text for key, name in TEXTS.items() if (text := facts.text(name)) is not None}
    for key, (name, form) in NUMBERS.items():
        if (figure := facts.number(name)) is not None:
            found[key] = form(figure)
    for key, (name, shown) in RANGES.items():
        if (value := facts.range(name)) is not None:
            found[key] = shown(value)
    if case.method:
        found["method"] = method(case.method)
    if codes := languages(facts):
        found["languages"] = listed([language_name(c) for c in codes])
    if "gpu" in found and (count := facts.number("hardware.count")):
        found["asked_gpus"] = gpus(count, found["gpu"])
    if (points := gap(facts)) is not None and points > 0:
        found["gap"] = number(points)
    return found


def _computed(case: Case) -> dict[str, str]:
    estimate, guide = case.estimate, row(case)
    best = estimate.as_recommended
    found = {
        "best_method": method(best.method),
        "best_model": best.model,
        "best_gpus": gpus(best.gpus, best.gpu),
        "best_memory": _memory(best),
        "best_experiments": span(best.experiments),
        "best_cost": usd_range(best.cost_per_run_usd),
        "best_compute": usd_range(best.compute_usd),
        "best_weeks": span(estimate.project.weeks),
        "guide_budget": usd_range(guide.usd),
        "guide_weeks": span(guide.weeks, "weeks"),
    }
    if estimate.as_proposed:
        found["asked_memory"] = _memory(estimate.as_proposed)
        found["asked_compute"] = usd_range(estimate.as_proposed.compute_usd)
    return found


def _memory(made: Estimate) -> str:
    return f"{number(made.memory_gib_per_gpu[1])} GiB"
