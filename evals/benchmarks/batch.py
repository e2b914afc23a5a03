"""The batch measured: `python -m evals.benchmarks.batch speed|kills|memory|queue|shared|model`.

speed   ten-page PDFs: 1 and 2 processes and the naive loop, back to back, several rounds
kills   2,000 short documents, 5% broken or hostile, 20 desks killed at random: nothing lost, nothing twice
memory  5,000 short documents: the memory of all processes over time
queue   what the queue alone costs (SQLite, or REVIEW_FINETUNE_DATABASE_URL)
shared  short documents by the queue, 1, 2 and 4 processes, on a PostgreSQL of its own
model   a model of 2 s and a limit of calls at once: calls a second; the naive loop and LangChain in the same run
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from agent.policy import NO_POLICY
from evals.benchmarks import calls, corpus, peer, server
from evals.benchmarks.processes import Memory, desks
from integrations.batch import jobs, plan
from integrations.batch.desk import Orders
from integrations.batch.items import Done, Found
from integrations.batch.journal import Journal

ROUNDS = 3
SECONDS = 2.0
"""That a simulated model takes for a call."""


def main() -> None:
    measures = {"speed": speed, "kills": kills, "memory": memory, "queue": queue, "shared": shared, "model": model}
    parser = argparse.ArgumentParser(prog="python -m evals.benchmarks.batch")
    parser.add_argument("what", choices=tuple(measures))
    parser.add_argument("--documents", type=int)
    args = parser.parse_args()
    with TemporaryDirectory(prefix="batch-") as folder:
        measures[args.what](Path(folder), args.documents)


def speed(folder: Path, number: int | None) -> None:
    corpus.ten_pages(folder / "in", number or 16)
    paths = sorted((folder / "in").iterdir())
    rates: dict[str, list[float]] = {}
    for n in range(ROUNDS):
        for workers in (1, 2):
            rates.setdefault(f"{workers} process(es)", []).append(_rate(folder, f"{n}-{workers}", workers))
        rates.setdefault("naive loop, model 0 s", []).append(peer.naive(paths, 0))
    print(f"LangChain, 8 at once, model 0 s: {peer.langchain(paths, 0, 8)}; 2 s: {peer.langchain(paths, 2, 8)}")
    rates["naive loop, model 2 s"] = [peer.naive(paths[:4], 2)]
    print(f"{len(paths)} PDFs of ten pages, {ROUNDS} rounds back to back; start of the processes included")
    for name, found in rates.items():
        print(f"{name:<24}{median(found):7.2f} documents a second   (rounds: {', '.join(f'{r:.2f}' for r in found)})")
    pairs = zip(rates["1 process(es)"], rates["2 process(es)"], strict=True)
    print(f"2 processes over twice 1: {median(two / (2 * one) for one, two in pairs):.0%}")


def kills(folder: Path, number: int | None) -> None:
    total, killed, chance = number or 2_000, 0, random.Random(1)
    corpus.short(folder / "in", total, hostile=0.05)
    run = _start(folder, "out", 2)
    began = time.monotonic()
    while run.poll() is None:
        time.sleep(chance.uniform(1.0, 5.0))
        found = desks(run.pid)
        if found and killed < 20 and run.poll() is None:
            os.kill(chance.choice(found), signal.SIGKILL)
            killed += 1
    print(f"{total:,} documents in {time.monotonic() - began:.0f} s, {killed} desks killed, exit code {run.returncode}")
    _account(folder / "in", folder / "out")


def memory(folder: Path, number: int | None) -> None:
    corpus.short(folder / "in", number or 5_000)
    run = _start(folder, "out", 2)
    watch = Memory(run.pid)
    run.wait()
    watch.close()
    tenth = max(1, len(watch.samples) // 10)
    print("seconds   MiB, all processes, shared pages once")
    for n in range(0, len(watch.samples), tenth):
        print(f"{watch.samples[n][0]:7.0f}   {median(m for _, m in watch.samples[n : n + tenth]):6.0f}")
    print(f"highest: {max(m for _, m in watch.samples):.0f} MiB")


def queue(folder: Path, number: int | None) -> None:
    """Jobs whose documents are all done: what is left is the queue's own time."""
    os.environ["XDG_DATA_HOME"] = str(folder)
    found = [Found(f"{n}.md", f"/nowhere/{n}.md", "", "1", n) for n in range(number or 2_000)]
    made = plan.make(found)
    (folder / plan.STATE).mkdir()
    plan.save(made, folder)
    jobs.save_orders(Orders(NO_POLICY, str(folder)))
    for job in jobs.chunks(made):
        with Journal(folder, f"{job.id}.before") as book:
            for name in job.names:
                book.add(Done(name, "1", {}, None))
    with jobs.at_work(jobs.database_url(), 2):
        began = time.perf_counter()
        submitted = jobs.submit(made, folder)
        put = time.perf_counter() - began
        while jobs.open_jobs(made.batch):
            time.sleep(0.05)
        spent = time.perf_counter() - began
    print(f"{jobs.database_url().split(':')[0]}: {len(submitted)} jobs put in {put:.2f} s, done in {spent:.2f} s")
    print(f"{len(submitted) / spent:.1f} jobs or {len(found) / spent:,.0f} documents a second")


