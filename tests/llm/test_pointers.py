"""What is read at a pointer, how it meets the rules' facts, and what it may change in a judgement."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent import documents, stages
from agent.facts.ledger import Facts
from agent.facts.merge import merge, pointed_at, without_inferred, without_model
from agent.facts.names import ALL
from agent.facts.pointers import READERS, Pointer, facts_at, ways
from agent.models import Evidence, Fact, Verdict
from agent.stages import GRAVITY, Draft
from evals.injection.carriers import carriers
from tests.llm.conftest import ENVELOPE, ODD


def at(text: str, fact: str, quote: str | None = None) -> list[Fact]:
    document = documents.parse(f"# Proposal\n\n{text}\n".encode(), "a.md")
    return list(facts_at(document, [Pointer(fact=fact, quote=quote or text)]).facts)


def test_every_fact_can_be_read_somewhere() -> None:
    assert set(ways()) <= set(ALL)
    assert {name.removeprefix("x.").split(".")[0] for name in ways()} <= set(READERS)


COUNTED = "The team keeps 500 letters in an envelope which nobody may open until launch."


@pytest.mark.parametrize(
    ("text", "fact", "value", "basis"),
    [
        ("We will train with QLoRA on one L4.", "method.primary", "qlora", "stated"),
        ("The compute budget is $900.", "budget.usd", (900.0, 900.0), "stated"),
        ("For the machines we want $900.", "budget.usd", (900.0, 900.0), "stated"),
        (ENVELOPE, "evaluation.test_set", "mentioned", "inferred"),
        (COUNTED, "evaluation.test_set_size", 500.0, "inferred"),
        ("The low-rank version stopped at 71.4%.", "lora_evidence.measured", True, "stated"),
        ("The clerks can have their old forms again by noon.", "serving.rollback", True, "inferred"),
        (
            "The shift lead at the depot answers for it.",
            "x.ownership",
            "The shift lead at the depot answers for it",
            "inferred",
        ),
        ("Der Ablauf dauert 6 Wochen.", "timeline.weeks", (6.0, 6.0), "stated"),
    ],
)
def test_the_value_is_read_by_code(text: str, fact: str, value: Any, basis: str) -> None:
    found = at(text, fact)
    assert [(f.name, f.value, f.basis, f.source) for f in found if f.name == fact] == [(fact, value, basis, "llm")]


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("We do not have a way back.", "serving.rollback"),
        ("Is there a way back?", "serving.rollback"),
        ("No LoRA run of 71% was made.", "lora_evidence.measured"),
        (
            "Wir tunen das Modell mit LoRA, und es ist für die Briefe. Kein Testset ist vorgesehen.",
            "evaluation.test_set",
        ),
        ("LoRA is cheap and quick.", "lora_evidence.measured"),
        ("We have a lot of letters.", "dataset.examples"),
        ("The budget is 900 letters.", "budget.usd"),
        ("It is on 3 pages.", "dataset.examples"),
        ("A100 or H100 will be fine.", "hardware.gpu"),
    ],
)
def test_what_holds_no_such_value_is_not_read(text: str, fact: str) -> None:
    assert [f for f in at(text, fact) if f.name == fact] == []


def test_a_quote_cannot_be_cut_out_of_its_negation() -> None:
    text = "We do not yet have the old line as a fallback switch."
    assert at(text, "serving.rollback", "the old line as a fallback switch") == []


def test_refused_pointers_are_counted() -> None:
    document = documents.parse(ODD.encode(), "a.md")
    made = [("budget.usd", "Budget of $1"), ("nonsense", ENVELOPE), ("budget.usd", ENVELOPE)]
    found = facts_at(document, [Pointer(fact=f, quote=q) for f, q in made])
    assert found.facts == ()
    assert found.dropped == {"quote not in the visible text": 2, "no such value in the quote": 1}


def known(value: Any, source: Any = "rules", name: str = "dataset.examples", basis: Any = "stated") -> Fact:
    shown = Evidence(quote=str(value), start=0, end=len(str(value)))
    return Fact(name=name, value=value, source=source, basis=basis, evidence=(shown,))


def test_precedence() -> None:
    rules = Facts({"dataset.examples": known(5000.0)})
    assert merge(Facts(), [known(300.0, "llm")])["dataset.examples"].source == "llm"
    assert merge(rules, [known(5010.0, "llm")]) == rules, "within one per cent it is the same"
    both = merge(rules, [known(300.0, "llm")])["dataset.examples"]
    assert (both.value, [o.value for o in both.others]) == (5000.0, [300.0])
    answered = Facts({"dataset.examples": known(5000.0, "answer")})
    assert merge(answered, [known(300.0, "llm")]) == answered
    two = merge(Facts(), [known(300.0, "llm", basis="inferred"), known(400.0, "llm")])["dataset.examples"]
    assert (two.value, two.others[0].value) == (400.0, 300.0), "the firm one first"


@pytest.mark.parametrize(
    ("name", "read", "pointed", "conflict"),
    [
        ("evaluation.test_set", "locked", "mentioned", False),
        ("evaluation.test_set", "locked", "violated", True),
        ("evaluation.baseline", 0.8, 80.0, False),
        ("evaluation.baseline", 80.0, 0.8, False),
        ("evaluation.baseline", 80.0, 0.7, True),
        ("dataset.examples", 80.0, 0.8, True),
        ("method.primary", "full", "lora", True),
    ],
)
def test_what_is_a_conflict(name: str, read: Any, pointed: Any, conflict: bool) -> None:
    merged = merge(Facts({name: known(read, name=name)}), [known(pointed, "llm", name)])
    assert bool(merged[name].others) is conflict


def test_who_said_what_can_be_told_apart_again() -> None:
    rules = Facts({"dataset.examples": known(5000.0)})
    merged = merge(rules, [known(300.0, "llm", basis="inferred"), known(9.0, "llm", "run.rank")])
    assert pointed_at(merged)
    assert not pointed_at(rules)
    assert without_model(merged) == rules
    assert set(without_inferred(merged)) == {"dataset.examples", "run.rank"}
    assert without_inferred(merged)["dataset.examples"].others == ()


def judged(text: str, pointers: list[tuple[str, str]]) -> Draft:
    draft = stages.read_facts(documents.parse(text.encode(), "a.md"))
    found = facts_at(draft.case.document, [Pointer(fact=f, quote=q) for f, q in pointers])
    draft = Draft(draft.case.with_facts(merge(draft.case.facts, found.facts)))
    for stage in (stages.estimate_run, stages.check_rules, stages.recommend_plan, stages.ask_questions):
        draft = stage(draft)
    return stages.decide_verdict(draft)


def verdict(draft: Draft) -> Verdict:
    assert draft.verdict is not None
    return draft.verdict


def test_an_absence_becomes_a_question_and_the_verdict_waits_for_the_answer() -> None:
    before = judged(ODD, [])
    after = judged(ODD, [("evaluation.test_set", ENVELOPE)])
    found = next(f for f in after.findings if f.code == "AP5")
    assert next(f for f in before.findings if f.code == "AP5").status == "open"
    assert found.status == "unconfirmed"
    assert ENVELOPE in found.message
    asked = next(q for q in after.questions if q.id == "confirm-fact")
    assert f"“{ENVELOPE.rstrip('.')}”" in asked.text
    assert "AP5" in asked.finding_codes
    assert verdict(after).value == verdict(before).value


def test_a_conflict_is_asked_about_and_the_finding_stays() -> None:
    text = (
        ODD + "\nThe 45 examples that we train on are typed by hand.\n\nIn the shared drive lie 9,000 letters more.\n"
    )
    before = judged(text, [])
    after = judged(text, [("dataset.examples", "In the shared drive lie 9,000 letters more.")])
    for finding in before.findings:
        assert finding.code in {f.code for f in after.findings}
    assert [o.source for o in after.case.facts["dataset.examples"].others if o.value == 9000.0] == ["llm"]


def test_what_the_rules_own_reader_finds_may_accuse() -> None:
    """The rules' reader reads the sentence, but not in the appendix, where it stands."""
    text = ODD.replace("## Before", "## Plan B") + "\n"
    pointed = judged(text, [("knowledge.changes", "4,000 letters from our archive.")])
    assert {f.code for f in pointed.findings} == {f.code for f in judged(text, []).findings}


