"""How public plans write: columns to choose from, data sets as sums of parts, noun phrases with brackets and arrows."""

from __future__ import annotations

import pytest

from agent.documents import read
from agent.facts.extract import extract
from agent.facts.ledger import Facts


def facts(text: str) -> Facts:
    return extract(read(text.encode(), "plan.md"))


def test_the_recommended_column_wins_over_the_minimum() -> None:
    table = "| Part | Minimum | Recommended |\n|---|---|---|\n| GPU | 1x RTX 3090 | 2x L40S |\n"
    read_ = facts(f"# Training plan\n\nWe will fine-tune Qwen2.5 7B with LoRA.\n\n## Hardware\n\n{table}")
    assert (read_.value("hardware.gpu"), read_.value("hardware.count")) == ("L40S", 2)


def test_the_whole_wins_over_its_parts() -> None:
    parts = "- Forum threads (1-2K pairs)\n- Manuals (3-4K pairs)\n- Written by staff (2-3K pairs)\n"
    read_ = facts(f"# LoRA plan\n\n## Training data\n\n{parts}\nWanted: 6,000-9,000 instruction pairs.\n")
    assert read_.value("dataset.examples") == (6000, 9000)


@pytest.mark.parametrize(
    ("text", "examples"),
    [
        ("We fine-tune on 5k curated EN→DE legal pairs.", 5000),
        ("We train on 8,400 (deduplicated) replies.", 8400),
        ("We train on 3,100 sports articles.", 3100),
        ("We train on 2K dialogues.", 2000),
    ],
)
def test_noun_phrases(text: str, examples: float) -> None:
    assert facts(f"# LoRA on Llama 3.1 8B\n\n{text}\n").value("dataset.examples") == examples


def test_rounds_of_training_are_experiments() -> None:
    text = "# LoRA on Llama 3.1 8B\n\nWe budget four rounds of training at $15 each, and three rounds of interviews.\n"
    assert facts(text).value("experiments.count") == (4, 4)


@pytest.mark.parametrize(("place", "at_home"), [("", True), (" Training is on RunPod.", None)])
def test_a_local_runtime_beside_rented_cards_says_nothing(place: str, at_home: bool | None) -> None:
    text = f"# LoRA on Llama 3.1 8B\n\nThe tuned model runs in Ollama.{place}\n"
    assert facts(text).value("constraints.on_prem") is at_home
