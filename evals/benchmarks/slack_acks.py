"""`python -m evals.benchmarks.slack_acks`: 50 commands at once while reviews run, to us and to bolt's plain example.

Both are processes of their own on loopback, with real signatures and the same file, against the same workspace. Ours is
the web process with its worker. The plain one is bolt's documented way: `App`, an `ack` function and a `lazy` one that
reviews. Slack gives up after 3 s; our goal is 1 s.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

GOAL, SLACK = 1.0, 3.0
"""Seconds: our goal, and Slack's patience."""
GIVE_UP = 60.0
FILE = "https://x.slack.com/files/U1/F1/plan.md"


class Acks(NamedTuple):
    """Acknowledgements of one burst; times in milliseconds."""

    commands: int
    median: float
    p99: float
    most: float
    over_goal: int
    over_slack: int
    not_taken: int


async def burst(address: str, workspace: Any, commands: int, before: int) -> Acks:
    """Sends commands at once, while the first ones are being reviewed."""
    from tests.slack.running import Slack

    slack = Slack.__new__(Slack)
    slack.at, slack.address, slack.team = workspace, address, "T1"
    await asyncio.gather(*(_one(slack) for _ in range(before)))
    for _ in range(600):
        if workspace.ours():
            break
        await asyncio.sleep(0.1)
    found = await asyncio.gather(*(_one(slack) for _ in range(commands)))
    times = sorted(t for t, _ in found)
    at = {q: round(1000 * times[min(len(times) - 1, int(q * len(times)))]) for q in (0.5, 0.99, 1.0)}
    over = [sum(t > limit for t in times) for limit in (GOAL, SLACK)]
    return Acks(commands, at[0.5], at[0.99], at[1.0], *over, sum(s != 200 for _, s in found))


async def _one(slack: Any) -> tuple[float, int]:
    body = slack.commanded(FILE)
    began = time.perf_counter()
    try:
        status, _ = await asyncio.wait_for(slack.post(body), GIVE_UP)
    except Exception:  # no answer is an answer that is not 200
        status = 0
    return time.perf_counter() - began, status


async def compared(commands: int, before: int) -> dict[str, Any]:
    """Both, one after the other."""
    from tests.cli.conftest import FLAWED
    from tests.slack.running import listening
    from tests.slack.workspace import PM, Workspace

    report: dict[str, Any] = {"cores": os.cpu_count(), "load_average": [round(x, 1) for x in os.getloadavg()]}
    for name in ("ours", "in_process", "plain"):
        workspace = Workspace()
        workspace.files["F1"] = ("plan.md", FLAWED.encode(), PM)
        async with listening(workspace):
            with served(name, workspace.url) as address:
                await _until_up(address)
                report[name] = (await burst(address, workspace, commands, before))._asdict()
                report[name]["reviews_begun"] = sum("thread_ts" not in m for m in workspace.ours())
    return report


@contextmanager
def served(name: str, url: str) -> Iterator[str]:
    """One of the two at work."""
    with socket.create_server(("127.0.0.1", 0)) as bound:
        port = bound.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "evals.benchmarks.slack_acks", "--serve", name, url, str(port)]
        environment = os.environ | {"REVIEW_FINETUNE_STORE": str(Path(folder) / "reviews.db")}
        with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as process:
            try:
                yield f"http://127.0.0.1:{port}"
            finally:
                process.kill()


async def _until_up(address: str) -> None:
    for _ in range(300):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", int(address.rpartition(":")[2]))
            writer.close()
            return
        except OSError:
            await asyncio.sleep(0.1)
    raise RuntimeError("nobody listens")


def serve_plain(url: str, port: int) -> None:
    """Bolt's example: acknowledge, and do the work in a lazy listener."""
    from slack_bolt import App
    from slack_sdk import WebClient

    from agent.documents import parse
    from agent.review import review_document
    from tests.cli.conftest import FLAWED
    from tests.slack.workspace import SECRET, TOKEN

    app = App(client=WebClient(TOKEN, base_url=f"{url}/api/"), signing_secret=SECRET)

    def taken(ack: Any) -> None:
        ack("On it.")

    def review(body: dict[str, Any], client: WebClient) -> None:
        found = review_document(parse(FLAWED.encode(), "plan.md"))
        client.chat_postMessage(channel=body["channel_id"], text=found.verdict.summary)

    app.command("/review-finetune")(ack=taken, lazy=[review])
    app.start(port=port, path="/slack/events")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--commands", type=int, default=50)
    parser.add_argument("--before", type=int, default=8, help="reviews that run already")
    parser.add_argument("--serve", nargs=3, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.serve:
        name, url, port = args.serve
        if name == "plain":
            serve_plain(url, int(port))
        else:
            from evals.benchmarks.slack_soak import serve
            from tests.slack.running import ENVIRONMENT

            workers = {"SLACK_WORKERS": "1" if name == "ours" else "0"}
            serve(os.environ["REVIEW_FINETUNE_STORE"], url, int(port), ENVIRONMENT | workers)
        return 0
    report = asyncio.run(compared(args.commands, args.before))
    print(json.dumps(report, indent=2))
    return int(report["ours"]["over_goal"] > 0 or report["ours"]["not_taken"] > 0)


if __name__ == "__main__":
    raise SystemExit(main())
