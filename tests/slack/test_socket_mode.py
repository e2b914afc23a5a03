"""The same journey over Socket Mode: the real client over a real WebSocket."""

from __future__ import annotations

import asyncio
from pathlib import Path

from agent.service import Service
from agent.settings import Settings
from integrations.slack.command import serve
from integrations.slack.configuration import SlackSettings
from tests.cli.conftest import FLAWED
from tests.slack import values
from tests.slack.running import PATIENCE, Slack, listening
from tests.slack.workspace import ADA, PM, TOKEN, Workspace


class Socket(Slack):
    """Slack's side over a WebSocket."""

    async def post(self, body: dict[str, object], secret: str = "", **headers: str) -> tuple[int, str]:
        kind = "events_api" if "event" in body else "slash_commands" if "command" in body else "interactive"
        return 200, await self.at.envelope(kind, body) or ""


def test_from_command_to_sign_off(tmp_path: Path) -> None:
    workspace = Workspace()
    workspace.files["F1"] = ("plan.md", FLAWED.encode(), PM)

    async def scene(slack: Socket) -> None:
        assert await slack.command() == (200, "")
        refused = await slack.submit(values.start(file=""))
        assert refused[1]["response_action"] == "errors"
        await slack.submit(values.start())
        parent = slack.parent()
        await slack.click(slack.question("test set"), "answer")
        assert (await slack.submit(values.answer("best quality")))[1]["response_action"] == "errors"
        await slack.submit(values.answer(values.TEST_SET))
        assert "blocking left" in slack.last()
        await slack.click(parent, "sign", ADA)
        await slack.submit(values.decision("refused"), ADA)
        assert "refused by" in slack.last()
        reply = {"type": "message", "user": PM, "thread_ts": parent, "text": "v2", "files": [{"id": "F1"}]}
        for _ in range(2):
            await slack.event("Ev1", **reply)
        assert sum("new version" in m["text"] for m in slack.at.ours()) == 1
        assert len(slack.at.marks()) == len(set(slack.at.marks()))

    async def go() -> None:
        async with listening(workspace):
            settings = Settings(store=str(tmp_path / "reviews.db"))
            own = SlackSettings(TOKEN, "", "xapp-1", "S1", f"{workspace.url}/api/", workspace.url)
            app = asyncio.create_task(serve(settings, own))
            while not workspace.sockets and not app.done():
                await asyncio.sleep(0.01)
            try:
                await asyncio.wait_for(scene(Socket(workspace, "", Service(settings))), PATIENCE)
            finally:
                app.cancel()
                await asyncio.wait([app], timeout=20)

    asyncio.run(asyncio.wait_for(go(), 2 * PATIENCE))
