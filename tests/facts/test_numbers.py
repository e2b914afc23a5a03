"""Numbers as people write them."""

from __future__ import annotations

import pytest

from agent.facts.numbers import value_of

VALUES: list[tuple[str, str | None, float]] = [
    ("5", None, 5),
    ("25,000", None, 25_000),
    ("25 000", None, 25_000),
    ("25\u202f000", None, 25_000),
    ("25\u00a0000", None, 25_000),
    ("25'000", None, 25_000),
    ("25’000", None, 25_000),
    ("25.000", None, 25_000),
    ("1,00,000", None, 100_000),
    ("12,34,56,789", None, 123_456_789),
    ("1.234.567", None, 1_234_567),
    ("1,234,567.89", None, 1_234_567.89),
    ("1.234.567,89", None, 1_234_567.89),
    ("1.5", None, 1.5),
    ("1,5", None, 1.5),
    ("0.125", None, 0.125),
    ("0,125", None, 0.125),
    (".5", None, 0.5),
    ("2.50", None, 2.5),
    ("3", "k", 3_000),
    ("1.5", "M", 1.5e6),
    ("2", "bn", 2e9),
    ("25", "lakh", 2.5e6),
    ("3", "crore", 3e7),
    ("5", "万", 50_000),
    ("zero", None, 0),
    ("seven", None, 7),
    ("twelve", None, 12),
    ("twenty-five", None, 25),
    ("ninety nine", None, 99),
    ("a hundred", None, 100),
    ("one hundred and fifty", None, 150),
    ("two thousand five hundred", None, 2_500),
    ("twenty-five thousand", None, 25_000),
    ("three hundred thousand", None, 300_000),
    ("two million three hundred thousand", None, 2_300_000),
    ("fifteen hundred", None, 1_500),
    ("half a million", None, 500_000),
    ("a dozen", None, 12),
    ("two dozen", None, 24),
    ("three and a half", None, 3.5),
    ("two and a half thousand", None, 2_500),
    ("a couple of", None, 2),
    ("half a", None, 0.5),
]


@pytest.mark.parametrize(("digits", "multiplier", "expected"), VALUES, ids=[f"{v[0]} {v[1] or ''}" for v in VALUES])
def test_value_of(digits: str, multiplier: str | None, expected: float) -> None:
    assert value_of(digits, multiplier) == pytest.approx(expected)


@pytest.mark.parametrize(("digits", "multiplier", "expected"), VALUES)
def test_capitals_change_nothing(digits: str, multiplier: str | None, expected: float) -> None:
    assert value_of(digits.upper(), multiplier) == pytest.approx(expected)
