"""The child process: its limits hold, its end is explained, and it gives what reading here gives."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from agent.documents import LIMITS, parse, read
from agent.documents.sandbox import extract_in_child
from agent.errors import CorruptDocument, TooLargeDocument
from tests.documents import proposal
from tests.documents.hostile import pdfs


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("it.md", proposal.as_markdown()),
        ("it.docx", proposal.as_docx()),
        ("it.html", proposal.as_html()),
        ("it.pdf", proposal.as_pdf()),
    ],
)
def test_child_and_parent_read_alike(name: str, data: bytes) -> None:
    assert read(data, name) == parse(data, name)


def test_memory_is_capped() -> None:
    with pytest.raises(TooLargeDocument, match="memory"):
        read(pdfs.bomb(100), "it.pdf", limits=LIMITS._replace(memory=150 << 20))


def test_processor_time_is_capped() -> None:
    with pytest.raises(TooLargeDocument, match="stopped after 1 s"):
        read(pdfs.cloud_of_words(60_000), "it.pdf", limits=LIMITS._replace(cpu_seconds=1))


def test_wall_time_is_capped() -> None:
    with pytest.raises(TooLargeDocument, match="too slow to read"):
        read(pdfs.cloud_of_words(60_000), "it.pdf", limits=LIMITS._replace(wall_seconds=1))


def test_the_answer_is_capped() -> None:
    with pytest.raises((TooLargeDocument, CorruptDocument)):
        read(proposal.as_docx(), "it.docx", limits=LIMITS._replace(result=500))


def test_text_and_blocks_are_capped() -> None:
    with pytest.raises(TooLargeDocument, match="too much text"):
        read(proposal.as_docx(), "it.docx", limits=LIMITS._replace(characters=100))
    with pytest.raises(TooLargeDocument, match="too much text"):
        read(proposal.as_docx(), "it.docx", limits=LIMITS._replace(blocks=5))


def test_the_working_folder_cannot_lend_modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("json", "agent", "lxml", "markdown_it"):
        (tmp_path / f"{module}.py").write_text("raise SystemExit(99)\n")
    monkeypatch.chdir(tmp_path)
    assert read(b"# A plan\n\nText.\n", "it.md").title == "A plan"


def test_the_child_sees_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its environment is built anew, not inherited."""
    from agent.documents import sandbox

    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    seen: dict[str, str] = {}
    real = sandbox.subprocess.Popen

    def spy(*args: object, **options: object) -> object:
        seen.update(options["env"])  # type: ignore[call-overload]
        return real(*args, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(sandbox.subprocess, "Popen", spy)
    extract_in_child(proposal.as_markdown(), "it.md", LIMITS)
    assert "OPENAI_API_KEY" not in seen
    assert "PATH" in seen or "PATH" not in os.environ


def test_names_of_any_kind_are_carried() -> None:
    assert read(b"# A plan\n", "--help; rm -rf 'ü' \u202e.md").name == "--help; rm -rf 'ü' \u202e.md"
