"""An answered question is opened again: its answers count no more, here or in the next version."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from agent import documents
from agent.errors import Held
from agent.models import Document, Review
from agent.service import Service
from agent.store import open_store
from tests.cli.conftest import FLAWED
from tests.dialogue.conftest import LORA


def question(review: Review) -> tuple[str, str]:
    """Id and status of the question about AP1."""
    return next((q.id, q.status) for q in review.questions if "AP1" in q.finding_codes)


def test_a_reopened_question_is_as_if_nobody_had_answered(service: Service, flawed: Document) -> None:
    first = service.start(flawed, who="pm")
    asked, _ = question(first)
    answered = service.answer(first.review_id, {asked: LORA}, who="pm")
    assert question(answered) == (asked, "answered")
    again = service.reopen(first.review_id, [asked], who="pm", delivery="m1")
    assert question(again) == (asked, "open")
    assert again.verdict == first.verdict
    assert [f.status for f in again.findings] == [f.status for f in first.findings]
    assert service.reopen(first.review_id, [asked], who="pm", delivery="m1") == again
    assert [e.kind for e in service.history(first.review_id)].count("reopen") == 1
    newer = documents.parse(FLAWED.replace("ten\nweeks", "nine\nweeks").encode(), "flawed.md")
    assert question(service.start(newer, who="pm"))[1] == "open"
    assert question(service.answer(first.review_id, {asked: LORA}, who="pm"))[1] == "answered"


def test_three_rounds_begin_anew(service: Service, flawed: Document) -> None:
    review = service.start(flawed, who="pm")
    asked, _ = question(review)
    for _ in range(2):
        service.answer(review.review_id, {asked: "We would rather not say."}, who="pm")
    service.answer(review.review_id, {asked: LORA}, who="pm")
    service.reopen(review.review_id, [asked], who="pm")
    assert question(service.answer(review.review_id, {asked: LORA}, who="pm"))[1] == "answered"


def test_an_open_question_is_not_opened(service: Service, flawed: Document) -> None:
    review = service.start(flawed, who="pm")
    again = service.reopen(review.review_id, [question(review)[0], "no-such"], who="pm")
    assert again.questions == review.questions
    assert len(service.history(review.review_id)) == 2


def test_nobody_waits_without_an_end(place: str) -> None:
    with open_store(place) as one, open_store(place) as other, one.locked("d", "source"):
        began = time.monotonic()
        with pytest.raises(Held, match="source d"), other.locked("d", "source", wait=0.1):
            pass
        assert time.monotonic() - began < 10
        with other.locked("d", "review", wait=0.0):
            pass


def test_a_thread_that_opens_the_store_leaves_the_locks_of_another(place: str) -> None:
    with open_store(place) as one:
        one.run("SELECT COUNT(*) FROM reviews")
        with open_store(place):
            pass
        program = f"import sqlite3; c = sqlite3.connect({place!r}); c.execute('SELECT 1 FROM reviews'); c.close()"
        subprocess.run([sys.executable, "-c", program], check=True, timeout=60)
        assert Path(f"{place}-wal").exists()  # the last one to close deletes it
        one.run("SELECT COUNT(*) FROM reviews")
