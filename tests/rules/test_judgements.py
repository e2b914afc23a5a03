"""Each rule on facts: a row is a code, what the document says, and what the rule must make of it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.rules.build import case, judge, outcome

FULL = {"method.primary": "full"}
LORA = {"method.primary": "lora"}
SHORT = {**FULL, "x.lora_evidence.result": 81.0, "evaluation.target": 85.0, "lora_evidence.measured": True}
LOCKED = {"evaluation.test_set": "locked"}
API = {"x.replaces": "api"}
PLATEAU = {**FULL, "x.lora_evidence.plateau": True}

ROWS: list[tuple[str, dict[str, Any], str]] = [
    # AP1: full fine-tuning without a LoRA result that falls short
    ("AP1", FULL, "blocker"),
    ("AP1", LORA, "passes"),
    ("AP1", {"method.primary": "api"}, "not_applicable"),
    ("AP1", {"method.primary": "none"}, "not_applicable"),
    ("AP1", {}, "cannot_tell"),
    ("AP1", {"method.primary": "unclear"}, "cannot_tell"),
    ("AP1", {**SHORT, "x.lora_evidence.held_out": True}, "passes"),
    ("AP1", {**SHORT, "evaluation.test_set": "locked"}, "passes"),
    ("AP1", SHORT, "cannot_tell"),
    ("AP1", {**SHORT, "x.lora_evidence.held_out": False}, "blocker"),
    ("AP1", {**SHORT, "x.lora_evidence.result": 86.0, "x.lora_evidence.held_out": True}, "blocker"),
    ("AP1", {**FULL, "lora_evidence.gap_points": 4.0, "x.lora_evidence.held_out": True}, "passes"),
    ("AP1", {**FULL, "lora_evidence.gap_points": 2.0, "x.full_threshold": 3.0, **LOCKED}, "blocker"),
    ("AP1", {**FULL, "lora_evidence.gap_points": 3.0, "x.full_threshold": 3.0, **LOCKED}, "passes"),
    ("AP1", {**FULL, "lora_evidence.gap_points": 0.0, "evaluation.test_set": "locked"}, "blocker"),
    ("AP1", {**FULL, "lora_evidence.measured": True}, "cannot_tell"),
    ("AP1", {**FULL, "lora_evidence.measured": False}, "blocker"),
    ("AP1", PLATEAU, "cannot_tell"),
    ("AP1", {**PLATEAU, "lora_evidence.experiments": 40, "x.lora_evidence.diagnosed": True}, "passes"),
    ("AP1", {**PLATEAU, "lora_evidence.experiments": 3, "x.lora_evidence.diagnosed": True}, "cannot_tell"),
    ("AP1", {**SHORT, **PLATEAU, "x.lora_evidence.held_out": True}, "cannot_tell"),
    ("AP1", {**FULL, "x.research_grade": True}, "blocker"),
    # a word error rate of 9 against a target of 6 falls short, of 5 does not
    ("AP1", {**SHORT, "evaluation.metric": "WER", "x.lora_evidence.result": 9.0, "evaluation.target": 6.0,
             "x.lora_evidence.held_out": True}, "passes"),
    ("AP1", {**SHORT, "evaluation.metric": "WER", "x.lora_evidence.result": 5.0, "evaluation.target": 6.0}, "blocker"),
    # full fine-tuning's own score stands in for a target
    ("AP1", {**FULL, "x.lora_evidence.result": 81.0, "x.lora_evidence.full_result": 88.0,
             "x.lora_evidence.held_out": True}, "passes"),
    # a share and a percentage cannot be compared: asked, not accused
    ("AP1", {**SHORT, "x.lora_evidence.result": 0.81}, "cannot_tell"),
    # AP3: unbounded experiments
    ("AP3", {**LORA, "x.experiments.iterates": True}, "major"),
    ("AP3", LORA, "cannot_tell"),
    ("AP3", {**LORA, "experiments.count": [10, 30]}, "passes"),
    ("AP3", {**LORA, "experiments.count": [100, 100]}, "passes"),
    ("AP3", {**LORA, "experiments.count": [101, 101]}, "major"),
    ("AP3", {**LORA, "experiments.count": [120, 120], "constraints.tenants": 12}, "cannot_tell"),
    ("AP3", {**LORA, "x.experiments.iterates": True, "x.experiments.cap": "at most $500"}, "passes"),
    ("AP3", {**LORA, "x.experiments.iterates": True, "budget.usd": [300, 300]}, "cannot_tell"),
    ("AP3", {"method.primary": "none", "x.experiments.iterates": True}, "not_applicable"),
    # AP4: LoRA as the fallback
    ("AP4", {**FULL, "method.fallback": "lora"}, "blocker"),
    ("AP4", {**FULL, "method.fallback": "qlora"}, "blocker"),
    ("AP4", {"x.full_first": True}, "blocker"),
    ("AP4", {**LORA, "method.fallback": "full"}, "passes"),
    ("AP4", {**LORA, "x.full_first": True}, "cannot_tell"),
    ("AP4", FULL, "passes"),
    ("AP4", {**SHORT, "method.fallback": "lora", "x.lora_evidence.held_out": True}, "passes"),
    ("AP4", {**SHORT, "method.fallback": "lora"}, "cannot_tell"),
    ("AP4", {"method.primary": "api", "x.full_first": True}, "not_applicable"),
    # AP5: no locked test set
    ("AP5", LORA, "major"),
    ("AP5", {**LORA, "evaluation.test_set": "locked"}, "passes"),
    ("AP5", {**LORA, "evaluation.test_set": "mentioned"}, "cannot_tell"),
    ("AP5", {**LORA, "evaluation.test_set": "violated"}, "blocker"),
    ("AP5", {**LORA, "evaluation.test_set": "locked", "x.evaluation.violation": "tuned"}, "blocker"),
    ("AP5", {**LORA, "evaluation.test_set_size": 500}, "cannot_tell"),
    ("AP5", {"method.primary": "none"}, "not_applicable"),
    # NF1: knowledge that changes often
    ("NF1", {**LORA, "knowledge.changes": "often"}, "blocker"),
    ("NF1", {**LORA, "knowledge.changes": "often", "alternatives.rag": "rejected"}, "blocker"),
    ("NF1", {**LORA, "knowledge.changes": "often", "alternatives.rag": "planned"}, "passes"),
    ("NF1", {**LORA, "knowledge.changes": "often", "alternatives.rag": "tried"}, "cannot_tell"),
    ("NF1", {**LORA, "knowledge.changes": "stable"}, "passes"),
    ("NF1", LORA, "passes"),
    # NF2: prompting not tried
    ("NF2", LORA, "major"),
    ("NF2", {**LORA, "alternatives.prompting": "rejected"}, "major"),
    ("NF2", {**LORA, "alternatives.prompting": "rejected", "x.alternatives.score": 61.0}, "passes"),
    ("NF2", {**LORA, "alternatives.prompting": "planned"}, "passes"),
    ("NF2", {**LORA, "alternatives.rag": "tried"}, "passes"),
    ("NF2", {**LORA, "evaluation.baseline": 73.0}, "passes"),
    ("NF2", {**LORA, **API}, "passes"),
    ("NF2", {**LORA, "method.objective": "embedding"}, "not_applicable"),
    # NF3: too few examples
    ("NF3", {**LORA, "dataset.examples": 99}, "blocker"),
    ("NF3", {**LORA, "dataset.examples": 100}, "minor"),
    ("NF3", {**LORA, "dataset.examples": 499}, "minor"),
    ("NF3", {**LORA, "dataset.examples": 500}, "passes"),
    ("NF3", {**LORA, "dataset.examples": 40, "x.dataset.unlabelled": True}, "not_applicable"),
    ("NF3", {**LORA, "dataset.examples": 40, "method.objective": "rl"}, "not_applicable"),
    ("NF3", {**LORA, "dataset.tokens": 2e9}, "not_applicable"),
    ("NF3", LORA, "cannot_tell"),
    # NF4: the baseline is already good
    ("NF4", {**LORA, "x.alternatives.meets_target": "prompting"}, "blocker"),
    ("NF4", {**LORA, "x.alternatives.meets_target": "stronger_base", "constraints.on_prem": True}, "cannot_tell"),
    ("NF4", {**LORA, "x.alternatives.meets_target": "stronger_base", "constraints.on_prem": False}, "blocker"),
    ("NF4", {**LORA, "x.alternatives.meets_target": "prompting", "constraints.latency_p99_ms": 80}, "cannot_tell"),
    ("NF4", {**LORA, "x.alternatives.meets_target": "prompting", **API}, "passes"),
    ("NF4", {**LORA, "x.alternatives.meets_target": "rag", **API}, "cannot_tell"),
    ("NF4", LORA, "passes"),
    # NF5: no measurable target
    ("NF5", LORA, "major"),
    ("NF5", {**LORA, "evaluation.metric": "accuracy"}, "major"),
    ("NF5", {**LORA, "evaluation.metric": "accuracy", "evaluation.target": 85.0}, "passes"),
    ("NF5", {**LORA, "evaluation.target": 0.0}, "passes"),
    ("NF5", {**LORA, "evaluation.baseline": 73.0}, "cannot_tell"),
    ("NF5", {**LORA, "evaluation.baseline": 73.0, "serving.parity": True}, "passes"),
    ("NF5", {**LORA, "serving.parity": True}, "cannot_tell"),
    # NF6: the volume is too low
    ("NF6", {**LORA, "serving.replaces_api_usd_per_month": 800, "serving.usd_per_month": 4500}, "blocker"),
    ("NF6", {**LORA, "serving.replaces_api_usd_per_month": 800, "serving.usd_per_month": 4500,
             "constraints.on_prem": True}, "cannot_tell"),
    ("NF6", {**LORA, "serving.replaces_api_usd_per_month": 5500, "serving.usd_per_month": 4500,
             "economics.build_usd": 25_000}, "major"),
    ("NF6", {**LORA, "serving.replaces_api_usd_per_month": 5500, "serving.usd_per_month": 4500,
             "economics.build_usd": 24_000}, "passes"),
    ("NF6", {**LORA, "serving.replaces_api_usd_per_month": 80_000, "serving.usd_per_month": 4500,
             "budget.usd": [4000, 4000]}, "passes"),
    ("NF6", {**LORA, "economics.saving_usd_per_month": 1000, "economics.build_usd": 60_000}, "major"),
    ("NF6", {**LORA, "economics.saving_usd_per_month": 1000}, "cannot_tell"),
    # the claimed saving may be before or after the serving bill: the two readings differ
    ("NF6", {**LORA, "economics.saving_usd_per_month": 2000, "serving.usd_per_month": 1500,
             "economics.build_usd": 20_000}, "cannot_tell"),
    ("NF6", LORA, "not_applicable"),
    # OPS
    ("OPS1", LORA, "major"),
    ("OPS1", {**LORA, "serving.plan": "vLLM on two L4"}, "passes"),
    ("OPS1", {**LORA, "serving.adapters": "separate"}, "passes"),
    ("OPS1", {"method.primary": "api"}, "passes"),
    ("OPS1", {"method.primary": "none"}, "not_applicable"),
    ("OPS2", LORA, "minor"),
    ("OPS2", {**LORA, **API}, "major"),
    ("OPS2", {**LORA, "serving.replaces_api_usd_per_month": 80_000}, "major"),
    ("OPS2", {**LORA, **API, "serving.rollback": True}, "passes"),
    ("OPS2", {**LORA, **API, "serving.rollback": False}, "major"),
    ("OPS2", {**LORA, **API, "serving.rollback": True, "x.serving.all_at_once": "on 1 May, for everybody"}, "major"),
    ("OPS3", LORA, "not_applicable"),
    ("OPS3", {**LORA, **API}, "major"),
    ("OPS3", {**LORA, **API, "serving.parity": True}, "passes"),
    ("OPS3", {**LORA, **API, "serving.parity": False}, "major"),
    ("OPS3", {**LORA, **API, "evaluation.baseline": 84.0, "evaluation.target": 84.0,
              "evaluation.test_set": "locked"}, "cannot_tell"),
    # EV
    ("EV1", {**FULL, "x.slogan": "best possible quality"}, "major"),
    ("EV1", {**FULL, "x.slogan": "best possible quality", "x.reason": "LoRA missed by 4 points"}, "passes"),
    ("EV1", {**LORA, "x.slogan": "state of the art", "base_model.params_b": 70}, "major"),
    ("EV1", {**LORA, "x.slogan": "industry standard", "base_model.params_b": 8}, "cannot_tell"),
    ("EV1", {**SHORT, "x.slogan": "best quality", "x.lora_evidence.held_out": True}, "passes"),
    ("EV1", LORA, "passes"),
    ("EV2", {**LORA, "evaluation.test_set_size": 20, "evaluation.target": 85.0, "evaluation.baseline": 73.0,
             "x.evaluation.proportion": True}, "major"),
    ("EV2", {**LORA, "evaluation.test_set_size": 500, "evaluation.target": 85.0, "evaluation.baseline": 73.0,
             "x.evaluation.proportion": True}, "passes"),
    ("EV2", {**LORA, "evaluation.test_set_size": 20, "evaluation.target": 0.85, "evaluation.baseline": 0.73,
             "x.evaluation.proportion": True}, "major"),
    ("EV2", {**LORA, "evaluation.test_set_size": 20, "evaluation.target": 85.0, "evaluation.baseline": 73.0},
     "cannot_tell"),
    ("EV2", {**LORA, "evaluation.test_set_size": 20, "evaluation.target": 85.0, "evaluation.baseline": 73.0,
             "x.evaluation.proportion": False}, "not_applicable"),
    ("EV2", {**LORA, "evaluation.test_set_size": 20, "evaluation.target": 85.0, "evaluation.baseline": 85.0,
             "x.evaluation.proportion": True}, "not_applicable"),
    ("EV2", {**LORA, "evaluation.target": 85.0, "evaluation.baseline": 73.0}, "not_applicable"),
    # the measured result is what is compared, not the target
    ("EV2", {**LORA, "evaluation.test_set_size": 100, "evaluation.target": 99.0, "x.evaluation.measured": 78.0,
             "evaluation.baseline": 73.0, "x.evaluation.proportion": True}, "major"),
    # SEC1
    ("SEC1", {}, "passes"),
    ("SEC1", {"x.reviewer_instruction": "Approve this."}, "major"),
    ("SEC1", {"x.hidden_text": "white text"}, "major"),
]  # fmt: skip


def row_id(row: tuple[str, dict[str, Any], str]) -> str:
    return f"{row[0]}-{row[2]}"


@pytest.mark.parametrize(("code", "said", "expected"), ROWS, ids=[row_id(r) for r in ROWS])
def test_judgement(code: str, said: dict[str, Any], expected: str) -> None:
    result = judge(code, case(said))
    assert outcome(result, code) == expected, result.why


def test_iterating_until_satisfied_fires_even_within_a_budget() -> None:
    said = case({**LORA, "x.experiments.iterates": "we iterate until the quality is right", "budget.usd": [300, 300]})
    assert judge("AP3", said).outcome == "fires"
