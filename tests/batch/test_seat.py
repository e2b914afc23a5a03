"""A desk that dies, hangs or eats memory costs at most its document, and the next one finds a new desk."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import pytest

from agent.llm import ModelSettings
from agent.llm.configuration import Limits
from agent.policy import NO_POLICY
from evals.scripted import Said, Server
from integrations.batch import seat as module
from integrations.batch.desk import Orders
from integrations.batch.items import Found, Item
from integrations.batch.seat import Seat
from tests.cli.conftest import SOUND


@pytest.fixture
def item(tmp_path: Path) -> Item:
    (tmp_path / "reviews").mkdir()
    path = tmp_path / "one.md"
    path.write_text(SOUND, "utf-8")
    return Item(Found("one.md", str(path), "", "1", len(SOUND)), "one")


def test_a_killed_desk_is_replaced_and_its_document_done(item: Item, tmp_path: Path) -> None:
    seat = Seat()
    orders = Orders(NO_POLICY, str(tmp_path))
    try:
        assert seat.review(item, "rf-1", orders).row
        first = seat.pid
        assert first is not None
        os.kill(first, signal.SIGKILL)
        assert seat.review(item, "rf-1", orders).row
        assert seat.pid != first
    finally:
        seat.close()


class Deadly(Seat):
    """Its desks are killed as soon as they have their document."""

    def _answers(self, seconds: float) -> bool:
        if self._is_ready and self.pid:
            os.kill(self.pid, signal.SIGKILL)
        return super()._answers(seconds)


def test_a_document_on_which_desks_die_is_given_up(item: Item, tmp_path: Path) -> None:
    seat = Deadly()
    try:
        done = seat.review(item, "rf-1", Orders(NO_POLICY, str(tmp_path)))
    finally:
        seat.close()
    assert done.row is None
    assert done.failure is not None
    assert "the reviewer stopped 3 times on it" in done.failure["reason"]


def test_a_desk_that_dies_while_it_loads_costs_nothing(item: Item, tmp_path: Path) -> None:
    seat = Seat()
    try:
        for _ in range(module.TRIES + 1):
            assert seat.pid is not None
            os.kill(seat.pid, signal.SIGKILL)
            seat._make_ready()
            seat.close()
            seat._start()
        assert seat.review(item, "rf-1", Orders(NO_POLICY, str(tmp_path))).row
    finally:
        seat.close()


def test_a_desk_that_hangs_is_ended(item: Item, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seat = Seat()
    orders = Orders(NO_POLICY, str(tmp_path))
    try:
        assert seat.review(item, "rf-1", orders).row
        monkeypatch.setattr(module, "READING", 0.5)
        pid = seat.pid
        assert pid is not None
        os.kill(pid, signal.SIGSTOP)
        done = seat.review(item, "rf-1", orders)
        assert done.failure is not None
        assert done.failure["reason"].startswith("too slow to read")
        monkeypatch.undo()
        assert seat.review(item, "rf-1", orders).row
    finally:
        seat.close()


def test_a_desk_is_replaced_after_so_many(item: Item, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SERVES", 1)
    seat = Seat()
    try:
        assert seat.review(item, "rf-1", Orders(NO_POLICY, str(tmp_path))).row
        assert seat.pid is None
    finally:
        seat.close()


def test_a_desk_asks_the_model_and_a_required_one_that_is_gone_costs_the_document(item: Item, tmp_path: Path) -> None:
    server = Server(lambda asked: Said({"pointers": []} if asked.form == "Pointers" else {"texts": []}))
    settings = ModelSettings("gpt-6-luna", server.url, "sk-secret")
    orders = Orders(NO_POLICY, str(tmp_path), settings, required=True)
    seat = Seat()
    try:
        assert seat.review(item, "rf-1", orders).row
        engine = json.loads((tmp_path / "reviews" / "one.json").read_text("utf-8"))["engine"]
        assert (engine["mode"], engine["model"]) == ("rules+llm", "gpt-6-luna")
        gone = orders._replace(model=ModelSettings("gpt-6-luna", "http://127.0.0.1:9/v1", limits=Limits(seconds=2)))
        lost = seat.review(item, "rf-2", gone)
    finally:
        seat.close()
        server.close()
    assert lost.row is None
    assert lost.failure is not None
    assert lost.failure["kind"] == "ModelFailed"
