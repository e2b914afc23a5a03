"""The figures of a proposal and of its estimate as words, by name: what questions and plans are filled with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from agent.models import Estimate
from agent.rules.base_model import language_name, languages
from agent.rules.case import Case
from agent.rules.ranges import row
from agent.rules.shortfall import gap
from agent.rules.wording import billions, gpus, listed, method, number, span, usd, usd_range


def figures(case: Case) -> dict[str, str]:
    """Every figure that is known; what the document does not say is left out."""
    return _stated(case) | _computed(case)


FORMATS: dict[str, tuple[str, Callable[[Any], str]]] = {
    "model": ("base_model.name", str),
    "params": ("base_model.params_b", lambda v: billions(float(v))),
    "gpu": ("hardware.gpu", str),
    "examples": ("dataset.examples", lambda v: number(float(v))),
    "examples_now": ("x.dataset.now", lambda v: number(float(v))),
    "metric": ("evaluation.metric", str),
    "target": ("evaluation.target", lambda v: number(float(v))),
    "baseline": ("evaluation.baseline", lambda v: number(float(v))),
    "measured": ("x.evaluation.measured", lambda v: number(float(v))),
    "score": ("x.alternatives.score", lambda v: number(float(v))),
    "lora_result": ("x.lora_evidence.result", lambda v: number(float(v))),
    "lora_runs": ("lora_evidence.experiments", lambda v: number(float(v))),
    "threshold": ("x.full_threshold", lambda v: number(float(v))),
    "test_size": ("evaluation.test_set_size", lambda v: number(float(v))),
    "tenants": ("constraints.tenants", lambda v: number(float(v))),
    "latency": ("constraints.latency_p99_ms", lambda v: f"{number(float(v))} ms"),
    "volume": ("economics.volume_per_month", lambda v: number(float(v))),
    "api_bill": ("serving.replaces_api_usd_per_month", lambda v: usd(float(v))),
    "serving_bill": ("serving.usd_per_month", lambda v: usd(float(v))),
    "saving": ("economics.saving_usd_per_month", lambda v: usd(float(v))),
    "build": ("economics.build_usd", lambda v: usd(float(v))),
    "slogan": ("x.slogan", str),
    "serving_gpus": ("serving.hardware", str),
}
RANGES: dict[str, tuple[str, Callable[[tuple[float, float]], str]]] = {
    "budget": ("budget.usd", usd_range),
    "weeks": ("timeline.weeks", span),
    "experiments": ("experiments.count", span),
    "cost_each": ("experiments.cost_each_usd", usd_range),
}


def _stated(case: Case) -> dict[str, str]:
    facts = case.facts
    found = {key: form(facts.value(name)) for key, (name, form) in FORMATS.items() if facts.value(name) is not None}
    for key, (name, form) in RANGES.items():
        if (value := facts.range(name)) is not None:
            found[key] = form(value)
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
