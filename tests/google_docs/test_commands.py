"""The commands of the terminal on a Google Docs address, and the push route."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from integrations.google_docs.talk import Ask, answers, asked
from tests.cli.conftest import Run, one_line, run
from tests.google_docs.conftest import USER
from tests.google_docs.documents import Json
from tests.google_docs.fake import DOC, FakeGoogle

__all__ = ["run"]
URL = f"https://docs.google.com/document/d/{DOC}/edit#heading=h.1"


@pytest.fixture
def config(fake: FakeGoogle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("REVIEW_FINETUNE_GOOGLE_CREDENTIALS", raising=False)
    (tmp_path / "key.json").write_text(json.dumps(USER))
    made = tmp_path / "own.toml"
    made.write_text(f'[store]\npath = "{tmp_path}/r.db"\n[google]\ncredentials = "key.json"\nendpoint = "{fake.url}"\n')
    return made


def test_review_and_text_read_a_google_doc_and_write_nothing(
    run: Run, config: Path, fake: FakeGoogle, flawed: Json
) -> None:
    fake.share(flawed)
    review = run("--config", config, "review", URL, "--format", "json", "--no-store")
    assert (review.code, review.err) == (0, "")
    assert json.loads(review.out)["verdict"]["value"] == "revise"
    text = json.loads(run("--config", config, "text", URL, "--format", "json").out)
    evidence = [e for f in json.loads(review.out)["findings"] for e in f["evidence"]]
    assert evidence
    assert all(text["text"][e["start"] : e["end"]] == e["quote"] for e in evidence)
    assert fake.docs[DOC].threads == []


def test_gdocs_reviews_one_document(run: Run, config: Path, fake: FakeGoogle, flawed: Json) -> None:
    fake.share(flawed)
    assert run("--config", config, "gdocs", "--document", URL).code == 0
    assert fake.ours()


def test_doctor_asks_google(run: Run, config: Path, fake: FakeGoogle) -> None:
    done = run("--config", config, "doctor", "--google")
    assert "acts as bot@review" in done.out


@pytest.mark.parametrize("command", ["review", "text"])
def test_without_a_key_one_line_says_how(run: Run, command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REVIEW_FINETUNE_GOOGLE_CREDENTIALS", raising=False)
    done = run(command, URL)
    assert (done.code, done.out) == (2, "")
    assert one_line(done.err)
    assert "docs/google-docs.md" in done.err


def test_a_document_that_is_not_shared_is_one_line(run: Run, config: Path) -> None:
    done = run("--config", config, "review", URL)
    assert (done.code, done.out) == (3, "")
    assert "not shared with the bot" in done.err


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("@rf re-review", Ask("review")),
        ("Hi @rf, please review this", Ask("review")),
        ("@rf explain ap2", Ask("explain", "AP2")),
        ("@rf ignore AP2 because we own\nthem", Ask("ignore", "AP2", "we own them")),
        ("@rf what is this", Ask("unknown")),
        ("please review", None),
    ],
)
def test_requests(text: str, expected: Ask | None) -> None:
    assert asked(text, ["", "@rf"]) == expected


def test_answers_by_id() -> None:
    said = "test-set: 200 tickets,\nlocked\nownership: Ada\nother: no"
    assert answers(said, ["test-set", "ownership"]) == {
        "test-set": "200 tickets,\nlocked",
        "ownership": "Ada\nother: no",
    }
