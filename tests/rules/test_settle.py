"""Contradictions, a model's readings, unread languages, missing quotes: what keeps a rule from a wrong accusation."""

from __future__ import annotations

from typing import Any

import pytest

from agent.facts.ledger import Facts
from agent.models import Fact
from agent.rules.case import Case
from agent.rules.registry import rules, run
from tests.rules.build import case, facts, judge, outcome

LORA = {"method.primary": "lora"}
FULL = {"method.primary": "full"}


@pytest.mark.parametrize(
    ("code", "said", "both"),
    [
        ("AP1", {}, {"method.primary": ("full", "lora")}),
        ("AP1", {}, {"method.primary": ("lora", "full")}),
        ("AP4", FULL, {"method.fallback": ("lora", "none")}),
        ("AP5", LORA, {"evaluation.test_set": ("locked", "violated")}),
        ("AP5", LORA, {"evaluation.test_set": ("violated", "locked")}),
        ("AP3", LORA, {"experiments.count": ([30, 30], [300, 300])}),
        ("NF1", LORA, {"knowledge.changes": ("often", "stable")}),
        ("NF3", LORA, {"dataset.examples": (80, 5000)}),
        ("NF6", {**LORA, "serving.usd_per_month": 4500}, {"serving.replaces_api_usd_per_month": (800, 80_000)}),
        ("OPS2", {**LORA, "x.replaces": "api"}, {"serving.rollback": (True, False)}),
    ],
)
def test_a_contradiction_that_matters_is_asked_about(
    code: str, said: dict[str, Any], both: dict[str, tuple[Any, Any]]
) -> None:
    result = judge(code, case(said, both=both))
    assert result.outcome == "cannot_tell"
    assert result.questions in (("numbers-conflict",), ("confirm-fact",))
    assert result.about in both


def test_numbers_and_words_get_their_own_question() -> None:
    assert judge("NF3", case(LORA, both={"dataset.examples": (80, 5000)})).questions == ("numbers-conflict",)
    assert judge("AP1", case(both={"method.primary": ("full", "lora")})).questions == ("confirm-fact",)


@pytest.mark.parametrize("second", [60, 40])
def test_a_contradiction_that_changes_nothing_stays_a_finding(second: int) -> None:
    assert outcome(judge("NF3", case(LORA, both={"dataset.examples": (80, second)})), "NF3") == "blocker"


def in_one_sentence(first: int, second: int) -> Case:
    made = case(LORA, both={"dataset.examples": (first, second)})
    both = made.facts["dataset.examples"]
    other = both.others[0].model_copy(update={"evidence": both.evidence})
    return made.with_facts(Facts({**made.facts, both.name: both.model_copy(update={"others": (other,)})}))


def test_two_readings_of_one_sentence_stop_an_accusation_and_raise_none() -> None:
    assert judge("NF3", in_one_sentence(40, 7000)).outcome == "cannot_tell"
    assert judge("NF3", in_one_sentence(7000, 40)).outcome == "passes"


def test_a_contradiction_that_changes_the_severity_is_asked_about() -> None:
    assert judge("NF3", case(LORA, both={"dataset.examples": (80, 400)})).outcome == "cannot_tell"


@pytest.mark.parametrize("code", ["AP5", "NF2", "NF5", "OPS1"])
def test_absence_is_not_claimed_in_a_language_that_is_not_read(code: str) -> None:
    assert judge(code, case(LORA)).outcome == "fires"
    unread = judge(code, case(LORA, readable=False))
    assert unread.outcome == "cannot_tell"
    assert unread.questions


def test_a_finding_that_rests_on_a_quote_alone_stands_in_any_language() -> None:
    assert judge("NF3", case({**LORA, "dataset.examples": 40}, readable=False)).outcome == "fires"
    assert judge("AP1", case(FULL, readable=False)).outcome == "cannot_tell", "no LoRA result is an absence"


@pytest.mark.parametrize(
    ("code", "said", "llm"),
    [
        ("AP5", LORA, {"evaluation.test_set": "locked"}),
        ("AP5", LORA, {"evaluation.test_set": "mentioned"}),
        ("NF2", LORA, {"alternatives.prompting": "tried"}),
        ("NF5", LORA, {"evaluation.target": 85.0}),
        ("OPS1", LORA, {"serving.plan": "vLLM"}),
        ("AP1", FULL, {"lora_evidence.gap_points": 9.0, "x.lora_evidence.held_out": True}),
        ("NF3", {**LORA, "dataset.examples": 40}, {"x.dataset.unlabelled": True}),
    ],
)
def test_a_models_reading_never_clears_a_finding(code: str, said: dict[str, Any], llm: dict[str, Any]) -> None:
    result = judge(code, case(said, llm=llm))
    assert outcome(result, code) == "unconfirmed"
    assert result.questions == ("confirm-fact",)
    assert next(iter(llm)) in result.why, "the quote to confirm is shown"


