"""The command: what goes in comes out once, what fails costs one line, and what is done is not done again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from tests.batch.conftest import EXAMPLE, Batch
from tests.cli.conftest import FLAWED, SOUND
from tests.documents.hostile import archives, pdfs

Capture = pytest.CaptureFixture[str]


def test_a_mixed_folder(batch: Batch, capsys: Capture) -> None:
    (batch.given / "again.md").write_text(FLAWED, "utf-8")
    (batch.given / "example.pdf").write_bytes(EXAMPLE.read_bytes())
    (batch.given / "forms.pdf").write_bytes(pdfs.forms_calling_forms(28))
    (batch.given / "locked.docx").write_bytes(archives.encrypted())
    (batch.given / ".hidden.md").write_text(SOUND, "utf-8")
    (batch.given / "link.md").symlink_to("/etc/passwd")
    with zipfile.ZipFile(batch.given / "pack.zip", "w") as pack:
        pack.writestr("team/sound.md", SOUND + "\nFor the second team.\n")
        pack.writestr("../../escaped.md", SOUND + "\nFor the third team.\n")
        pack.writestr("__MACOSX/._sound.md", "x")
    done = batch.run(capsys=capsys)
    assert done.code == 1
    assert "9 documents (1 duplicate, reviewed once); 1 worker." in done.err
    rows = {Path(r["document"]).name: r for r in batch.table("summary")}
    assert set(rows) == {"sound.md", "flawed.md", "again.md", "example.pdf", "escaped.md"} | {"sound.md"}
    assert rows["flawed.md"]["same_as"].endswith("again.md")
    assert rows["again.md"]["verdict"] == rows["flawed.md"]["verdict"] == "revise"
    assert rows["example.pdf"]["asked_usd_high"] == "49000"
    failed = {Path(r["document"]).name: r for r in batch.table("failures")}
    assert {n: r["kind"] for n, r in failed.items()} == {
        "forms.pdf": "TooLargeDocument",
        "link.md": "NotADocument",
        "locked.docx": "EncryptedDocument",
    }
    assert all(r["reason"] and r["what_to_do"].endswith(".") for r in failed.values())
    written = {p.name for p in (batch.output / "reviews").iterdir()}
    stems = ("again", "sound", "sound-2", "example", "escaped")
    assert written == {f"{s}.{e}" for s in stems for e in ("json", "html")}
    assert not list(batch.output.parent.rglob("escaped.md"))
    lines = [json.loads(line) for line in (batch.output / "summary.jsonl").read_text().splitlines()]
    assert len(lines) == 6
    assert (
        json.loads((batch.output / lines[0]["report"]).with_suffix(".json").read_text())["verdict"]["value"]
        == lines[0]["verdict"]
    )


def test_a_review_is_that_of_one_document_alone(batch: Batch, capsys: Capture) -> None:
    from agent.reports.json import contract
    from agent.review import review

    batch.run(capsys=capsys)
    ours = json.loads((batch.output / "reviews" / "flawed.json").read_text())
    alone = json.loads(json.dumps(contract(review((batch.given / "flawed.md").read_bytes(), "flawed.md"))))
    for one in (ours, alone):
        del one["review_id"], one["created_at"], one["engine"]["seconds"]
    assert ours == alone


def test_a_list_brings_what_is_known(batch: Batch, capsys: Capture) -> None:
    table = batch.given / "list.csv"
    table.write_text("path,team,note\nsound.md,Claims,=1+1\nmissing.md,None,\n", "utf-8")
    done = Batch(table, batch.output).run(capsys=capsys)
    assert done.code == 1
    (row,) = batch.table("summary")
    assert (row["list.team"], row["list.note"]) == ("Claims", "'=1+1")
    assert batch.table("failures")[0]["reason"].startswith("cannot be opened")
    line = json.loads((batch.output / "summary.jsonl").read_text())
    assert line["list"] == {"team": "Claims", "note": "=1+1"}


def test_a_list_in_json_lines(batch: Batch, capsys: Capture) -> None:
    table = batch.given / "list.jsonl"
    table.write_text('{"file": "sound.md", "cost centre": 12}\n', "utf-8")
    assert Batch(table, batch.output).run(capsys=capsys).code == 0
    assert batch.table("summary")[0]["list.cost centre"] == "12"


def test_resume_repeats_nothing_that_is_done(batch: Batch, capsys: Capture) -> None:
    assert batch.run(capsys=capsys).code == 0
    first = (batch.output / "reviews" / "sound.json").read_bytes()
    (batch.given / "flawed.md").write_text(SOUND + "\nA new version of it.\n", "utf-8")
    (batch.given / "aaa.md").write_text(FLAWED, "utf-8")
    again = batch.run("--resume", capsys=capsys)
    assert again.code == 0
    assert "1 of them done already" in again.err
    assert (batch.output / "reviews" / "sound.json").read_bytes() == first
    verdicts = {Path(r["document"]).name: r["verdict"] for r in batch.table("summary")}
    assert verdicts["aaa.md"] == "revise"
    assert verdicts["flawed.md"] != "revise"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["nowhere"], "no such file"),
        (["."], "holds no documents"),
        (["in", "--workers", "0"], "--workers 0"),
        (["https://example.org/a.pdf"], "an address"),
        (["-"], "standard input"),
        (["in/bad.csv"], "names no document"),
        (["in/bad.jsonl"], "cannot be read"),
    ],
)
def test_wrong_usage_is_one_line(batch: Batch, capsys: Capture, arguments: list[str], says: str) -> None:
    from agent import cli

    if arguments == ["."]:
        for path in batch.given.iterdir():
            path.unlink()
    else:
        (batch.given / "bad.csv").write_text("name,team\na,b\n")
        (batch.given / "bad.jsonl").write_text("{\n")
    assert cli.main(["batch", *arguments, "-o", "out"]) == 2
    line = capsys.readouterr().err
    assert says in line
    assert line.count("\n") == 1


def test_a_folder_with_a_batch_is_not_overwritten(batch: Batch, capsys: Capture) -> None:
    batch.run(capsys=capsys)
    refused = batch.run(capsys=capsys)
    assert refused.code == 2
    assert "--resume" in refused.err


def test_kill_and_resume(batch: Batch, capsys: Capture) -> None:
    for n in range(12):
        (batch.given / f"more-{n:02}.md").write_text(f"{FLAWED}\nRequest {n}.\n", "utf-8")
    journal = batch.output / ".batch" / "run.journal"
    process = _start(batch)
    _wait_for(lambda: journal.exists() and journal.read_bytes().count(b"\n") >= 3)
    process.kill()
    process.communicate()
    done = journal.read_bytes().count(b"\n")
    with journal.open("ab") as file:
        file.write(b'["more-11", "torn')
    assert not (batch.output / "summary.csv").exists()
    kept = {p: p.stat().st_mtime_ns for p in _of_lines(batch, done)}
    assert batch.run("--resume", capsys=capsys).code == 0
    assert len(batch.table("summary")) == 14
    assert len(kept) == done
    assert {p: p.stat().st_mtime_ns for p in kept} == kept


def test_a_stop_keeps_what_is_done(batch: Batch, capsys: Capture) -> None:
    for n in range(12):
        (batch.given / f"more-{n:02}.md").write_text(f"{FLAWED}\nRequest {n}.\n", "utf-8")
    process = _start(batch)
    journal = batch.output / ".batch" / "run.journal"
    _wait_for(lambda: journal.exists() and journal.read_bytes().count(b"\n") >= 2)
    process.send_signal(signal.SIGINT)
    _, error = process.communicate(timeout=30)
    assert process.returncode == 130
    assert b"Go on with --resume" in error
    assert b"Traceback" not in error
    assert 2 <= len(batch.table("summary")) < 14
    assert batch.run("--resume", capsys=capsys).code == 0
    assert len(batch.table("summary")) == 14


def _start(batch: Batch) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "agent.cli", "batch", str(batch.given), "-o", str(batch.output), "--workers", "1"]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment)


def _of_lines(batch: Batch, number: int) -> list[Path]:
    lines = (batch.output / ".batch" / "run.journal").read_bytes().splitlines()[:number]
    return [batch.output / "reviews" / f"{json.loads(line)[0]}.json" for line in lines]


def _wait_for(condition: object, seconds: float = 60) -> None:
    assert callable(condition)
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)
