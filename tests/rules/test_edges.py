"""On the threshold and just beside it, both ends of a range, and which of two reasons is given: what mutants showed."""

from __future__ import annotations

from typing import Any

import pytest

from agent.documents import parse
from agent.facts.ledger import Facts
from agent.rules.case import Case
from agent.rules.evidence.ev2_test_set_too_small import enough, wilson
from agent.rules.not_fine_tuning.nf4_baseline_already_good import kind_of
from agent.rules.ranges import hull, place
from agent.rules.registry import rules
from agent.rules.thresholds import Thresholds
from tests.rules.build import case, facts, judge, outcome
from tests.rules.test_judgements import API, B8, B70, FULL, LORA, PLATEAU, SHORT

SHARES = {**LORA, "x.evaluation.proportion": True}


def sized(n: int, target: float, baseline: float) -> dict[str, Any]:
    return {
        **SHARES,
        "evaluation.test_set_size": n,
        "evaluation.target": target,
        "evaluation.baseline": baseline,
    }


def runs(count: list[float], each: list[float], budget: list[float]) -> dict[str, Any]:
    return {"experiments.count": count, "experiments.cost_each_usd": each, "budget.usd": budget}


ROWS: list[tuple[str, dict[str, Any], str]] = [
    # AP2: one card where no number is said; AP3: two variants share the runs
    ("AP2", {**LORA, **B8, "dataset.examples": 5000, "hardware.gpu": "H100"}, "passes"),
    ("AP2", {**LORA, **B8, "dataset.examples": 5000, "hardware.gpu": "H100", "hardware.count": 2}, "major"),
    ("AP3", {**LORA, "experiments.count": [150, 150], "constraints.tenants": 2}, "cannot_tell"),
    # EST3: a card too small, of which the number is not said
    ("EST3", {"method.primary": "qlora", **B70, "x.serving.gpu": "L4"}, "cannot_tell"),
    # EST4: ranges are held against each other by the ends that are kindest
    ("EST4", {"x.money": [{"what": "sum", "stated": 3, "computed": 3, "how": "1 + 2"}]}, "not_applicable"),
    ("EST4", runs([10, 30], [10, 10], [150, 200]), "passes"),
    ("EST4", runs([10, 10], [10, 30], [150, 200]), "passes"),
    ("EST4", runs([10, 30], [10, 10], [200, 1000]), "passes"),
    # EST5: the upper end of a bill; on the tolerance it agrees
    ("EST5", {"x.saving_stated": {"api": [70_000, 80_000], "serving": 4500, "saving": 75_500}}, "passes"),
    ("EST5", {"serving.replaces_api_usd_per_month": 100_000, "serving.usd_per_month": 5000,
              "economics.saving_usd_per_month": 100_000}, "passes"),
    ("EST5", {"serving.replaces_api_usd_per_month": 200, "serving.usd_per_month": 100,
              "economics.saving_usd_per_month": 95}, "passes"),
    # EV2: shares and percentages
    ("EV2", sized(20, 1.5, 0.9), "major"),
    ("EV2", sized(60, 0.85, 0.73), "passes"),
    ("EV2", sized(100, 1.0, 0.9), "passes"),
    ("EV2", sized(10, 20, 0), "passes"),
    ("EV2", sized(10, 20, -5), "not_applicable"),
    # FIT1: where EST3 cannot tell, neither can it
    ("FIT1", {**LORA, **B70, "constraints.single_gpu": True, "hardware.gpu": "A100-80GB"}, "cannot_tell"),
    # LoRA against the goal: on one scale or not at all
    ("AP1", {**SHORT, "x.lora_evidence.result": 1.5, "evaluation.target": 0.9}, "cannot_tell"),
    ("AP1", {**SHORT, "x.lora_evidence.result": 0.9, "evaluation.target": 1.5, "x.lora_evidence.held_out": True},
     "cannot_tell"),
    ("AP1", {**SHORT, "x.lora_evidence.result": 1.0, "evaluation.target": 0.9}, "blocker"),
    ("AP1", {**SHORT, "x.lora_evidence.result": 0.9, "evaluation.target": 1.0, "x.lora_evidence.held_out": True},
     "passes"),
    ("AP1", {**SHORT, "x.lora_evidence.result": 84.5, "x.lora_evidence.held_out": True}, "passes"),
    ("AP1", {**PLATEAU, "lora_evidence.experiments": 30, "x.lora_evidence.diagnosed": True}, "passes"),
    ("AP1", {**PLATEAU, "lora_evidence.experiments": 29, "x.lora_evidence.diagnosed": True}, "cannot_tell"),
    # NF4: on the target is enough, for what should be low as well
    ("NF4", {**LORA, "x.alternatives.meets_target": "rag", "x.alternatives.score": 8.0, "evaluation.target": 8.0,
             "evaluation.metric": "error rate"}, "blocker"),
    # NF6: how long it takes, by both readings of the saving
    ("NF6", {**LORA, "economics.saving_usd_per_month": 1000, "economics.build_usd": 24_000}, "passes"),
    ("NF6", {**LORA, "economics.saving_usd_per_month": 1000, "economics.build_usd": 24_001}, "major"),
    ("NF6", {**LORA, **API, "economics.saving_usd_per_month": 2000, "serving.usd_per_month": 1000,
             "economics.build_usd": 24_000}, "passes"),
    ("NF6", {**LORA, **API, "economics.saving_usd_per_month": 2000, "serving.usd_per_month": 1000,
             "economics.build_usd": 48_000}, "cannot_tell"),
    ("NF6", {**LORA, **API, "economics.saving_usd_per_month": 2000, "serving.usd_per_month": 1000,
             "economics.build_usd": 48_001}, "major"),
    ("NF6", {**LORA, "economics.saving_usd_per_month": 1}, "cannot_tell"),
    ("NF6", {**LORA, "economics.saving_usd_per_month": 1000, "economics.build_usd": [24_000, 48_000]}, "cannot_tell"),
    ("NF6", {**LORA, "serving.replaces_api_usd_per_month": 900, "serving.usd_per_month": 900}, "blocker"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "said", "expected"), ROWS, ids=[f"{r[0]}-{r[2]}" for r in ROWS])
