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
B8 = {"base_model.name": "Llama 3.1 8B", "base_model.params_b": 8.0}
B70 = {"base_model.name": "Llama 3.1 70B", "base_model.params_b": 70.0}
RUNS = {"experiments.count": [30, 30], "experiments.cost_each_usd": [5, 15]}
BILL = {"serving.replaces_api_usd_per_month": 80_000}
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
    ("NF2", {**LORA, "evaluation.baseline": 73.0}, "major"),
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
    ("NF4", {**LORA, "x.alternatives.meets_target": "rag", "x.alternatives.score": 68.0,
             "evaluation.target": 82.0}, "passes"),
    ("NF4", {**LORA, "x.alternatives.meets_target": "rag", "x.alternatives.score": 6.0, "evaluation.target": 8.0,
             "evaluation.metric": "error rate"}, "blocker"),
    ("NF4", LORA, "passes"),
    # NF5: no measurable target
    ("NF5", LORA, "major"),
    ("NF5", {**LORA, "evaluation.metric": "accuracy"}, "major"),
    ("NF5", {**LORA, "evaluation.metric": "accuracy", "evaluation.target": 85.0}, "passes"),
    ("NF5", {**LORA, "evaluation.target": 0.0}, "passes"),
    ("NF5", {**LORA, "evaluation.baseline": 73.0}, "major"),
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
    # where an API is replaced, the claimed saving may be before or after the serving bill
    ("NF6", {**LORA, "economics.saving_usd_per_month": 2000, "serving.usd_per_month": 1500,
             "economics.build_usd": 20_000}, "major"),
    ("NF6", {**LORA, "x.replaces": "api", "economics.saving_usd_per_month": 2000, "serving.usd_per_month": 1500,
             "economics.build_usd": 20_000}, "cannot_tell"),
    ("NF6", {**LORA, "economics.saving_usd_per_month": 390, "serving.usd_per_month": 500}, "blocker"),
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
    ("OPS3", {**LORA, **API, "evaluation.baseline": 71.0, "evaluation.target": 84.0,
              "alternatives.rag": "tried"}, "major"),
    # EV
    ("EV1", {**FULL, "x.slogan": "best possible quality"}, "major"),
    ("EV1", {**FULL, "x.slogan": "best possible quality", "x.reason": "LoRA missed by 4 points"}, "passes"),
    ("EV1", {**LORA, "x.slogan": "state of the art", "base_model.params_b": 70}, "major"),
    ("EV1", {**LORA, "x.slogan": "industry standard", "base_model.params_b": 8}, "major"),
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
    ("EV2", {**LORA, "evaluation.test_set_size": 20, "evaluation.target": 85.0, "evaluation.baseline": 73.0,
             "evaluation.metric": "drafts accepted, in %"}, "major"),
    ("EV2", {**LORA, "evaluation.test_set_size": 20, "evaluation.target": 85.0, "evaluation.baseline": 73.0,
             "evaluation.metric": "F1, in %"}, "not_applicable"),
    ("EV2", {**LORA, "evaluation.test_set_size": 6, "evaluation.target": 85.0, "evaluation.baseline": 73.0,
             "x.evaluation.proportion": True}, "cannot_tell"),
    # what is replaced is to be equalled
    ("EV2", {**LORA, **API, "evaluation.test_set_size": 1200, "evaluation.target": 83.0, "evaluation.baseline": 82.0,
             "x.evaluation.proportion": True}, "cannot_tell"),
    # the measured result is what is compared, not the target
    ("EV2", {**LORA, "evaluation.test_set_size": 100, "evaluation.target": 99.0, "x.evaluation.measured": 78.0,
             "evaluation.baseline": 73.0, "x.evaluation.proportion": True}, "major"),
    # AP2: oversized hardware
    ("AP2", {**LORA, **B8, "hardware.gpu": "H100", "hardware.count": 8}, "major"),
    ("AP2", {**LORA, **B8, "hardware.gpu": "A100-80GB", "hardware.count": 1}, "passes"),
    ("AP2", {**LORA, **B8, "hardware.gpu": "H100"}, "passes"),
    ("AP2", {**LORA, **B8, "hardware.gpu": "A10G", "hardware.count": 4}, "passes"),
    ("AP2", {**LORA, **B8, "hardware.gpu": "H100", "hardware.count": 8, "x.hardware.reason": "owned"}, "passes"),
    ("AP2", {**LORA, "hardware.gpu": "H100", "hardware.count": 8}, "cannot_tell"),
    ("AP2", {**LORA, **B8}, "not_applicable"),
    ("AP2", {"method.primary": "api", **B8, "hardware.gpu": "H100", "hardware.count": 8}, "not_applicable"),
    ("AP2", {"method.primary": "qlora", **B70, "hardware.gpu": "H100", "hardware.count": 1}, "passes"),
    ("AP2", {"method.primary": "qlora", **B70, "hardware.gpu": "H100", "hardware.count": 8}, "major"),
    ("AP2", {**FULL, **B8, "hardware.gpu": "A100-80GB", "hardware.count": 8}, "major"),
    ("AP2", {**SHORT, **B70, "x.lora_evidence.held_out": True, "hardware.gpu": "H100", "hardware.count": 16}, "passes"),
    # a week of training on the small set: throughput may be the reason
    ("AP2", {**LORA, **B8, "dataset.tokens": 5e9, "method.objective": "continued_pretraining",
             "hardware.gpu": "H100", "hardware.count": 8}, "cannot_tell"),
    # FIT1: the method does not fit the situation
    ("FIT1", {**LORA, **B70, "constraints.single_gpu": True}, "major"),
    ("FIT1", {"method.primary": "qlora", **B70, "constraints.single_gpu": True}, "passes"),
    ("FIT1", {**LORA, **B70, "hardware.gpu": "A100-80GB", "hardware.count": 1}, "passes"),
    ("FIT1", {**LORA, **B70, "hardware.gpu": "B200", "hardware.count": 1}, "passes"),
    ("FIT1", {"method.primary": "qlora", **B8, "constraints.tenants": 12}, "passes"),
    ("FIT1", {**FULL, **B8, "constraints.tenants": 12}, "passes"),
    ("FIT1", {**LORA, **B8}, "not_applicable"),
    ("FIT1", {"method.primary": "api", "constraints.tenants": 12}, "cannot_tell"),
    ("FIT1", {"method.primary": "api", "constraints.tenants": 12, "task.scope": "many_variants"}, "major"),
    ("FIT1", {"method.primary": "api", "dataset.examples": 5000}, "not_applicable"),
    # FIT2: the model is too large
    ("FIT2", {**LORA, **B70, "task.scope": "narrow", "dataset.examples": 5000}, "major"),
    ("FIT2", {**LORA, **B8, "task.scope": "narrow", "dataset.examples": 5000}, "passes"),
    ("FIT2", {**LORA, **B70, "task.scope": "many_variants", "dataset.examples": 5000}, "passes"),
    ("FIT2", {**LORA, **B70, "task.scope": "narrow", "dataset.examples": 50_000}, "passes"),
    ("FIT2", {**LORA, **B70, "task.scope": "narrow", "dataset.examples": 40_000}, "cannot_tell"),
    ("FIT2", {**LORA, **B70, "task.scope": "narrow"}, "cannot_tell"),
    ("FIT2", {**LORA, **B70, "dataset.examples": 5000}, "cannot_tell"),
    ("FIT2", {**LORA, **B70, "task.scope": "narrow", "dataset.examples": 5000,
              "x.smaller_model_shortfall": True}, "passes"),
    ("FIT2", {**LORA, **B70, "task.scope": "narrow", "dataset.examples": 5000, **API}, "passes"),
    ("FIT2", {**LORA, "base_model.name": "Qwen3 30B-A3B", "base_model.params_b": 30.5, "task.scope": "narrow",
              "dataset.examples": 5000}, "cannot_tell"),
    ("FIT2", {"method.primary": "api", "base_model.name": "gpt-4o"}, "not_applicable"),
    # FIT3: languages that the base model does not list
    ("FIT3", {**LORA, **B8, "constraints.languages": ["zh", "en"], "x.language_share": 0.4}, "major"),
    ("FIT3", {**LORA, **B8, "constraints.languages": ["zh", "en"], "x.language_share": 0.2}, "major"),
    ("FIT3", {**LORA, **B8, "constraints.languages": ["zh", "en"], "x.language_share": 0.19}, "passes"),
    ("FIT3", {**LORA, **B8, "constraints.languages": ["zh", "en"]}, "cannot_tell"),
    ("FIT3", {**LORA, **B8, "constraints.languages": ["ja"]}, "major"),
    ("FIT3", {**LORA, **B8, "constraints.languages": ["zh"], "x.evaluation.per_language": True}, "passes"),
    ("FIT3", {**LORA, **B8, "constraints.languages": ["de", "fr"]}, "passes"),
    ("FIT3", {**LORA, **B8, "constraints.languages": ["de", "zh"], "x.language_share": 0.5}, "cannot_tell"),
    ("FIT3", {**LORA, "base_model.name": "Unheard 9B", "constraints.languages": ["zh"]}, "cannot_tell"),
    ("FIT3", {**LORA, "base_model.name": "Qwen2.5 32B", "constraints.languages": ["zh", "en"],
              "x.language_share": 0.6}, "passes"),
    ("FIT3", {**LORA, **B8, "constraints.languages": ["en"]}, "not_applicable"),
    ("FIT3", {**LORA, **B8, "constraints.languages": ["English"]}, "not_applicable"),
    ("FIT3", {**LORA, **B8, "constraints.languages": ["Mandarin"]}, "major"),
    ("FIT3", {**LORA, **B8}, "not_applicable"),
    # FIT4: adapters merged
    ("FIT4", {**LORA, "constraints.tenants": 12, "serving.adapters": "merged"}, "major"),
    ("FIT4", {**LORA, "task.scope": "many_variants", "serving.adapters": "merged"}, "major"),
    ("FIT4", {**LORA, "constraints.tenants": 12, "serving.adapters": "separate"}, "passes"),
    ("FIT4", {**LORA, "constraints.tenants": 1, "serving.adapters": "merged"}, "not_applicable"),
    ("FIT4", {**LORA, "serving.adapters": "merged"}, "not_applicable"),
    ("FIT4", {**LORA, "constraints.tenants": 12}, "cannot_tell"),
    ("FIT4", {**FULL, "constraints.tenants": 12}, "cannot_tell"),
    ("FIT4", {**FULL, "constraints.tenants": 12, "serving.plan": "two H100 for each model"}, "major"),
    # FIT5: latency and size
    ("FIT5", {**LORA, **B70, "constraints.latency_p99_ms": 80}, "major"),
    ("FIT5", {**LORA, **B70, "constraints.latency_p99_ms": 100}, "major"),
    ("FIT5", {**LORA, **B70, "constraints.latency_p99_ms": 101}, "not_applicable"),
    ("FIT5", {**LORA, **B70, "constraints.latency_p99_ms": 80, "x.latency_measured_p99_ms": 75}, "passes"),
    ("FIT5", {**LORA, "base_model.params_b": 9.24, "constraints.latency_p99_ms": 80}, "passes"),
    ("FIT5", {**LORA, "base_model.params_b": 13.0, "constraints.latency_p99_ms": 80}, "major"),
    ("FIT5", {**LORA, "constraints.latency_p99_ms": 80}, "cannot_tell"),
    ("FIT5", {**LORA, "base_model.name": "Qwen3 30B-A3B", "base_model.params_b": 30.5,
              "constraints.latency_p99_ms": 80}, "cannot_tell"),
    ("FIT5", {**LORA, **B70}, "not_applicable"),
    # FIT6: data leaves the premises
    ("FIT6", {"method.primary": "api", "constraints.on_prem": True}, "blocker"),
    ("FIT6", {"method.primary": "api", "x.privacy_rule": "data may not leave"}, "blocker"),
    ("FIT6", {**LORA, "x.privacy_rule": "data may not leave", "x.external_flow": "to a labeller"}, "blocker"),
    ("FIT6", {**LORA, "constraints.on_prem": True}, "passes"),
    ("FIT6", {"method.primary": "api", "constraints.on_prem": False}, "not_applicable"),
    ("FIT6", {"method.primary": "api", "x.external_flow": "to the vendor"}, "not_applicable"),
    # EST1: the budget
    ("EST1", {**LORA, **B8, "dataset.examples": 5000, "budget.usd": [300, 300]}, "passes"),
    ("EST1", {**LORA, **B8, "dataset.examples": 5000, "budget.usd": [25_000, 25_000]}, "major"),
    ("EST1", {**LORA, **B8, "dataset.examples": 5000, "budget.usd": [200, 25_000]}, "passes"),
    ("EST1", {**LORA, **B8, "dataset.examples": 5000, "budget.usd": [1, 1]}, "minor"),
    ("EST1", {**FULL, **B70, "task.scope": "narrow", "dataset.examples": 5000, "budget.usd": [25_000, 25_000]},
     "major"),
    ("EST1", {**LORA, "budget.usd": [25_000, 25_000]}, "cannot_tell"),
    ("EST1", {**SHORT, **B8, "dataset.examples": 5000, "budget.usd": [25_000, 25_000]}, "cannot_tell"),
    ("EST1", {**SHORT, **LOCKED, **B8, "dataset.examples": 5000, "budget.usd": [25_000, 25_000]}, "passes"),
    ("EST1", {"method.primary": "api", "budget.usd": [25_000, 25_000]}, "not_applicable"),
    ("EST1", {**LORA, **B8}, "not_applicable"),
    # EST2: the timeline
    ("EST2", {**LORA, **B8, "dataset.examples": 5000, "timeline.weeks": [3, 3]}, "passes"),
    ("EST2", {**LORA, **B8, "dataset.examples": 5000, "timeline.weeks": [52, 52]}, "minor"),
    ("EST2", {**LORA, **B8, "dataset.examples": 5000, "timeline.weeks": [0.2, 0.2]}, "minor"),
    ("EST2", {**LORA, **B8}, "not_applicable"),
    # EST3: the run does not fit
    ("EST3", {**LORA, **B70, "hardware.gpu": "A100-80GB", "hardware.count": 1}, "blocker"),
    ("EST3", {**LORA, **B70, "hardware.gpu": "A100-80GB"}, "cannot_tell"),
    ("EST3", {"method.primary": "qlora", **B70, "hardware.gpu": "H100", "hardware.count": 1}, "passes"),
    ("EST3", {**LORA, **B8, "hardware.gpu": "T4", "hardware.count": 1}, "blocker"),
    ("EST3", {**LORA, **B8, "hardware.gpu": "T4", "hardware.count": 1, "run.precision": "int8"}, "passes"),
    ("EST3", {"method.primary": "qlora", **B8, "hardware.gpu": "RTX-3060", "hardware.count": 1}, "passes"),
    ("EST3", {**FULL, **B70, "hardware.gpu": "A100-80GB", "hardware.count": 8}, "cannot_tell"),
    ("EST3", {**FULL, **B70, "hardware.gpu": "A100-80GB", "hardware.count": 2}, "blocker"),
    ("EST3", {**LORA, **B8, "x.hardware.memory_gb": 24, "hardware.count": 1}, "passes"),
    ("EST3", {**LORA, **B8, "hardware.gpu": "Nonesuch", "hardware.count": 1}, "not_applicable"),
    ("EST3", {**LORA, **B8}, "not_applicable"),
    ("EST3", {"method.primary": "qlora", **B70, "x.serving.gpu": "T4", "x.serving.count": 1}, "blocker"),
    ("EST3", {"method.primary": "qlora", **B70, "x.serving.gpu": "T4"}, "cannot_tell"),
    ("EST3", {"method.primary": "qlora", **B70, "x.serving.gpu": "A100-80GB", "x.serving.count": 2}, "passes"),
    ("EST3", {"method.primary": "api", **B70, "hardware.gpu": "T4", "hardware.count": 1}, "not_applicable"),
    # EST4: figures that do not add up
    ("EST4", {"x.money": [{"what": "runs", "stated": 2000, "computed": 450, "how": "30 × $15 = $450"}]}, "major"),
    ("EST4", {"x.money": [{"what": "runs", "stated": 460, "computed": 450, "how": "30 × $15"}]}, "not_applicable"),
    ("EST4", {"x.money": [{"what": "runs", "stated": [300, 500], "computed": [150, 450], "how": "a range"}]},
     "not_applicable"),
    ("EST4", {**RUNS, "budget.usd": [300, 300]}, "passes"),
    ("EST4", {**RUNS, "budget.usd": [100, 100]}, "major"),
    ("EST4", {**RUNS, "budget.usd": [2000, 2000]}, "cannot_tell"),
    ("EST4", {**RUNS, "budget.usd": [600, 600]}, "passes"),
    ("EST4", {"budget.usd": [2000, 2000]}, "not_applicable"),
    # EST5: the saving
    ("EST5", {**BILL, "economics.saving_usd_per_month": 80_000}, "major"),
    ("EST5", {**BILL, "serving.usd_per_month": 4500, "economics.saving_usd_per_month": 75_000}, "passes"),
    ("EST5", {**BILL, "serving.usd_per_month": 4500, "economics.saving_usd_per_month": 80_000}, "major"),
    ("EST5", {**BILL, "serving.usd_per_month": 4500, "economics.saving_usd_per_month": 60_000}, "cannot_tell"),
    ("EST5", {**BILL, "economics.saving_usd_per_month": 60_000}, "cannot_tell"),
    ("EST5", {"economics.saving_usd_per_month": 60_000}, "not_applicable"),
    ("EST5", {"economics.saving_usd_per_month": 60_000, **API}, "cannot_tell"),
    ("EST5", {"x.saving_stated": {"api": 80_000, "serving": None, "saving": 80_000, "agrees": False}}, "major"),
    ("EST5", {"x.saving_stated": {"api": 80_000, "serving": 4500, "saving": 75_500, "agrees": True}}, "passes"),
    ("EST5", BILL, "not_applicable"),
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


