"""Agreement of two readers."""

from __future__ import annotations

import pytest

from evals.agreement import compare, kappa


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        ([(True, True), (False, False)], 1.0),
        ([(True, False), (False, True)], -1.0),
        ([(True, True), (True, False), (False, True), (False, False)], 0.0),
        ([(True, True)] * 20 + [(True, False)] * 5 + [(False, True)] * 10 + [(False, False)] * 15, 0.4),
        ([(False, False)], 1.0),
    ],
)
def test_kappa(pairs: list[tuple[bool, bool]], expected: float) -> None:
    assert kappa(pairs) == pytest.approx(expected)


def test_debatable_rules_are_no_decisions_and_one_sided_facts_are_counted() -> None:
    one = {"fires": ["AP1"], "open": ["EV1"], "verdict": ["revise"], "facts": {"hardware.count": 8}}
    other = {"fires": [], "verdict": ["approve", "revise"], "facts": {"hardware.count": 8, "run.rank": 16}}
    made = compare({"a": one, "only": one}, {"a": other})
    assert (made.documents, made.decisions, made.verdicts, made.facts) == (1, 27, 1, (1, 2))
    assert made.kappa < 1
