"""`python -m evals.benchmarks.slack_soak`: deliveries with duplicates, out of order, to processes that are killed.

Several web processes share one store; each takes deliveries and works on jobs, and is killed (kill -9) now and then.
Slack, on loopback, refuses calls (429), breaks (500), and loses answers to calls that it has done (503, or the
connection breaks). Then everything that was asked must be there, and every message once. `--postgres` runs it on a
PostgreSQL of its own.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import re
import signal
import socket
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, nullcontext
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch

from agent.models import Review
from agent.service import Service
from agent.settings import Settings

LEASE, PAUSE = 5.0, 0.1
"""Seconds; shorter than in earnest, so that a killed process' jobs are soon taken up."""
FAULTS = {"429": 0.04, "500": 0.02, "lost": 0.02, "cut": 0.02}
DUPLICATES = 0.3
AT_ONCE = 12
QUIET = 900.0
"""Seconds for which the end waits until nothing waits."""


class Report(NamedTuple):
    """What a run came to. `lost` and `double` say what; `whispers` counts private lines that came twice."""

    deliveries: int
    sent: int
    kills: int
    faults: int
    looks: int
    lost: list[str]
    double: list[str]
    whispers: int
    seconds: float


class Plan(NamedTuple):
    """What is delivered: reviews first, then the rest in any order."""

    starts: list[dict[str, Any]]
    rest: list[dict[str, Any]]


async def soak(place: str, deliveries: int, processes: int, kill_every: float, seed: int) -> Report:
    """One run.

    Args:
        place: the store.
        deliveries: different ones; duplicates come on top.
        processes: at work on the store.
        kill_every: seconds between two kills, about.
        seed: of everything random.
    """
    from tests.slack.running import Slack, listening
    from tests.slack.workspace import Workspace

    rng, workspace, began = random.Random(seed), Workspace(), time.monotonic()
    broken = Counter[str]()
    workspace.faulty = _faulty(rng, broken)
    workspace.members = {f"C{n}" for n in range(1, 9)}
    slack = Slack(workspace, "", Service(Settings(store=place)))
    plan = planned(slack, deliveries)
    async with listening(workspace), serving(place, workspace.url, processes) as fleet:
        killer = asyncio.create_task(fleet.kill(kill_every, rng))
        sender = Sender(slack, fleet, rng)
        await sender.deliver(plan.starts)
        await asyncio.wait_for(slack.quiet(), QUIET)
        await sender.deliver(plan.rest)
        killer.cancel()
        await asyncio.wait_for(slack.quiet(), QUIET)
    lost, double = judged(slack, plan)
    whispers = sum(
        n - 1 for n in Counter((w["user"], w["text"], w.get("thread_ts")) for w in workspace.whispers).values()
    )
    looks = sum(m in ("conversations.history", "conversations.replies") for m in workspace.asked)
    took = time.monotonic() - began
    return Report(deliveries, sender.sent, fleet.kills, broken.total(), looks, lost, double, whispers, took)


