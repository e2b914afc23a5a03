"""What is configured shows in the review, in `rules`, in `guide`."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Run, one_line

POLICY = """[[policy]]
id = "policy/no-weekend-launches"
title = "No launches at weekends"
text = "Nothing goes live between Friday noon and Monday."
codes = ["OPS2"]
"""


def test_a_rule_that_is_switched_off_does_not_fire_and_that_is_said(run: Run, flawed: Path, tmp_path: Path) -> None:
    assert "OPS2" in {f["code"] for f in json.loads(run(flawed, "--format", "json").out)["findings"]}
    (tmp_path / "review-finetune.toml").write_text('[rules.OPS2]\noff = true\nreason = "Decided by operations."\n')
    review = json.loads(run(flawed, "--format", "json").out)
    assert "OPS2" not in {f["code"] for f in review["findings"]}
    check = next(c for c in review["checks"] if c["code"] == "OPS2")
    assert check["outcome"] == "not_applicable"
    assert "Decided by operations." in check["why"]
    assert "Decided by operations." in run(flawed).out
    assert "switched off (Decided by operations.)" in run("rules", "OPS2").out


def test_a_rule_that_is_graded_otherwise(run: Run, flawed: Path, tmp_path: Path) -> None:
    config = tmp_path / "own.toml"
    config.write_text('[rules.OPS2]\nseverity = "blocker"\nreason = "House rule."\n')
    review = json.loads(run(flawed, "--format", "json", "--config", config).out)
    assert next(f for f in review["findings"] if f["code"] == "OPS2")["severity"] == "blocker"


def test_the_organisations_entries_stand_in_the_guide(run: Run, tmp_path: Path) -> None:
    (tmp_path / "ours").mkdir()
    (tmp_path / "ours" / "policies.toml").write_text(POLICY)
    (tmp_path / "review-finetune.toml").write_text('knowledge = "ours"\n')
    assert "policy/no-weekend-launches" in run("guide").out
    assert "Friday noon" in run("guide", "policy/no-weekend-launches").out
    assert run("guide", "--search", "launch at the weekend").out.startswith("policy/no-weekend-launches")


def test_the_organisations_entries_are_cited_like_the_guides(run: Run, flawed: Path, tmp_path: Path) -> None:
    (tmp_path / "ours").mkdir()
    (tmp_path / "ours" / "policies.toml").write_text(POLICY)
    (tmp_path / "review-finetune.toml").write_text('knowledge = "ours"\n')
    review = json.loads(run(flawed, "--format", "json").out)
    cited = {f["code"]: f["guide_refs"] for f in review["findings"]}
    assert cited["OPS2"][-1] == "policy/no-weekend-launches"
    assert [code for code, refs in cited.items() if "policy/no-weekend-launches" in refs] == ["OPS2"]


def test_mistakes_are_one_line_and_exit_2(run: Run, flawed: Path, tmp_path: Path) -> None:
    missing = run(flawed, "--config", tmp_path / "none.toml")
    (tmp_path / "review-finetune.toml").write_text('knowledge = "nowhere"\n')
    folder = run(flawed)
    for done in (missing, folder):
        assert (done.code, done.out) == (2, "")
        assert one_line(done.err)
