"""Scores, intervals and the matching of values, against figures worked out elsewhere."""

from __future__ import annotations

import math

import pytest

from evals.dataset import Labels
from evals.intervals import cluster_bootstrap, share_interval, upper_bound, wilson
from evals.matching import same
from evals.metrics import Counts, code_counts, fact_counts, figures, macro_f1, score
from evals.outcome import Outcome, Told
from evals.report import cell, table

LABELS = Labels(
    slug="a",
    verdict=("revise",),
    approach=("lora",),
    fires=frozenset({"AP1", "AP5"}),
    silent=frozenset({"*"}),
    open=frozenset({"EV1"}),
    questions=frozenset({"lora-limit", "test-set"}),
    dangerous=True,
    facts={"method.primary": "full", "dataset.examples": 5000, "budget.usd": [250, 250]},
)
OUTCOME = Outcome(
    slug="a",
    verdict="approve",
    approach="lora",
    facts={"method.primary": "full", "dataset.examples": 50000, "run.rank": 8},
    findings=(
        Told("AP1", "blocker", "open", "…"),
        Told("EV1", "major", "open", "…"),
        Told("AP3", "blocker", "unconfirmed", "…"),
        Told("FIT2", "major", "waived", "…"),
    ),
    questions=("lora-limit:2", "ownership"),
    all_quotes=("one", "two"),
    bad_quotes=("two",),
)


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [  # the first two: Newcombe 1998, table I; the rest: lower bound n / (n + z²)
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (30, 30, 0.886, 1.0),
        (100, 100, 0.963, 1.0),
        (400, 400, 0.990, 1.0),
    ],
)
def test_wilson_gives_the_published_bounds(hits: int, n: int, low: float, high: float) -> None:
    assert wilson(hits, n) == pytest.approx((low, high), abs=6e-4)


def test_wilson_of_nothing_is_everything() -> None:
    assert wilson(0, 0) == (0.0, 1.0)


def test_the_bound_for_none_of_n_is_three_over_n() -> None:
    assert upper_bound(0, 60) == pytest.approx(0.05)
    assert upper_bound(0, 2) == 1.0
    assert upper_bound(1, 60) == wilson(1, 60)[1]


def test_bootstrap_over_clusters_is_wider_than_over_items() -> None:
    clusters: dict[object, list[int]] = {base: [int(base > 3)] * 25 for base in range(40)}
    singles: dict[object, list[int]] = {(b, i): [v] for b, vs in clusters.items() for i, v in enumerate(vs)}

    def mean(values: object) -> float:
        return sum(values) / len(values)  # type: ignore[arg-type,call-overload]

    wide, narrow = cluster_bootstrap(clusters, mean), cluster_bootstrap(singles, mean)
    assert (wide[1] - wide[0]) > 3 * (narrow[1] - narrow[0])
    assert cluster_bootstrap(clusters, mean) == wide


def test_a_share_counts_documents_and_not_their_facts() -> None:
    once = {n: (int(n < 90), 1) for n in range(100)}
    assert share_interval(once) == wilson(90, 100)
    facts = {n: (25 * int(n < 36), 25) for n in range(40)}
    low, high = share_interval(facts)
    naive = wilson(900, 1000)
    assert high - low > 3 * (naive[1] - naive[0])
    assert low < 0.9 < high


def test_a_share_without_a_failure_has_the_width_of_its_documents() -> None:
    assert share_interval({n: (25, 25) for n in range(40)}) == wilson(40, 40)
    assert share_interval({n: (0, 25) for n in range(40)}) == wilson(0, 40)
    assert share_interval({n: (0, 0) for n in range(40)}) == (0.0, 1.0)


def test_bootstrap_of_nothing_is_not_a_number() -> None:
    assert all(map(math.isnan, cluster_bootstrap({}, lambda some: 1.0)))


def test_a_score_counts_what_is_right_wrong_missing_and_invented() -> None:
    found = score(LABELS, OUTCOME)
    assert found.facts_right == {"method.primary"}
    assert found.facts_wrong == {"dataset.examples"}
    assert found.facts_missing == {"budget.usd"}
    assert found.facts_invented == {"run.rank"}
    assert found.codes_right == {"AP1"}
    assert found.codes_wrong == {"AP3"}, "EV1 is debatable and FIT2 is waived"
    assert found.codes_missed == {"AP5"}
    assert found.blockers_wrong == {"AP3"}
    assert found.questions_asked == {"lora-limit"}
    assert (found.verdict_right, found.approach_right, found.approved) == (False, True, True)
    assert not found.perfect