def test_an_edge(code: str, said: dict[str, Any], expected: str) -> None:
    result = judge(code, case(said))
    assert outcome(result, code) == expected, result.why


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The compute budget for all GPU runs is $25,000.", "fires"),
        ("Money: $25,000.", "cannot_tell"),
        ("Compute and the salaries of two people: $25,000.", "cannot_tell"),
    ],
)
def test_a_budget_is_compute_when_the_words_around_it_say_so(text: str, expected: str) -> None:
    said = {**LORA, **B8, "dataset.examples": 5000, "budget.usd": [25_000, 25_000]}
    assert judge("EST1", case(said, text=text, quoting=True)).outcome == expected


def test_runs_and_a_larger_budget_in_one_paragraph() -> None:
    text = "10 to 30 experiments at $10 each. The compute budget is $200 to 400."
    assert judge("EST4", case(runs([10, 30], [10, 10], [200, 400]), text=text, quoting=True)).outcome == "passes"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("At present 73% are taken over.", "fires"),
        ("At present 74% are taken over.", "cannot_tell"),
        ("It becomes 100% in the end.", "cannot_tell"),
        ("Volume grows to 101% of last year.", "fires"),
    ],
)
def test_a_percentage_above_the_baseline_may_be_the_target(text: str, expected: str) -> None:
    assert judge("NF5", case({**LORA, "evaluation.baseline": 73.0}, text=text)).outcome == expected


