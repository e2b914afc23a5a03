"""The command is found, its errors are one line, and nothing is imported for `--help`."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

from agent import __version__
from agent.commands import COMMANDS
from agent.commands.failure import told
from tests.cli.conftest import Run, one_line, process


@pytest.mark.parametrize("arguments", [("--help",), ("-h",), ("help",), ()])
def test_help_lists_every_command(run: Run, arguments: tuple[str, ...]) -> None:
    done = run(*arguments)
    assert done.code == 0
    assert done.err == ""
    for name, command in COMMANDS.items():
        assert f"  {name} " in done.out
        assert command.summary in done.out


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_exists_and_explains_itself(run: Run, name: str) -> None:
    module = importlib.import_module(COMMANDS[name].module)
    assert callable(module.run)
    done = run(name, "--help")
    assert done.code == 0
    assert done.out.startswith(f"usage: review-finetune {name}")


def test_help_imports_nothing_heavy() -> None:
    assert not {"argparse", "pydantic", "rich", "langgraph", "knowledge", "agent.models"} & _loaded_by("--help")


def test_help_of_a_command_does_not_import_the_reviewer() -> None:
    assert not {"pydantic", "rich", "langgraph", "knowledge", "agent.models"} & _loaded_by("review", "--help")


def _loaded_by(*arguments: str) -> set[str]:
    """The modules that a run of the program imports."""
    program = (
        f"import sys; from agent.cli import main; main({list(arguments)}); sys.stderr.write(' '.join(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    return set(done.stderr.split())


def test_version(run: Run) -> None:
    assert run("--version") == (0, f"review-finetune {__version__}\n", "")


@pytest.mark.parametrize("name", ["frobnicate"])
def test_what_does_not_exist_is_refused_and_what_exists_is_said(run: Run, name: str) -> None:
    done = run(name, "x")
    assert (done.code, done.out) == (2, "")
    assert one_line(done.err)
    assert all(known in done.err for known in COMMANDS)


def test_a_slip_of_the_pen_is_understood(run: Run) -> None:
    assert "Did you mean review?" in run("reviw", "a.pdf").err


def test_a_file_alone_is_reviewed(run: Run, sound: Path) -> None:
    alone, named = run(sound, "--format", "json"), run("review", sound, "--format", "json")
    assert alone.code == named.code == 0
    one, other = json.loads(alone.out), json.loads(named.out)
    assert one["findings"] == other["findings"]
    assert one["document"] == other["document"]


def test_a_file_may_be_called_anything(run: Run, sound: Path) -> None:
    plain = sound.with_name("proposal")
    plain.write_bytes(sound.read_bytes())
    assert run("proposal").code == 0


def test_options_may_stand_before_the_command(run: Run, tmp_path: Path) -> None:
    config = tmp_path / "own.toml"
    config.write_text('[rules.EST2]\noff = true\nreason = "Agreed elsewhere."\n')
    assert "switched off (Agreed elsewhere.)" in run("--config", config, "rules", "EST2").out
    assert "switched off (Agreed elsewhere.)" in run(f"--config={config}", "--debug", "rules", "EST2").out


@pytest.mark.parametrize(
    "arguments",
    [
        ("review",),
        ("review", "--nonsense", "x.pdf"),
        ("review", "x.pdf", "--format", "word"),
        ("review", "x.pdf", "--fail-on", "sadness"),
        ("review", "x.pdf", "--llm", "maybe"),
        ("text",),
        ("completion", "powershell"),
        ("guide", "--limit", "many"),
        ("--config",),
    ],
)
def test_wrong_usage_is_one_line_that_says_where_to_look(run: Run, arguments: tuple[str, ...]) -> None:
    done = run(*arguments)
    assert (done.code, done.out) == (2, "")
    assert one_line(done.err)
    assert "--help" in done.err


def test_debug_gives_the_traceback() -> None:
    done = process("review", "--debug", "missing.pdf")
    assert b"Traceback" in done.stderr
    assert done.returncode == 1
    assert one_line(process("review", "missing.pdf").stderr.decode())


def test_an_error_of_the_program_is_one_line_too() -> None:
    known = told(ZeroDivisionError("division\nby zero \x1b[31m"), "a.pdf")
    assert known.exit_code == 3
    assert known.line.startswith("error: a.pdf: unexpected ZeroDivisionError: division by zero")
    assert "\x1b" not in known.line
    assert "\n" not in known.line
    assert "--debug" in known.line
