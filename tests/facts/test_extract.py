"""Readings of whole documents that once accused an author wrongly."""

from __future__ import annotations

from pathlib import Path

import pytest

import agent
from agent.documents import read
from agent.facts.extract import extract

BUDGET = """# Proposal: fine-tune GLM-OCR (0.9B parameters) with LoRA

## Budget

| Item | Request |
|---|---|
| Data | $15 |
| Runs | $30.10 |
| **Total** | **{total}** |
"""


@pytest.mark.parametrize(("total", "clash"), [("~$50", False), ("$50", True), ("~$70", True), ("$45.10", False)])
def test_a_rounded_total_is_held_to_its_rounding(total: str, clash: bool) -> None:
    assert ("x.money" in extract(read(BUDGET.format(total=total).encode(), "a.md"))) is clash


def test_a_size_in_brackets_leaves_no_open_bracket_in_the_name() -> None:
    assert extract(read(BUDGET.encode(), "a.md"))["base_model.name"].value == "GLM-OCR 0.9B"


def test_the_time_of_labellers_is_not_the_projects() -> None:
    """The bundled example has "two senior agents, one week" in its budget table."""
    proposal = Path(agent.__file__).with_name("examples") / "warranty-replies.pdf"
    weeks = extract(read(proposal.read_bytes(), proposal.name))["timeline.weeks"]
    assert (weeks.value, weeks.others) == ((10.0, 10.0), ())
