"""Google's push messages: taken with the channel's token only, and a look follows."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.testclient import TestClient

from agent.service import Service
from agent.settings import Settings
from integrations.google_docs import push
from integrations.google_docs.bot import Bot
from integrations.google_docs.command import bot_of
from integrations.google_docs.ledger import Ledger
from tests.google_docs.conftest import USER, bot
from tests.google_docs.documents import Json
from tests.google_docs.fake import FakeGoogle, Fault

__all__ = ["bot"]

SECRET = "a-secret-of-the-channel"


@pytest.fixture
def pushed(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    import json

    monkeypatch.setenv("REVIEW_FINETUNE_GOOGLE_CREDENTIALS", json.dumps(USER))
    monkeypatch.setenv("REVIEW_FINETUNE_GOOGLE_PUSH_TOKEN", SECRET)
    return replace(settings, google={**settings.google, "push": "https://review.example.com", "seconds": 3600})


def test_nothing_without_configuration(settings: Settings, service: Service) -> None:
    assert push.routes(settings, service) == []


def test_a_message_wakes_and_a_forged_one_does_not(
    pushed: Settings, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    woken: list[threading.Event] = []
    monkeypatch.setattr(push.Looking, "run", lambda self: woken.append(self._wake))
    client = TestClient(Starlette(routes=push.routes(pushed, service)))
    assert client.post(push.PATH, headers={"X-Goog-Channel-Token": "forged"}).status_code == 403
    assert not woken[0].is_set()
    head = {"X-Goog-Channel-Token": SECRET}
    assert client.post(push.PATH, headers={**head, "X-Goog-Resource-State": "sync"}).status_code == 204
    assert not woken[0].is_set()
    assert client.post(push.PATH, headers={**head, "X-Goog-Resource-State": "change"}).status_code == 204
    assert woken[0].is_set()


@pytest.fixture
def served(pushed: Settings, service: Service) -> Iterator[Settings]:
    """The web process with its route, on a port of this machine, and its bot."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = replace(pushed, google={**pushed.google, "push": f"http://127.0.0.1:{port}"})
    server = uvicorn.Server(
        uvicorn.Config(Starlette(routes=push.routes(settings, service)), port=port, log_level="error", lifespan="off")
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until(lambda: server.started)
    yield settings
    server.should_exit = True
    thread.join(30)


def until(true: Callable[[], object]) -> None:
    end = time.monotonic() + 60
    while not true():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.02)


def test_google_s_messages_over_http_bring_the_review(served: Settings, fake: FakeGoogle, flawed: Json) -> None:
    until(lambda: fake.channels and "drive.files.list" in fake.calls)
    fake.share(flawed)
    assert fake.push("sync") == [204]
    assert fake.push(token="forged") == [403]
    assert fake.push() == [204]
    until(lambda: "docs.documents.batchUpdate" in fake.calls)


Looking = Callable[..., push.Looking]


@pytest.fixture
def looking(pushed: Settings) -> Iterator[Looking]:
    bot = bot_of(pushed)

    def made(clock: Callable[[], float] = time.time) -> push.Looking:
        return push.Looking(bot, threading.Event(), f"https://review.example.com{push.PATH}", SECRET, clock)

    yield made
    bot.google.close()


def test_the_channel_is_made_once_and_the_look_follows(looking: Looking, fake: FakeGoogle, flawed: Json) -> None:
    fake.share(flawed)
    one = looking()
    one.once()
    one.once()
    assert [c["token"] for c in fake.channels] == [SECRET]
    assert fake.ours()


def test_a_channel_is_renewed_before_it_ends_and_the_old_one_is_ended(looking: Looking, fake: FakeGoogle) -> None:
    fake.channel_seconds = 3600.0  # Google gives less than was asked for
    now = [time.time()]
    one = looking(lambda: now[0])
    one.once()
    now[0] += 1700
    one.once()
    assert len(fake.channels) == 1
    now[0] += 200
    one.once()
    assert [c["stopped"] for c in fake.channels] == [True, False]
    assert len({c["id"] for c in fake.channels}) == 2


def test_no_channel_is_no_reason_not_to_look(looking: Looking, fake: FakeGoogle, flawed: Json) -> None:
    fake.share(flawed)
    fake.faults = [Fault("changes.watch", 503)]
    one = looking()
    one.once()
    assert fake.channels == []
    assert fake.ours()
    one.once()
    assert len(fake.channels) == 1


@pytest.mark.parametrize("token", ["no-token-of-google", "99999"])
def test_a_place_that_google_does_not_know_is_lost_and_nothing_with_it(
    bot: Bot, fake: FakeGoogle, flawed: Json, token: str
) -> None:
    bot.look()
    Ledger(bot.service.settings.store).note(bot.names()[0], token, [])
    fake.share(flawed)
    assert bot.look() == 0
    assert fake.ours()
    assert Ledger(bot.service.settings.store).token(bot.names()[0]) == str(len(fake.changes))
