"""Mechanisms that hang on no word: arithmetic, tables, controls, conditions, and what is done with a test set."""

from __future__ import annotations

import pytest

from agent.documents import read
from agent.facts.extract import extract
from agent.facts.ledger import Facts
from agent.review import review_document


def facts(text: str, title: str = "# LoRA on Llama 3.1 8B for claim letters") -> Facts:
    return extract(read(f"{title}\n\n{text}\n".encode(), "plan.md"))


@pytest.mark.parametrize(
    ("text", "runs", "each", "total"),
    [
        ("40 tries at $95 a try, $3,800, and that's the ceiling.", 40, 95, 3800),
        ("They can invoice at $410 a run, I'd do eight, that's $3,280 and not a dollar more.", 8, 410, 3280),
        ("**$2,430 for rented computing.** It comes from 9 desks × 6 runs × $45.", 54, 45, 2430),
        (
            "One rented A100. A run costs us about $9. We planned 20 of them and stop at $180 whatever happens.",
            20,
            9,
            180,
        ),
    ],
)
def test_runs_and_their_price_are_known_by_their_product(text: str, runs: float, each: float, total: float) -> None:
    read_ = facts(text)
    assert read_.value("experiments.count") == (runs, runs)
    assert read_.value("experiments.cost_each_usd") == (each, each)
    assert read_.value("budget.usd") == (total, total)


@pytest.mark.parametrize(
    "text", ["We train on one A100. Eight readers at $40 make $320.", "Six months of training at $500 are $3,000."]
)
def test_people_and_months_are_no_runs(text: str) -> None:
    assert facts(text).value("experiments.count") is None


def test_bill_serving_and_saving_are_known_by_their_difference() -> None:
    read_ = facts(
        "The API bill of $3,900 falls away and serving costs $1,500, which leaves a saving of $2,400 a month."
    )
    names = ("serving.replaces_api_usd_per_month", "serving.usd_per_month", "economics.saving_usd_per_month")
    assert [read_.value(n) for n in names] == [3900, 1500, 2400]


VIOLATIONS = [
    "We re-use the 400 test letters to choose between rank 8 and rank 16.",
    "Every Friday we score on the 400 test letters and keep the best checkpoint.",
    "After each run we look at the mistakes on the test letters and add similar ones to training.",
    "Checkpoints are compared on the held-out set and the winner ships.",
    "The best of the twelve runs on the evaluation letters goes live.",
    "Whatever scores highest on the 400 letters Ines keeps is the model we ship.",
    "We try ranks 8, 16 and 32 and take whichever does best on the 400 sealed letters.",
    "We change the learning rate until accuracy on the 400 test letters is above 85%.",
]
HARMLESS = [
    "We choose the checkpoint on the dev set and look at the 400 test letters once.",
    "Prompts were tuned on 200 dev letters, then scored on the 400 held-out ones.",
    "The vendor trained on the test set, which is why their 94% means nothing. Ours: 400 letters, locked.",
    "Nobody may tune against the 400 test letters, and nobody may train on them.",
    "Test letters that turn out to be duplicates of training letters are moved to training.",
    "We ship the model if it reaches 85% on the 400 test letters.",
    "LoRA, the prompt and retrieval are compared on the same 400 held-out letters.",
    "The best run is scored once on the 400 test letters.",
    "We keep the best of the runs by dev loss; the 400 test letters are only for the report.",
    "If LoRA misses 85% on the 400 held-out letters we choose a larger model.",
    "The 400 test letters will be added to a public benchmark.",
]


@pytest.mark.parametrize("text", VIOLATIONS)
def test_what_spoils_a_test_set(text: str) -> None:
    assert facts(text).value("evaluation.test_set") == "violated"


@pytest.mark.parametrize("text", HARMLESS)
def test_what_does_not(text: str) -> None:
    assert facts(text).value("evaluation.test_set") in ("mentioned", "locked")


@pytest.mark.parametrize(
    "text",
    [
        "Dana put 900 reports on her own drive in September; nobody on my side has the password.",
        "They sit in a private bucket whose key the library holds: 520 letters.",
        "I gave 300 letters to the head tutor; she alone has them, and they stay outside of anything we train.",
    ],
)
def test_who_holds_the_key_keeps_the_set(text: str) -> None:
    assert facts(text).value("evaluation.test_set") == "locked"


RESULTS = """| set-up | usable |
|---|---|
| stock, one instruction | 52.3 |
| stock + look-up of old letters | 60.1 |
| what would make this worth it | 66 |
"""


def test_a_table_of_results_has_the_target_and_what_there_is_to_beat() -> None:
    read_ = facts(RESULTS)
    assert (read_.value("evaluation.target"), read_.value("evaluation.baseline")) == (66, 60.1)


@pytest.mark.parametrize(
    ("text", "back"),
    [
        ("There's a line in the config to turn it off, in which case they type, like now.", True),
        ("`NARRATOR_BACKEND=template` puts everybody back on the template.", True),
        ("It sits behind a tick box. Untick = blank form, as today.", True),
        ("A button sends the letter to the printer.", None),
    ],
)
def test_a_control_and_what_it_undoes_are_a_way_back(text: str, back: bool | None) -> None:
    assert facts(text).value("serving.rollback") is back


PLAN = "# Request\n\n{}\n\nWe train Llama 3.1 8B on 22,000 letters on four H100s for ten weeks.\n"


@pytest.mark.parametrize(
    ("text", "primary", "fallback"),
    [
        ("We unfreeze the 8B, all of it. Plan B, if the price goes up: small adapter matrices.", "full", "lora"),
        ("Unfreeze the lot. If it gets too slow, we can still switch to low-rank matrices.", "full", "lora"),
        ("The model stays as it is in 4-bit and we train a small set of extra weights.", "qlora", None),
        (
            "We train LoRA adapters. Should the best miss the target, we come back with a case for full fine-tuning.",
            "lora",
            None,
        ),
        ("We move every one of its eight billion weights.", "full", None),
    ],
)
def test_methods_in_peoples_own_words(text: str, primary: str, fallback: str | None) -> None:
    read_ = extract(read(PLAN.format(text).encode(), "plan.md"))
    assert (read_.value("method.primary"), read_.value("method.fallback")) == (primary, fallback)


def test_a_figure_that_nobody_understood_keeps_a_rule_from_claiming_an_absence() -> None:
    text = "# LoRA plan\n\nWe will fine-tune Llama 3.1 8B with LoRA on 4,000 letters.{}\n"
    said = {}
    for more in ("", " Ms Ito looks at 300 letters."):
        review = review_document(read(text.format(more).encode(), "plan.md"))
        said[more] = next(c.outcome for c in review.checks if c.code == "AP5")
    assert list(said.values()) == ["fires", "cannot_tell"]
