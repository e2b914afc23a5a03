"""Several workspaces: they install the app themselves, tokens are renewed, and a removed app is forgotten at once."""

from __future__ import annotations

import asyncio
import re
import time
from pathlib import Path

import aiohttp
import pytest

from integrations.slack.installs import Installs, States
from integrations.slack.workspaces import Workspaces
from tests.slack.running import Slack, listening, play
from tests.slack.workspace import PM, SECRET, Workspace

pytestmark = pytest.mark.filterwarnings("ignore:.*BasicAuth.*:DeprecationWarning")
"""The SDK calls aiohttp in a way that is to go."""
OPEN = {
    "SLACK_BOT_TOKEN": "", "SLACK_SIGNING_SECRET": SECRET, "SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "shh",
    "SLACK_WORKERS": "0",
}  # fmt: skip


async def install(slack: Slack, team: str, *, cookie: bool = True) -> int:
    """Goes through the pages of an installation; the status of the last one."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        async with session.get(f"{slack.address}/slack/install") as page:
            text = await page.text()
            assert "slack.com/oauth/v2/authorize" in text
            assert "files%3Aread" in text or "files:read" in text
            state, kept = re.search(r"state=([\w-]+)", text), page.headers["Set-Cookie"].split(";")[0]
        assert state is not None
        about = {"code": f"code-{team}", "state": state[1]}
        headers = {"Cookie": kept} if cookie else {}
        async with session.get(f"{slack.address}/slack/oauth_redirect", params=about, headers=headers) as done:
            await done.text()
        async with session.get(f"{slack.address}/slack/oauth_redirect", params=about, headers=headers) as again:
            assert again.status >= 400, "a state works once"
        return done.status


def test_workspaces_install_work_and_leave(tmp_path: Path) -> None:
    workspace = Workspace()
    workspace.tokens = {}

    async def scene(slack: Slack) -> None:
        assert await install(slack, "T7") == 200
        assert await install(slack, "T8") == 200
        assert await install(slack, "T9", cookie=False) == 400
        for team in ("T7", "T8"):
            slack.team = team
            for _ in range(3):
                assert await slack.command("status") == (200, "")
        assert len(slack.at.whispers) == 6
        assert slack.at.asked.count("auth.test") == 2 + 2, "once at the installation, once for all requests after it"
        slack.team = "T9"
        await slack.command("status")
        assert "reinstall" in slack.at.responses.pop()
        slack.team = "T7"
        await slack.event("Ev1", type="tokens_revoked", tokens={"oauth": ["U1"]})
        await slack.command("status")
        assert len(slack.at.whispers) == 7
        await slack.event("Ev2", type="app_uninstalled")
        await slack.command("status")
        assert "reinstall" in slack.at.responses.pop()
        slack.team = "T8"
        await slack.event("Ev3", type="tokens_revoked", tokens={"bot": ["UBOT"]})
        await slack.command("status")
        assert "reinstall" in slack.at.responses.pop()
        assert len(slack.at.whispers) == 7

    play(tmp_path, scene, workspace, environ=OPEN)


def test_a_token_is_renewed_once_by_many(tmp_path: Path) -> None:
    from integrations.slack.configuration import slack_settings

    place, workspace = str(tmp_path / "reviews.db"), Workspace()

    async def go() -> None:
        async with listening(workspace):
            own = slack_settings(OPEN | {"SLACK_API_URL": f"{workspace.url}/api/"})
            installs = Installs(place)
            first = workspace.do_oauth_v2_access({"client_id": "1.2", "code": "code-T7"})
            from slack_sdk.oauth.installation_store import Installation

            about = {"team_id": "T7", "user_id": PM, "bot_id": "B1", "bot_user_id": "UBOT", "app_id": "A1"}
            await installs.async_save(
                Installation(
                    **about,
                    bot_token=first["access_token"],
                    bot_refresh_token=first["refresh_token"],
                    bot_token_expires_at=int(time.time()) + 600,
                )
            )
            processes = [Workspaces(own, Installs(place), place) for _ in range(4)]
            clients = await asyncio.gather(*(p.client("T7") for p in processes))
            assert {c.token for c in clients} == {"xoxb-T7-0"} or len({c.token for c in clients}) == 1
            assert len(workspace.refreshed) == 1
            assert (await clients[0].auth_test())["team_id"] == "T7"
            bot = await installs.async_find_bot(enterprise_id=None, team_id="T7")
            assert bot is not None
            assert bot.bot_token_expires_at is not None
            assert bot.bot_token_expires_at > time.time() + 40_000

    asyncio.run(asyncio.wait_for(go(), 60))


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_installations_and_states_are_kept(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    from slack_sdk.oauth.installation_store import Installation

    place = str(tmp_path / "r.db") if kind == "sqlite" else str(request.getfixturevalue("postgres"))
    installs, states = Installs(place), States(place)

    async def go() -> None:
        for user, token in (("U1", "xoxb-1"), ("U2", "xoxb-2")):
            made = Installation(
                team_id="T1", enterprise_id="E1", user_id=user, bot_token=token, bot_id="B", bot_user_id="W"
            )
            await installs.async_save(made)
        org = Installation(
            enterprise_id="E2",
            user_id="U3",
            bot_token="xoxb-3",
            bot_id="B",
            bot_user_id="W",
            is_enterprise_install=True,
        )
        await installs.async_save(org)
        found = await installs.async_find_installation(enterprise_id="E1", team_id="T1")
        assert found is not None
        assert found.bot_token == "xoxb-2"
        mine = await installs.async_find_installation(enterprise_id="E1", team_id="T1", user_id="U1")
        assert mine is not None
        assert mine.bot_token == "xoxb-1"
        bot = await installs.async_find_bot(enterprise_id="E2", team_id="T55")
        assert bot is not None
        assert bot.bot_token == "xoxb-3", "a whole organisation has it"
        assert await installs.async_find_bot(enterprise_id=None, team_id="T2") is None
        await installs.async_delete_all(enterprise_id="E1", team_id="T1")
        assert await installs.async_find_bot(enterprise_id="E1", team_id="T1") is None
        assert installs.count() == 1
        state = await states.async_issue()
        assert await states.async_consume(state)
        assert not await states.async_consume(state)
        assert not await states.async_consume("made-up")

    asyncio.run(asyncio.wait_for(go(), 60))