def test_an_inferred_value_alone_accuses_nobody() -> None:
    text = ODD.replace("4,000 letters from our archive. ", "Letters come from our archive. ")
    text += "\nOn the first shelf there are 60 letters.\n"
    before, after = judged(text, []), judged(text, [("dataset.examples", "On the first shelf there are 60 letters.")])
    assert {f.code for f in after.findings} == {f.code for f in before.findings}
    check = next(c for c in after.checks if c.code == "NF3")
    assert check.outcome == "cannot_tell"
    assert "60 " in check.why


CARRIERS = [c.source for c in carriers()]
QUOTES = st.sampled_from(
    sorted({line.strip("| -#") for c in CARRIERS for line in c.replace(". ", ".\n").splitlines() if line.strip("| -#")})
)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    text=st.sampled_from(CARRIERS),
    pointers=st.lists(st.tuples(st.sampled_from(sorted(ways())), QUOTES), max_size=30),
)
def test_no_pointers_whatever_make_a_verdict_better_or_lose_a_finding(
    text: str, pointers: list[tuple[str, str]]
) -> None:
    before, after = judged(text, []), judged(text, pointers)
    assert GRAVITY.index(verdict(after).value) >= GRAVITY.index(verdict(before).value)
    assert {f.code for f in before.findings} <= {f.code for f in after.findings}
    document = after.case.document
    for fact in after.case.facts.values():
        assert all(document.text[e.start : e.end] == e.quote for e in fact.evidence)
