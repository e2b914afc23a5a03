"""`review`: formats, places, exit codes, many documents at once."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from agent.commands.output import screen
from tests.cli.conftest import Run, one_line, process

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "review.schema.json").read_text("utf-8"))


def test_json_is_the_contract_and_nothing_else(run: Run, flawed: Path) -> None:
    done = run("review", flawed, "--format", "json")
    assert (done.code, done.err) == (0, "")
    review = json.loads(done.out)
    Draft202012Validator(SCHEMA).validate(review)
    assert review["verdict"]["value"] == "revise"
    assert {"AP1", "AP3", "AP4", "AP5", "OPS2"} <= {f["code"] for f in review["findings"]}


def test_quotes_stand_at_their_offsets_in_the_text_command(run: Run, flawed: Path) -> None:
    review = json.loads(run("review", flawed, "--format", "json").out)
    text = json.loads(run("text", flawed, "--format", "json").out)["text"]
    quotes = [e for f in review["findings"] for e in f["evidence"]]
    assert quotes
    assert all(text[e["start"] : e["end"]] == e["quote"] for e in quotes)


@pytest.mark.parametrize(
    ("form", "start"), [("terminal", "REVISE"), ("markdown", "# "), ("html", "<!doctype html>"), ("json", "{")]
)
def test_every_format(run: Run, flawed: Path, form: str, start: str) -> None:
    done = run("review", flawed, "--format", form)
    assert done.code == 0
    assert done.out.lower().startswith(start.lower())
    assert "\x1b" not in done.out


@pytest.mark.parametrize(
    ("name", "start"), [("r.json", "{"), ("r.html", "<!doctype"), ("r.md", "# "), ("r.txt", "R"), ("r", "R")]
)
def test_the_ending_of_the_file_gives_the_format(run: Run, flawed: Path, tmp_path: Path, name: str, start: str) -> None:
    done = run(flawed, "-o", name)
    assert done == (0, "", "")
    assert (tmp_path / name).read_text("utf-8").lower().startswith(start.lower())


def test_a_stated_format_wins_over_the_ending(run: Run, sound: Path, tmp_path: Path) -> None:
    run(sound, "--format", "json", "-o", "r.md")
    assert json.loads((tmp_path / "r.md").read_text("utf-8"))["schema_version"] == "1"


def test_fail_on_is_met_at_the_verdict_or_a_worse_one(run: Run, flawed: Path) -> None:
    assert run(flawed, "--fail-on", "revise").code == 1
    assert run(flawed, "--fail-on", "approve_with_conditions").code == 1
    assert run(flawed, "--fail-on", "do_not_fine_tune").code == 0
    assert run(flawed, "--fail-on", "revise").out.startswith("REVISE")


def test_what_is_no_proposal_fails_no_build(run: Run, tmp_path: Path) -> None:
    (tmp_path / "menu.md").write_text("# Canteen\n\nMonday: soup. Tuesday: pasta with tomatoes. Wednesday: curry.\n")
    done = run("menu.md", "--fail-on", "approve", "--format", "json")
    assert json.loads(done.out)["verdict"]["value"] == "not_a_proposal"
    assert done.code == 0


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("empty.pdf", b""),
        ("blank.md", b"  \n"),
        ("torn.pdf", b"%PDF-1.7\n1 0 obj"),
        ("song.mp3", b"ID3\x04\x00\x00\xff\xfb"),
    ],
)
def test_what_cannot_be_read_is_exit_3_and_one_line(run: Run, tmp_path: Path, name: str, data: bytes) -> None:
    (tmp_path / name).write_bytes(data)
    done = run("review", name)
    assert (done.code, done.out) == (3, "")
    assert one_line(done.err)
    assert name in done.err


def test_a_missing_file_a_folder_and_a_link(run: Run, sound: Path, tmp_path: Path) -> None:
    (tmp_path / "link.md").symlink_to(sound)
    for name in ("missing.pdf", str(tmp_path), "link.md"):
        done = run("review", name)
        assert done.code == 3
        assert one_line(done.err)


def test_a_file_name_cannot_speak_to_the_terminal(run: Run) -> None:
    done = run("review", "a\x1b[2Jb\nc.pdf")
    assert one_line(done.err)
    assert "\x1b" not in done.err


def test_one_bad_document_does_not_stop_the_others(run: Run, sound: Path, tmp_path: Path) -> None:
    (tmp_path / "bad.pdf").write_bytes(b"%PDF-1.7\n")
    done = run("review", "bad.pdf", sound, "missing.md", "--format", "json")
    assert done.code == 1
    lines = done.out.splitlines()
    assert [json.loads(line)["document"]["name"] for line in lines] == ["sound.md"]
    assert done.err.count("\n") == 2
    assert "bad.pdf" in done.err
    assert "missing.md" in done.err


def test_several_documents_are_json_lines_by_the_contract(run: Run, sound: Path, flawed: Path) -> None:
    done = run(sound, flawed, "--format", "json")
    reviews = [json.loads(line) for line in done.out.splitlines()]
    assert done.code == 0
    assert [r["document"]["name"] for r in reviews] == ["sound.md", flawed.name]
    for review in reviews:
        Draft202012Validator(SCHEMA).validate(review)


def test_several_documents_into_a_folder_each_under_its_own_name(run: Run, sound: Path, tmp_path: Path) -> None:
    other = tmp_path / "more" / "sound.md"
    other.parent.mkdir()
    other.write_text(sound.read_text("utf-8") + "\nOne more sentence.\n")
    done = run(sound, other, "--format", "html", "-o", "out")
    assert done == (0, "", "")
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["sound-2.html", "sound.html"]


def test_several_documents_as_html_need_a_folder(run: Run, sound: Path, flawed: Path) -> None:
    done = run(sound, flawed, "--format", "html")
    assert done.code == 2
    assert "-o" in done.err


def test_a_folder_is_recognised_for_one_document(run: Run, sound: Path, tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    run(sound, "-o", "there", "--format", "markdown")
    run(sound, "-o", "new/")
    assert (tmp_path / "there" / "sound.md").read_text("utf-8").startswith("# ")
    assert (tmp_path / "new" / "sound.txt").is_file()


def test_the_document_itself_is_not_overwritten(run: Run, sound: Path, tmp_path: Path) -> None:
    before = sound.read_bytes()
    done = run(sound, "-o", sound)
    assert done.code == 2
    into_its_folder = run(sound, sound, "--format", "markdown", "-o", tmp_path)
    assert into_its_folder.code == 2
    assert sound.read_bytes() == before


def test_a_place_that_cannot_be_written_is_said(run: Run, sound: Path, tmp_path: Path) -> None:
    done = run(sound, "-o", tmp_path / "no" / "such" / "review.md")
    assert done.code == 2
    assert one_line(done.err)
    (tmp_path / "file").write_text("x")
    done = run(sound, sound, "-o", tmp_path / "file")
    assert done.code == 2
    assert one_line(done.err)


def test_writing_leaves_nothing_else_behind(run: Run, sound: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "r.md").write_text("old")
    assert run(sound, "-o", "out/r.md").code == 0
    assert [p.name for p in (tmp_path / "out").iterdir()] == ["r.md"]
    assert (tmp_path / "out" / "r.md").read_text("utf-8") != "old"


def test_standard_input(sound: Path, tmp_path: Path) -> None:
    done = process("review", "-", "--format", "json", data=sound.read_bytes(), cwd=tmp_path)
    assert done.returncode == 0
    assert json.loads(done.stdout)["document"]["name"] == "standard input"
    assert json.loads(process("-", "--format", "json", data=sound.read_bytes(), cwd=tmp_path).stdout)


def test_standard_input_may_be_empty_or_asked_for_twice(tmp_path: Path) -> None:
    empty, twice = process("review", "-", cwd=tmp_path), process("review", "-", "-", cwd=tmp_path)
    assert (empty.returncode, twice.returncode) == (3, 2)
    assert one_line(empty.stderr.decode())
    assert one_line(twice.stderr.decode())


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("https://docs.google.com/document/d/1abc/edit", "no id in it"),
        ("https://docs.google.com/document/d/1aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789abcdef/edit", "oogle"),
        ("https://example.org/proposal.pdf", "ownload it"),
        ("s3://bucket/x.pdf", "ownload it"),
    ],
)
def test_addresses_are_refused_before_anything_is_read(run: Run, address: str, says: str) -> None:
    for command in (("review",), ("text",), ()):
        done = run(*command, address)
        assert done.code == 2
        assert one_line(done.err)
        assert says in done.err


def test_a_required_model_is_exit_4(run: Run, sound: Path) -> None:
    done = run(sound, "--llm", "required")
    assert (done.code, done.out) == (4, "")
    assert one_line(done.err)


def test_a_model_that_is_not_there_costs_one_line(run: Run, sound: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-none")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    for option, said in (("auto", True), ("off", False)):
        engine = json.loads(run(sound, "--format", "json", "--llm", option).out)["engine"]
        assert engine["mode"] == "rules"
        assert any("no connection to 127.0.0.1:9" in why for why in engine["degraded"]) is said
    done = run(sound, "--llm", "required")
    assert (done.code, done.out) == (4, "")
    assert one_line(done.err)


def test_explain_shows_one_rule(run: Run, flawed: Path) -> None:
    done = run(flawed, "--explain", "ap1")
    assert done.code == 0
    assert done.out.startswith("AP1 Full fine-tuning by default")
    assert "updating all weights" in done.out
    assert run(flawed, "--explain", "XX9").code == 2
    assert run(flawed, "--explain", "AP1", "--format", "json").code == 2


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """It is."""
        return True


def test_colours_and_width_are_those_of_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "72")
    assert screen(Terminal()) == (True, 72)
    assert screen(io.StringIO()) == (False, 72)
    monkeypatch.setenv("NO_COLOR", "1")
    assert screen(Terminal()).color is False
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setenv("TERM", "dumb")
    assert screen(Terminal()).color is False


def test_the_review_keeps_to_the_width(run: Run, flawed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "64")
    assert max(map(len, run(flawed).out.splitlines())) <= 64
