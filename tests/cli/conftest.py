"""Runs the program as a user does, in this process where nothing else is needed."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from agent import cli

SOUND = """# Drafting summaries of support calls

We will fine-tune Mistral-7B with LoRA (rank 16) on 6,000 call transcripts with summaries written by our agents, to
write one-paragraph summaries in English.

## Evaluation
500 calls are a locked test set, carved out before training and held by the QA lead, who does not train. The metric is
the share of summaries accepted without edits: prompting the same model with five examples gives 68% on it, the target
is 85%.

## Plan
At most 20 experiments at $5 each on one A100-80GB, $100 of compute, in 4 weeks. Served with vLLM on one L4 GPU at $500
a month. Nothing is in use today; the manual process stays available and the tool can be switched off at any time.
"""

FLAWED = """# Drafting warranty replies

We will fine-tune Llama-3.1-8B-Instruct on 14,200 approved replies. We will run a full fine-tune, updating all weights,
because this gives the best quality. If training turns out to be too slow, we will fall back to LoRA.

We rent 8 H100 GPUs for three months at $46,000, and iterate until the quality is good enough. The project takes ten
weeks. The measure is the share of drafts that agents keep; the target is 80%, against 61% for the prompted API.

The model replaces the commercial API. It is served with vLLM on one A100 80GB. We switch all agents over on launch day.
"""


class Ran(NamedTuple):
    """What a run of the program left."""

    code: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """The program in an empty folder, with no configuration and no key."""
    ours = ("CONFIG", "KNOWLEDGE", "STORE", "DATABASE_URL")
    names = (*(f"REVIEW_FINETUNE_{n}" for n in ours), "OPENAI_API_KEY", "OPENAI_BASE_URL", "NO_COLOR", "COLUMNS")
    for name in (*names, "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.chdir(tmp_path)

    def go(*arguments: str | Path) -> Ran:
        code = cli.main([str(a) for a in arguments])
        return Ran(code, *capsys.readouterr())

    return go


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    """A small sound proposal as Markdown."""
    path = tmp_path / "sound.md"
    path.write_text(SOUND, "utf-8")
    return path


@pytest.fixture
def flawed(tmp_path: Path) -> Path:
    """A proposal with blockers, as Markdown."""
    path = tmp_path / "flawed.md"
    path.write_text(FLAWED, "utf-8")
    return path


def process(*arguments: str | Path, data: bytes = b"", cwd: Path | None = None) -> subprocess.CompletedProcess[bytes]:
    """The program in a process of its own, with nothing but the path in its environment."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(cwd or "/nonexistent"), "LC_ALL": "C.UTF-8"}
    if cwd is None:
        environment["REVIEW_FINETUNE_STORE"] = "off"
    command = [sys.executable, "-m", "agent.cli", *map(str, arguments)]
    return subprocess.run(command, input=data, capture_output=True, cwd=cwd, env=environment, timeout=120, check=False)


def one_line(text: str) -> bool:
    """True for one line with a final newline, and no traceback."""
    return text.endswith("\n") and text.count("\n") == 1 and "Traceback" not in text
