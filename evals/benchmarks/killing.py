"""`python -m evals.benchmarks.killing`: processes are killed (kill -9) at every node, many times, and at any moment.

After each death the answer is sent again, as a person does who saw no receipt; then everything must be there once.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import signal
import time

from evals.benchmarks.answering import places
from evals.benchmarks.people import ANSWERS, POINTS, answer_all, die, start
from evals.benchmarks.verify import faults


def kill_at(place: str, points: list[tuple[str, bool]]) -> list[str]:
    """One review after another; for each of its questions a process dies at the next point, and the answer comes again.

    Args:
        place: the store.
        points: where, and whether after the call.

    Returns:
        What went wrong.
    """
    context = _context()
    wrong, ids, jobs = [], dict[str, int](), []
    questions = list(ANSWERS)
    for n, (point, after) in enumerate(points):
        if n % len(questions) == 0:
            review_id = start(place, n).review_id
            ids[review_id] = n
        question = questions[n % len(questions)]
        dying = context.Process(target=die, args=(place, review_id, question, point, after))
        dying.start()
        dying.join(60)
        if dying.exitcode != -signal.SIGKILL:
            wrong.append(f"{point}: exit code {dying.exitcode}, not killed")
        answer_all(place, [(review_id, question)])
        jobs.append((review_id, question))
    return wrong + faults(place, ids, jobs)


def kill_any_time(place: str, times: int, seed: int = 1) -> list[str]:
    """Kills at random moments of an answer."""
    context, rng = _context(), random.Random(seed)
    ids, jobs = dict[str, int](), []
    questions = list(ANSWERS)
    for n in range(times):
        if n % len(questions) == 0:
            review_id = start(place, 10_000 + n).review_id
            ids[review_id] = 10_000 + n
        job = (review_id, questions[n % len(questions)])
        working = context.Process(target=answer_all, args=(place, [job]))
        working.start()
        time.sleep(rng.uniform(0.02, 0.6))
        if working.is_alive() and working.pid:
            os.kill(working.pid, signal.SIGKILL)
        working.join(60)
        answer_all(place, [job])
        jobs.append(job)
    return faults(place, ids, jobs)


def _context() -> multiprocessing.context.ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["agent.thread", "evals.benchmarks.people"])
    return context


def main() -> int:
    """Kills on both stores; 0 when nothing is lost and nothing is twice."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=100, help="deaths at the points, and as many at any moment")
    args = parser.parse_args()
    wrong = []
    with places() as stores:
        for name, place in stores.items():
            every = [(p, after) for p in POINTS for after in (False, True)]
            if name == "postgres":
                every = [(p.replace("sqlite:_Sqlite", "postgres:_Postgres"), after) for p, after in every]
            began = time.perf_counter()
            found = kill_at(place, (every * (args.times // len(every) + 1))[: args.times])
            found += kill_any_time(place, args.times)
            print(
                f"{name}: killed {args.times} times at {len(every)} points and {args.times} times at any moment: ",
                end="",
            )
            print(f"{len(found)} faults, {time.perf_counter() - began:.0f} s")
            wrong += found
    print("\n".join(wrong[:20]), end="\n" if wrong else "")
    return int(bool(wrong))


if __name__ == "__main__":
    raise SystemExit(main())
