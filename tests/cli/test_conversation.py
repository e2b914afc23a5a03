"""The terminal's part in the conversation: answer, show, list, diff, correct, dispute, waive, export, delete."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from agent.commands.stored import operator
from evals.dataset import Labels
from tests.cli.conftest import Run, one_line

LORA = "We switch to LoRA on Llama 3.1 8B; full fine-tuning is dropped."


@pytest.fixture
def kept(run: Run, flawed: Path) -> str:
    """The id of a stored review."""
    return str(json.loads(run(flawed, "--format", "json").out)["review_id"])


def approver(tmp_path: Path, name: str) -> None:
    (tmp_path / "review-finetune.toml").write_text(f'[signoff]\napprovers = ["{name}"]\n', "utf-8")


def test_an_answer_moves_the_verdict(run: Run, kept: str) -> None:
    done = run("answer", kept, "--question", "lora-limit", "--text", LORA)
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("APPROVE WITH CONDITIONS · was: revise before approval")
    again = json.loads(run("show", kept, "--format", "json").out)
    assert again["review_id"] == kept
    assert again["verdict"]["value"] == "approve_with_conditions"
    assert next(q for q in again["questions"] if q["id"] == "lora-limit")["answer"] == LORA
    assert set(again["questions"][0]) >= {"id", "text", "why", "good_answer", "status", "answer"}
    assert "about" not in again["questions"][0]


def test_answers_from_a_file(run: Run, kept: str, tmp_path: Path) -> None:
    shown = json.loads(run("show", kept, "--format", "json").out)["questions"]
    number = next(n for n, q in enumerate(shown, 1) if q["id"] == "gpu-memory")
    text = (
        f"## test-set\n400 replies, held by the QA lead,\nlocked before training.\n\n{number}. One A100 80GB instead.\n"
    )
    (tmp_path / "answers.md").write_text(text, "utf-8")
    done = json.loads(run("answer", kept, "--file", "answers.md", "--format", "json").out)
    status = {q["id"]: q["status"] for q in done["questions"]}
    assert (status["test-set"], status["gpu-memory"]) == ("answered", "answered")
    (tmp_path / "answers.json").write_text(json.dumps({"experiment-budget": "30"}), "utf-8")
    assert "Answered:" in run("answer", kept, "--file", "answers.json").out


@pytest.mark.parametrize(
    "arguments",
    [
        ("answer", "rf-nothing", "--question", "test-set", "--text", "x"),
        ("answer", "KEPT", "--question", "test-set"),
        ("answer", "KEPT", "--question", "nonsense", "--text", "x"),
        ("answer", "KEPT", "--question", "test-set", "--text", " "),
        ("answer", "KEPT", "--file", "nowhere.txt"),
        ("answer", "KEPT"),
        ("show", "rf-nothing"),
        ("show", "KEPT", "--history", "--format", "html"),
        ("dispute", "KEPT", "NF6", "--reason", "not so"),
        ("correct", "KEPT", "no.such", "1"),
        ("waive", "KEPT", "AP1", "--reason", "because"),
        ("delete", "rf-nothing"),
        ("diff", "rf-nothing", "rf-nothing"),
        ("export", "--disputes"),
    ],
)
def test_what_cannot_be_done_is_one_line(run: Run, kept: str, arguments: tuple[str, ...]) -> None:
    done = run(*(kept if a == "KEPT" else a for a in arguments))
    assert done.code == 2
    assert done.out == ""
    assert one_line(done.err)


def test_a_waiver_is_in_every_format(run: Run, kept: str, tmp_path: Path) -> None:
    approver(tmp_path, operator())
    assert run("waive", kept, "AP3", "--reason", "Agreed for the pilot", "--until", "2999-01-31").code == 0
    for form in ("terminal", "markdown", "html"):
        shown = " ".join(run("show", kept, "--format", form).out.split())
        assert "Agreed for the pilot" in shown, form
        assert "2999" in shown, form
    found = json.loads(run("show", kept, "--format", "json").out)["findings"]
    assert next(f for f in found if f["code"] == "AP3")["status"] == "waived"


def test_the_environment_makes_nobody_an_approver(run: Run, kept: str, tmp_path: Path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    approver(tmp_path, "ada")
    for name in ("USER", "LOGNAME", "SUDO_USER"):
        monkeypatch.setenv(name, "ada")
    assert run("waive", kept, "AP3", "--reason", "Agreed").code == 2


def test_the_author_waives_nothing(run: Run, flawed: Path, tmp_path: Path) -> None:
    approver(tmp_path, operator())
    review = json.loads(run(flawed, "--format", "json", "--author", operator()).out)["review_id"]
    assert "is the author" in run("waive", review, "AP3", "--reason", "Agreed").err


def test_history_and_list(run: Run, kept: str) -> None:
    run("answer", kept, "--question", "ownership", "--text", "The platform team owns it.")
    assert [
        json.loads(line)["kind"] for line in run("show", kept, "--history", "--format", "json").out.splitlines()
    ] == [
        "started",
        "reviewed",
        "answer",
        "reviewed",
    ]
    assert "The platform team owns it." in run("show", kept, "--history").out
    assert [json.loads(line)["id"] for line in run("list", "--format", "json").out.splitlines()] == [kept]
    assert kept in run("list").out


def test_delete_and_no_store(run: Run, kept: str, sound: Path) -> None:
    assert run("delete", kept).code == 0
    assert run("review", sound, "--no-store").code == 0
    assert "No review is stored here" in run("list").out


def test_a_store_that_cannot_be_used_loses_no_review(run: Run, sound: Path, tmp_path: Path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setenv("REVIEW_FINETUNE_STORE", str(sound / "below-a-file.db"))
    done = run(sound, "--format", "json")
    assert done.code == 0
    assert json.loads(done.out)["verdict"]
    assert one_line(done.err)
    assert "not kept" in done.err


def test_diff_of_documents(run: Run, flawed: Path, sound: Path) -> None:
    found = json.loads(run("diff", flawed, sound, "--format", "json").out)
    assert "AP1" in {f["code"] for f in found["resolved"]}
    assert found["facts"]["method.primary"] == {"old": "full", "new": "lora"}
    assert "RESOLVED" in run("diff", flawed, sound).out


def test_disputes_become_cases_that_the_evals_read(run: Run, kept: str, tmp_path: Path) -> None:
    run("dispute", kept, "AP3", "--reason", "There is a cap in annex B.")
    run("correct", kept, "timeline.weeks", "10", "--quote", "The project takes ten")
    assert run("export", "--disputes", "-o", "cases").out == "1 case in cases\n"
    labels = Labels(**tomllib.loads((tmp_path / "cases" / f"{kept}.toml").read_text("utf-8")))
    assert labels.silent == {"AP3"}
    assert labels.facts["timeline.weeks"] == [10, 10]
    assert "8 H100 GPUs" in (tmp_path / "cases" / f"{kept}.md").read_text("utf-8")


def test_export_is_whole(run: Run, kept: str) -> None:
    (line,) = run("export").out.splitlines()
    kept_whole = json.loads(line)
    assert kept_whole["review"]["review_id"] == kept
    assert [e["kind"] for e in kept_whole["history"]] == ["started", "reviewed"]
