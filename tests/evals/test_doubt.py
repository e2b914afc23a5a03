"""Which doubts count as decidable, on texts small enough to be judged by eye."""

from __future__ import annotations

from pathlib import Path

import pytest

from evals.dataset import Case, Labels
from evals.doubt import Doubt, by_rule, figure, of_case
from evals.run import run_suite

TEXT = "# Helpdesk drafts\n\nWe will fine-tune Llama 3.1 8B with LoRA on our own helpdesk tickets.\n"


def case(text: str = TEXT, **labels: object) -> Case:
    given = Labels.model_validate({"slug": "helpdesk", "verdict": ["revise"], **labels})
    return Case(split="open", labels=given, source=text, path=Path("helpdesk.md"))


def doubt_of(code: str, made: Case) -> Doubt | None:
    return next((d for d in of_case(made) if d.code == code), None)


def test_a_text_that_says_nothing_is_rightly_doubted() -> None:
    found = doubt_of("NF3", case(facts={"method.primary": "lora"}))
    assert found
    assert not found.decidable


def test_a_labelled_value_decides() -> None:
    said = {"method.primary": "lora", "method.objective": "sft", "dataset.examples": 5000}
    found = doubt_of("NF3", case(facts=said))
    assert found
    assert found.decidable
    assert found.values == ("dataset.examples",)
    assert "decided by dataset.examples" in found.line


def test_a_labelled_finding_decides() -> None:
    found = doubt_of("AP3", case(fires=["AP3"], facts={"method.primary": "lora"}))
    assert found
    assert found.finding
    assert "labelled as a finding" in found.line


def test_a_debatable_code_is_not_counted() -> None:
    assert doubt_of("NF3", case(open=["NF3"], facts={"method.primary": "lora", "dataset.examples": 5000})) is None


def test_the_share_and_the_worst_rules() -> None:
    found = [
        Doubt("a", "a", "NF3", "?", values=("dataset.examples",)),
        Doubt("a", "a", "AP3", "?"),
        Doubt("b", "b", "NF3", "?", finding=True),
    ]
    assert (figure(found).k, figure(found).n) == (2, 3)
    assert figure(found).value == pytest.approx(2 / 3)
    assert by_rule(found).splitlines()[2:] == ["| NF3 | 2 | 1 | 1 | 0 |", "| AP3 | 1 | 0 | 0 | 1 |"]
    assert figure([]).n == 0


def test_the_suite_runs_from_end_to_end() -> None:
    result = run_suite("doubt", workers=0, slug="permit-letters-full-first")
    assert set(result.figures) == {"doubt_decidable"}
    assert result.summary.startswith("| rule |")
