"""Test sets that nobody calls one, what a table of results says was tried, and how many cards serve."""

from __future__ import annotations

import pytest

from agent.documents import read
from agent.facts.extract import extract
from agent.facts.ledger import Facts

PLAN = "# Proposal\n\nWe will fine-tune Qwen2.5 7B with LoRA on 4,000 labelled letters.\n\n"


def facts(text: str) -> Facts:
    return extract(read((PLAN + text + "\n").encode(), "plan.md"))


@pytest.mark.parametrize(
    ("text", "status", "size"),
    [
        ("450 letters went into the safe in May. Only Quality opens them.", "locked", 450),
        ("Iris has 350 drafts; nobody trains on them or picks a run with them.", "locked", 350),
        ("Two editors judged 260 replies blind.", "mentioned", 260),
        ("We do not train all the weights. 5,000 letters arrive a month.", None, None),
        ("Two editors check 50 replies every month.", None, None),
    ],
)
def test_a_count_that_is_kept_apart_is_a_test_set(text: str, status: str | None, size: float | None) -> None:
    read_ = facts(text)
    assert (read_.value("evaluation.test_set"), read_.value("evaluation.test_set_size")) == (status, size)


RESULTS = """| variant | sent as is |
|---|---|
| Qwen2.5 7B, instructions only | 41% |
| + look-up of old letters | 55% |
| Qwen2.5 72B, the same | 60% |
| Qwen2.5 7B, LoRA pilot | 78% |
"""


def test_a_table_of_results_says_what_was_tried() -> None:
    read_ = facts(RESULTS)
    tried = {k: read_.value(f"alternatives.{k}") for k in ("prompting", "rag", "stronger_base")}
    assert tried == {"prompting": "tried", "rag": "tried", "stronger_base": "tried"}


def test_a_tuned_model_or_a_price_is_no_alternative() -> None:
    read_ = facts("| option | per month |\n|---|---|\n| Qwen2.5 72B, prompted | $900 |\n| LoRA pilot | $300 |")
    assert read_.value("alternatives.stronger_base") is None


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("In production the model is served by the A10G that serves our present models.", 1),
        ("In production the model is served with vLLM on two L4.", 2),
        ("| Model | Inference cost (A10G) |\n|---|---|\n| Qwen2.5 7B | $0.40 an hour |", None),
    ],
)
def test_a_serving_card_is_counted_only_where_the_text_does(text: str, count: float | None) -> None:
    assert facts(text).value("x.serving.count") == count