def test_silent_codes_that_are_listed_leave_the_others_open() -> None:
    labels = LABELS.model_copy(update={"silent": frozenset({"AP4"})})
    assert score(labels, OUTCOME).codes_wrong == frozenset()


def test_counts_and_their_ratios() -> None:
    counts = Counts(right=8, wrong=2, missed=4)
    assert (counts.precision, counts.recall) == (0.8, pytest.approx(2 / 3))
    assert counts.f1 == pytest.approx(16 / 22)
    assert math.isnan(Counts().f1)


def test_a_wrong_value_is_a_false_report_and_a_missed_fact() -> None:
    counts = fact_counts([score(LABELS, OUTCOME)])
    assert counts["dataset.examples"] == Counts(0, 1, 1)
    assert counts["run.rank"] == Counts(0, 1, 0)
    assert counts["budget.usd"] == Counts(0, 0, 1)
    assert macro_f1(counts) == pytest.approx(0.25)
    assert code_counts([score(LABELS, OUTCOME)])["AP5"] == Counts(0, 0, 1)


def test_figures_carry_k_n_and_bounds() -> None:
    found = figures([score(LABELS, OUTCOME)])
    assert (found["rule_precision"].k, found["rule_precision"].n) == (1, 2)
    assert (found["fact_recall"].k, found["fact_recall"].n) == (1, 3)
    assert (found["facts_invented"].k, found["facts_invented"].n) == (1, 3)
    assert (found["dangerous_approvals"].k, found["dangerous_approvals"].n) == (1, 1)
    assert (found["quotes_valid"].k, found["quotes_valid"].n) == (1, 2)
    assert math.isnan(found["false_blockers_per_sound"].value)


def test_figures_of_no_cases_do_not_fail() -> None:
    assert math.isnan(figures([])["rule_f1"].value)


def test_none_of_n_is_printed_with_its_bound() -> None:
    good = OUTCOME.__class__(slug="a", verdict="revise")
    found = figures([score(LABELS, good)] * 20)
    assert cell("dangerous_approvals", found["dangerous_approvals"]) == "0 of 20 (bound 15.0%)"
    assert "| Dangerous approvals | 0 of 20 (bound 15.0%) |" in table({"open": found})


@pytest.mark.parametrize(
    ("name", "expected", "reported"),
    [
        ("dataset.examples", 5000, 5020),
        ("dataset.examples", [1000, 5000], 3000),
        ("budget.usd", [250, 250], (250.0, 250.0)),
        ("base_model.name", "Llama 3.1 8B", "meta-llama/Llama-3.1-8B-Instruct"),
        ("base_model.name", "Qwen2.5 14B", "Qwen 2.5 14B"),
        ("hardware.gpu", "A100 80GB", "A100-80GB"),
        ("hardware.gpu", "A100", "A100-40GB"),
        ("serving.hardware", "20 x L4", "20x L4"),
        ("serving.hardware", "the existing L4", "L4"),
        ("serving.hardware", "one A10G per region", "1x A10G"),
        ("constraints.languages", ["German", "Mandarin"], ["zh", "de"]),
        ("serving.plan", "vLLM on one L4, adapter merged", "vLLM on one L4, adapter merged, at $400 per month"),
        ("evaluation.metric", "drafts accepted without edits", "acceptance rate"),
        ("serving.adapters", "Adapters are kept separate for each tenant.", "separate"),
        ("run.precision", "bfloat16", "bf16"),
        ("constraints.on_prem", True, True),
    ],
)
def test_the_same_value_in_other_clothes(name: str, expected: object, reported: object) -> None:
    assert same(name, expected, reported)


@pytest.mark.parametrize(
    ("name", "expected", "reported"),
    [
        ("dataset.examples", 5000, 5030),
        ("dataset.examples", [1000, 5000], 6000),
        ("budget.usd", [200, 300], 250),
        ("base_model.name", "Llama 3.1 8B", "Llama 3.1 70B"),
        ("hardware.gpu", "A100 40GB", "A100-80GB"),
        ("serving.hardware", "one L4", "2x L4"),
        ("serving.hardware", "one L4", "one L40S"),
        ("constraints.languages", ["German", "Mandarin"], ["de"]),
        ("method.primary", "lora", "qlora"),
        ("constraints.on_prem", True, False),
        ("evaluation.target", 85, None),
        ("evaluation.target", 85, "high"),
        ("evaluation.metric", "accuracy", "exact match"),
    ],
)
def test_another_value(name: str, expected: object, reported: object) -> None:
    assert not same(name, expected, reported)