def test_a_baseline_on_the_target_meets_it() -> None:
    said = {**LORA, "evaluation.baseline": 85.0, "evaluation.target": 85.0}
    assert judge("NF4", case(said, text="Prompted with ten examples: 85%", quoting=True)).outcome == "fires"


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("retrieval", "rag"),
        ("RAG over the archive", "rag"),
        ("drag and drop", "drag and drop"),
        ("5-shot", "prompting"),
        ("with ten examples", "prompting"),
        ("a larger model", "stronger_base"),
        ("the frontier API", "stronger_base"),
        ("house rules", "house rules"),
    ],
)
def test_the_kind_of_an_alternative(words: str, kind: str) -> None:
    assert kind_of(words) == kind


@pytest.mark.parametrize(
    ("stated", "where"),
    [
        ((2, 4), "inside"),
        ((1, 2), "inside"),
        ((4, 9), "inside"),
        ((1, 9), "inside"),
        ((1, 1.9), "below"),
        ((4.1, 9), "above"),
        ((0, 5), "above"),
        ((0, 3), "inside"),
        ((0, 1), "below"),
    ],
)
def test_where_a_stated_range_lies(stated: tuple[float, float], where: str) -> None:
    assert place(stated, (2, 4)) == where


def test_the_range_in_reason_holds_the_guide_and_the_estimate() -> None:
    assert hull((2, 4), (3, 6), 2) == (1, 12)
    assert hull((3, 6), (2, 4), 2) == (1, 12)


@pytest.mark.parametrize(("share", "other"), [(0.85, 0.73), (0.85, 0.75), (0.6, 0.8), (0.95, 0.7)])
def test_enough_examples_are_enough_and_ten_fewer_are_not(share: float, other: float) -> None:
    n = enough(share, other)
    assert n % 10 == 0
    assert not wilson(share, n)[0] <= other <= wilson(share, n)[1]
    assert n == 10 or wilson(share, n - 10)[0] <= other <= wilson(share, n - 10)[1]


def test_the_figures_on_which_rules_turn_are_the_contracts() -> None:
    assert Thresholds().model_dump() == {
        "oversize_factor": 4,
        "run_hours": 24,
        "max_experiments": 100,
        "blocker_examples": 100,
        "thin_examples": 500,
        "payback_months": 24,
        "large_model_b": 30,
        "moderate_examples": 20_000,
        "much_data": 50_000,
        "unsupported_share": 0.2,
        "tight_latency_ms": 100,
        "small_model_b": 9.5,
        "range_factor": 1.5,
        "tolerance": 0.05,
        "plateau_experiments": 30,
    }


IN_USE = (
    "Serving", "How we serve it", "Deployment", "Roll-out", "Launch", "Running it", "Where it runs", "In use", "Usage",
    "Operation", "The switch", "Going live", "Go-live", "Production", "The tool chain", "Afterwards", "And then",
    "Later on", "The release", "Change-over", "On the machine",
)  # fmt: skip


@pytest.mark.parametrize("heading", IN_USE)
def test_where_use_is_described_looser_words_speak_of_a_way_back(heading: str) -> None:
    text = f"# Drafts\n\n## {heading}\n\nThe clerks keep writing by hand.\n"
    assert judge("OPS2", read(text)).outcome == "cannot_tell"


def test_elsewhere_they_do_not() -> None:
    assert judge("OPS2", read("# Drafts\n\n## Background\n\nThe clerks keep writing by hand.\n")).outcome == "fires"


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("AP5", "# Drafts\n\n## A held-out test set\n\nNothing yet.\n"),
        ("OPS2", "# Drafts\n\n## Going live by hand\n\nNothing yet.\n"),
    ],
)
def test_a_heading_alone_says_nothing(code: str, text: str) -> None:
    assert judge(code, read(text)).outcome == "fires"


def read(text: str) -> Case:
    return Case(document=parse(text.encode(), "p.md"), facts=facts(LORA))


