"""The published goals, held on the public rows at every commit; the public calculators are asked only by the script."""

from __future__ import annotations

import pytest

from evals.estimator import guide_check
from evals.estimator.dataset import Kind, counted, scored
from evals.estimator.fit_check import fit_score
from evals.estimator.leave_one_out import left_out
from evals.estimator.score import ours, percent
from evals.estimator.scores import Scored, judge, line, mean_inside, mean_of_medians


@pytest.mark.parametrize(
    ("kind", "rows", "error", "inside", "ratio"),
    [("memory", 310, 0.06, 0.80, 1.8), ("throughput", 355, 0.10, 0.85, 3.5)],
)
def test_the_goals_hold(kind: Kind, rows: int, error: float, inside: float, ratio: float) -> None:
    found = judge(scored(kind), ours(kind))
    assert len(found) == rows
    assert mean_of_medians(found) <= error
    assert mean_inside(found) >= inside
    assert max(one.ratio for one in found) <= ratio


def test_fit_and_no_fit() -> None:
    found = fit_score(scored("memory", with_oom=True))
    assert found.right >= 0.97
    assert found.ran_fits + found.ran_not == 310
    assert found.oom_fits + found.oom_not == 115
    constant = fit_score(scored("memory", with_oom=True), lambda _: 0.0)
    assert constant.right == pytest.approx(310 / 425)


def test_the_ranges_hold_without_any_word_on_the_software() -> None:
    assert mean_inside(judge(scored("memory", blind=True), ours("memory"))) >= 0.75
    assert mean_inside(judge(scored("throughput", blind=True), ours("throughput"))) >= 0.85


def test_peaks_that_were_counted_are_met() -> None:
    found = judge(counted(), ours("memory"))
    assert len(found) == 12
    assert all(abs(one.error) <= 0.02 for one in found if one.item.run.checkpointing)
    assert all(abs(one.error) <= 0.15 for one in found)


def test_a_source_left_out_is_still_predicted() -> None:
    for source, (rows, error) in left_out(tries=60).items():
        assert error <= 0.20, (source, rows)


def test_the_guides_figures_overlap_except_those_that_are_named() -> None:
    apart = {one.what for one in (*guide_check.cost_rows(), *guide_check.worked_examples()) if not one.agrees}
    assert apart == {
        "7B to 13B model, multi-tenant (10+ variants): USD",
        "support copilot, 30 experiments: USD",
    }


def test_medians_and_shares() -> None:
    item = scored("memory")[0]
    rows = [Scored(item, error, inside, 1.5) for error, inside in ((0.1, True), (-0.3, False), (0.2, True))]
    one = line("x", rows)
    assert (one.rows, one.median, one.p90) == (3, pytest.approx(0.2), pytest.approx(0.3))
    assert (one.bias, one.inside) == (pytest.approx(0.1), pytest.approx(2 / 3))
    assert (percent(0.042), percent(0.26)) == ("4.2%", "26%")
