"""A service on a SQLite file, and on PostgreSQL where Debian's package is installed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from agent import documents
from agent.models import Document
from agent.service import Service
from agent.settings import Settings
from evals.benchmarks.server import programs, server
from tests.cli.conftest import FLAWED, SOUND


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment

    def pass_days(self, days: int) -> None:
        self.moment += timedelta(days=days)


@pytest.fixture(scope="session")
def database() -> Iterator[str]:
    """The URL of a real PostgreSQL."""
    if programs() is None:
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
    with server() as url:
        yield url


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def place(tmp_path: Path) -> str:
    return str(tmp_path / "data" / "reviews.db")


@pytest.fixture
def service(place: str, clock: Clock) -> Service:
    return Service(Settings(store=place, approvers=("ada", "bob")), clock)


@pytest.fixture
def flawed() -> Document:
    return documents.parse(FLAWED.encode(), "flawed.md")


@pytest.fixture
def sound() -> Document:
    return documents.parse(SOUND.encode(), "sound.md")


LORA = "We switch to LoRA on Llama 3.1 8B; full fine-tuning is dropped."
TEST_SET = "We hold out 400 replies, carved out by the QA lead before training, locked."
