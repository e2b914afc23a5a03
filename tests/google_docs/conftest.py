"""The real client against the fake, and a service on a store of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.service import Service
from agent.settings import Settings
from integrations.google_docs.bot import Bot
from integrations.google_docs.client import Google
from integrations.google_docs.configuration import GoogleSettings, Key, google_settings
from tests.cli.conftest import FLAWED
from tests.google_docs.documents import Json, document, from_markdown, tab
from tests.google_docs.fake import FakeGoogle, running

USER = {"type": "authorized_user", "client_id": "c", "client_secret": "s", "refresh_token": "r"}


@pytest.fixture
def fake() -> Iterator[FakeGoogle]:
    with running() as made:
        yield made


@pytest.fixture
def google(fake: FakeGoogle) -> Iterator[Google]:
    key = Key(kind="authorized_user", info=USER)
    with Google(key, GoogleSettings(endpoint=fake.url), sleep=lambda _: None) as made:
        yield made


@pytest.fixture
def settings(fake: FakeGoogle, tmp_path: Path) -> Settings:
    table = {"endpoint": fake.url, "people": {"users/9": "ada@example.com", "users/8": "pm@example.com"}}
    approvers = ("ada@example.com", "pm@example.com")
    return Settings(store=str(tmp_path / "data" / "reviews.db"), approvers=approvers, google=table)


@pytest.fixture
def service(settings: Settings) -> Service:
    return Service(settings)


@pytest.fixture
def flawed() -> Json:
    return document(tab("t.0", "Tab 1", *from_markdown(FLAWED)), title="Warranty replies")


@pytest.fixture
def bot(settings: Settings, service: Service) -> Iterator[Bot]:
    with made(settings, service) as one:
        yield one


class made:
    """A bot with a connection of its own, as another process has it."""

    def __init__(self, settings: Settings, service: Service) -> None:
        table = google_settings(settings)
        self.google = Google(Key(kind="authorized_user", info=USER), table, sleep=lambda _: None)
        told: list[str] = []
        self.bot = Bot(self.google, service, table, tell=told.append, sleep=lambda _: None)

    def __enter__(self) -> Bot:
        return self.bot

    def __exit__(self, *_: object) -> None:
        self.google.close()