@pytest.mark.parametrize(
    ("code", "said", "words"),
    [
        ("FIT1", {**LORA, **B70, "constraints.single_gpu": True, "hardware.gpu": "A100-80GB", "hardware.count": 1},
         "EST3 says that the run does not fit"),
        ("FIT1", {**FULL, **B8, "constraints.tenants": 12}, "AP1 says what the guide says"),
        ("FIT4", {**FULL, "constraints.tenants": 12}, "one model for all, or a copy for each?"),
        ("FIT4", {**LORA, "constraints.tenants": 12}, "stay separate is not said"),
        ("NF4", {**LORA, "x.alternatives.meets_target": "rag", "evaluation.target": 80.0}, "already meets the target"),
        ("EST4", {"x.money": [{"what": "runs", "stated": 900, "computed": 450, "how": "30 × $15 = $450"}]}, "30 × $15"),
        ("EST4", {"x.money": [{"what": "the sum of runs", "stated": 900, "computed": 450}]}, "the sum of runs"),
    ],
)  # fmt: skip
def test_the_reason_that_is_given(code: str, said: dict[str, Any], words: str) -> None:
    assert words in judge(code, case(said)).why


def test_months_until_it_pays_back_are_counted_from_the_cheaper_build() -> None:
    said = {**LORA, "economics.saving_usd_per_month": 1000, "economics.build_usd": [30_000, 60_000]}
    assert "pays back after 30 months, beyond 24" in judge("NF6", case(said)).why


@pytest.mark.parametrize(("part", "expected"), [(1.01, "passes"), (0.99, "cannot_tell")])
def test_a_saving_that_covers_even_the_high_estimate_needs_no_stated_build(part: float, expected: str) -> None:
    known = {**LORA, **B8, "dataset.examples": 5000}
    most = case(known).estimate.project.total_usd[1]
    assert judge("NF6", case({**known, "economics.saving_usd_per_month": part * most / 24})).outcome == expected


def test_a_percentage_that_may_be_the_target_is_shown() -> None:
    assert "“74%”" in judge("NF5", case({**LORA, "evaluation.baseline": 73.0}, text="It is 74% now.")).why


def test_only_the_innermost_heading_says_that_use_is_described() -> None:
    text = "# Drafts\n\n## Serving\n\n### Background\n\nThe clerks keep writing by hand.\n"
    assert judge("OPS2", read(text)).outcome == "fires"


def test_a_models_reading_is_confirmed_in_any_language() -> None:
    made = case(LORA, llm={"evaluation.test_set": "locked"}, readable=False)
    assert outcome(judge("AP5", made), "AP5") == "unconfirmed"


def test_a_contradiction_shows_both_quotes() -> None:
    why = judge("NF3", case(LORA, both={"dataset.examples": (80, 5000)})).why
    assert "“dataset.examples is 80” and “dataset.examples is 5000”" in why


def test_the_models_reading_that_matters_is_the_one_to_confirm() -> None:
    llm = {"alternatives.prompting": "rejected", "alternatives.rag": "tried"}
    result = judge("NF2", case(LORA, llm=llm))
    assert outcome(result, "NF2") == "unconfirmed"
    assert result.about == "alternatives.rag"


def test_what_is_quoted_does_not_rest_on_absence() -> None:
    assert not judge("SEC1", case({"x.hidden_text": "white text"})).absence
    bare = facts({"x.hidden_text": "white text"})
    unquoted = Facts({n: f.model_copy(update={"evidence": ()}) for n, f in bare.items()})
    assert judge("SEC1", case().with_facts(unquoted)).absence


@pytest.mark.parametrize("one", rules(), ids=lambda r: r.code)
def test_a_redirect_is_the_rules_own_with_a_capital(one: Any) -> None:
    assert one.redirect[1:] == one.part("How to redirect")[1:]
    assert one.redirect[0].isupper() or not one.redirect[0].isalpha()
