"""`review-finetune batch PATH… -o OUT`: every document below the paths."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from agent.commands.output import progress, say
from agent.errors import ModelUnavailable, UsageError

if TYPE_CHECKING:
    from integrations.batch.desk import Orders
    from integrations.batch.items import Done, Item, Row
    from integrations.batch.plan import Plan
    from integrations.batch.progress import Progress

MOST_WORKERS = 256
_LOOK = 1.0
"""Seconds between two looks at a queue."""
_SPARING = 20
"""The journals of a large batch are read at most a twentieth of the time."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument(
        "paths",
        metavar="PATH",
        nargs="+",
        help="a document, a folder, a pattern, a zip archive, or a list (CSV or JSON Lines with a column `path`)",
    )
    parser.add_argument("-o", "--output", metavar="OUT", required=True, help="folder for the reviews and the summary")
    parser.add_argument(
        "--workers", type=int, metavar="N", help="processes that review at once (default: one for each core)"
    )
    parser.add_argument(
        "--resume", action="store_true", help="go on with the batch in OUT: only what is not done, or has changed"
    )
    parser.add_argument(
        "--queue",
        action="store_true",
        help="share the work by the queue with every `review-finetune worker` (default where "
        "REVIEW_FINETUNE_DATABASE_URL is set); --workers 0 leaves all of it to them",
    )
    parser.add_argument(
        "--annotate", action="store_true", help="give PDF and Word files back with comments, beside their reviews"
    )
    parser.add_argument(
        "--llm", choices=("auto", "off", "required"), default="auto", help="use of a language model (default: auto)"
    )


def run(args: argparse.Namespace) -> int:
    """Reviews everything; a document that fails costs one line in `failures.csv`.

    Raises:
        UsageError: wrong request or configuration.
        ModelUnavailable: `--llm required`.
    """
    queued = args.queue or bool(os.environ.get("REVIEW_FINETUNE_DATABASE_URL"))
    workers = workers_of(args.workers, 0 if queued else 1)
    from agent.settings import load
    from integrations.batch.desk import Orders
    from integrations.batch.plan import STATE
    from integrations.batch.turns import Turns

    settings, output = load(args.config), Path(args.output)
    if args.llm == "required" and settings.model is None:
        raise ModelUnavailable(
            "no language model is configured", "none of its variables is set", "Set OPENAI_API_KEY, or use --llm off."
        )
    model = None if args.llm == "off" else settings.model
    turns = Turns(model.limits.at_once, str(output / STATE / "turns")) if model else None
    orders = Orders(settings.policy, str(output), model, args.llm == "required", args.annotate, turns)
    _refuse_file(output)
    with _alone(output):
        made, closed = _planned(args, output)
        work = _by_queue if queued else _here
        try:
            work(made, orders, output, workers)
        except KeyboardInterrupt:
            _finish(made, output, closed)
            say_error("Stopped. Go on with --resume: what is done is kept.")
            raise
        return _finish(made, output, closed)


def _planned(args: argparse.Namespace, output: Path) -> tuple[Plan, list[Row]]:
    """The plan, saved; and the rows of archives that cannot be opened."""
    from integrations.batch import plan, rows, sources
    from integrations.batch.items import Item

    known = plan.load(output)
    if known and not args.resume:
        raise UsageError(f"{output}", "holds a batch already", "Go on with it by --resume, or give another folder.")
    progress("Looking for documents…")
    found, broken = sources.find(args.paths, output)
    made = plan.make(found, known)
    (output / "reviews").mkdir(parents=True, exist_ok=True)
    plan.save(made, output)
    return made, [rows.failure(error, Item(one, "")) for one, error in broken]


def _here(made: Plan, orders: Orders, output: Path, workers: int) -> None:
    """Reviews on this machine, without a queue."""
    from integrations.batch import journal
    from integrations.batch.run import run as work

    done = journal.read(output)
    todo = [i for i in made.items if not i.same_as and not _is_done(i, done, orders)]
    bar = _bar(made, len(todo), f"{workers:,} worker{'s' * (workers != 1)}")
    seats = workers + (orders.turns.at_once if orders.turns else 0)  # who waits for the model keeps no core busy

    def tell(done: Done) -> None:
        bar.tell(done.failure is not None)

    work(made, todo, orders, seats, tell)


