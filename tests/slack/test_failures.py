"""Every failure is told in words, to whoever asked: what happened, and what to do."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from pypdf import PdfWriter

from agent.documents import LIMITS
from agent.llm import ModelSettings
from tests.cli.conftest import FLAWED
from tests.slack.running import Slack, play
from tests.slack.workspace import PM, Workspace

LINK = "https://x.slack.com/files/U1/F9/plan.pdf"


def told(folder: Path, workspace: Workspace, command: str = LINK, **more: object) -> str:
    """What the bot says last, whispered or in its message."""
    said: list[str] = []

    async def scene(slack: Slack) -> None:
        assert await slack.command(command) == (200, "")
        said.extend(m["text"] for m in (*slack.at.ours(), *slack.at.whispers))

    play(folder, scene, workspace, **more)
    return said[-1]


def locked() -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    writer.encrypt("secret", algorithm="AES-256")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@pytest.fixture
def workspace() -> Workspace:
    made = Workspace()
    made.files["F9"] = ("plan.pdf", b"%PDF-1.7\n", PM)
    return made


def test_not_in_the_channel(tmp_path: Path, workspace: Workspace) -> None:
    workspace.members.discard("C1")
    assert "/invite" in told(tmp_path, workspace)
    assert workspace.ours()[-1]["channel"] == "DPM"


def test_a_missing_scope(tmp_path: Path, workspace: Workspace) -> None:
    workspace.scopes.discard("files:read")
    said = told(tmp_path, workspace)
    assert "(files:read)" in said
    assert "install it again" in said


def test_a_login_page_instead_of_the_file(tmp_path: Path, workspace: Workspace) -> None:
    workspace.login = True
    assert "login page" in told(tmp_path, workspace)


def test_a_login_page_instead_of_a_web_page(tmp_path: Path, workspace: Workspace) -> None:
    workspace.files["F9"] = ("plan.html", b"<html><p>Our plan</p></html>", PM)
    workspace.login = True
    assert "login page" in told(tmp_path, workspace)


def test_a_file_that_is_gone(tmp_path: Path, workspace: Workspace) -> None:
    del workspace.files["F9"]
    assert "/invite" in told(tmp_path, workspace)


def test_a_file_that_is_too_large(tmp_path: Path, workspace: Workspace) -> None:
    workspace.sizes["F9"] = LIMITS.bytes + 1
    assert "the limit is" in told(tmp_path, workspace)


def test_an_encrypted_file(tmp_path: Path, workspace: Workspace) -> None:
    workspace.files["F9"] = ("plan.pdf", locked(), PM)
    assert "password" in told(tmp_path, workspace)


def test_a_file_of_another_kind(tmp_path: Path, workspace: Workspace) -> None:
    workspace.files["F9"] = ("plan.exe", b"MZ", PM)
    assert "not a proposal file" in told(tmp_path, workspace)


def test_a_click_that_came_too_late(tmp_path: Path, workspace: Workspace) -> None:
    workspace.trigger_life = 0.0
    assert "click once more" in told(tmp_path, workspace, "")


def test_slack_takes_no_more(tmp_path: Path, workspace: Workspace) -> None:
    workspace.faulty = lambda method, number: "429" if method == "files.info" else ""
    assert "gave up after several tries" in told(tmp_path, workspace)


def test_the_model_is_down(tmp_path: Path, workspace: Workspace) -> None:
    workspace.files["F9"] = ("plan.md", FLAWED.encode(), PM)
    told(tmp_path, workspace, model=ModelSettings("gpt-6-luna", "http://127.0.0.1:9/v1", "sk-secret"))
    message = next(m for m in workspace.ours() if "thread_ts" not in m)
    assert message["blocks"][0]["type"] == "header"
    assert "No language model read the document" in json.dumps(message["blocks"])


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("https://evil.example/plan.pdf", "found no file"),
        ("https://docs.google.com/document/d/1aBcDeFgHiJkLmNoPqRsTuV/edit", "Google Docs are not set up"),
    ],
)
def test_a_link_that_cannot_be_read(said: str, answer: str, tmp_path: Path, workspace: Workspace) -> None:
    assert answer in told(tmp_path, workspace, said)
