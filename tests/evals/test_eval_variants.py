"""Bases, one-fact edits and harmless changes: what they say, and how their reviews are judged."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from fnmatch import fnmatch

import pytest

from agent.facts.names import PUBLIC
from evals import notation
from evals.bases import bases, fill, markdown, roles, sections
from evals.dataset import CODES, VERDICTS
from evals.mutations import mutations, operators, restored
from evals.outcome import Outcome, Told
from evals.transforms import invariances
from evals.variants import Expected, Variant, by_operator, difference, judge, suite_figures

PLANS = bases()
SOUND = Outcome("b", verdict="approve", approach="lora", facts={"run.rank": 8, "budget.usd": (250, 250)})


def told(code: str) -> Told:
    return Told(code, "major", "open", f"{code}!")


def outcome(*codes: str, verdict: str = "approve_with_conditions", **facts: object) -> Outcome:
    given = SOUND.facts | {n.replace("__", "."): v for n, v in facts.items()}
    kept = {n: v for n, v in given.items() if v is not None}
    return Outcome("v", verdict=verdict, approach="lora", facts=kept, findings=tuple(map(told, codes)))


def verdict_on(expected: Expected, found: Outcome, base: Outcome = SOUND) -> tuple[tuple[str, ...], tuple[str, ...]]:
    judged = judge(Variant("b", "o", "", expected), base, found, {})
    return judged.wrong, judged.moved


def test_there_are_enough_bases_all_different_and_always_the_same() -> None:
    texts = [markdown(p) for p in PLANS]
    assert len(PLANS) >= 60
    assert len(set(texts)) == len(PLANS)
    bases.__globals__["_data"].cache_clear()
    assert [markdown(p) for p in bases()] == texts


@pytest.mark.parametrize("plan", PLANS[::7], ids=lambda p: p.slug)
def test_a_base_says_every_role_once_and_leaves_no_field_open(plan: object) -> None:
    text = markdown(plan)  # type: ignore[arg-type]
    assert "{" not in text
    for _, lines in sections(plan).items():  # type: ignore[arg-type]
        for role, line in lines:
            shown = text.count(line.text) + text.count(f"| {line.value} |") * bool(line.value)
            assert shown == 1, role


def test_figures_agree_with_each_other() -> None:
    for plan in PLANS:
        f = plan.fields
        assert f["count"] * f["each"] == f["total"]
        assert f["p"] < f["r"] < f["t"]
        assert f["saving_usd"] == f["api_usd"] - f["serve_usd"]


def test_changed_figures_keep_the_words() -> None:
    plan = PLANS[0]
    changed = plan.with_fields(each=plan.fields["each"] * 30)
    assert changed.fields["total"] == plan.fields["total"] * 30
    bare = re.compile(r"[\d,]+")
    assert bare.sub("", markdown(changed)) == bare.sub("", markdown(plan))


def test_fields_are_filled_with_separators() -> None:
    assert fill("{n} of ${usd}", {"n": 4300, "usd": 12}) == "4,300 of $12"


def test_operators_name_only_what_exists() -> None:
    for operator in operators():
        assert operator.codes | operator.may <= set(CODES), operator.id
        assert operator.verdict <= set(VERDICTS), operator.id
        assert {*operator.drop, *operator.say, *operator.restore} <= set(roles()), operator.id
        assert operator.shapes <= {p.shape for p in PLANS}, operator.id
        for pattern in operator.facts:
            assert any(fnmatch(name, pattern) for name in PUBLIC), f"{operator.id}: {pattern}"


def test_operators_reach_every_rule_that_one_sentence_can_break() -> None:
    reached = frozenset().union(*(o.codes for o in operators()))
    assert set(CODES) - reached <= {"FIT1"}, "FIT1 speaks only where no other code does"


def test_every_edit_changes_its_base_and_only_what_it_names() -> None:
    by_slug = {p.slug: p for p in PLANS}
    for variant in mutations(PLANS[:20]):
        assert variant.source != markdown(by_slug[variant.base]), variant.key


def test_the_suite_is_as_large_as_promised_and_spread() -> None:
    made = list(mutations())
    edits = [v for v in made if not v.operator.startswith(("restored:", "mended:", "two-flaws"))]
    assert len(edits) >= 60 * 12
    assert len({v.key for v in made}) == len(made)
    assert set(Counter(v.operator for v in edits)) == {o.id for o in operators()}


def test_what_is_given_back_is_said_again() -> None:
    plan = PLANS[0]
    operator = next(o for o in operators() if o.id == "no-test-set")
    assert "test set" not in markdown(operator.apply(plan))
    assert "test set" in markdown(restored(operator, plan, 0))


NAMED_BY_THE_ISSUE = {
    "drop-lora-comparison", "full-first-then-lora", "eight-h100", "no-run-count", "train-on-test", "seventy-on-24gb",
    "budget-times-thirty", "one-week", "no-rollback", "merged-per-tenant", "llama-for-mandarin", "sixty-examples",
    "weekly-knowledge", "industry-standard", "gap-without-a-number",
}  # fmt: skip


def test_every_edit_that_was_asked_for_is_there() -> None:
    assert {o.id for o in operators()} >= NAMED_BY_THE_ISSUE


def test_an_edit_is_mended_by_one_sentence_beside_the_flaw() -> None:
    made = {v.key: v for v in mutations(PLANS[:1])}
    flawed, mended = (made[f"{PLANS[0].slug}~{name}"] for name in ("industry-standard", "mended:industry-standard"))
    assert not mended.expected.codes
    added = difference(mended, flawed.source).splitlines()
    assert all(line.startswith("+") or line.lstrip("-+") in mended.source for line in added)
    assert "industry standard" in mended.source or "state of the art" in mended.source


def test_a_question_that_must_be_asked() -> None:
    expected = Expected(asks=frozenset({"AP3"}))
    asked = replace(SOUND, checks={"AP3": ("cannot_tell", "no number")})
    assert verdict_on(expected, asked) == ((), ())
    assert verdict_on(expected, replace(SOUND, checks={"AP3": ("passes", "9 runs")}))[0] == (
        "not asked: AP3 passes – 9 runs",
    )


def test_an_edit_that_is_noticed_exactly() -> None:
    expected = Expected(frozenset({"AP2"}), verdicts=frozenset({"approve_with_conditions"}), facts=("hardware.*",))
    assert verdict_on(expected, outcome("AP2", hardware__count=8)) == ((), ())


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (outcome(verdict="approve"), "not noticed: AP2 no check"),
        (outcome("AP2", "EV1"), "fired as well: EV1"),
        (outcome("AP2", verdict="revise"), "verdict revise, wanted approve_with_conditions"),
        (Outcome("v", crash="ValueError"), "crash: ValueError"),
    ],
)
def test_an_edit_that_survives(found: Outcome, said: str) -> None:
    expected = Expected(frozenset({"AP2"}), frozenset({"EST1"}), frozenset({"approve_with_conditions"}))
    wrong, _ = verdict_on(expected, found)
    assert said in wrong[0]


def test_a_finding_that_the_base_already_has_is_not_noticed() -> None:
    base = outcome("AP2")
    wrong, _ = verdict_on(Expected(frozenset({"AP2"}), verdicts=frozenset({"approve_with_conditions"})), base, base)
    assert wrong == ("not noticed: AP2 fires on the base already",)


def test_facts_outside_the_edit_must_stay() -> None:
    _, moved = verdict_on(
        Expected(), outcome(verdict="approve", run__rank=None, dataset__examples=5, budget__usd=(1, 1))
    )
    assert moved == ("budget.usd (250, 250) → (1, 1)", "dataset.examples 5 new", "run.rank 8 lost")


def test_a_harmless_change_must_change_nothing() -> None:
    assert verdict_on(Expected(), SOUND) == ((), ())
    assert verdict_on(Expected(), outcome(verdict="revise"))[0] == ("verdict revise, wanted approve",)


def test_two_flaws_are_no_better_than_one() -> None:
    variant = Variant("b", "two-flaws", "", Expected(no_better_than=("b~x", "b~y")))
    alone = {"b~x": outcome(verdict="approve"), "b~y": outcome(verdict="revise")}
    assert judge(variant, SOUND, outcome(verdict="do_not_fine_tune"), alone).wrong == ()
    assert judge(variant, SOUND, outcome(verdict="approve"), alone).wrong != ()


def test_rates_and_survivors() -> None:
    expected = Expected(frozenset({"AP2"}), verdicts=frozenset({"approve_with_conditions"}))
    judged = [
        judge(Variant("b", "x", "", expected), SOUND, outcome("AP2"), {}),
        judge(Variant("b", "x", "", expected), SOUND, outcome(verdict="approve"), {}),
        judge(Variant("b", "restored:x", ""), SOUND, SOUND, {}),
    ]
    found = suite_figures("mutations", judged, [SOUND])
    assert (found["killed"].k, found["killed"].n) == (1, 2)
    assert (found["restored"].k, found["bases_sound"].k) == (1, 1)
    assert "x                                  1 of   2 survive" in by_operator(judged)


def test_the_difference_shows_only_changed_sentences() -> None:
    plan = PLANS[0]
    operator = next(o for o in operators() if o.id == "eight-h100")
    shown = difference(Variant(plan.slug, "x", markdown(operator.apply(plan))), markdown(plan))
    assert shown.splitlines()[0].startswith("-")
    assert len(shown.splitlines()) == 2
    assert "8x H100" in shown


@pytest.mark.parametrize(
    ("change", "before", "after"),
    [
        (notation.money_code, "cost $1,200.", "cost USD 1,200."),
        (notation.money_words, "$25,000 and $240", "25 thousand dollars and 240 dollars"),
        (notation.money_k, "$6,400, $240 and $6,450", "$6.4k, $240 and $6,450"),
        (notation.money_plain, "$12,400 a month", "$12400 a month"),
        (notation.size_words, "Llama 3.1 8B on 80GB", "Llama 3.1 (8 billion parameters) on 80GB"),
        (notation.size_spoken, "of Llama 3.1 8B on 80GB", "of the eight-billion-parameter Llama 3.1 on 80GB"),
        (notation.size_hyphens, "Llama 3.1 8B, Mistral 7B", "Llama-3.1-8B, Mistral-7B"),
        (notation.number_words, "12 experiments, 4 weeks, $12 each", "twelve experiments, four weeks, $12 each"),
        (notation.counts_with_k, "4,300 examples for $4,300", "4.3k examples for $4,300"),
        (notation.counts_plain, "110,000 pairs", "110000 pairs"),
        (notation.percent_words, "84% now", "84 per cent now"),
        (notation.gpu_spelling, "one A100 80GB", "one NVIDIA A100 (80 GB)"),
        (notation.american, "The Licence centre", "The License center"),
        (notation.typos, "because Which", "becuase Whcih"),
    ],
)
def test_notations(change: object, before: str, after: str) -> None:
    assert change(before) == after  # type: ignore[operator]


def test_numbers_in_words() -> None:
    assert [notation.in_words(n) for n in (0, 7, 13, 20, 36, 99)] == [
        "zero",
        "seven",
        "thirteen",
        "twenty",
        "thirty-six",
        "ninety-nine",
    ]


def test_harmless_changes_cover_every_kind() -> None:
    made = list(invariances(PLANS))
    kinds = {v.operator.split(":")[0] for v in made}
    assert kinds == {
        "again", "format", "order", "layout", "notation", "remark", "appendix", "furniture", "hyphenation", "names"
    }  # fmt: skip
    assert len(made) >= 600
    assert len({v.key for v in made}) == len(made)


def test_the_appendix_is_ten_pages_without_a_figure() -> None:
    text = notation.appendix()
    assert len(text.split()) > 3000
    assert not re.search(r"\$|\d{3}|LoRA|fine-tun|test set", text)
