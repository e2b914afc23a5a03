"""From the first click to the sign-off, over real HTTP with the real bolt and the real SDK."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import aiohttp
from aiohttp import web

from agent.service import Service
from agent.settings import Settings
from integrations.slack.configuration import SlackSettings
from integrations.slack.http import assemble
from tests.cli.conftest import FLAWED, SOUND
from tests.slack.workspace import ADA, BOT, PM, SECRET, TEAM, TOKEN, Workspace, signed


class Slack:
    """Slack's side of a running app."""

    def __init__(self, workspace: Workspace, address: str, ledger: Any, service: Service) -> None:
        self.at, self._address, self._ledger, self.service = workspace, address, ledger, service

    async def send(self, body: dict[str, Any], secret: str = SECRET) -> tuple[int, str]:
        """A delivery; gives status and answer once all jobs are done."""
        if "event" in body:
            raw, kind = json.dumps(body), "application/json"
        else:
            given = body if "command" in body else {"payload": json.dumps(body)}
            raw, kind = urlencode(given), "application/x-www-form-urlencoded"
        headers = signed(raw, secret) | {"Content-Type": kind}
        async with (
            aiohttp.ClientSession() as session,
            session.post(self._address, data=raw, headers=headers) as answer,
        ):
            said = answer.status, await answer.text()
        while not self._ledger.idle():
            await asyncio.sleep(0.02)
        return said

    async def command(self, text: str = "", user: str = PM) -> tuple[int, str]:
        about = {"command": "/review-finetune", "text": text, "channel_id": "C1", "user_id": user, "team_id": TEAM}
        return await self.send(about | {"trigger_id": self.at.trigger()})

    async def click(self, ts: str, action: str, user: str = PM) -> tuple[int, str]:
        message = self.at.messages[ts]
        shown = [e for b in message["blocks"] if b["type"] == "actions" for e in b["elements"]]
        button = next(e for e in shown if e["action_id"] == action)
        about = {"type": "block_actions", "team": {"id": TEAM}, "user": {"id": user}, "channel": {"id": "C1"}}
        where = {"message": {"ts": ts, "thread_ts": message.get("thread_ts", ts)}, "actions": [button]}
        return await self.send(about | where | {"trigger_id": self.at.trigger()})

    async def submit(self, values: dict[str, Any], user: str = PM) -> tuple[int, str]:
        view = self.at.views[-1] | {"state": {"values": values}}
        about = {"type": "view_submission", "team": {"id": TEAM}, "user": {"id": user}, "view": view}
        return await self.send(about | {"trigger_id": self.at.trigger()})

    async def event(self, ident: str, **event: Any) -> tuple[int, str]:
        return await self.send(
            {"type": "event_callback", "team_id": TEAM, "event_id": ident, "event": {"channel": "C1"} | event}
        )


@asynccontextmanager
async def running(workspace: Workspace, store: Path) -> AsyncIterator[Slack]:
    runner = web.AppRunner(workspace.application())
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    workspace.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    service = Service(Settings(store=str(store)))
    own = SlackSettings(TOKEN, SECRET, "", "S1", f"{workspace.url}/api/", workspace.url)
    app, worker = assemble(own, service)
    ours = web.AppRunner(app.web_app())
    await ours.setup()
    await web.TCPSite(ours, "127.0.0.1", 0).start()
    worker.begin()
    try:
        yield Slack(workspace, f"http://127.0.0.1:{ours.addresses[0][1]}/slack/events", worker.ledger, service)
    finally:
        await worker.leave()
        await ours.cleanup()
        await runner.cleanup()


def play(tmp_path: Path, scene: Callable[[Slack], Awaitable[None]], workspace: Workspace | None = None) -> None:
    async def go() -> None:
        at = workspace or Workspace()
        at.files |= {"F1": ("plan.md", FLAWED.encode(), PM), "F2": ("plan.md", SOUND.encode(), PM)}
        async with running(at, tmp_path / "reviews.db") as slack:
            await asyncio.wait_for(scene(slack), 15)

    asyncio.run(go())


FILE = {"file": {"file": {"type": "file_input", "files": [{"id": "F1"}]}}}
START = FILE | {"link": {"link": {"value": None}}, "author": {"author": {"selected_user": PM}}}


def decision(which: str) -> dict[str, Any]:
    return {
        "decision": {"decision": {"selected_option": {"value": which}}},
        "reason": {"reason": {"value": "It is a pilot, capped at $300."}},
    }


