from __future__ import annotations

import subprocess
import sys

import pytest

import knowledge

QUERIES = {
    "our product prices change every week, should they be in the model": "not-fine-tuning/knowledge-changes",
    "we only have one GPU but want a 70B model": "situation/single-gpu-large-model",
    "how much does a 7B LoRA project with 5K examples cost": "cost/7b-5k-lora",
    "replace the OpenAI API with our own model, what does it cost": "cost/api-replacement-qlora",
    "full fine-tuning first and LoRA if it fails": "anti-pattern/lora-as-fallback",
    "eight H100s for a small model": "anti-pattern/oversized-hardware",
    "no limit on the number of experiments": "anti-pattern/unbounded-experiments",
    "Japanese and Korean customers, which base model": "situation/multilingual-asian-languages",
    "each customer gets their own model": "situation/multi-tenant-saas",
    "data may not leave our own servers": "situation/compliance-on-prem",
    "does prompting already work well enough": "not-fine-tuning/prompting-not-tried",
    "who maintains the model after launch": "question/ownership",
    "how do we roll back to the old model": "question/parity-rollout-rollback",
    "industry standard as a justification": "principle/hand-waves-are-not-reasons",
    "fifty examples are not enough data": "not-fine-tuning/too-few-examples",
    "response must come in 100 ms": "situation/latency-under-100ms",
    "lawyers with twelve practice areas": "example/legal-practice-areas",
    "support ticket copilot at a bank": "example/fintech-support-copilot",
    "where does the training data come from, privacy and rights": "question/data-origin",
    "is the traffic large enough to pay back the build": "not-fine-tuning/volume-too-low",
    "what score do we need to ship": "question/ship-stop-number",
    "model overfits": "situation/worried-about-overfitting",
    "LoRA stopped improving after many runs": "situation/lora-plateau",
    "logistics company switching off a frontier api": "example/logistics-api-replacement",
}
AMONG_THREE = {
    "what is a locked test set and why": "anti-pattern/no-locked-test-set",
    "is QLoRA slower than LoRA": "principle/qlora-when-memory-binds",
    "nightly retraining because regulations change": "not-fine-tuning/knowledge-changes",
    "our labels are noisy": "not-fine-tuning/problem-elsewhere",
    "how long will a 70B project take": "cost/70b-50k-qlora",
    "who carries the burden of proof": "principle/burden-on-proposer",
}


@pytest.mark.parametrize("query", QUERIES)
def test_a_plain_question_finds_its_entry_first(query: str) -> None:
    assert knowledge.guide().search(query)[0].entry.id == QUERIES[query]


@pytest.mark.parametrize("query", AMONG_THREE)
def test_a_plain_question_finds_its_entry_among_three(query: str) -> None:
    assert AMONG_THREE[query] in [hit.entry.id for hit in knowledge.guide().search(query, limit=3)]


def test_scores_fall_and_the_limit_holds() -> None:
    hits = knowledge.guide().search("LoRA on a small model", limit=4)
    assert len(hits) == 4
    assert [h.score for h in hits] == sorted((h.score for h in hits), reverse=True)


@pytest.mark.parametrize("words", ["", "   ", "?!", "zzzz qqqq", "the of and"])
def test_nothing_is_found_for_nothing(words: str) -> None:
    assert knowledge.guide().search(words) == []


@pytest.mark.parametrize("limit", [0, -1])
def test_no_results_are_asked_for(limit: int) -> None:
    assert knowledge.guide().search("LoRA", limit) == []


def test_a_limit_above_the_number_of_entries_is_no_error() -> None:
    assert knowledge.guide().search("LoRA", 10_000)


def test_the_search_library_is_imported_only_to_search() -> None:
    code = "import sys, knowledge; knowledge.guide().entry('principle/lora-default'); print('bm25s' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
