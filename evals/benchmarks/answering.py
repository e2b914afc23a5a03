"""`python -m evals.benchmarks.answering`: 20 processes answer 200 reviews at once, on SQLite and on PostgreSQL.

Every answer is sent twice, and the questions of a review are shared out among the processes.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from evals.benchmarks.people import ANSWERS, answer_all, start
from evals.benchmarks.server import programs, server
from evals.benchmarks.verify import faults


def answer_at_once(place: str, processes: int, reviews: int, seed: int = 1) -> list[str]:
    """Starts the reviews, has them answered at once, and gives what went wrong."""
    ids = {start(place, n).review_id: n for n in range(reviews)}
    jobs = [(review_id, question) for review_id in ids for question in ANSWERS]
    random.Random(seed).shuffle(jobs)
    shares = [jobs[n::processes] for n in range(processes)]
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["agent.thread", "evals.benchmarks.people"])
    with context.Pool(processes) as pool:
        done = pool.starmap(answer_all, [(place, share) for share in shares], chunksize=1)
    wrong = faults(place, ids, jobs)
    return wrong if sum(done) == len(jobs) else [*wrong, f"{sum(done)} of {len(jobs)} answers acknowledged"]


@contextmanager
def places(only: str = "") -> Iterator[dict[str, str]]:
    """A SQLite file, and a database of a PostgreSQL server where one is installed."""
    with tempfile.TemporaryDirectory(prefix="rf-") as folder:
        here = {"sqlite": str(Path(folder) / "reviews.db")}
        if programs() and only != "sqlite":
            with server() as url:
                yield here | {"postgres": url}
        else:
            yield here


def main() -> int:
    """Runs both stores; 0 when nothing is lost and nothing is twice."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--processes", type=int, default=20)
    parser.add_argument("--reviews", type=int, default=200)
    parser.add_argument("--only", choices=("sqlite", "postgres"), default="")
    args = parser.parse_args()
    wrong = []
    with places(args.only) as stores:
        for name, place in stores.items():
            if args.only in ("", name):
                began = time.perf_counter()
                found = answer_at_once(place, args.processes, args.reviews)
                seconds = time.perf_counter() - began
                answers = args.reviews * len(ANSWERS)
                print(
                    f"{name}: {args.processes} processes, {args.reviews} reviews, {answers} answers sent twice: ",
                    end="",
                )
                print(f"{len(found)} faults, {seconds:.0f} s")
                wrong += found
    print("\n".join(wrong[:20]), end="\n" if wrong else "")
    return int(bool(wrong))


if __name__ == "__main__":
    raise SystemExit(main())