def _by_queue(made: Plan, orders: Orders, output: Path, workers: int) -> None:
    """Puts the work on the queue, takes part in it, and waits for its end."""
    from integrations.batch import jobs, journal

    jobs.save_orders(orders)
    done = journal.read(output)
    bar = _bar(made, sum(not i.same_as and not _is_done(i, done, orders) for i in made.items), "by the queue")
    with jobs.at_work(jobs.database_url(), workers):
        jobs.submit(made, output)
        known, took = set(done), 0.0
        while jobs.open_jobs(made.batch):
            time.sleep(_LOOK + _SPARING * took)
            began = time.monotonic()
            now = journal.read(output)
            took = time.monotonic() - began
            for name in now.keys() - known:
                bar.tell(now[name].failure is not None)
            known |= now.keys()


def _bar(made: Plan, todo: int, how: str) -> Progress:
    from integrations.batch.progress import Progress

    once = sum(not i.same_as for i in made.items)
    say_error(_opening(len(made.items), once, once - todo, how))
    return Progress(once, once - todo)


def _finish(made: Plan, output: Path, closed: Sequence[Row]) -> int:
    """Writes the tables and the page, and says what came out; the exit code."""
    from integrations.batch import journal, tables
    from integrations.batch.page import render_page

    good, failures = tables.gather(made.items, journal.read(output))
    failures = [*closed, *failures]
    tables.write_tables(output, good, failures)
    from agent.commands.output import write

    write(output / "summary.html", render_page(good, failures))
    progress("")
    say(_closing(good, failures, output))
    return int(bool(failures))


def _is_done(item: Item, done: dict[str, Done], orders: Orders) -> bool:
    """True when nothing is left to do for it: the same content, its files there, and its comments where asked for."""
    one = done.get(item.name)
    if one is None or one.stamp != item.found.stamp:
        return False
    if one.row is None:
        return True
    annotated = one.row.get("annotated")
    wanted = [f"reviews/{item.name}.json", *([annotated] if annotated else [])]
    return not (orders.annotate and annotated is None) and all((Path(orders.output) / w).is_file() for w in wanted)


def workers_of(given: int | None, least: int = 1) -> int:
    """How many processes are asked for; one for each core that this process may use when nothing is said.

    Raises:
        UsageError: too few or too many.
    """
    if given is None:
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        return min(cores, MOST_WORKERS)
    if not least <= given <= MOST_WORKERS:
        raise UsageError(f"--workers {given}", f"from {least} to {MOST_WORKERS}", "Leave it out for one for each core.")
    return given


def _refuse_file(output: Path) -> None:
    if output.exists() and not output.is_dir():
        raise UsageError(f"{output}", "is a file", "Give a folder with -o.")


@contextmanager
def _alone(output: Path) -> Iterator[None]:
    """Holds the folder: two runs would write the same files. The lock ends with the process, however it ends.

    Raises:
        UsageError: another run holds it, or the folder cannot be made.
    """
    from integrations.batch.plan import STATE

    try:
        (output / STATE).mkdir(parents=True, exist_ok=True)
        file = open(output / STATE / "lock", "ab")  # noqa: SIM115
    except OSError as error:
        why = (error.strerror or "unknown").lower()
        raise UsageError(f"cannot write {output}", why, "Give a place that you may write to.") from error
    with file:
        try:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except ImportError:
            pass
        except OSError as error:
            raise UsageError(
                f"{output}", "another batch is at work on it", "Wait for it, or give another folder."
            ) from error
        yield


def _opening(documents: int, once: int, before: int, how: str) -> str:
    from agent.reports.figures import count

    twins = f" ({count(documents - once, 'duplicate')}, reviewed once)" if documents > once else ""
    kept = f", {before:,} of them done already" if before else ""
    return f"{count(documents, 'document')}{twins}{kept}; {how}."


def _closing(good: Sequence[Row], failures: Sequence[Row], output: Path) -> str:
    from collections import Counter

    from agent.commands.failure import clean
    from agent.reports.labels import word
    from integrations.batch.tables import WORST

    tally = Counter(row["verdict"] for row in good)
    twins = sum(bool(row["same_as"]) for row in (*good, *failures))
    lines = [f"{tally[v]:>7,}  {word('verdicts', v)}" for v in WORST if tally[v]]
    lines += [f"{len(failures):>7,}  could not be reviewed: {output / 'failures.csv'}"] * bool(failures)
    lines += [f"{twins:>7,}  of these are duplicates of another document, reviewed once"] * bool(twins)
    return "\n".join([*lines, clean(f"Summary: {output / 'summary.html'}")]) + "\n"


def say_error(line: str) -> None:
    """Says one line on standard error, below nothing that moves."""
    progress("")
    if sys.stderr is not None:
        sys.stderr.write(f"{line}\n")
        sys.stderr.flush()
