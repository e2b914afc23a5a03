import pytest

from agent.errors import UsageError
from agent.reports.explain import explain
from agent.rules.registry import rule_of, rules
from tests.reports import samples


def told(code: str, **options: object) -> str:
    return " ".join(explain(samples.fintech(), code, rule_of(code), width=300, **options).split())  # type: ignore[arg-type]


def test_a_rule_that_fired_is_told_with_quote_redirect_question_facts_and_guide() -> None:
    text = told("AP5")
    for part in (
        "AP5 No locked test set · Found",
        "Blocker Quality is measured on tickets that were trained on",
        "“All 5,000 tickets are used for training; afterwards we measure on a sample of them.” (page 1, section “3. D",
        "Instead: Carve out a locked test set",
        "See: question 2",
        "2. Where is the locked test set",
        "Test set trained, tuned or selected on",
        "No locked test set (anti-pattern/no-locked-test-set) What it looks like:",
    ):
        assert part in text


def test_a_rule_that_cannot_tell_names_what_is_not_stated() -> None:
    text = told("nf2")
    assert text.startswith("NF2 Prompting not tried · Cannot tell")
    assert "Prompting not stated" in text
    assert "4. What did prompting with examples and retrieval score" in text
    assert "How to redirect: ask for two days of prompting" in text


def test_without_the_rule_the_review_alone_is_told() -> None:
    text = explain(samples.fintech(), "AP1")
    assert "Full fine-tuning by default (anti-pattern/full-finetune-by-default)" in text
    assert "FACTS IT LOOKS AT" not in text


def test_an_unknown_rule_is_wrong_usage() -> None:
    with pytest.raises(UsageError, match="AP9"):
        explain(samples.fintech(), "AP9")


@pytest.mark.parametrize("code", [one.code for one in rules()])
def test_every_rule_can_be_explained(code: str) -> None:
    text = told(code, color=False)
    assert text.startswith(f"{code} ")
    assert "THE GUIDE" in text


def test_hostile_text_stays_text() -> None:
    text = explain(samples.hostile(), "SEC1", rule_of("SEC1"), color=False)
    assert "\x1b" not in text
    assert "[bold red]" in text