@pytest.mark.parametrize(
    ("code", "text", "said"),
    [
        ("AP5", "Four hundred tickets are kept back by the QA lead.", LORA),
        ("NF2", "The prompted base gets it right two times in three.", LORA),
        ("NF5", "We need 85% of the drafts to be accepted.", LORA),
        ("NF5", "| wanted | 82% |", {**LORA, "evaluation.baseline": 73.0}),
        ("OPS1", "It runs on the L4 in the rack under vLLM.", LORA),
        ("OPS2", "The old desk stays available, and one line brings it back.", {**LORA, **API}),
        ("OPS3", "For two weeks both answer side by side.", {**LORA, **API}),
    ],
)
def test_what_the_text_speaks_of_is_not_called_missing(code: str, text: str, said: dict[str, Any]) -> None:
    silent = judge(code, case(said))
    assert silent.outcome == "fires"
    spoken = judge(code, case(said, text=text))
    assert spoken.outcome == "cannot_tell"
    assert "“" in spoken.why, "the words that it stumbled over are shown"


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("AP5", "An A/B test, a load test and unit tests are planned; the adapter pattern is used."),
        ("OPS1", "We observe our customers and preserve their words."),
    ],
)
def test_other_senses_of_a_word_do_not_silence_a_rule(code: str, text: str) -> None:
    assert judge(code, case(LORA, text=text)).outcome == "fires"


def test_runs_and_budget_in_one_paragraph_must_agree() -> None:
    said = {"experiments.count": [24, 24], "experiments.cost_each_usd": [12, 12], "budget.usd": [410, 410]}
    together = "24 experiments at $12 each. Total compute budget $410."
    more = "24 experiments at $12 each, $122 for scoring. Total compute budget $410."
    assert judge("EST4", case(said, text=together, quoting=True)).outcome == "fires"
    assert judge("EST4", case(said, text=more, quoting=True)).outcome == "passes"
