"""Approach, model, GPUs, cost row, situations and the plan to paste, for shapes that the guide names."""

from __future__ import annotations

from typing import Any

import pytest

from agent.recommend import recommend
from agent.rules.registry import run
from agent.situations import situations
from knowledge import guide
from tests.rules.build import case

B8 = {"base_model.name": "Llama 3.1 8B", "base_model.params_b": 8.0}
B70 = {"base_model.name": "Llama 3.1 70B", "base_model.params_b": 70.0}
GAP = {"lora_evidence.gap_points": 6.0, "x.lora_evidence.held_out": True}
FINTECH = {**B8, "method.primary": "lora", "dataset.examples": 5000, "constraints.on_prem": True}
FULL = {**FINTECH, "method.primary": "full"}
SLOW = {"method.primary": "lora", "constraints.latency_p99_ms": 80}
LEGAL = {**B70, "method.primary": "qlora", "constraints.tenants": 12, "hardware.gpu": "H100", "hardware.count": 1}
LOGISTICS = {
    "method.primary": "qlora",
    "base_model.name": "Qwen2.5 32B",
    "base_model.params_b": 32.0,
    "dataset.examples": 50_000,
    "constraints.languages": ["Mandarin", "English"],
    "x.replaces": "api",
}


@pytest.mark.parametrize(
    ("said", "approach", "model", "row"),
    [
        (FINTECH, "lora", "Llama 3.1 8B", "cost/7b-5k-lora"),
        (LEGAL, "qlora", "Llama 3.1 70B", "cost/70b-50k-qlora"),
        (LOGISTICS, "qlora", "Qwen2.5 32B", "cost/api-replacement-qlora"),
        (FULL, "lora", "Llama 3.1 8B", "cost/7b-5k-lora"),
        ({**FULL, **GAP}, "full", "Llama 3.1 8B", "cost/research-full"),
        ({**FULL, **B70, "task.scope": "narrow"}, "lora", "Llama 3.1 8B", "cost/7b-5k-lora"),
        ({**B70, "method.primary": "full", "dataset.examples": 60_000}, "qlora", "Llama 3.1 70B", "cost/70b-50k-qlora"),
        ({**FINTECH, "method.primary": "api"}, "lora", "Llama 3.1 8B", "cost/7b-5k-lora"),
        ({**B8, "method.primary": "lora", "dataset.examples": 50_000}, "lora", "Llama 3.1 8B", "cost/7b-50k-lora"),
        ({**B8, "method.primary": "lora", "constraints.tenants": 20}, "lora", "Llama 3.1 8B", "cost/multi-tenant-lora"),
        ({**B8, "method.primary": "lora", "constraints.languages": ["zh"]}, "lora", "Qwen2.5 7B", "cost/7b-5k-lora"),
        ({**B70, **SLOW}, "lora", "Llama 3.1 8B", "cost/7b-5k-lora"),
        ({**FULL, **B70, "method.primary": "qlora", "task.scope": "narrow"}, "lora", "Llama 3.1 8B", "cost/7b-5k-lora"),
        ({"method.primary": "lora"}, "lora", "Llama 3.1 8B", "cost/7b-5k-lora"),
        ({"method.primary": "lora", "constraints.languages": ["ja"]}, "lora", "Qwen2.5 7B", "cost/7b-5k-lora"),
    ],
)  # fmt: skip
def test_the_guides_way(said: dict[str, Any], approach: str, model: str, row: str) -> None:
    made = case(said)
    to = recommend(made, ())
    assert (to.approach, to.base_model, made.estimate.guide_row) == (approach, model, row)
    assert made.estimate.as_recommended.method == approach
    assert made.estimate.as_recommended.fits == "yes"


@pytest.mark.parametrize(
    ("said", "tool"),
    [
        ({"knowledge.changes": "often"}, "rag"),
        ({"x.alternatives.meets_target": "stronger_base"}, "stronger_base"),
        ({"x.alternatives.meets_target": "prompting"}, "prompting"),
        ({"dataset.examples": 20}, "prompting"),
        ({"serving.replaces_api_usd_per_month": 200, "serving.usd_per_month": 900}, "prompting"),
        ({"knowledge.changes": "often", "dataset.examples": 20}, "rag"),
    ],
)
def test_another_tool(said: dict[str, Any], tool: str) -> None:
    made = case({**B8, "method.primary": "lora", **said})
    to = recommend(made, run(made).findings)
    assert (to.approach, to.instead) == ("none", tool)
    assert "instead of fine-tuning" in to.counter_plan


