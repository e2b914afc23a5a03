"""The durable queue: a job is a chunk of documents; any worker on the same database and shared folder takes it.

DBOS sees to it that a job is done once, somewhere, whatever dies. Inside a job the journal of the chunk says which
documents are done, so that whoever takes it over goes on where it was left.
"""

from __future__ import annotations

import json
import os
import queue
import threading
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from agent import __version__
from agent.errors import ModelUnavailable, UsageError
from agent.policy import Policy
from agent.settings import load
from integrations.batch import journal, plan
from integrations.batch.desk import Orders
from integrations.batch.items import Done, Item
from integrations.batch.journal import Journal
from integrations.batch.plan import STATE, Plan
from integrations.batch.seat import Seat
from integrations.batch.turns import Turns

try:
    from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer, SetEnqueueOptions, SetWorkflowID
except ImportError as missing:
    raise UsageError(
        "the queue", "the package dbos is not installed", "Install it: pip install 'review-finetune[queue]'."
    ) from missing

if TYPE_CHECKING:
    from agent.llm import ModelSettings
    from integrations.batch.leases import Leases

URL = "REVIEW_FINETUNE_DATABASE_URL"
QUEUE = "batch"
CHUNK = 20
"""Documents of a job: DBOS spends milliseconds on a job, a document takes a tenth of a second or more."""
PRIORITY = 100
"""Of a batch's jobs; a lower number goes first, and a person who waits has 1."""
POLL = 0.2
"""Seconds between two looks for jobs."""
_PATIENCE = 600.0
"""Seconds that a job waits for a seat; the queue hands out no more jobs than there are."""
_LEAVING = 30.0
"""Seconds in which all seats must have been given back."""
_OPEN = ["ENQUEUED", "PENDING", "DELAYED"]


class Chunk(NamedTuple):
    """A job: its id follows from what is in it, so that submitting it twice is submitting it once."""

    id: str
    names: tuple[str, ...]