def test_from_command_to_sign_off(tmp_path: Path) -> None:
    async def scene(slack: Slack) -> None:
        assert await slack.command() == (200, "")
        assert slack.at.views[-1]["callback_id"] == "start"
        assert await slack.submit(START) == (200, "")
        parent, *asked = list(slack.at.messages)
        assert slack.at.messages[parent]["blocks"][0]["type"] == "header"
        assert asked
        assert all(m["thread_ts"] == parent for m in slack.at.thread(parent))
        first = next(ts for ts in asked if "test set" in slack.at.messages[ts]["text"].lower())
        await slack.click(first, "answer")
        _, refused = await slack.submit({"answer": {"text": {"value": ""}}})
        assert json.loads(refused)["response_action"] == "errors"
        before = slack.at.messages[parent]["blocks"][-1]
        said = "We hold out 400 replies, carved out by the QA lead before training, locked."
        assert await slack.submit({"answer": {"text": {"value": said}}}) == (200, "")
        assert slack.at.messages[parent]["blocks"][-1] != before
        assert "blocking left" in slack.at.messages[list(slack.at.messages)[-1]]["text"]
        await slack.click(parent, "sign", PM)
        assert "is the author" in slack.at.whispers[-1]["text"]
        await slack.click(parent, "sign", "UEVE")
        assert "no approver" in slack.at.whispers[-1]["text"]
        await slack.click(parent, "sign", ADA)
        assert slack.at.views[-1]["callback_id"] == "sign"
        await slack.submit(decision("approved"), "UEVE")
        assert "no approver" in slack.at.whispers[-1]["text"]
        slack.at.views[-1]["id"] = "V100"
        await slack.submit(decision("refused"), ADA)
        assert f"<@{PM}>: refused by <@{ADA}>" in slack.at.messages[list(slack.at.messages)[-1]]["text"]
        await slack.click(parent, "report")
        assert slack.at.uploads[0].startswith(b"<!")
        (row,) = slack.service.list()
        event = slack.service.history(row.id)[-1]
        assert (event.kind, event.who, event.data["sha256"]) == ("signed", f"{TEAM}/{ADA}", row.sha256)
        await slack.event("Ev9", type="app_home_opened", user=PM, tab="home")
        assert row.id in json.dumps(slack.at.homes[PM])

    play(tmp_path, scene)


def test_the_same_delivery_again_changes_nothing(tmp_path: Path) -> None:
    async def scene(slack: Slack) -> None:
        slack.at.messages["900.1"] = {"channel": "C1", "text": "plan"}
        mention = {"type": "app_mention", "user": PM, "text": f"<@{BOT}>", "ts": "900.1", "files": [{"id": "F1"}]}
        slack.at.limited = 1
        for _ in range(3):
            assert (await slack.event("Ev1", **mention))[0] == 200
        assert len(slack.service.list()) == 1
        count = len(slack.at.messages)
        reply = {
            "type": "message",
            "user": PM,
            "ts": "901.1",
            "thread_ts": "900.1",
            "text": "Q1: LoRA on Llama 3.1 8B.",
        }
        for _ in range(2):
            await slack.event("Ev2", **reply)
        assert len(slack.at.messages) >= count + 1
        history = slack.service.history(slack.service.list()[0].id)
        assert [e.kind for e in history].count("answer") == 1
        await slack.event("Ev3", **reply | {"text": "Shall we have lunch?"})
        assert [e.kind for e in slack.service.history(slack.service.list()[0].id)].count("answer") == 1

    play(tmp_path, scene)


def test_failures_are_told(tmp_path: Path) -> None:
    async def scene(slack: Slack) -> None:
        assert (await slack.send({"command": "/review-finetune", "text": ""}, "wrong"))[0] == 401
        await slack.command("https://x.slack.com/files/U1/F404/plan.pdf")
        (message,) = slack.at.messages.values()
        assert "/invite" in message["text"]
        await slack.command("https://evil.example/plan.pdf")
        assert "no file" in slack.at.whispers[-1]["text"]
        slack.at.files["F3"] = ("plan.exe", b"MZ", PM)
        await slack.command("https://x.slack.com/files/U1/F3/plan.exe")
        assert "not a proposal file" in list(slack.at.messages.values())[-1]["text"]
        await slack.command("help")
        await slack.command("status")
        assert "no reviews yet" in slack.at.whispers[-1]["text"]

    play(tmp_path, scene)


def test_what_was_begun_goes_on_after_a_restart(tmp_path: Path) -> None:
    from integrations.slack.ledger import Ledger

    ledger = Ledger(str(tmp_path / "reviews.db"))
    about = {"team": TEAM, "user": PM, "channel": "C1", "file": "F1", "author": PM}
    assert ledger.put("Ev1", "C1 1", "start", about)
    assert not ledger.put("Ev1", "C1 1", "start", about)
    assert ledger.put("Ev2", "C1 1", "reply", about | {"thread": "1", "text": "hello"})
    assert ledger.take() is not None
    assert ledger.take() is None, "a lane is one after the other"

    async def scene(slack: Slack) -> None:
        while not ledger.idle():
            await asyncio.sleep(0.02)
        assert len(slack.service.list()) == 1

    play(tmp_path, scene)
