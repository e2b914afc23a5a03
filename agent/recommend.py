"""What to do instead, or to go on doing: approach, base model, hardware, why, and a plan to paste."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from agent.aim import Aim, aim
from agent.counter_plan import counter_plan
from agent.models import STANDING, Finding, Recommendation
from agent.rules.case import Case
from agent.rules.not_fine_tuning.nf4_baseline_already_good import kind_of
from agent.rules.wording import gpus, method
from agent.situations import situations

Instead = Literal["rag", "prompting", "stronger_base", "do_not_build"]
STOPS = ("NF1", "NF4", "NF3", "NF6")
"""Blockers that say that fine-tuning is the wrong tool, the strongest first."""
TOOLS: dict[Instead, str] = {
    "rag": "retrieval",
    "prompting": "prompting with examples",
    "stronger_base": "a stronger base model, prompted",
    "do_not_build": "not building this yet",
}


def stop(findings: Sequence[Finding]) -> Finding | None:
    """The open blocker that says not to fine-tune at all; None when there is none."""
    open_blockers = {f.code: f for f in findings if f.status in STANDING and f.severity == "blocker"}
    return next((open_blockers[code] for code in STOPS if code in open_blockers), None)


def recommend(case: Case, findings: Sequence[Finding]) -> Recommendation:
    """The guide's way for this project, after the rules have spoken."""
    if case.facts.flag("x.proposal") is False or case.method == "none":
        return Recommendation(approach="none", why="The document does not propose to fine-tune a model.")
    reason = stop(findings)
    return _instead(case, reason) if reason else _tune(case, aim(case))


def _instead(case: Case, reason: Finding) -> Recommendation:
    tool = _tool(case, reason.code)
    return Recommendation(
        approach="none",
        instead=tool,
        why=f"{reason.message} The right tool is {TOOLS[tool]}.",
        guide_refs=tuple(dict.fromkeys((*reason.guide_refs, "principle/no-is-an-answer"))),
        counter_plan=counter_plan(case, None, tool),
    )


def _tool(case: Case, code: str) -> Instead:
    from knowledge import guide

    which = kind_of(case.facts.text("x.alternatives.meets_target") or "")
    known: dict[str | None, Instead] = {"rag": "rag", "prompting": "prompting", "stronger_base": "stronger_base"}
    if code == "NF4" and which in known:
        return known[which]
    return next(entry.instead for entry in guide().not_fine_tuning if code in entry.codes)


def _tune(case: Case, target: Aim) -> Recommendation:
    best = situations(case)[0]
    matched = best.matches == "yes"
    name = target.model.name if target.approach != "api" else case.facts.text("base_model.name")
    hardware = (
        None if target.approach == "api" else f"{gpus(target.gpus, target.gpu.name)} ({target.gpu.marketing_gb:g} GB)"
    )
    return Recommendation(
        approach=target.approach,
        base_model=name,
        hardware=hardware,
        why=" ".join((_because(target), *target.changed)),
        guide_refs=((best.id,) if matched else ()) + (target.row, _principle(target)),
        counter_plan=counter_plan(case, target, None),
    )


def _because(target: Aim) -> str:
    if target.approach == "full":
        return "Full fine-tuning is justified by a measured gap that LoRA did not close."
    if target.approach == "api":
        return "Hosted fine-tuning needs no GPUs; what holds for the test set and the target holds for it too."
    return f"{method(target.approach)} is the guide's default for this shape."


def _principle(target: Aim) -> str:
    return {"full": "principle/full-needs-evidence", "qlora": "principle/qlora-when-memory-binds"}.get(
        target.approach, "principle/lora-default"
    )
