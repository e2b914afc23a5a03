"""Nothing is lost and nothing is posted twice: crashes between a post and its record, lost answers, other workers."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any

import pytest

from agent.errors import UsageError
from agent.store import open_store
from evals.benchmarks.slack_soak import soak
from integrations.slack.jobs import Job, Jobs, Lost
from integrations.slack.ledger import Ledger
from tests.slack.running import Slack, play
from tests.slack.workspace import BOT, PM, Workspace

LINK = "https://x.slack.com/files/U1/F1/plan.pdf"


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return str(tmp_path / "reviews.db") if request.param == "sqlite" else str(request.getfixturevalue("postgres"))


@pytest.mark.parametrize("fault", ["lost", "cut", "500", "429"])
def test_a_post_whose_answer_is_lost_is_there_once(fault: str, tmp_path: Path) -> None:
    workspace = Workspace()
    workspace.faulty = lambda method, number: fault if method == "chat.postMessage" and number in (1, 3) else ""

    async def scene(slack: Slack) -> None:
        await slack.command(LINK)
        (row,) = slack.service.list()
        marks = slack.at.marks()
        assert len(marks) == len(set(marks)) == len(slack.service.show(row.id).questions) + 1
        looked = sum(m in ("conversations.history", "conversations.replies") for m in slack.at.asked)
        assert looked == (0 if fault == "429" else 2)

    play(tmp_path, scene, workspace)


def test_a_lost_report_is_there_once(tmp_path: Path) -> None:
    workspace = Workspace()
    workspace.faulty = lambda method, n: "lost" if (method, n) == ("files.completeUploadExternal", 1) else ""

    async def scene(slack: Slack) -> None:
        await slack.command(LINK)
        await slack.click(slack.parent(), "report")
        assert sum("files" in m for m in slack.at.ours()) == 1

    play(tmp_path, scene, workspace)


def test_blocks_that_a_workspace_does_not_know_are_left_out(tmp_path: Path) -> None:
    workspace = Workspace()
    workspace.rejected = {"plan", "table"}

    async def scene(slack: Slack) -> None:
        await slack.command(LINK)
        kinds = [b["type"] for b in slack.at.messages[slack.parent()]["blocks"]]
        assert kinds[0] == "header"
        assert "table" not in kinds

    play(tmp_path, scene, workspace)


def test_a_lane_runs_in_order_and_by_one_worker(place: str) -> None:
    jobs = Jobs(place)
    one, two = f"a{time.time_ns()}", f"b{time.time_ns()}"
    for ident in (one, two):
        assert jobs.put(ident, f"C1 {one}", "reply", {"n": ident})
    assert not jobs.put(one, "elsewhere", "reply", {})
    first = jobs.take("worker-1")
    assert first is not None
    assert first.id == one
    assert jobs.take("worker-2") is None, "a lane is one after the other"
    jobs.renew(first)
    with open_store(place) as store:
        store.run("UPDATE slack_jobs SET due = 0 WHERE id = ? RETURNING id", one)  # the lease has ended
    again = jobs.take("worker-2")
    assert again is not None
    assert (again.id, again.tries) == (one, 2)
    with pytest.raises(Lost):
        jobs.renew(first)
    jobs.done(first)
    assert jobs.take("worker-1") is None, "what a worker that lost its job says of it does not count"
    jobs.done(again)
    last = jobs.take("worker-1")
    assert last is not None
    assert last.id == two
    jobs.leave("worker-1")
    released = jobs.take("worker-2")
    assert released is not None
    jobs.done(released)
    assert jobs.idle()


def test_many_workers_take_each_job_once(place: str) -> None:
    jobs = Jobs(place)
    idents = [f"{time.time_ns()} {n}" for n in range(30)]
    for n, ident in enumerate(idents):
        jobs.put(ident, f"lane {idents[0]} {n % 10}", "status", {})

    def work(owner: str) -> list[str]:
        done = []
        while not jobs.idle():
            if job := jobs.take(owner):
                done.append(job.id)
                jobs.done(job)
        return done

    async def go() -> list[list[str]]:
        return await asyncio.wait_for(asyncio.gather(*(asyncio.to_thread(work, f"w{n}") for n in range(4))), 60)

    taken = [ident for done in asyncio.run(go()) for ident in done]
    assert sorted(taken) == sorted(idents)


@pytest.mark.slow
def test_a_hundred_deliveries_with_kills_and_faults(tmp_path: Path) -> None:
    report = asyncio.run(asyncio.wait_for(soak(str(tmp_path / "reviews.db"), 100, 2, 8.0, 7), 220))
    assert report.lost == []
    assert report.double == []
    assert report.sent > 100
    assert report.kills > 0


def test_two_processes_over_one_postgres(postgres: str) -> None:
    report = asyncio.run(asyncio.wait_for(soak(postgres, 8, 2, 60.0, 3), 150))
    assert (report.lost, report.double) == ([], [])


def test_a_store_that_cannot_be_used_for_a_while_stops_no_worker(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    take, failed = Jobs.take, []

    def unsure(self: Jobs, owner: str) -> Job | None:
        if len(failed) < 8:
            failed.append(owner)
            raise UsageError("store", "gone")
        return take(self, owner)

    monkeypatch.setattr(Jobs, "take", unsure)

    async def scene(slack: Slack) -> None:
        await slack.command("status")
        assert len(slack.at.whispers) == 1

    play(tmp_path, scene)


def test_a_private_line_comes_once(tmp_path: Path) -> None:
    workspace = Workspace()
    workspace.faulty = lambda method, number: "500" if (method, number) == ("chat.postEphemeral", 1) else ""

    async def scene(slack: Slack) -> None:
        await slack.command("status", PM)
        assert len(slack.at.whispers) == 1

    play(tmp_path, scene, workspace)


def test_a_review_goes_on_from_wherever_it_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A start that breaks right after each of the first writes of its ledger."""
    left = [0]

    def breaking(name: str) -> None:
        real = getattr(Ledger, name)

        def once(*args: Any) -> Any:
            found = real(*args)
            left[0] -= 1
            if left[0] == 0:
                raise RuntimeError("broken here")
            return found

        monkeypatch.setattr(Ledger, name, once)

    for name in ("bind", "claim", "posted"):
        breaking(name)

    async def scene(slack: Slack) -> None:
        for n in range(1, 8):
            root = slack.at.says(PM, "plan", files=[{"id": "F1"}])
            left[0] = n
            call = {"type": "app_mention", "user": PM, "text": f"<@{BOT}>", "ts": root, "files": [{"id": "F1"}]}
            await slack.event(f"Ev{n}", **call)
            assert left[0] <= 0
            shown = slack.at.thread(root)
            (review,) = [r for r in slack.service.list() if r.source == f"slack:C1:{root}"]
            assert [m["blocks"][0]["type"] for m in shown].count("header") == 1
            assert len(shown) == 1 + len(slack.service.show(review.id).questions)
        assert slack.at.whispers == []
        assert len(slack.at.marks()) == len(set(slack.at.marks()))

    play(tmp_path, scene)
