"""`python -m evals.benchmarks.google_faults`: the Google Docs bot under random faults; every run ends without a double.

Each run is one document on a stand-in for Google that the real client speaks to over HTTP (`tests.google_docs.storm`):
answers lost before and after a save, bots that die at any request, lost memory, edits, people, two bots at once.
"""

from __future__ import annotations

import argparse
import itertools
import multiprocessing
import os
import tempfile
import time
from collections import Counter
from pathlib import Path

Runs = tuple[list[str], Counter[str], int]


def some(first: int, last: int, until: float) -> Runs:
    """The runs with these seeds, until the time is over: what is wrong, what happened, how many were run."""
    from tests.google_docs.fake import running
    from tests.google_docs.storm import storming

    wrong: list[str] = []
    done = 0
    with running() as fake, tempfile.TemporaryDirectory() as folder, storming(fake, Path(folder)) as storm:
        for seed in range(first, last):
            if time.time() > until:
                break
            wrong += storm.run(seed)
            done += 1
        return wrong, storm.happened, done


def main() -> int:
    """0 when no comment and no reply is there twice, and none is missing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=500)
    parser.add_argument("--seconds", type=float, default=1800.0, help="stop after so long")
    args = parser.parse_args()
    began, workers = time.time(), len(os.sched_getaffinity(0))
    edges = [n * args.runs // workers for n in range(workers + 1)]
    jobs = [(a, b, began + args.seconds) for a, b in itertools.pairwise(edges)]
    with multiprocessing.get_context("spawn").Pool(workers) as pool:
        results = pool.starmap(some, jobs)
    wrong, happened = [w for r in results for w in r[0]], sum((r[1] for r in results), Counter[str]())
    told = ", ".join(f"{n} {what.strip('_')}" for what, n in happened.most_common())
    print(f"{sum(r[2] for r in results)} runs of {args.runs} in {time.time() - began:.0f} s: {len(wrong)} faults found")
    print(told)
    print("\n".join(wrong[:20]), end="\n" if wrong else "")
    return int(bool(wrong))


if __name__ == "__main__":
    raise SystemExit(main())
