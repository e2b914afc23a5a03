"""The durable queue with a real database: what a killed worker had begun is taken over, and nothing is done twice."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.batch.conftest import Batch
from tests.cli.conftest import FLAWED

pytest.importorskip("dbos", reason="the package dbos is not installed")

from integrations.batch import leases

ROOT = Path(__file__).parents[2]
_WORKER = """
import sys, time
from integrations.batch import jobs
with jobs.at_work(jobs.database_url(), 1, lease=float(sys.argv[1])):
    print("ready", flush=True)
    time.sleep(600)
"""


def test_a_dead_worker_is_noticed_once(tmp_path: Path) -> None:
    url, told = f"sqlite:///{tmp_path / 'q.sqlite'}", []
    one = leases.Leases(url, "one", told.append, lease=0.4)
    one._stop.set()
    one._thread.join()
    two = leases.Leases(url, "two", told.append, lease=0.4)
    end = time.monotonic() + 20
    while not told and time.monotonic() < end:
        time.sleep(0.02)
    time.sleep(0.3)
    two.close()
    assert told == [["one"], ["two"]]


@pytest.mark.slow
def test_a_killed_workers_documents_are_taken_over(batch: Batch) -> None:
    for n in range(28):
        (batch.given / f"more-{n:02}.md").write_text(f"{FLAWED}\nRequest {n}.\n", "utf-8")
    first = _worker("2.0")
    workers = [first]
    assert first.stdout is not None
    assert first.stdout.readline() == b"ready\n"
    command = [sys.executable, "-m", "agent.cli", "batch", str(batch.given), "-o", str(batch.output)]
    asker = subprocess.Popen([*command, "--queue", "--workers", "0"], env=_environment(), stderr=subprocess.PIPE)
    try:
        _wait_for(lambda: len(_lines(batch)) >= 2)
        first.kill()
        before = _lines(batch)
        workers.append(_worker("2.0"))
        _, error = asker.communicate(timeout=120)
    finally:
        for process in workers:
            process.kill()
            process.communicate()
    assert asker.returncode == 0, error
    assert len(batch.table("summary")) == 30
    names = [json.loads(line)[0] for line in _lines(batch)]
    assert len(names) == len(set(names)) == 30
    assert set(before) <= set(_lines(batch))


def _worker(lease: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", _WORKER, lease], stdout=subprocess.PIPE, env=_environment())


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}


def _lines(batch: Batch) -> list[str]:
    paths = sorted((batch.output / ".batch").glob("*.journal"))
    return [line for path in paths for line in path.read_text().splitlines() if line.endswith("]")]


def _wait_for(condition: object) -> None:
    assert callable(condition)
    end = time.monotonic() + 120
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)
