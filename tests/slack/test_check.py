"""`doctor --slack`: what is wrong with the app is said, with what to do."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from unittest.mock import patch

from integrations.slack.check import Line, check, layouts
from integrations.slack.scopes import manifest, scopes
from tests.slack.blockkit import faults
from tests.slack.contract import broken
from tests.slack.running import ENVIRONMENT, listening
from tests.slack.workspace import HISTORY, NEEDS, Workspace


def found(folder: Path, workspace: Workspace, *, online: bool = False, **environ: str) -> dict[str, Line]:
    given = ENVIRONMENT | {"REVIEW_FINETUNE_STORE": str(folder / "reviews.db")} | environ

    async def go() -> list[Line]:
        async with listening(workspace):
            with patch.dict(os.environ, given | {"SLACK_API_URL": f"{workspace.url}/api/"}):
                return await asyncio.to_thread(lambda: list(check(None, online=online)))

    return {line[1]: line for line in asyncio.run(go())}


def test_all_is_well(tmp_path: Path) -> None:
    lines = found(tmp_path, Workspace(), online=True, SLACK_CONFIG_TOKEN="xoxe-1", SLACK_APP_TOKEN="xapp-1")
    assert {state for state, _, _ in lines.values()} == {"ok"}
    assert "acts as bot" in lines["Slack token"][2]
    assert "Socket Mode" in lines["Slack, the way in"][2]
    assert sum(name.startswith("Slack layout") for name in lines) == len(list(layouts()))


def test_what_is_wrong_is_said(tmp_path: Path) -> None:
    workspace = Workspace()
    workspace.scopes.discard("files:read")
    workspace.heard.remove("app_mention")
    lines = found(
        tmp_path, workspace, SLACK_CONFIG_TOKEN="xoxe-1", SLACK_APP_TOKEN="xoxb-wrong", SLACK_APPROVERS_GROUP="S9"
    )
    broken = {what: said for state, what, said in lines.values() if state == "broken"}
    assert "files:read missing" in broken["Slack permissions"]
    assert "app_mention not subscribed" in broken["Slack events"]
    assert "not_allowed_token_type" in broken["Slack, the way in"]
    assert "user group" in broken["Slack approvers"]


def test_a_wrong_token_and_no_way_in(tmp_path: Path) -> None:
    lines = found(
        tmp_path, Workspace(), SLACK_BOT_TOKEN="xoxb-other", SLACK_SIGNING_SECRET="", SLACK_APPROVERS_GROUP=""
    )
    assert "install it again" in lines["Slack token"][2]
    assert lines["Slack, the way in"][0] == "broken"
    assert lines["Slack approvers"][0] == lines["Slack events"][0] == "optional"
    assert list(found(tmp_path, Workspace(), SLACK_BOT_TOKEN="")) == ["Slack"]


def test_layouts_are_valid() -> None:
    assert [faults(payload, view=kind == "view") for _, kind, payload in layouts()] == [[]] * 8


def test_the_manifest_is_one() -> None:
    assert broken("AppManifest", manifest()) == []
    wrong = manifest() | {"settings": {"event_subscriptions": {"bot_events": ["app_mentioned"]}}}
    assert broken("AppManifest", wrong)
    needed = {*NEEDS.values(), *HISTORY.values(), "commands", "app_mentions:read"}
    assert set(scopes()) == needed
