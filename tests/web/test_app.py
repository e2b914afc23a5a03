"""The doors of others on the same process, and what happens when something of ours breaks."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from agent.service import Service
from agent.settings import Settings
from integrations.web import app as web
from integrations.web.configuration import WebSettings, fingerprint
from integrations.web.gate import Gate
from tests.cli.conftest import SOUND

DOOR = """
from starlette.responses import PlainTextResponse
from starlette.routing import Route

def routes(settings, service):
    async def events(request):
        return PlainTextResponse((await request.body()).decode() + " " + settings.store)

    return [Route("/slack/events", events, methods=["POST"])]
"""
Build = Callable[..., Starlette]


@pytest.fixture
def build(tmp_path: Path) -> Iterator[Build]:
    """Our application on a store of its own, where everybody needs a token; stopped at the end."""
    apps: list[Starlette] = []

    def made() -> Starlette:
        gate = Gate(WebSettings({fingerprint("t"): "ada"}), "operator", local=False)
        apps.append(web.build(Service(Settings(store=str(tmp_path / "reviews.db"))), gate))
        return apps[-1]

    yield made
    for app in apps:
        asyncio.run(_stop(app))


async def _stop(app: Starlette) -> None:
    async with app.router.lifespan_context(app):
        pass


def ask(app: Starlette, method: str, address: str, **given: object) -> httpx.Response:
    """One request to an application."""

    async def go() -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://server") as client:
            return await client.request(method, address, **given)  # type: ignore[arg-type]

    return asyncio.run(go())


def test_a_door_that_is_there_is_served_beside_ours(
    build: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "door_of_a_test").mkdir()
    (tmp_path / "door_of_a_test" / "__init__.py").write_text("", "utf-8")
    (tmp_path / "door_of_a_test" / "http.py").write_text(DOOR, "utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(web, "DOORS", ("door_of_a_test.http", "door_that_is_not_there.http", "json.no_such_part"))
    app = build()
    answer = ask(app, "POST", "/slack/events", content="signed")
    assert (answer.status_code, answer.text) == (200, f"signed {tmp_path / 'reviews.db'}")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert ask(app, "POST", "/slack/events", content="x" * 2_000_000).status_code == 413
    assert ask(app, "GET", "/api/reviews").status_code == 401
    assert ask(app, "GET", "/api/nothing").json()["error"]["what"] == "nothing here"
    sys.modules.pop("door_of_a_test.http")


def test_a_fault_of_ours_tells_nothing_of_the_document(
    build: Build, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise ZeroDivisionError("Zebra-Quokka")

    monkeypatch.setattr(Service, "start", broken)
    with caplog.at_level(logging.INFO):
        answer = ask(build(), "POST", "/api/reviews", content=SOUND, headers={"authorization": "Bearer t"})
    assert answer.status_code == 500
    assert set(answer.json()["error"]) == {"what", "why", "fix"}
    assert "Zebra" not in answer.text + caplog.text
    assert "unexpected ZeroDivisionError at" in caplog.text


def test_a_store_that_cannot_be_used_is_not_healthy(build: Build, tmp_path: Path) -> None:
    app = build()
    assert ask(app, "GET", "/healthz").status_code == 200
    (tmp_path / "reviews.db").unlink()
    (tmp_path / "reviews.db").mkdir()
    assert ask(app, "GET", "/healthz").status_code == 503


def test_behind_a_proxy_the_public_address_is_ours(tmp_path: Path) -> None:
    gate = Gate(WebSettings({fingerprint("t"): "ada"}, "https://reviews.example.org"), "operator", local=True)
    app = web.build(Service(Settings(store=str(tmp_path / "reviews.db"))), gate)
    shown = {"authorization": "Bearer t", "host": "reviews.example.org", "content-type": "application/json"}
    ours = shown | {"origin": "https://reviews.example.org"}
    assert ask(app, "POST", "/api/reviews/x/answers", json={"answers": {"a": "b"}}, headers=ours).status_code == 404
    theirs = shown | {"origin": "https://example.org"}
    assert ask(app, "POST", "/api/reviews/x/answers", json={"answers": {"a": "b"}}, headers=theirs).status_code == 403
    strange = shown | {"host": "evil.example"}
    assert ask(app, "GET", "/api/reviews", headers=strange).status_code == 421
    asyncio.run(_stop(app))
