"""`review-finetune worker`: takes jobs from the shared queue until it is stopped."""

from __future__ import annotations

import argparse
import signal
import threading
from types import FrameType

from agent.commands.output import progress
from integrations.batch.command import say_error, workers_of

_LOOK = 1.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument(
        "--workers", type=int, metavar="N", help="processes that review at once (default: one for each core)"
    )
    parser.add_argument("--until-empty", action="store_true", help="leave when no job waits or is at work")


def run(args: argparse.Namespace) -> int:
    """Works until Ctrl-C or SIGTERM; jobs that it has begun go back to the queue.

    Raises:
        UsageError: wrong request, or the database cannot be used.
    """
    workers = workers_of(args.workers)
    from integrations.batch import jobs

    stop = threading.Event()

    def leave(number: int, frame: FrameType | None) -> None:
        stop.set()

    before = {s: signal.signal(s, leave) for s in (signal.SIGINT, signal.SIGTERM)}
    try:
        with jobs.at_work(jobs.database_url(), workers):
            say_error(f"At work with {workers} processes. Ctrl-C ends it; what it has begun goes back to the queue.")
            while not stop.wait(_LOOK):
                if args.until_empty and not jobs.open_jobs():
                    break
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    progress("")
    return 0
