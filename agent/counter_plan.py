"""The counter-plan: Markdown that the author can paste, with the proposal's own data and brackets for what is open."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from agent.aim import Aim
from agent.figures import figures
from agent.rules.case import Case

if TYPE_CHECKING:
    from jinja2 import Template

TOOLS = {
    "rag": ("retrieval", "Look up what changes at query time; prompt with the passages found, and show the source."),
    "prompting": ("prompting", "Write one clear instruction with 5 to 20 examples in the prompt, and score it."),
    "stronger_base": ("a stronger base model", "Score a stronger base model with the same prompt, and use it."),
    "do_not_build": ("no model", "Write down the number that must improve and how it is measured."),
}


def counter_plan(case: Case, target: Aim | None, tool: str | None) -> str:
    """Renders the plan for an aim, or for the tool that takes fine-tuning's place."""
    known = {k: _plain(v) for k, v in figures(case).items()}
    parts = _common(case, known)
    if tool or target is None:
        name, step = TOOLS[tool or "prompting"]
        return (
            _template().render(**parts, tool=tool, tool_name=name, first_step=step, target=known.get("target")).strip()
        )
    return _template().render(**parts, **_tuned(case, target, known), tool=None).strip()


def _plain(text: str) -> str:
    """Without what Markdown would act on: names come from the document."""
    return re.sub(r"[|<>\[\]`*_\r\n]+", " ", text).strip()


def _common(case: Case, known: dict[str, str]) -> dict[str, Any]:
    goal = known.get("target", "[value]") + (f" ({known['metric']})" if "metric" in known else "")
    locked = case.facts.text("evaluation.test_set") == "locked"
    size = f"{known['test_size']} examples" if "test_size" in known else "[number] examples"
    drawn = "stays as it is: locked" if locked else f"is carved out before anything else: {size}, drawn from production"
    rest = "It never moves, nobody trains on it, and every reported number comes from it."
    return {
        "test_set": f"The test set {drawn}. {rest}",
        "decision": f"At {goal} on the test set it ships; below [value] the project stops.",
    }


def _tuned(case: Case, target: Aim, known: dict[str, str]) -> dict[str, Any]:
    facts = case.facts
    examples = f"{known['examples']} examples" if "examples" in known else "[number] examples"
    parts: dict[str, Any] = {
        "method": known["best_method"],
        "model": known["best_model"],
        "hardware": None if target.approach == "api" else known["best_gpus"],
        "memory": known["best_memory"],
        "experiments": f"{known['best_experiments']} at {known['best_cost']} each",
        "compute": f"{known['best_compute']} (guide: {known['guide_budget']})",
        "weeks": f"{known['best_weeks']} weeks (guide: {known['guide_weeks']})",
        "asked_method": known.get("method"),
        "asked_model": known.get("model"),
        "asked_gpus": known.get("asked_gpus"),
        "asked_memory": known.get("asked_memory"),
        "asked_experiments": known.get("experiments"),
        "asked_budget": known.get("budget"),
        "asked_weeks": f"{known['weeks']} weeks" if "weeks" in known else None,
        "baseline": _baseline(known),
        "training": f"{known['best_method']} on {examples}; each run is scored once on a validation set of its own.",
        "serving": _serving(case, known),
        "threshold": None,
        "parity": None,
    }
    if case.method == "full" or facts.text("method.fallback") == "full":
        points = known.get("threshold", "[X]")
        parts["threshold"] = f"Considered only if LoRA falls short on the locked test set by more than {points} points."
    if case.replaces_live:
        parts["parity"] = (
            "Compared with what it replaces on the test set and in shadow traffic; then 1%, 10%, 50%, all; "
            "the old path stays ready to switch back to."
        )
    return parts


def _serving(case: Case, known: dict[str, str]) -> str:
    if case.method == "api":
        return "At the host; p99 latency and cost a month: [ms], [USD]."
    several = (case.facts.number("constraints.tenants") or 1) >= 2
    what = "One base model with separate adapters" if several else "The model"
    bill = f"about {known['serving_bill']} a month" if "serving_bill" in known else "[USD] a month"
    p99 = f"{known['latency']} at p99" if "latency" in known else "[ms] at p99"
    return f"{what} on {known.get('serving_gpus', '[GPUs]')}, {p99}, {bill}."


def _baseline(known: dict[str, str]) -> str:
    score = known.get("score", known.get("baseline"))
    if score:
        return f"The score to beat is {score}, measured on it before training."
    return "Prompting with examples and a stronger base model are scored on it before training."


@cache
def _template() -> Template:
    from jinja2 import Environment, StrictUndefined

    source = (files("knowledge") / "counter_plan.md.jinja").read_text(encoding="utf-8")
    return Environment(undefined=StrictUndefined, autoescape=False, keep_trailing_newline=False).from_string(source)
