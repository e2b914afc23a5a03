"""A PostgreSQL where it is installed; and jobs that are tried again soon, so that tests of failures do not wait."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from evals.benchmarks.server import programs, server
from integrations.slack import speech, worker


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "PAUSE", 0.02)
    monkeypatch.setattr(speech, "SETTLE", 0.0)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a real one."""
    if programs() is None:
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
    with server() as url:
        yield url
