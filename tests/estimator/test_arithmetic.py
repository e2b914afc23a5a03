from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.estimator import arithmetic as a


def test_the_guides_three_examples_agree_with_themselves() -> None:
    assert a.runs_times_cost(30, (5, 15), 300).agrees
    assert a.saving(80_000, 4_500, 75_000).agrees
    assert a.months_times_bill(12, 4_500, 54_000).agrees


def test_thirty_runs_at_fifteen_dollars_are_not_two_thousand() -> None:
    found = a.runs_times_cost(30, 15, 2_000)
    assert not found.agrees
    assert found.computed == (450, 450)
    assert found.words == "30 runs × $15 = $450, but the document says $2,000"


def test_gpu_hours_times_price() -> None:
    assert a.gpu_hours_times_price(8, 100, 2.5, 2_000).agrees
    assert not a.gpu_hours_times_price(8, 100, 2.5, 2_500).agrees
    assert a.gpu_hours_times_price(8, 100, (2, 3), 2_300).agrees


def test_tokens_times_epochs() -> None:
    assert a.tokens_times_epochs(50_000, 400, 3, 60e6).agrees
    assert not a.tokens_times_epochs(50_000, 400, 3, 20e6).agrees
    assert a.tokens_times_epochs(1, 20e6, 3, 60e6).agrees


def test_parts_and_total() -> None:
    found = a.parts_and_total([1_200, 800, (400, 500)], 2_450)
    assert found.agrees
    assert found.computed == (2_400, 2_500)
    assert not a.parts_and_total([1_200, 800], 3_000).agrees


def test_a_saving_that_leaves_serving_out() -> None:
    found = a.saving(80_000, 4_500, 80_000)
    assert not found.agrees
    assert found.computed == (75_500, 75_500)
    assert "$80,000 API − $4,500 serving = $75,500" in found.words


def test_payback() -> None:
    assert a.payback(60_000, 15_000, 4).agrees
    assert not a.payback(60_000, 15_000, 2).agrees
    assert a.payback_months(60_000, (10_000, 20_000)) == (3, 6)
    assert a.payback_months(60_000, 0) is None
    never = a.payback(60_000, -1_000, 12)
    assert not never.agrees
    assert "never pays back" in never.words


@given(st.floats(1, 1e6), st.floats(0.01, 1e6), st.floats(0.96, 1.04))
def test_five_per_cent_are_forgiven(runs: float, each: float, off: float) -> None:
    assert a.runs_times_cost(runs, each, runs * each * off).agrees


@given(st.floats(1, 1e6), st.floats(0.01, 1e6), st.one_of(st.floats(0.1, 0.94), st.floats(1.06, 10)))
def test_more_than_that_is_not(runs: float, each: float, off: float) -> None:
    assert not a.runs_times_cost(runs, each, runs * each * off).agrees


@pytest.mark.parametrize(("value", "text"), [((5, 15), "$5 to 15"), ((1200, 1200), "$1,200"), ((2.5, 2.5), "$2.50")])
def test_money_in_words(value: tuple[float, float], text: str) -> None:
    assert a.in_words(value, "$") == text
