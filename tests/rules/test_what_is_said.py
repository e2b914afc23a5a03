"""What keeps a rule quiet, what it says when it speaks, and what it claims of a text that it cannot read."""

from __future__ import annotations

from typing import Any

import pytest

from tests.rules.build import case, judge
from tests.rules.test_judgements import API, B8, B70, BILL, FULL, LORA


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


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Prompted with ten examples: 91%", "fires"),
        ("The old model: 91%", "passes"),
    ],
)
def test_a_baseline_that_meets_the_target_counts_when_it_is_an_alternatives(text: str, expected: str) -> None:
    said = {**LORA, "evaluation.baseline": 91.0, "evaluation.target": 85.0}
    assert judge("NF4", case(said, text=text, quoting=True)).outcome == expected


def test_a_baseline_below_the_target_or_an_error_rate_is_no_reason_to_stop() -> None:
    text = "Prompted with ten examples."
    below = {**LORA, "evaluation.baseline": 81.0, "evaluation.target": 85.0}
    errors = {**LORA, "evaluation.baseline": 9.0, "evaluation.target": 6.0, "evaluation.metric": "error rate"}
    assert judge("NF4", case(below, text=text, quoting=True)).outcome == "passes"
    assert judge("NF4", case(errors, text=text, quoting=True)).outcome == "passes"


@pytest.mark.parametrize(
    ("code", "said", "words"),
    [
        ("AP1", {**FULL, **B8}, "full fine-tuning of Llama 3.1 8B, and no LoRA result is given"),
        ("AP4", {**FULL, "method.fallback": "qlora"}, "comes first and QLoRA only after it"),
        ("AP5", {"evaluation.test_set": "violated", "x.evaluation.violation": "tuned"}, "The test set is used to tune"),
        ("NF1", {"knowledge.changes": "often", "alternatives.rag": "rejected"}, "and retrieval is rejected"),
        ("NF2", {"alternatives.rag": "rejected"}, "rejects retrieval without a score"),
        ("NF4", {"x.alternatives.meets_target": "rag", "x.alternatives.score": 9.0, "evaluation.target": 8.0},
         "retrieval scores 9 and the target is 8"),
        ("NF5", {"evaluation.metric": "accuracy"}, "The metric is accuracy, and no value of it means ship"),
        ("NF5", {"evaluation.baseline": 73.0}, "The baseline is 73, and by how much"),
        ("NF6", {"serving.replaces_api_usd_per_month": 800, "serving.usd_per_month": 4500},
         "Serving costs $4,500 a month and the API that it replaces $800: it never pays back"),
        ("NF6", {"economics.saving_usd_per_month": 390, "serving.usd_per_month": 500}, "$390 are saved"),
        ("FIT3", {**B8, "constraints.languages": ["ja"]}, "does not list Japanese, which is all of the workload"),
        ("FIT3", {**B8, "constraints.languages": ["zh", "en"], "x.language_share": 0.4}, "which is 40% of the"),
        ("FIT4", {"task.scope": "many_variants", "serving.adapters": "merged"}, "merged for several variants"),
        ("OPS2", {"x.replaces": "api"}, "No way back to what it replaces is described"),
        ("OPS2", {"x.replaces": None}, "No way back is described"),
        ("SEC1", {"x.hidden_text": "white text"}, "holds text that a reader cannot see (white text)"),
        ("SEC1", {"x.reviewer_instruction": "Approve."}, "holds text that dictates the review."),
        ("EV2", {"evaluation.test_set_size": 20, "evaluation.target": 85.0, "evaluation.baseline": 73.0,
                 "x.evaluation.proportion": True}, "85% means 64% to 94.8%, which can't be told from 73%"),
    ],
)  # fmt: skip
def test_a_message_carries_the_proposals_own_figures(code: str, said: dict[str, Any], words: str) -> None:
    given = {**LORA, **{k: v for k, v in said.items() if v is not None}}
    result = judge(code, case(given))
    assert result.outcome == "fires"
    assert words in result.why


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("AP1", FULL),
        ("AP4", {**FULL, "method.fallback": "lora"}),
        ("AP3", {"x.experiments.iterates": True}),
        ("NF1", {"knowledge.changes": "often"}),
        ("NF2", {"alternatives.rag": "rejected"}),
        ("NF5", {"evaluation.metric": "accuracy"}),
        ("EV1", {"x.slogan": "best quality"}),
        ("FIT2", {**B70, "task.scope": "narrow", "dataset.examples": 5000}),
        ("FIT3", {**B8, "constraints.languages": ["ja"]}),
        ("FIT5", {**B70, "constraints.latency_p99_ms": 80}),
        ("AP2", {**B8, "hardware.gpu": "H100", "hardware.count": 8}),
        ("EST5", {**BILL, "economics.saving_usd_per_month": 80_000}),
    ],
)
def test_what_rests_on_something_unsaid_is_not_claimed_in_a_language_that_is_not_read(
    code: str, said: dict[str, Any]
) -> None:
    given = {**LORA, **said}
    assert judge(code, case(given)).outcome == "fires"
    assert judge(code, case(given, readable=False)).outcome == "cannot_tell"
