"""One place of work: a desk process that is watched, and replaced when it dies, hangs or has served long enough."""

from __future__ import annotations

import multiprocessing
import signal
import threading
import time
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from typing import Any

from agent.documents import LIMITS
from agent.errors import CorruptDocument, TooLargeDocument
from integrations.batch import rows
from integrations.batch.desk import Orders, work
from integrations.batch.items import Done, Item

READING = LIMITS.wall_seconds + LIMITS.ocr_wall_seconds + 30
"""Seconds until a document must be read, OCR included; the reader has its own limits."""
LOADING = 120
"""Seconds until a new desk must be ready."""
STARTS = 10
"""Desks that may die before they are ready, one after the other: more is no accident."""
REVIEWING = 60
"""Seconds for everything after that."""
SERVES = 1_000
"""Documents after which a desk is replaced, so that nothing it leaks can add up."""
TRIES = 3
"""Processes that may die on one document before it is given up."""
_LEAVING = 0.3
"""Seconds in which an idle desk leaves by itself."""
_DYING = 5.0
"""Seconds that a killed desk is waited for."""
_LOOK = 0.2
"""Seconds between two looks at whether to stop."""
_SPAWN = multiprocessing.get_context("spawn")


class Seat:
    """Reviews documents one at a time in a process of its own. To be used by one thread; close it at the end."""

    def __init__(self, stop: threading.Event | None = None) -> None:
        """Starts the process: it loads while the first document is looked for.

        Args:
            stop: set by another thread, ends the wait for the document at hand, which then counts as failed.
        """
        self._stop = stop or threading.Event()
        self._served = 0
        self._process: SpawnProcess | None = None
        self._start()

    @property
    def pid(self) -> int | None:
        """The process at work."""
        return self._process.pid if self._process else None

    def review(self, item: Item, review_id: str, orders: Orders) -> Done:
        """Reviews one document, whatever becomes of the process.

        Raises:
            RuntimeError: no process can be started.
        """
        for _ in range(TRIES):
            self._make_ready()
            answer = self._ask(item, review_id, orders)
            if answer is not None:
                self._served += 1
                if self._served >= SERVES:
                    self.close()
                return answer
            self.close()
        error = CorruptDocument("cannot be reviewed", f"the reviewer stopped {TRIES} times on it", "Export it again.")
        return self._failed(error, item)

    def close(self) -> None:
        """Ends the process."""
        if self._process is None:
            return
        self._connection.close()
        self._process.join(_LEAVING)
        with suppress(ProcessLookupError, ValueError):
            self._process.kill()
        self._process.join(_DYING)
        with suppress(ValueError):  # it is still there: nothing here waits for it
            self._process.close()
        self._process = None

    def _start(self) -> None:
        ours, theirs = _SPAWN.Pipe()
        self._process = _SPAWN.Process(target=work, args=(theirs,), daemon=True)
        # Ctrl-C goes to the whole group; a desk ends when this process says so or is gone.
        before = (
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT}) if hasattr(signal, "pthread_sigmask") else None
        )
        try:
            self._process.start()
        finally:
            if before is not None:
                signal.pthread_sigmask(signal.SIG_SETMASK, before)
        theirs.close()
        self._connection: Connection = ours
        self._served, self._is_ready = 0, False

    def _make_ready(self) -> None:
        """A desk that has loaded; one that dies before costs no document anything."""
        for _ in range(STARTS):
            if self._process is None:
                self._start()
            if self._is_ready or self._stop.is_set():
                return
            with suppress(EOFError, OSError):
                if self._answers(LOADING):
                    self._connection.recv()
                    self._is_ready = True
                    return
            self.close()
        raise RuntimeError(f"the reviewer could not be started, {STARTS} times")

    def _ask(self, item: Item, review_id: str, orders: Orders) -> Done | None:
        """What the desk says; None when it died."""
        try:
            self._connection.send((item, review_id, orders))
            seconds, what = float(READING), "read"
            while self._answers(seconds):
                answer: Any = self._connection.recv()
                if isinstance(answer, Done):
                    return answer
                # It has read, or it waits for its turn at the model: from here it has so much time.
                seconds, what = _reviewing(orders), "review"
        except (EOFError, OSError):
            return None
        self.close()
        return self._failed(_too_slow(what, seconds), item)

    def _answers(self, seconds: float) -> bool:
        end = time.monotonic() + seconds
        while time.monotonic() < end and not self._stop.is_set():
            if self._connection.poll(_LOOK):
                return True
        return False

    def _failed(self, error: Exception, item: Item) -> Done:
        return Done(item.name, item.found.stamp, None, rows.failure(error, item))


def _reviewing(orders: Orders) -> float:
    """Seconds for everything after reading, or since it last waited for a turn; a model has its own time on top."""
    return REVIEWING + (orders.model.limits.seconds if orders.model else 0)


def _too_slow(what: str, seconds: float) -> TooLargeDocument:
    return TooLargeDocument(f"too slow to {what}", f"stopped after {seconds:.0f} s", "Send the proposal alone.")
