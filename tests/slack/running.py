"""The app at work: our routes under Starlette and uvicorn over real HTTP, and Slack's side of it."""

from __future__ import annotations

import asyncio
import json
import os
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import urlencode

import aiohttp
import uvicorn
from aiohttp import web

from agent.service import Service
from agent.settings import Settings
from integrations.slack.jobs import Jobs
from integrations.web.app import build
from integrations.web.configuration import configured
from integrations.web.gate import Gate
from tests.cli.conftest import FLAWED, SOUND
from tests.slack import payloads
from tests.slack.workspace import PM, SECRET, TEAM, TOKEN, Workspace, signed

PATIENCE = 60
"""Seconds for a scene."""


class Slack:
    """Slack's side of a running app."""

    def __init__(self, workspace: Workspace, address: str, service: Service) -> None:
        self.at, self.address, self.service = workspace, address, service
        self.jobs = Jobs(service.settings.store)
        self.team = TEAM

    async def post(self, body: dict[str, Any], secret: str = SECRET, **headers: str) -> tuple[int, str]:
        """A delivery over HTTP; gives status and answer."""
        if "event" in body or body.get("type") == "url_verification":
            raw, kind = json.dumps(body), "application/json"
        else:
            given = body if "command" in body else {"payload": json.dumps(body)}
            raw, kind = urlencode(given), "application/x-www-form-urlencoded"
        sent = signed(raw, secret) | {"Content-Type": kind} | headers
        async with (
            aiohttp.ClientSession() as session,
            session.post(f"{self.address}/slack/events", data=raw, headers=sent) as answer,
        ):
            return answer.status, await answer.text()

    async def send(self, body: dict[str, Any], secret: str = SECRET) -> tuple[int, str]:
        """A delivery; status and answer once all jobs are done. Slack sends events up to three times again."""
        said = await self.post(body, secret)
        for again in range(1, 4) if "event" in body else ():
            if said[0] == 200:
                break
            about = {"X-Slack-Retry-Num": str(again), "X-Slack-Retry-Reason": "http_error"}
            said = await self.post(body, secret, **about)
        await self.quiet()
        return said

    async def quiet(self) -> None:
        """Waits until nothing waits; `play` limits it."""
        while not await asyncio.to_thread(self.jobs.idle):
            await asyncio.sleep(0.02)

    async def command(self, text: str = "", user: str = PM, channel: str = "C1") -> tuple[int, str]:
        return await self.send(self.commanded(text, user, channel))

    def commanded(self, text: str = "", user: str = PM, channel: str = "C1") -> dict[str, Any]:
        return payloads.command(text, user, channel, self.team, self.at.trigger(), f"{self.at.url}/response")

    async def click(self, ts: str, action: str, user: str = PM) -> tuple[int, str]:
        return await self.send(self.clicked(ts, self.button(ts, action), user))

    def button(self, ts: str, action: str) -> dict[str, Any]:
        """A button that stands on a message."""
        shown = [e for b in self.at.messages[ts]["blocks"] if b["type"] == "actions" for e in b["elements"]]
        return next(e for e in shown if e["action_id"] == action)

    def clicked(self, ts: str, button: dict[str, Any], user: str = PM) -> dict[str, Any]:
        return payloads.click(button, user, self.team, self.at.trigger(), self.at.messages[ts])

    async def submit(self, values: dict[str, Any], user: str = PM, view: dict[str, Any] | None = None) -> Any:
        return await self.send(self.submitted(values, user, view))

    def submitted(self, values: dict[str, Any], user: str = PM, view: dict[str, Any] | None = None) -> dict[str, Any]:
        return payloads.submission(view or self.at.views[-1], values, user, self.team, self.at.trigger())

    async def event(self, ident: str, **event: Any) -> tuple[int, str]:
        return await self.send(self.happened(ident, **event))

    def happened(self, ident: str, **event: Any) -> dict[str, Any]:
        return payloads.event(ident, self.team, event)

    def parent(self) -> str:
        """The `ts` of the first message with a verdict or progress."""
        return str(next(m["ts"] for m in self.at.ours() if "thread_ts" not in m))

    def question(self, words: str) -> str:
        """The `ts` of a question that can be answered."""
        return str(
            next(m["ts"] for m in reversed(self.at.ours()) if words in m["text"].lower() and m["text"][0] == "Q")
        )

    def last(self) -> str:
        """The text of the bot's last message."""
        return str(self.at.ours()[-1]["text"])


ENVIRONMENT = {
    "SLACK_BOT_TOKEN": TOKEN,
    "SLACK_SIGNING_SECRET": SECRET,
    "SLACK_APPROVERS_GROUP": "S1",
    "SLACK_WORKERS": "0",
}


@asynccontextmanager
async def listening(workspace: Workspace) -> AsyncIterator[None]:
    """The workspace on loopback."""
    runner = web.AppRunner(workspace.application(), shutdown_timeout=0.5)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    workspace.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield
    finally:
        await runner.cleanup()


@asynccontextmanager
async def serving(workspace: Workspace, service: Service, environ: dict[str, str]) -> AsyncIterator[str]:
    """The web process on loopback, as `serve` runs it; gives its address."""
    given = environ | {"SLACK_API_URL": f"{workspace.url}/api/"}
    with patch.dict(os.environ, given):
        app = build(service, Gate(configured({}, {}), "operator"))
    bound = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=2))
    task = asyncio.create_task(server.serve([bound]))
    while not server.started and not task.done():
        await asyncio.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{bound.getsockname()[1]}"
    finally:
        server.should_exit = True
        await asyncio.wait([task], timeout=10)


@asynccontextmanager
async def running(
    workspace: Workspace, place: str, environ: dict[str, str] | None = None, **settings: Any
) -> AsyncIterator[Slack]:
    async with listening(workspace):
        service = Service(Settings(store=place, **settings))
        async with serving(workspace, service, environ or ENVIRONMENT) as address:
            yield Slack(workspace, address, service)


def play(
    place: Path | str, scene: Callable[[Slack], Awaitable[None]], workspace: Workspace | None = None, **more: Any
) -> None:
    """A scene with a running app; `place` is a folder, or where the store is."""
    at = workspace or Workspace()
    at.files |= {"F1": ("plan.md", FLAWED.encode(), PM), "F2": ("plan.md", SOUND.encode(), PM)}

    async def go() -> None:
        async with running(at, str(place / "reviews.db") if isinstance(place, Path) else place, **more) as slack:
            await asyncio.wait_for(scene(slack), PATIENCE)

    asyncio.run(go())
