"""The routes of `integrations.slack.http` under Starlette and uvicorn: commands, clicks, forms, events, signatures."""

from __future__ import annotations

import asyncio
import multiprocessing
import time
from pathlib import Path

from agent.examples import PROPOSAL
from integrations.slack.http import routes
from integrations.slack.jobs import Jobs
from tests.slack import payloads, values
from tests.slack.running import ENVIRONMENT, Slack, play
from tests.slack.workspace import PM, SECRET, TEAM, Workspace, signed


def test_every_kind_of_request_is_taken(tmp_path: Path) -> None:
    async def scene(slack: Slack) -> None:
        assert await slack.post({"type": "url_verification", "challenge": "abc"}) == (200, '{"challenge": "abc"}')
        assert await slack.command("help") == (200, "")
        assert "opens a form" in slack.at.whispers[-1]["text"]
        await slack.command("status")
        assert "no reviews" in slack.at.whispers[-1]["text"]
        root = slack.at.says(PM, "plan", files=[{"id": "F1"}])
        picked = payloads.shortcut(slack.at.messages[root], PM, TEAM, slack.at.trigger())
        assert await slack.send(picked) == (200, "")
        assert slack.at.thread(root)[0]["blocks"][0]["type"] == "header"
        assert await slack.event("Ev1", type="app_home_opened", user=PM, tab="home") == (200, "")
        assert PM in slack.at.homes
        assert await slack.command() == (200, "")
        assert (await slack.submit(values.start(file="")))[1].startswith('{"response_action": "errors"')
        unheard = {"type": "message", "user": PM, "ts": "9.9", "text": "not in a thread"}
        assert await slack.event("Ev2", **unheard) == (200, "")

    play(tmp_path, scene)


def test_what_slack_has_not_signed_is_refused(tmp_path: Path) -> None:
    async def scene(slack: Slack) -> None:
        before = len(slack.at.asked)
        assert (await slack.post(slack.commanded("status"), "wrong"))[0] == 401
        old = signed("x", SECRET) | {"X-Slack-Request-Timestamp": str(int(time.time()) - 600)}
        assert (await slack.post(slack.commanded("status"), **old))[0] == 401
        assert (await slack.post(slack.commanded("status"), **{"X-Slack-Signature": ""}))[0] == 401
        assert slack.jobs.seen() == set()
        assert len(slack.at.asked) == before

    play(tmp_path, scene)


def test_a_delivery_while_slack_cannot_say_who_we_are_comes_again(tmp_path: Path) -> None:
    workspace = Workspace()
    workspace.faulty = lambda method, number: "429" if method == "auth.test" and number < 4 else ""

    async def scene(slack: Slack) -> None:
        body = slack.commanded("status")
        assert (await slack.post(body))[0] == 500
        assert await slack.event("Ev1", type="app_home_opened", user=PM, tab="home") == (200, "")
        assert PM in slack.at.homes
        assert await slack.send(body) == (200, "")
        assert len(slack.at.whispers) == 1
        await slack.command("status")
        assert slack.at.asked.count("auth.test") == 4

    play(tmp_path, scene, workspace)


def test_work_of_an_earlier_process_goes_on_without_a_request(tmp_path: Path) -> None:
    jobs = Jobs(str(tmp_path / "reviews.db"))
    about = {"team": TEAM, "enterprise": "", "user": PM, "channel": "C1"}
    assert jobs.put("Ev1", "C1 1", "start", about | {"file": "F1", "author": PM})
    assert not jobs.put("Ev1", "C1 1", "start", about)

    async def scene(slack: Slack) -> None:
        await slack.quiet()
        assert len(slack.service.list()) == 1

    play(tmp_path, scene)


def test_without_slack_there_is_no_route(tmp_path: Path, monkeypatch: object) -> None:
    from agent.service import Service
    from agent.settings import Settings

    service = Service(Settings(store=str(tmp_path / "reviews.db")))
    assert routes(service.settings, service) == []
    assert set(ENVIRONMENT) >= {"SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET"}


def test_reviews_run_in_processes_that_are_started_again(tmp_path: Path) -> None:
    async def scene(slack: Slack) -> None:
        (child,) = multiprocessing.active_children()
        child.kill()
        await asyncio.to_thread(child.join, 10)
        assert await slack.command("status") == (200, "")
        assert len(slack.at.whispers) == 1
        assert [c.pid for c in multiprocessing.active_children()] != [child.pid]
        slack.at.files["F9"] = ("plan.pdf", PROPOSAL.read_bytes(), PM)
        await slack.command("https://x.slack.com/files/U1/F9/plan.pdf")
        assert slack.at.messages[slack.parent()]["blocks"][0]["type"] == "header"

    play(tmp_path, scene, environ=ENVIRONMENT | {"SLACK_WORKERS": "1"})
    assert multiprocessing.active_children() == []