def database_url(environ: os._Environ[str] | dict[str, str] = os.environ) -> str:
    """The database of the queue: the configured one, or a SQLite file of this user."""
    if url := environ.get(URL):
        return url
    home = Path(environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "review-finetune"
    home.mkdir(parents=True, exist_ok=True)
    return f"sqlite:///{home / 'queue.sqlite'}"


def chunks(made: Plan) -> list[Chunk]:
    """The jobs of a plan, in its order; duplicates are in none."""
    items = [i for i in made.items if not i.same_as]
    return [_chunk(made, items[n : n + CHUNK]) for n in range(0, len(items), CHUNK)]


@contextmanager
def at_work(url: str, workers: int, lease: float | None = None) -> Iterator[Leases | None]:
    """This process as a worker with so many seats; with none it only submits.

    Raises:
        UsageError: the database cannot be used.
    """
    from integrations.batch import leases

    workers = _places(workers)
    me = f"{os.uname().nodename if hasattr(os, 'uname') else 'worker'}-{uuid.uuid4().hex[:12]}"
    _launch(url, me, workers)
    global _seats
    _seats = _Seats(workers)
    watch = None
    try:
        if workers:
            own = leases.Leases(_driver(url), me, DBOS._recover_pending_workflows, lease or leases.LEASE)
            watch = own
            yield own
        else:
            yield None
    finally:
        _seats.close()
        if watch:
            watch.close()
        DBOS.destroy()


def submit(made: Plan, output: Path, priority: int = PRIORITY) -> list[Chunk]:
    """Puts the jobs of a plan on the queue; those that are on it stay as they are."""
    jobs = chunks(made)
    for job in jobs:
        with SetWorkflowID(job.id), SetEnqueueOptions(priority=priority):
            DBOS.enqueue_workflow(QUEUE, review_chunk, str(output.resolve()), job.id, list(job.names))
    return jobs


def open_jobs(prefix: str = "") -> int:
    """Jobs that wait or are at work, of one batch or of all."""
    found = DBOS.list_workflows(
        status=_OPEN,
        queue_name=QUEUE,
        workflow_id_prefix=prefix or None,
        load_input=False,
        load_output=False,
    )
    return len(found)


def save_orders(orders: Orders) -> None:
    """Keeps with the batch by what every machine reviews. Each asks its own model: no key is ever written."""
    from agent.commands.output import write

    state = Path(orders.output) / STATE
    write(state / "policy.json", orders.policy.model_dump_json())
    wanted = "required" if orders.required else "auto" if orders.model else "off"
    write(state / "orders.json", json.dumps({"llm": wanted, "annotate": orders.annotate}))


@DBOS.workflow(name="review_chunk")
def review_chunk(output: str, job: str, names: Sequence[str]) -> int:
    """Reviews the documents of a job that are not done; returns how many it has done."""
    folder = Path(output)
    made, orders = _orders(folder)
    items = {item.name: item for item in made.items}
    done = journal.read(folder, f"{job}.*")
    todo = [items[name] for name in names if name in items and _open(items[name], done)]
    with _seats.one() as seat, Journal(folder, f"{job}.{DBOS.executor_id}") as book:
        for item in todo:
            answer = seat.review(item, made.review_id(item), orders)
            if _seats.closed:
                raise InterruptedError("this worker is leaving")
            book.add(answer)
    return len(todo)


def _open(item: Item, done: dict[str, Done]) -> bool:
    one = done.get(item.name)
    return one is None or one.stamp != item.found.stamp


def _chunk(made: Plan, items: Sequence[Item]) -> Chunk:
    told = "\n".join(f"{i.name}\t{i.found.stamp}" for i in items)
    return Chunk(f"{made.batch}-{sha256(told.encode()).hexdigest()[:16]}", tuple(i.name for i in items))


_plans: dict[str, tuple[int, Plan, Orders]] = {}
"""The plans read last, with the time of their files; a worker meets the same one many times."""


def _orders(folder: Path) -> tuple[Plan, Orders]:
    """The plan and the policy of a batch."""
    stamp = (folder / STATE / "plan.jsonl").stat().st_mtime_ns
    known = _plans.get(str(folder))
    if known is None or known[0] != stamp:
        made = plan.load(folder)
        assert made is not None
        policy = Policy.model_validate_json((folder / STATE / "policy.json").read_text("utf-8"))
        _plans.clear()
        told = json.loads((folder / STATE / "orders.json").read_text("utf-8"))
        wanted = told["llm"]
        model = None if wanted == "off" else load(None).model
        if wanted == "required" and model is None:
            raise ModelUnavailable(
                "no language model is configured on this machine", "the batch requires one", "Set OPENAI_API_KEY."
            )
        turns = _turns(model, folder) if model else None
        orders = Orders(policy, str(folder), model, wanted == "required", bool(told["annotate"]), turns)
        known = _plans[str(folder)] = (stamp, made, orders)
    return known[1], known[2]


def _places(workers: int) -> int:
    """Documents at once: who waits for the model keeps no core busy."""
    model = load(None).model if workers else None
    return workers + (model.limits.at_once if model else 0)


def _turns(model: ModelSettings, folder: Path) -> Turns:
    """Counted by the queue's database where many machines share it, else by this machine."""
    url = database_url()
    shared = url if url.startswith("postgres") else ""
    return Turns(model.limits.at_once, str(folder / STATE / "turns"), shared)


class _Seats:
    """The seats of this process; a job takes one for as long as it lasts."""

    def __init__(self, number: int) -> None:
        self._stop = threading.Event()
        self._free: queue.SimpleQueue[Seat] = queue.SimpleQueue()
        for _ in range(number):
            self._free.put(Seat(self._stop))
        self._number = number

    @property
    def closed(self) -> bool:
        return self._stop.is_set()

    @contextmanager
    def one(self) -> Iterator[Seat]:
        seat = self._taken(_PATIENCE)
        try:
            yield seat
        finally:
            self._free.put(seat)

    def close(self) -> None:
        self._stop.set()
        end = time.monotonic() + _LEAVING
        for _ in range(self._number):
            with suppress(queue.Empty):
                self._free.get(timeout=max(0.1, end - time.monotonic())).close()

    def _taken(self, seconds: float) -> Seat:
        """A free seat.

        Raises:
            InterruptedError: this worker leaves, or no seat comes free: the job goes back to the queue.
        """
        end = time.monotonic() + seconds
        while time.monotonic() < end and not self.closed:
            with suppress(queue.Empty):
                return self._free.get(timeout=POLL)
        raise InterruptedError("this worker has no seat")


_seats = _Seats(0)


def _launch(url: str, me: str, workers: int) -> None:
    config: DBOSConfig = {
        "name": "review-finetune",
        "system_database_url": url,
        "application_version": __version__,
        "executor_id": me,
        "log_level": "CRITICAL",
        "serializer": DBOSPortableJSONSerializer(),
        "notification_listener_polling_interval_sec": POLL,
    }
    try:
        DBOS(config=config)
        DBOS.listen_queues([QUEUE] if workers else [])
        DBOS.launch()
        DBOS.register_queue(
            QUEUE, worker_concurrency=max(1, workers), polling_interval_sec=POLL, on_conflict="always_update"
        )
    except Exception as error:
        DBOS.destroy()
        raise UsageError(
            f"the database in {URL}", f"cannot be used ({type(error).__name__})", "Check that it runs."
        ) from error


def _driver(url: str) -> str:
    """The address as SQLAlchemy takes it, with the driver that DBOS brings."""
    head, _, rest = url.partition("://")
    return f"postgresql+psycopg://{rest}" if head.split("+")[0] in ("postgres", "postgresql") else url
