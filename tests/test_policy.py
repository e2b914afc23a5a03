"""An organisation's policy: what it changes, that it needs reasons, that the review says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.errors import UsageError
from agent.policy import load, parse
from agent.rules.registry import run
from tests.rules.build import case

TEXT = """
[rules.NF2]
off = true
reason = "Prompting is tried in another process."

[rules.OPS1]
severity = "blocker"
reason = "Nothing goes live without it."

[thresholds.max_experiments]
value = 20
reason = "Cluster quota."

[prices.A100-80GB]
usd_per_hour = 1.1
reason = "Reserved contract."
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "review-finetune.toml"
    file.write_text(TEXT, encoding="utf-8")
    return file


def test_rules_are_switched_off_and_regraded(path: Path) -> None:
    ran = run(case({"method.primary": "lora"}), load(path))
    by_code = {f.code: f for f in ran.findings}
    assert "NF2" not in by_code
    assert next(c for c in ran.checks if c.code == "NF2").why.endswith("Prompting is tried in another process.")
    assert by_code["OPS1"].severity == "blocker"


def test_thresholds_and_prices(path: Path) -> None:
    policy = load(path)
    assert policy.limits().max_experiments == 20
    assert policy.limits().thin_examples == 500
    assert policy.usd_per_hour() == {"A100-80GB": 1.1}


def test_a_regraded_blocker_no_longer_requires_its_question() -> None:
    softer = parse({"rules": {"AP5": {"severity": "minor", "reason": "a pilot"}}}, "p")
    asks = run(case({"method.primary": "lora", "evaluation.test_set": "mentioned"}), softer).asks
    assert [a.required for a in asks if a.code == "AP5"] == [False]


def test_the_review_says_what_was_changed(path: Path) -> None:
    notes = load(path).notes()
    assert len(notes) == 4
    assert "NF2 is switched off (Prompting is tried in another process.)" in notes[0]
    assert "max_experiments is 20" in notes[2]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[rules.NF2]\noff = true", "rules.NF2.reason"),
        ('[rules.NF99]\noff = true\nreason = "why not"', "NF99"),
        ('[rules.NF2]\nreason = "why not"', "changes nothing"),
        ('[rules.NF2]\nseverity = "fatal"\nreason = "why not"', "severity"),
        ('[thresholds.nonsense]\nvalue = 2\nreason = "why not"', "nonsense"),
        ('[thresholds.oversize_factor]\nvalue = 0.5\nreason = "why not"', "oversize_factor"),
        ('[prices.A100-8GB]\nusd_per_hour = 2\nreason = "why not"', "A100-8GB"),
        ('[prices.H100]\nusd_per_hour = -2\nreason = "why not"', "usd_per_hour"),
        ("[colours]\nx = 1", "colours"),
        ("[rules", "not TOML"),
    ],
)
def test_a_wrong_policy_is_refused_in_one_line(tmp_path: Path, text: str, says: str) -> None:
    file = tmp_path / "review-finetune.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError) as refused:
        load(file)
    assert says in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_missing_policy_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"none\.toml"):
        load(tmp_path / "none.toml")