def planned(slack: Any, deliveries: int) -> Plan:
    """One review in 33 deliveries; answers, files, commands, home tabs and talk are the rest."""
    from tests.cli.conftest import FLAWED
    from tests.slack.workspace import BOT, PM

    slack.at.files["F1"] = ("plan.md", FLAWED.encode(), PM)
    starts, rest = [], []
    for n in range(max(1, deliveries // 33)):
        channel = f"C{n % 8 + 1}"
        root = slack.at.says(PM, f"plan {n}", files=[{"id": "F1"}], channel=channel)
        call = {"type": "app_mention", "user": PM, "text": f"<@{BOT}>", "ts": root, "files": [{"id": "F1"}]}
        starts.append(slack.happened(f"start {n}", channel=channel, **call))
        said = {"type": "message", "user": PM, "thread_ts": root, "ts": "1.1", "channel": channel}
        answers = ["Q1: LoRA on Llama 3.1 8B.", "Q2: Best quality.", "Q3: 400 replies, by the QA lead, locked."]
        rest += [slack.happened(f"answer {n} {i}", **said, text=t) for i, t in enumerate(answers)]
        rest += [slack.happened(f"offer {n} {i}", **said, text="v2", files=[{"id": "F1"}]) for i in range(3)]
        rest += [slack.happened(f"talk {n} {i}", **said, text="Shall we have lunch?") for i in range(3)]
        rest += [slack.happened(f"home {n} {i}", type="app_home_opened", user=f"U{n}", tab="home") for i in range(2)]
    while len(starts) + len(rest) < deliveries:
        user = f"U{len(rest)}"
        rest.append(slack.commanded("status", user) | {"trigger_id": f"status {user}"})
    return Plan(starts, rest[: deliveries - len(starts)])


def judged(slack: Any, plan: Plan) -> tuple[list[str], list[str]]:
    """What is missing, and what is there twice."""
    reviews = {row.source: row for row in slack.service.list()}
    double = [f"message {mark}" for mark, n in Counter(slack.at.marks()).items() if n > 1]
    lost = []
    if len(slack.service.list()) != len(plan.starts):
        double.append(f"{len(slack.service.list())} reviews of {len(plan.starts)}")
    names = Counter(f["name"] for m in slack.at.ours() for f in m.get("files") or ())
    double += [name for name, n in names.items() if n > 1]
    whispered = Counter(w["user"] for w in slack.at.whispers)
    for body in (*plan.starts, *plan.rest):
        ident = body.get("event_id") or body["trigger_id"]
        if "event" not in body:
            lost += [] if whispered[body["user_id"]] else [ident]
            continue
        event = body["event"]
        row = reviews.get(f"slack:{event['channel']}:{event.get('thread_ts') or event.get('ts')}")
        lost += [] if _kept(slack, ident, event, row) else [ident]
    return lost, double


def _kept(slack: Any, ident: str, event: dict[str, Any], row: Any) -> bool:
    kind = ident.split()[0]
    if kind == "home":
        return event["user"] in slack.at.homes
    if row is None:
        return False
    if kind == "start":
        review: Review = slack.service.show(row.id)
        texts = [m["text"] for m in slack.at.thread(event["ts"])]
        asked = {m.split(".")[0] for m in texts if re.match(r"Q\d+\. ", m)}
        return len(asked) >= len(review.questions) and any(m.startswith(("Revise", "Do not")) for m in texts)
    if kind == "answer":
        given = [e for e in slack.service.history(row.id) if e.kind == "answer"]
        moved = [m for m in slack.at.thread(event["thread_ts"]) if m["text"].startswith("Your answer")]
        return len(given) == len(moved) == 3
    return kind == "talk" or sum("new version" in m["text"] for m in slack.at.thread(event["thread_ts"])) == 3


def _faulty(rng: random.Random, broken: Counter[str]) -> Callable[[str, int], str]:
    def fault(method: str, number: int) -> str:
        at = rng.random()
        for name, part in FAULTS.items():
            if at < part:
                broken[name] += 1
                return name
            at -= part
        return ""

    return fault


class Sender:
    """Slack's sending: some deliveries more than once, out of order, again when nobody answers."""

    def __init__(self, slack: Any, fleet: Fleet, rng: random.Random) -> None:
        self._slack, self._fleet, self._rng, self.sent = slack, fleet, rng, 0

    async def deliver(self, bodies: list[dict[str, Any]]) -> None:
        """Sends all of them, a dozen at once."""
        copies = [b for b in bodies for _ in range(1 + (self._rng.random() < DUPLICATES) + (self._rng.random() < 0.1))]
        self._rng.shuffle(copies)
        turn = asyncio.Semaphore(AT_ONCE)

        async def one(body: dict[str, Any]) -> None:
            async with turn:
                await self._until_taken(body)

        await asyncio.gather(*(one(b) for b in copies))

    async def _until_taken(self, body: dict[str, Any]) -> None:
        for attempt in range(200):
            self._slack.address = self._fleet.address(self._rng)
            try:
                status, _ = await asyncio.wait_for(self._slack.post(body), 30)
            except Exception:  # whoever was to answer was killed
                status = 0
            if status == 200:
                self.sent += 1
                return
            await asyncio.sleep(min(0.05 * attempt, 1.0))
        raise RuntimeError("nobody takes a delivery")


class Fleet:
    """Processes on loopback that share a store."""

    def __init__(self, place: str, url: str, ports: list[int]) -> None:
        self._place, self._url, self._ports, self.kills = place, url, ports, 0
        self._running: dict[int, asyncio.subprocess.Process] = {}

    def address(self, rng: random.Random) -> str:
        """Of one of them."""
        return f"http://127.0.0.1:{rng.choice(self._ports)}"

    async def begin(self, port: int) -> None:
        """Starts one."""
        command = [sys.executable, "-m", "evals.benchmarks.slack_soak", "--serve", self._place, self._url, str(port)]
        self._running[port] = await asyncio.create_subprocess_exec(*command)

    async def kill(self, every: float, rng: random.Random) -> None:
        """Kills one after another, and starts it again."""
        while True:
            await asyncio.sleep(rng.uniform(0.5, 1.5) * every)
            port = rng.choice(self._ports)
            self._running[port].send_signal(signal.SIGKILL)
            await self._running[port].wait()
            self.kills += 1
            await self.begin(port)

    async def end(self) -> None:
        """Stops all of them."""
        for process in self._running.values():
            if process.returncode is None:
                process.kill()
                await process.wait()


@asynccontextmanager
async def serving(place: str, url: str, processes: int) -> AsyncIterator[Fleet]:
    ports = []
    for _ in range(processes):
        with socket.create_server(("127.0.0.1", 0)) as bound:
            ports.append(bound.getsockname()[1])
    fleet = Fleet(place, url, ports)
    try:
        for port in ports:
            await fleet.begin(port)
        yield fleet
    finally:
        await fleet.end()


def serve(place: str, url: str, port: int, environ: dict[str, str]) -> None:
    """Slack's routes under uvicorn, and the worker behind them."""
    import uvicorn
    from starlette.applications import Starlette

    from integrations.slack.http import routes

    service = Service(Settings(store=place))
    with patch.dict("os.environ", environ | {"SLACK_API_URL": f"{url}/api/"}):
        doors: Any = routes(service.settings, service)
    app = Starlette(routes=doors, lifespan=lambda _: doors[0].at_work())
    uvicorn.run(app, port=port, log_level="critical")


@contextmanager
def stored(postgres: bool) -> Iterator[str]:
    """A store of its own."""
    from evals.benchmarks.server import server

    with tempfile.TemporaryDirectory() as folder, server() if postgres else nullcontext("") as url:
        yield url or str(Path(folder) / "reviews.db")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--deliveries", type=int, default=1000)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--kill-every", type=float, default=6.0, metavar="SECONDS")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--postgres", action="store_true")
    parser.add_argument("--serve", nargs=3, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.serve:
        from integrations.slack import jobs, speech, worker
        from tests.slack.running import ENVIRONMENT

        jobs.LEASE, worker.PAUSE, speech.SETTLE = LEASE, PAUSE, PAUSE
        serve(args.serve[0], args.serve[1], int(args.serve[2]), ENVIRONMENT)
        return 0
    with stored(args.postgres) as place:
        report = asyncio.run(soak(place, args.deliveries, args.processes, args.kill_every, args.seed))
    print(json.dumps(report._asdict(), indent=2))
    return int(bool(report.lost or report.double))


if __name__ == "__main__":
    raise SystemExit(main())