def test_a_hosted_model_stays_hosted() -> None:
    made = case({"method.primary": "api", "base_model.name": "gpt-4o-mini", "dataset.examples": 5000})
    to = recommend(made, ())
    assert (to.approach, to.base_model, to.hardware) == ("api", "gpt-4o-mini", None)
    best = made.estimate.as_recommended
    assert (best.method, best.gpus) == ("api", 0)
    # 5,000 examples of 1,000 tokens, 3 epochs, at $3 for a million trained tokens
    assert best.cost_per_run_usd == (45.0, 45.0)


def test_oversized_gpus_are_replaced_and_sound_ones_are_kept() -> None:
    big = case({**FINTECH, "hardware.gpu": "H100", "hardware.count": 8})
    own = case({**FINTECH, "hardware.gpu": "A100-80GB", "hardware.count": 1})
    assert recommend(big, ()).hardware == "1 × L4 (24 GB)"
    assert recommend(own, ()).hardware == "1 × A100-80GB (80 GB)"


def test_an_organisations_price_is_used() -> None:
    from dataclasses import replace

    made = case({**FINTECH, "hardware.gpu": "A100-80GB", "hardware.count": 1})
    dear = replace(made, prices={"A100-80GB": 100.0})
    assert dear.estimate.as_recommended.cost_per_run_usd[0] > 10 * made.estimate.as_recommended.cost_per_run_usd[0]


def test_the_plan_to_paste_carries_the_proposals_own_figures() -> None:
    said = {**FULL, "budget.usd": [25_000, 25_000], "evaluation.target": 85.0, "evaluation.metric": "accepted"}
    plan = recommend(case(said), ()).counter_plan
    for words in ("5,000 examples", "$25,000", "At 85 (accepted)", "full fine-tuning |", "by more than [X] points"):
        assert words in plan
    assert "guide: $50 to $300" in plan


def test_nothing_of_the_document_acts_as_markup_in_the_plan() -> None:
    name = "8B](http://bad.example) <img> | x"
    plan = recommend(case({**FINTECH, "base_model.name": name, "base_model.params_b": 8.0}), ()).counter_plan
    assert not set("<>") & set(plan)
    assert "](" not in plan
    assert len({line.count("|") for line in plan.splitlines() if line.startswith("|")}) == 1


def test_all_references_are_in_the_guide() -> None:
    for said in (FINTECH, LEGAL, LOGISTICS, {**FINTECH, "knowledge.changes": "often"}):
        made = case(said)
        for ref in recommend(made, run(made).findings).guide_refs:
            assert guide().entry(ref).id == ref


@pytest.mark.parametrize(
    ("said", "best"),
    [
        (FINTECH, "situation/compliance-on-prem"),
        (LEGAL, "situation/single-gpu-large-model"),
        (LOGISTICS, "situation/multilingual-asian-languages"),
        ({**B8, "constraints.tenants": 40}, "situation/multi-tenant-saas"),
        ({**B8, "constraints.latency_p99_ms": 90}, "situation/latency-under-100ms"),
        ({**B8, "timeline.weeks": [6, 6]}, "situation/copilot-in-six-weeks"),
        ({**B8, "dataset.examples": 50_000}, "situation/enterprise-rich-data"),
        ({**B8, "dataset.examples": 4000}, "situation/startup-small-dataset"),
        ({**B8, "x.research_grade": True}, "situation/research-grade-quality"),
        ({"method.primary": "full", "evaluation.test_set": "locked", **GAP}, "situation/benchmark-gap"),
        ({"x.lora_evidence.plateau": True, "lora_evidence.experiments": 35}, "situation/lora-plateau"),
    ],
)
def test_the_best_match_comes_first(said: dict[str, Any], best: str) -> None:
    found = situations(case(said))
    assert (found[0].id, found[0].matches) == (best, "yes")


def test_all_twelve_are_held_against_the_facts() -> None:
    found = situations(case({"x.lora_evidence.plateau": True}, text="We worry about overfitting here. Fine."))
    assert {s.id for s in found} == {s.id for s in guide().situations}
    by_id = {s.id: s for s in found}
    assert by_id["situation/lora-plateau"].matches == "cannot_tell"
    assert by_id["situation/worried-about-overfitting"].evidence[0].quote == "We worry about overfitting"
    order = [("yes", "cannot_tell", "no").index(s.matches) for s in found]
    assert order == sorted(order)
