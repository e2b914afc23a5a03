"""Works a plan off: one thread a seat, results into the journal as they come."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from integrations.batch.desk import Orders
from integrations.batch.items import Done, Item
from integrations.batch.journal import Journal
from integrations.batch.plan import Plan
from integrations.batch.seat import Seat

Tell = Callable[[Done], None]
_LEAVING = 30.0
"""Seconds in which all seats must have left: each looks up five times a second, but its process may die slowly."""
_NOTICE = 0.2
"""Seconds between two looks of the main thread, which Ctrl-C interrupts."""


def run(plan: Plan, todo: Iterable[Item], orders: Orders, workers: int, tell: Tell) -> None:
    """Reviews all items with so many processes; returns when every one is in the journal.

    Raises:
        KeyboardInterrupt: the seats are closed first; what is done is in the journal.
        Exception: what a thread raised that is no fault of a document, as a full disk.
    """
    items: queue.SimpleQueue[Item] = queue.SimpleQueue()
    for item in todo:
        items.put(item)
    stop = threading.Event()
    finished: queue.SimpleQueue[Done | BaseException | None] = queue.SimpleQueue()
    with Journal(Path(orders.output), "run") as journal:
        threads = [
            threading.Thread(target=_seat, args=(plan, items, orders, journal, finished, stop), daemon=True)
            for _ in range(max(1, min(workers, items.qsize())))
        ]
        try:
            for thread in threads:
                thread.start()
            for done in _until_all_left(finished, len(threads)):
                tell(done)
        finally:
            stop.set()
            end = time.monotonic() + _LEAVING
            for thread in threads:
                thread.join(max(0.0, end - time.monotonic()))


def _seat(
    plan: Plan,
    items: queue.SimpleQueue[Item],
    orders: Orders,
    journal: Journal,
    finished: queue.SimpleQueue[Done | BaseException | None],
    stop: threading.Event,
) -> None:
    """One thread: takes items until there are none. The journal first, then the news."""
    seat = Seat(stop)
    try:
        while not stop.is_set():
            item = items.get_nowait()
            done = seat.review(item, plan.review_id(item), orders)
            if stop.is_set():
                return
            journal.add(done)
            finished.put(done)
    except queue.Empty:
        pass
    except BaseException as error:
        finished.put(error)
    finally:
        seat.close()
        finished.put(None)


def _until_all_left(finished: queue.SimpleQueue[Done | BaseException | None], threads: int) -> Iterator[Done]:
    while threads:
        try:
            news = finished.get(timeout=_NOTICE)
        except queue.Empty:
            continue
        if news is None:
            threads -= 1
        elif isinstance(news, BaseException):
            raise news
        else:
            yield news
