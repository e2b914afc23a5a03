"""The contract's table: the first row that holds, from findings, checks and nothing else."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from agent.models import Check, Finding, Recommendation, Verdict
from agent.policy import parse
from agent.verdict import decide
from tests.rules.build import case

LORA = {"x.proposal": True, "method.primary": "lora"}
TO = Recommendation(approach="lora", base_model="Llama 3.1 8B", why="It is the default.")
WORST = ["approve", "approve_with_conditions", "revise", "do_not_fine_tune"]


def finding(code: str, severity: Any = "major", status: Any = "open") -> Finding:
    return Finding(
        code=code,
        name="n",
        severity=severity,
        message="It is so. And more.",
        redirect="Do.",
        absence=True,
        status=status,
    )


def unsure(code: str) -> Check:
    return Check(code=code, outcome="cannot_tell", why="Two readings are possible.")


def verdict(findings: list[Finding], checks: list[Check] | None = None, said: dict[str, Any] | None = None) -> Verdict:
    return decide(case({**LORA, **(said or {})}), findings, checks or [], TO)


@pytest.mark.parametrize(
    ("findings", "checks", "value", "because"),
    [
        ([], [], "approve", ()),
        ([finding("EST2", "minor")], [], "approve", ()),
        ([finding("OPS1")], [], "approve_with_conditions", ("OPS1",)),
        ([], [unsure("AP5")], "approve_with_conditions", ("AP5",)),
        ([], [unsure("AP3")], "approve", ()),
        ([finding("AP5", "major", "unconfirmed")], [], "approve_with_conditions", ("AP5",)),
        ([finding("AP1", "blocker", "unconfirmed")], [], "approve_with_conditions", ("AP1",)),
        ([finding("AP1", "blocker", "disputed")], [], "revise", ("AP1",)),
        ([finding("AP1", "blocker", "waived")], [], "approve", ()),
        ([finding("AP1", "blocker", "resolved")], [], "approve", ()),
        ([finding("AP1", "blocker")], [], "revise", ("AP1",)),
        ([finding("NF5"), finding("NF2")], [], "revise", ("NF5", "NF2")),
        ([finding("NF5"), finding("AP5")], [], "revise", ("NF5", "AP5")),
        ([finding("NF2"), finding("AP5")], [], "approve_with_conditions", ("NF2", "AP5")),
        ([finding("NF5"), finding("NF2", "major", "unconfirmed")], [], "approve_with_conditions", ("NF5", "NF2")),
        ([finding("NF1", "blocker")], [], "do_not_fine_tune", ("NF1",)),
        ([finding("NF3", "blocker")], [], "do_not_fine_tune", ("NF3",)),
        ([finding("NF3", "minor")], [], "approve", ()),
        ([finding("NF6", "blocker")], [], "do_not_fine_tune", ("NF6",)),
        ([finding("NF6", "major")], [], "approve_with_conditions", ("NF6",)),
        ([finding("NF4", "blocker"), finding("AP1", "blocker")], [], "do_not_fine_tune", ("NF4", "AP1")),
        ([finding("NF1", "blocker", "unconfirmed")], [], "approve_with_conditions", ("NF1",)),
    ],
)
def test_the_first_row_that_holds(
    findings: list[Finding], checks: list[Check], value: str, because: tuple[str, ...]
) -> None:
    made = verdict(findings, checks)
    assert (made.value, made.because) == (value, because)


def test_a_document_that_proposes_nothing() -> None:
    made = verdict([finding("SEC1")], said={"x.proposal": False, "x.seems_to_be": "a recipe"})
    assert made.value == "not_a_proposal"
    assert "a recipe" in made.summary
    assert made.because == ()


def test_a_policy_that_softens_a_rule_softens_its_condition() -> None:
    softer = parse({"rules": {"AP5": {"severity": "major", "reason": "pilot only"}}}, "p")
    assert decide(case(LORA), [], [unsure("AP5")], TO, softer).value == "approve"


ANY = [
    finding("AP1", "blocker"),
    finding("NF1", "blocker"),
    finding("NF5"),
    finding("NF2"),
    finding("AP5"),
    finding("OPS2", "minor"),
    finding("NF4", "blocker", "unconfirmed"),
]


@pytest.mark.parametrize("size", [1, 2, 3])
def test_one_more_finding_never_improves_the_verdict(size: int) -> None:
    for some in itertools.combinations(ANY, size):
        before = WORST.index(verdict(list(some[1:])).value)
        assert WORST.index(verdict(list(some)).value) >= before


@pytest.mark.parametrize(
    "findings",
    [[], [finding("OPS1")], [finding("AP1", "blocker")], [finding("NF1", "blocker")], [finding("EST2", "minor")]],
)
def test_the_summary_is_two_sentences_that_can_be_forwarded(findings: list[Finding]) -> None:
    summary = verdict(findings).summary
    assert summary[0].isupper()
    assert summary.endswith(".")
    assert 1 <= summary.count(". ") <= 2


def test_do_not_fine_tune_names_the_right_tool() -> None:
    to = Recommendation(approach="none", instead="rag", why="It changes.")
    made = decide(case(LORA), [finding("NF1", "blocker")], [], to)
    assert "retrieval" in made.summary
