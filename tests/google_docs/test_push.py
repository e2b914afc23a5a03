"""Google's push messages: taken with the channel's token only, and a look follows."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from agent.service import Service
from agent.settings import Settings
from integrations.google_docs import push
from integrations.google_docs.command import bot_of
from tests.google_docs.conftest import USER
from tests.google_docs.documents import Json
from tests.google_docs.fake import FakeGoogle

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


def test_the_channel_is_made_once_and_the_look_follows(pushed: Settings, fake: FakeGoogle, flawed: Json) -> None:
    bot = bot_of(pushed)
    fake.share(flawed)
    looking = push.Looking(bot, threading.Event(), f"https://review.example.com{push.PATH}", SECRET)
    looking.once()
    looking.once()
    bot.google.close()
    assert [c["token"] for c in fake.channels] == [SECRET]
    assert fake.ours()
