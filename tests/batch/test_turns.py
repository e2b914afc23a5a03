"""Turns at the model: never more at once than allowed, given back by the dead, and none of a review's time."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from pathlib import Path

import pytest

from evals.benchmarks.server import programs, server
from integrations.batch.turns import Turns

_LONG = 60


def _hold(turns: Turns, taken: object) -> None:
    with turns.places.taken():
        taken.set()  # type: ignore[attr-defined]
        time.sleep(_LONG)


def _most_at_once(turns: Turns, callers: int) -> int:
    """The highest number of callers that had a turn together."""
    lock, now, most = threading.Lock(), 0, 0

    def call() -> None:
        nonlocal now, most
        with turns.places.taken():
            with lock:
                now += 1
                most = max(most, now)
            time.sleep(0.05)
            with lock:
                now -= 1

    threads = [threading.Thread(target=call) for _ in range(callers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(_LONG)
        assert not thread.is_alive()
    return most


def test_no_more_than_allowed(tmp_path: Path) -> None:
    assert _most_at_once(Turns(2, str(tmp_path)), 6) == 2


def test_a_killed_process_gives_its_turn_back(tmp_path: Path) -> None:
    turns, context = Turns(1, str(tmp_path)), multiprocessing.get_context("spawn")
    taken = context.Event()
    holder = context.Process(target=_hold, args=(turns, taken), daemon=True)
    holder.start()
    assert taken.wait(_LONG)
    told = threading.Event()
    killer = threading.Timer(0.3, lambda: os.kill(holder.pid or 0, signal.SIGKILL))
    killer.start()
    with turns.places.taken(told.set):
        holder.join(_LONG)
        assert holder.exitcode == -signal.SIGKILL


@pytest.mark.skipif(programs() is None, reason="PostgreSQL is not installed")
def test_machines_share_them_by_the_database() -> None:
    with server() as url:
        assert _most_at_once(Turns(2, "", url), 5) == 2
