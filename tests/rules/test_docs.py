"""Docstrings, decorators, the contract's table, the guide and the generated pages say the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from agent.errors import UsageError
from agent.facts.names import ALL
from agent.rules.docs import pages
from agent.rules.registry import HEADINGS, Rule, rule_of, rules
from knowledge import guide

ROOT = Path(__file__).parents[2]
TABLE = re.findall(
    r"^\| ([A-Z]+\d) \| ([a-z0-9-]+) \| ([a-z]+)([^|]*)",
    (ROOT / "docs/contract.md").read_text(encoding="utf-8"),
    re.MULTILINE,
)
EACH = pytest.mark.parametrize("one", rules(), ids=lambda r: r.code)


def test_codes_names_severities_and_order_are_the_contracts() -> None:
    assert [(r.code, r.name, r.severity) for r in rules()] == [row[:3] for row in TABLE]
    for one, row in zip(rules(), TABLE, strict=True):
        milder = re.search(r"\b(major|minor)\b", row[3].replace("major when", ""))
        assert one.milder == (milder[1] if milder else None), one.code
    assert len(TABLE) == 28


@EACH
def test_a_rule_says_what_it_is(one: Rule) -> None:
    assert one.description.endswith(".")
    for heading in HEADINGS:
        assert len(one.part(heading)) > 40, heading
    assert one.redirect[0].isupper() or one.redirect[0] == '"'


@EACH
def test_a_rule_rests_on_entries_of_the_guide_and_on_known_facts(one: Rule) -> None:
    assert [guide().entry(ref).id for ref in one.guide] == list(one.guide)
    assert one.guide or one.code == "SEC1"
    assert set(one.needs) <= set(ALL)
    assert len(set(one.needs)) == len(one.needs)


@pytest.mark.parametrize("entry", guide().anti_patterns, ids=lambda e: e.codes[0])
def test_anti_patterns_are_in_the_guides_words(entry: object) -> None:
    one = next(r for r in rules() if r.code == entry.codes[0])  # type: ignore[attr-defined]
    said = [one.part(heading) for heading in HEADINGS]
    assert said == [entry.looks_like, entry.why_wrong, entry.redirect]  # type: ignore[attr-defined]


@EACH
def test_a_rule_file_is_named_after_its_code_and_holds_one_rule(one: Rule) -> None:
    module = one.check.__module__.rsplit(".", 2)
    assert module[1] == one.group
    assert module[2] == f"{one.code}_{one.name}".lower().replace("-", "_")


def test_the_pages_are_current() -> None:
    folder = ROOT / "docs/rules"
    written = {p.name: p.read_text(encoding="utf-8") for p in folder.glob("*.md")}
    assert written == pages(), "run: python -m agent.rules.write_docs"


def test_a_rule_is_found_by_code_or_name() -> None:
    assert rule_of("ap1") is rule_of("full-finetune-by-default") is rules()[0]


def test_an_unknown_rule_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match="AP1"):
        rule_of("AP9")