def shared(folder: Path, number: int | None) -> None:
    corpus.short(folder / "in", number or 300)
    with server.server() as url:
        os.environ[jobs.URL] = url
        try:
            for workers in (1, 2, 4):
                _rate(folder, f"shared-{workers}", workers)
        finally:
            del os.environ[jobs.URL]


def model(folder: Path, number: int | None) -> None:
    """Short documents, two calls each: how near the calls come to what the limit allows."""
    corpus.short(folder / "in", number or 60)
    for at_once in (4, 8):
        with calls.configured(folder, SECONDS, at_once) as made:
            _rate(folder, f"model-{at_once}", 2)
        best = at_once / SECONDS
        print(f"limit {at_once}, at best {best:g} calls a second: {len(made.at)} calls, {made.a_second:.2f} a second")
        print(f"  ({made.a_second / best:.0%}), the middle 80% of them {made.steady:.2f} ({made.steady / best:.0%});")
        print(f"  most at once {made.most_at_once}")
    paths = sorted((folder / "in").glob("*.pdf"))[:16]
    print(f"naive loop, {SECONDS:g} s: {peer.naive(paths[:4], SECONDS):.2f} documents a second, a call each")
    print(f"LangChain, 8 at once, {SECONDS:g} s: {peer.langchain(paths, SECONDS, 8)}")


def _rate(folder: Path, name: str, workers: int, *more: str) -> float:
    began = time.perf_counter()
    run = _start(folder, name, workers, *more)
    _, status, used = os.wait4(run.pid, 0)
    run.returncode = os.waitstatus_to_exitcode(status)
    assert run.returncode == 0
    number = len(list((folder / "in").iterdir()))
    wall = time.perf_counter() - began
    cpu = (used.ru_utime + used.ru_stime) / number
    print(
        f"  {workers} process(es) {' '.join(more)} {number / wall:.2f} a second; {cpu:.2f} s of processor a document",
        flush=True,
    )
    return number / wall


def _start(folder: Path, name: str, workers: int, *more: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "agent.cli", "batch", str(folder / "in"), "-o", str(folder / name)]
    return subprocess.Popen(
        [*command, "--workers", str(workers), *more], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def _account(given: Path, output: Path) -> None:
    """Every document is in one table once, every file is whole, every failure says what to do."""
    with (output / "summary.csv").open(newline="") as file:
        good = list(csv.DictReader(file))
    with (output / "failures.csv").open(newline="") as file:
        failed = list(csv.DictReader(file))
    seen = Counter(Path(row["document"]).name for row in (*good, *failed))
    expected = {path.name for path in given.iterdir()}
    torn = [p.name for p in (output / "reviews").glob("*.json") if json.loads(p.read_text("utf-8"))["verdict"] is None]
    lost = expected - seen.keys()
    twice = [name for name, n in seen.items() if n > 1]
    unexplained = [row["document"] for row in failed if not row["reason"] or not row["what_to_do"]]
    honest = [row["reason"] for row in failed if "bad-" not in row["document"]]
    print(f"reviewed {len(good):,}, failed {len(failed):,}, lost {len(lost)}, twice {len(twice)}, torn {len(torn)}")
    print(f"failures without a reason or a remedy: {len(unexplained)}")
    print(f"honest documents that failed: {len(honest)} {honest}")


if __name__ == "__main__":
    main()
