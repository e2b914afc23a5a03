"""`text`, `guide`, `rules`, `doctor` and `completion`."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

from agent.commands import COMMANDS
from agent.commands.doctor import PACKAGES
from agent.rules.registry import rules
from knowledge import guide
from tests.cli.conftest import Run, one_line, process


def test_text_lists_blocks_with_their_places(run: Run, tmp_path: Path) -> None:
    (tmp_path / "p.md").write_text("# Plan\n\n## Budget\n\n| Item | Cost |\n|---|---|\n| GPUs | $300 |\n")
    done = run("text", "p.md")
    assert (done.code, done.err) == (0, "")
    assert any(
        "Budget" in line and "table 1, row 2, column 2" in line and "$300" in line for line in done.out.splitlines()
    )


def test_text_as_json_holds_exact_offsets(run: Run, sound: Path, tmp_path: Path) -> None:
    assert run("text", sound, "--format", "json", "-o", "text.json") == (0, "", "")
    document = json.loads((tmp_path / "text.json").read_text("utf-8"))
    spans = [document["text"][b["start"] : b["end"]] for b in document["blocks"]]
    assert "Drafting summaries of support calls" in spans
    assert all(span.strip() for span in spans)


def test_text_of_a_hostile_document_cannot_speak_to_the_terminal(run: Run, tmp_path: Path) -> None:
    (tmp_path / "p.txt").write_bytes(b"# Plan\n\nWe fine-tune \x1b]0;owned\x07 a model \x1b[2J with LoRA.\n")
    done = run("text", "p.txt")
    assert "\x1b" not in done.out
    assert "\x07" not in done.out


def test_guide_lists_all_entries_or_those_of_a_kind(run: Run) -> None:
    everything, costs = run("guide").out, run("guide", "cost").out
    assert all(entry.id in everything for entry in guide().entries())
    assert all((entry.id in costs) == (entry.kind == "cost") for entry in guide().entries())


def test_guide_shows_an_entry_with_where_it_comes_from(run: Run) -> None:
    said = run("guide", "cost/7b-5k-lora").out
    assert "$50 to $300" in said
    assert "the guide's own sentence" in said
    restored = next(e for e in guide().entries() if e.provenance == "restored")
    assert restored.sources[0].title.split()[0] in run("guide", restored.id).out


def test_guide_searches(run: Run) -> None:
    first = run("guide", "--search", "multi-tenant product, one adapter per customer").out.splitlines()[0]
    assert first.startswith("situation/multi-tenant-saas")
    assert run("guide", "--search", "zzzz qqqq").out.startswith("Nothing found")


@pytest.mark.parametrize(
    "arguments", [("guide", "cost/7b-5k-lara"), ("guide", "nonsense"), ("guide", "cost", "--search", "x")]
)
def test_guide_says_what_is_wrong(run: Run, arguments: tuple[str, ...]) -> None:
    done = run(*arguments)
    assert (done.code, done.out) == (2, "")
    assert one_line(done.err)


def test_the_nearest_entry_is_named(run: Run) -> None:
    assert "cost/7b-5k-lora" in run("guide", "cost/7b-5k-lara").err


def test_rules_lists_every_rule_of_the_contract(run: Run) -> None:
    said = run("rules").out
    assert all(f"{one.code:<5} {one.name}" in said for one in rules())


@pytest.mark.parametrize("code", [one.code for one in rules()])
def test_every_rule_can_be_read(run: Run, code: str) -> None:
    by_code = run("rules", code.lower())
    one = next(r for r in rules() if r.code == code)
    assert by_code.out == run("rules", one.name).out
    for part in (one.description.split()[-1], "What it looks like", "Why it's wrong", "How to redirect", *one.guide):
        assert part in by_code.out


def test_an_unknown_rule_is_named(run: Run) -> None:
    done = run("rules", "AP99")
    assert done.code == 2
    assert "AP99" in done.err
    assert "AP1" in done.err


def test_doctor_says_what_is_there(run: Run) -> None:
    done = run("doctor")
    assert (done.code, done.err) == (0, "")
    for what in ("Python", "pydantic", "knowledge", "rules", "configuration", "language model", "OCR of scans"):
        assert what in done.out
    assert "broken" not in done.out


def test_doctor_says_how_to_mend_what_is_missing(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "120")
    done = run("doctor")
    assert done.code == 0
    assert "tesseract not found: apt-get install tesseract-ocr" in done.out


def test_doctor_finds_a_broken_configuration(run: Run, tmp_path: Path) -> None:
    (tmp_path / "review-finetune.toml").write_text("[rules.AP1\n")
    done = run("doctor")
    assert done.code == 2
    assert "broken   configuration" in done.out


BASH = shutil.which("bash")


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        (["review-finetune", "re"], {"review"}),
        (["review-finetune", ""], {*COMMANDS, "--help", "--version", "--config", "--debug"}),
        (["review-finetune", "review", "--form"], {"--format"}),
        (["review-finetune", "review", "--format", "j"], {"json"}),
        (["review-finetune", "review", "--llm", ""], {"auto", "off", "required"}),
        (["review-finetune", "completion", "f"], {"fish"}),
        (["review-finetune", "estimate", "--method", "q"], {"qlora"}),
    ],
)
def test_bash_completes(run: Run, typed: list[str], offered: set[str]) -> None:
    words = " ".join(f"'{word}'" for word in typed)
    ask = f"COMP_WORDS=({words}); COMP_CWORD={len(typed) - 1}; _review_finetune; printf '%s\\n' \"${{COMPREPLY[@]}}\""
    done = subprocess.run(
        [str(BASH), "--norc", "-c", f"{run('completion', 'bash').out}\n{ask}"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert set(done.stdout.split()) == offered
    assert done.stderr == ""


def test_zsh_and_fish_know_every_command_and_option(run: Run) -> None:
    for shell in ("zsh", "fish"):
        script = run("completion", shell).out
        assert all(name in script for name in COMMANDS)
        assert "fail-on" in script
    fish = run("completion", "fish").out.splitlines()
    assert all(line.startswith(("#", "complete -c review-finetune ")) for line in fish)
    assert any("-l format" in line and "html" in line for line in fish)


def test_the_program_runs_without_a_home(tmp_path: Path) -> None:
    assert process("rules", "AP1", cwd=tmp_path / "..").returncode == 0


def test_doctor_looks_for_what_is_declared() -> None:
    declared = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text("utf-8"))["project"][
        "dependencies"
    ]
    assert set(PACKAGES) <= {re.split(r"[\[>]", one)[0] for one in declared}
