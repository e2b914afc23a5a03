"""Turns at the model: so many calls at once, of all processes of a batch, and on a queue of all machines.

A turn ends with its process, however that ends: on one machine it is a lock on a file, on a queue in PostgreSQL a lock
of a session.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from agent.llm import ModelFailed

PATIENCE = 3_600.0
"""Seconds after which a call that gets no turn is given up."""
_LOOK = 0.02
_SAY = 5.0
"""Seconds between two signs that a call still waits."""
_CLASS = 0x52465455
"""Of the advisory locks in PostgreSQL: "RFTU"."""


class Turns(NamedTuple):
    """How many calls at once, and what counts them: a folder of this machine, or a database for all."""

    at_once: int
    folder: str = ""
    url: str = ""

    @property
    def places(self) -> Places:
        """The places to take, for one process."""
        return InDatabase(self.url, self.at_once) if self.url else InFolder(Path(self.folder), self.at_once)


class Places:
    """Numbered places; `taken` waits for a free one."""

    def __init__(self, number: int) -> None:
        """Takes none yet."""
        self._order = list(range(number))

    @contextmanager
    def taken(self, tell: Callable[[], None] = lambda: None) -> Iterator[None]:
        """A place for as long as the block lasts; `tell` is called now and then while it waits.

        Raises:
            ModelFailed: none came free in an hour.
        """
        random.shuffle(self._order)
        held = self._first(tell)
        try:
            yield
        finally:
            self._give(held)

    def _first(self, tell: Callable[[], None]) -> Any:
        began = said = time.monotonic()
        while time.monotonic() - began < PATIENCE:
            for place in self._order:
                if held := self._try(place):
                    return held
            if time.monotonic() - said > _SAY:
                tell()
                said = time.monotonic()
            time.sleep(_LOOK * random.uniform(0.5, 1.5))
        raise ModelFailed("no turn at the model came free in an hour")

    def _try(self, place: int) -> Any:
        raise NotImplementedError

    def _give(self, held: Any) -> None:
        raise NotImplementedError


class InFolder(Places):
    """A file a place, locked by whoever has it."""

    def __init__(self, folder: Path, number: int) -> None:
        """Makes the folder."""
        super().__init__(number)
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def _try(self, place: int) -> Any:
        try:
            import fcntl
        except ImportError:  # no locks on this system: each process has its own limit of one call
            return place + 1
        file = open(self._folder / f"{place}.turn", "ab")  # noqa: SIM115
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.close()
            return None
        return file

    def _give(self, held: Any) -> None:
        if not isinstance(held, int):
            held.close()


class InDatabase(Places):
    """An advisory lock a place, which lasts as long as its connection: a call's, or at most its process's."""

    def __init__(self, url: str, number: int) -> None:
        """Connects to nothing yet."""
        super().__init__(number)
        self._url = url
        self._connection: Any = None

    def _try(self, place: int) -> Any:
        found = self._connected().execute("select pg_try_advisory_lock(%s, %s)", (_CLASS, place)).fetchone()
        return self._connection if found and found[0] else None

    def _give(self, held: Any) -> None:
        self._connection = None
        held.close()

    def _connected(self) -> Any:
        if self._connection is None or self._connection.closed:
            import psycopg

            self._connection = psycopg.connect(self._url, autocommit=True, connect_timeout=10)
        return self._connection
