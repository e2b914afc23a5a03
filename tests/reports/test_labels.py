"""Every code of the contract has a word, and every rule and guide entry its title."""

import re
from typing import get_args

import pytest

from agent.facts.names import PRIVATE, PUBLIC
from agent.models import Check, Finding, Method, Question, Recommendation, Severity, Situation, Verdict
from agent.reports import html, labels
from agent.rules.registry import rules


def values(model: type, field: str) -> tuple[str, ...]:
    return get_args(model.model_fields[field].annotation)  # type: ignore[attr-defined, no-any-return]


@pytest.mark.parametrize(
    ("table", "codes", "unnamed"),
    [
        ("verdicts", values(Verdict, "value"), set()),
        ("severities", get_args(Severity), set()),
        ("finding_status", values(Finding, "status"), {"open"}),
        ("question_status", values(Question, "status"), {"open"}),
        ("outcomes", values(Check, "outcome"), set()),
        ("matches", values(Situation, "matches"), set()),
        ("approaches", get_args(Method), set()),
        ("approaches", values(Recommendation, "approach"), {"unclear"}),
    ],
)
def test_every_code_has_a_word(table: str, codes: tuple[str, ...], unnamed: set[str]) -> None:
    assert set(labels.labels()[table]) | unnamed == set(codes) | unnamed


def test_approval_is_left_to_a_person() -> None:
    assert labels.word("verdicts", "approve") == "Ready for a person to approve"


def test_every_public_fact_has_a_label_and_no_other() -> None:
    assert set(labels.labels()["facts"]) == set(PUBLIC)


def test_a_private_fact_is_told_by_its_meaning() -> None:
    assert labels.fact_label("x.slogan").casefold() == PRIVATE["x.slogan"].meaning.casefold()
    assert labels.fact_label("unheard.of_name") == "Unheard of name"


def test_every_rule_has_a_title() -> None:
    titles = [labels.rule_title(one.code) for one in rules()]
    assert len(titles) >= 28
    assert all(re.fullmatch(r"[A-Z]+\d [A-Z]\w+.*", title) for title in titles)


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("full-finetune-by-default", "AP1 Full fine-tuning by default"),
        ("lora-as-fallback", "AP1 LoRA as fallback"),
        ("hand-wave-justification", "AP1 Hand-wave justification"),
    ],
)
def test_rule_title(name: str, title: str) -> None:
    assert labels.rule_title("AP1", name) == title


def test_a_code_that_no_rule_has_stands_alone() -> None:
    assert labels.rule_title("ORG7") == "ORG7"


def test_guide_titles_say_what_is_restored_and_unknown_ids_stand() -> None:
    assert labels.guide_title("anti-pattern/lora-as-fallback") == "LoRA as the fallback"
    assert labels.guide_title("question/test-set") == "Where is the locked test set? (restored)"
    assert labels.guide_title("policy/house-rule") == "policy/house-rule"


def _channel(value: str) -> float:
    c = int(value, 16) / 255
    return c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4


def _contrast(one: str, other: str) -> float:
    lights = [sum(w * _channel(c[i : i + 2]) for w, i in ((0.2126, 1), (0.7152, 3), (0.0722, 5))) for c in (one, other)]
    return (max(lights) + 0.05) / (min(lights) + 0.05)


def schemes() -> list[dict[str, str]]:
    css = html._templates().loader.get_source(html._templates(), "style.css")[0]  # type: ignore[union-attr]
    blocks = re.findall(r":root \{(.*?)\}", css, re.DOTALL)
    found = [dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block)) for block in blocks]
    return found[:2]


@pytest.mark.parametrize("scheme", schemes(), ids=["light", "dark"])
@pytest.mark.parametrize("text", ["ink", "soft", "link", "red", "amber", "green", "blue"])
def test_text_contrasts_with_its_ground(scheme: dict[str, str], text: str) -> None:
    grounds = ["paper", "ground"] + ([f"{text}-soft"] if f"{text}-soft" in scheme else [])
    assert {g: _contrast(scheme[text], scheme[g]) >= 4.5 for g in grounds} == dict.fromkeys(grounds, True)
