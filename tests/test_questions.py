"""Questions: specific, ranked, few, required ones always in, nothing asked that is answered."""

from __future__ import annotations

import re
from typing import Any

import pytest

from agent.models import Question
from agent.questions import LIMIT, ask, templates
from agent.rules.registry import rules, run
from knowledge import guide
from tests.rules.build import case

IDS = {
    "lora-limit", "alternatives-scores", "base-model-choice", "gpu-memory", "experiment-budget", "test-set",
    "ship-stop-number", "full-ft-threshold", "data-origin", "serving-plan", "parity-rollout-rollback", "ownership",
    "adapters-per-tenant", "cost-and-time", "numbers-conflict", "confirm-fact",
}  # fmt: skip
"""The contract's."""

SOUND: dict[str, Any] = {
    "x.proposal": True,
    "method.primary": "lora",
    "base_model.name": "Llama 3.1 8B",
    "base_model.params_b": 8.0,
    "dataset.examples": 5000,
    "x.dataset.origin": "our own tickets",
    "x.ownership": "Support Tools",
    "budget.usd": [300, 300],
    "timeline.weeks": [3, 3],
    "experiments.count": [30, 30],
    "experiments.cost_each_usd": [5, 15],
    "evaluation.test_set": "locked",
    "evaluation.test_set_size": 500,
    "evaluation.metric": "acceptance rate",
    "evaluation.target": 85.0,
    "evaluation.baseline": 73.0,
    "x.evaluation.proportion": True,
    "alternatives.prompting": "tried",
    "serving.plan": "vLLM on one L4",
    "serving.rollback": True,
}


def asked(said: dict[str, Any], **more: Any) -> tuple[Question, ...]:
    made = case(said, **more)
    ran = run(made)
    return ask(made, ran.asks, ran.findings)


def by_id(questions: tuple[Question, ...]) -> dict[str, Question]:
    return {q.id: q for q in questions}


def test_the_templates_are_the_contracts_questions_and_rules_ask_no_other() -> None:
    assert set(templates()) == IDS
    assert {q for rule in rules() for q in rule.questions} <= IDS


def test_every_template_ends_in_a_form_that_needs_nothing() -> None:
    for name, template in templates().items():
        assert any(not f.needs and not f.codes for f in template.form), name
        assert template.good_answer or any(q.question_id == name for q in guide().questions), name


def test_a_form_names_no_figure_that_it_does_not_need() -> None:
    always = {"best_method", "best_model", "best_gpus", "best_memory", "best_cost", "best_compute"}
    for name, template in templates().items():
        for form in template.form:
            used = set(re.findall(r"\{(\w+)\}", form.text + (form.good_answer or "")))
            assert used <= set(form.needs) | always | {"guide_budget", "guide_weeks"}, name


def test_a_sound_and_complete_proposal_is_asked_nothing() -> None:
    assert asked(SOUND) == ()


@pytest.mark.parametrize(
    ("missing", "question"),
    [
        ("x.ownership", "ownership"),
        ("x.dataset.origin", "data-origin"),
        ("evaluation.test_set", "test-set"),
        ("experiments.count", "experiment-budget"),
        ("dataset.examples", "data-origin"),
        ("serving.plan", "serving-plan"),
        ("evaluation.target", "ship-stop-number"),
        ("method.primary", "lora-limit"),
    ],
)
def test_what_is_missing_is_asked_for(missing: str, question: str) -> None:
    said = {k: v for k, v in SOUND.items() if k != missing}
    assert question in {q.id for q in asked(said)}


def test_questions_carry_the_proposals_figures() -> None:
    said = {**SOUND, "hardware.gpu": "H100", "hardware.count": 8}
    question = by_id(asked(said))["gpu-memory"]
    assert "8 × H100" in question.text
    assert "LoRA of Llama 3.1 8B" in question.text
    assert re.search(r"We compute \d+(\.\d)? GiB per GPU", question.text)
    assert question.finding_codes == ("AP2",)
    assert question.guide_refs[0] == "question/gpu-memory"


def test_a_blockers_open_question_comes_first_and_says_why_it_is_asked() -> None:
    said = {**SOUND, "evaluation.test_set": "mentioned", "x.ownership": None}
    first = asked({k: v for k, v in said.items() if v is not None})[0]
    assert (first.id, first.priority) == ("test-set", 1)
    assert first.why.startswith("A test set is named, and it is not said that it is locked")


def test_at_most_eight_but_every_required_one() -> None:
    bare = asked({"x.proposal": True, "method.primary": "full", "hardware.gpu": "H100", "hardware.count": 8})
    assert len(bare) <= LIMIT
    made = case({"x.proposal": True})
    ran = run(made)
    required = {a.question for a in ran.asks if a.required}
    assert required == {q.id for q in ask(made, ran.asks, ran.findings, limit=0)} == {"lora-limit", "data-origin"}


def test_two_statements_are_set_against_each_other() -> None:
    said = {k: v for k, v in SOUND.items() if k != "dataset.examples"}
    question = by_id(asked(said, both={"dataset.examples": (80, 5000)}))["numbers-conflict"]
    assert question.text == "You write “dataset.examples is 80” and “dataset.examples is 5000”. Which holds?"


def test_one_sentence_read_in_two_ways_is_quoted_once() -> None:
    said = {k: v for k, v in SOUND.items() if k != "dataset.examples"}
    made = case(said, both={"dataset.examples": (40, 7000)}, text="7,000 labelled hints by 40 teachers.", quoting=True)
    facts = dict(made.facts)
    both = facts["dataset.examples"]
    other = both.others[0].model_copy(update={"evidence": both.evidence})
    facts["dataset.examples"] = both.model_copy(update={"others": (other,)})
    made = made.with_facts(type(made.facts)(facts))
    ran = run(made)
    question = by_id(ask(made, ran.asks, ran.findings))["numbers-conflict"]
    assert question.text == "In “7,000 labelled hints by 40 teachers.”, which is meant: 40 or 7,000?"


def test_a_question_asked_twice_is_numbered() -> None:
    said = {k: v for k, v in SOUND.items() if k not in ("dataset.examples", "experiments.count")}
    both = {"dataset.examples": (80, 5000), "experiments.count": ([30, 30], [300, 300])}
    ids = [q.id for q in asked(said, both=both)]
    assert "numbers-conflict" in ids
    assert "numbers-conflict:2" in ids


def test_a_models_reading_is_confirmed_with_its_quote() -> None:
    said = {k: v for k, v in SOUND.items() if k != "evaluation.test_set"}
    question = by_id(asked(said, llm={"evaluation.test_set": "locked"}))["confirm-fact"]
    assert "“evaluation.test_set is locked”" in question.text
    assert "locked" in question.text


def test_nothing_is_called_unsaid_in_a_language_that_is_not_read() -> None:
    said = {k: v for k, v in SOUND.items() if k != "x.ownership"}
    assert [q.id for q in asked(said)] == ["ownership"]
    assert asked(said, readable=False) == ()


def test_a_document_that_proposes_nothing_is_asked_nothing() -> None:
    assert asked({"x.proposal": False, "method.primary": "full"}) == ()
