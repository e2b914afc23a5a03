"""`python -m evals.benchmarks.google_long`: the Google Docs bot on a document of 300 pages: time, memory, calls.

The stand-in for Google runs in a process of its own, so that the figures are those of the bot. Processor time is told
beside elapsed time, most of which is the stand-in's own.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import tempfile
import time
from collections import Counter
from multiprocessing.connection import Connection
from typing import Any


def serve(count: int, line: Connection) -> None:
    """A stand-in with one document; tells its address, and in the end what was asked of it."""
    from tests.cli.conftest import FLAWED
    from tests.google_docs.documents import pages
    from tests.google_docs.fake import running

    with running() as fake:
        fake.share(pages(count, FLAWED))
        line.send(fake.url)
        line.poll(1800)
        sizes = [len(t["headPost"]["content"].encode()) for t in fake.ours()]
        line.send((Counter(fake.calls), [fake.quoted(t) for t in fake.ours()], sizes, fake.refused))


def main() -> int:
    """0 when there are at most eight comments and the summary."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=300)
    args = parser.parse_args()
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    fake = multiprocessing.get_context("spawn").Process(target=serve, args=(args.pages, theirs), daemon=True)
    fake.start()
    with tempfile.TemporaryDirectory() as folder:
        _look(str(ours.recv()), folder)
    ours.send("over")
    calls, quoted, sizes, refused = ours.recv()
    fake.join(60)
    print(f"calls: {dict(calls)}; refused: {refused}")
    print(f"{len(quoted)} comments of at most {max(sizes)} bytes, at: {quoted}")
    return int(not 1 <= len(quoted) <= 9 or bool(refused))


def _look(url: str, folder: str) -> None:
    from agent.service import Service
    from agent.settings import Settings
    from integrations.google_docs.bot import Bot
    from integrations.google_docs.client import Google
    from integrations.google_docs.configuration import GoogleSettings, Key

    table: dict[str, Any] = {"endpoint": url}
    user = {"type": "authorized_user", "client_id": "c", "client_secret": "s", "refresh_token": "r"}
    settings = GoogleSettings.model_validate(table)
    with Google(Key(kind="authorized_user", info=user), settings) as google:
        bot = Bot(google, Service(Settings(store=f"{folder}/r.db", google=table)), settings)
        for name in ("the first look", "the second", "a quiet one"):
            began, worked = time.perf_counter(), time.process_time()
            bot.look()
            print(f"{name}: {time.process_time() - worked:.2f} s of processor, {time.perf_counter() - began:.1f} s")
    print(f"peak memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


if __name__ == "__main__":
    raise SystemExit(main())
