"""The cases of `tests/rules/*.md`, from bytes to findings."""

from __future__ import annotations

import pytest

from agent.models import Review
from agent.review import review
from agent.rules.registry import rules
from tests.rules.examples import FOLDER, Example, examples, of_file


def found(one: Example, made: Review) -> str:
    """What the review makes of the rule, in the words of the cases."""
    for finding in made.findings:
        if finding.code == one.code:
            return f"fires: {finding.severity}"
    check = next(c for c in made.checks if c.code == one.code)
    if check.outcome != "cannot_tell":
        return "silent"
    asked = [q.id.split(":")[0] for q in made.questions if one.code in q.finding_codes]
    return f"asks: {', '.join(asked)}"


@pytest.mark.parametrize("one", examples(), ids=lambda e: f"{e.code}-{e.title}")
def test_example(one: Example) -> None:
    made = review(one.text.encode(), "proposal.md")
    check = next(c for c in made.checks if c.code == one.code)
    assert found(one, made) == one.expected, check.why
    finding = next((f for f in made.findings if f.code == one.code), None)
    for words in one.quotes:
        assert finding
        assert any(words in e.quote for e in finding.evidence), [e.quote for e in finding.evidence]
    for words in one.says:
        assert finding
        assert words in finding.message


@pytest.mark.parametrize("one", rules(), ids=lambda r: r.code)
def test_a_rule_has_a_file_that_shows_it_from_all_sides(one: object) -> None:
    cases = of_file(FOLDER / f"{one.code}.md")  # type: ignore[attr-defined]
    assert len(cases) >= 5
    outcomes = [c.expected.split(":")[0] for c in cases]
    assert outcomes.count("fires") >= 2, "fires, and on a paraphrase"
    assert outcomes.count("silent") >= 2, "silent, and on a near miss"
    kinds = {c.title.split(":")[0] for c in cases}
    assert {"Fires", "Silent", "Paraphrase", "Near miss", "Contradiction"} <= kinds