@pytest.mark.parametrize(
    ("code", "said", "llm"),
    [
        ("AP1", {}, {"method.primary": "lora"}),
        ("AP5", {**LORA, "evaluation.test_set_size": 300}, {"evaluation.test_set": "locked"}),
        ("NF3", LORA, {"dataset.examples": 5000}),
    ],
)
def test_a_models_reading_never_settles_a_blockers_question(
    code: str, said: dict[str, Any], llm: dict[str, Any]
) -> None:
    result = judge(code, case(said, llm=llm))
    assert (result.outcome, result.questions) == ("cannot_tell", ("confirm-fact",))


def test_a_models_reading_may_raise_a_finding() -> None:
    assert outcome(judge("AP1", case(llm={"method.primary": "full"})), "AP1") == "blocker"
    assert outcome(judge("NF1", case(LORA, llm={"knowledge.changes": "often"})), "NF1") == "blocker"


def test_a_models_reading_does_not_soften_a_finding() -> None:
    said = {**LORA, "economics.saving_usd_per_month": 390, "serving.usd_per_month": 500}
    llm = {"serving.replaces_api_usd_per_month": 900, "economics.build_usd": 60_000}
    assert outcome(judge("NF6", case({**said, **llm})), "NF6") == "major"
    assert outcome(judge("NF6", case(said, llm=llm)), "NF6") == "blocker"


def test_a_models_reading_may_make_a_finding_weightier() -> None:
    assert outcome(judge("OPS2", case(LORA, llm={"x.replaces": "api"})), "OPS2") == "major"


def test_nothing_is_found_without_a_quote() -> None:
    bare = Facts({n: Fact(name=n, value=v) for n, v in {"method.primary": "lora", "dataset.examples": 40}.items()})
    result = judge("NF3", case().with_facts(bare))
    assert result.outcome == "cannot_tell"


def test_an_answer_needs_no_quote_of_the_document() -> None:
    made = {"method.primary": Fact(name="method.primary", value="lora")}
    made["dataset.examples"] = Fact(name="dataset.examples", value=40, source="answer")
    assert judge("NF3", case().with_facts(Facts(made))).outcome == "fires"


class Recorder(Facts):
    """Facts that note which names are looked at."""

    seen: set[str]

    def get(self, name: str, default: Any = None) -> Any:
        self.seen.add(name)
        return super().get(name, default)

    def value(self, name: str) -> Any:
        self.seen.add(name)
        return super().value(name)

    def evidence(self, *names: str) -> Any:
        self.seen.update(names)
        return super().evidence(*names)


@pytest.mark.parametrize("one", rules(), ids=lambda r: r.code)
def test_a_rule_looks_at_nothing_but_what_it_declares(one: Any) -> None:
    from tests.rules.test_judgements import ROWS

    said = [row[1] for row in ROWS if row[0] == one.code]
    assert said, "every rule has judgements"
    for values in said:
        recorder = Recorder(facts(values))
        recorder.seen = set()
        one.check(case().with_facts(recorder))
        assert recorder.seen <= set(one.needs)


def test_every_rule_is_checked_once_in_order() -> None:
    ran = run(case(FULL))
    assert [c.code for c in ran.checks] == [r.code for r in rules()]
    assert [f.code for f in ran.findings] == [c.code for c in ran.checks if c.outcome == "fires"]


def test_a_document_that_proposes_nothing_is_only_screened() -> None:
    ran = run(case({**FULL, "x.proposal": False, "x.reviewer_instruction": "Approve."}))
    assert [f.code for f in ran.findings] == ["SEC1"]
    assert {c.outcome for c in ran.checks if c.code != "SEC1"} == {"not_applicable"}


def test_every_finding_has_a_quote_or_is_an_absence_and_says_what_to_do() -> None:
    ran = run(case({**FULL, "x.experiments.iterates": True, "dataset.examples": 40, "x.replaces": "api"}))
    assert len(ran.findings) > 6
    for finding in ran.findings:
        assert bool(finding.evidence) != finding.absence
        assert finding.redirect.endswith((".", '"'))
        assert finding.message.endswith(".")


def test_a_blockers_open_question_is_required_and_a_majors_is_not() -> None:
    asked = {(a.code, a.question): a.required for a in run(case({**LORA, "evaluation.test_set": "mentioned"})).asks}
    assert asked["AP5", "test-set"] is True
    assert asked["AP3", "experiment-budget"] is False
