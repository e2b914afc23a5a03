"""Who is at work: every worker says so every few seconds, and one that has been silent too long is taken for dead.

DBOS gives a dead executor's jobs back when it is told which executors are dead; without its paid conductor nobody tells
it. This table does, by the clock of the database, so that no two machines need the same time.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

import sqlalchemy as sa

BEAT = 2.0
"""Seconds between two signs of life."""
LEASE = 15.0
"""Seconds of silence after which a worker's jobs are given to others."""
_WORKERS = sa.Table(
    "review_finetune_workers",
    sa.MetaData(),
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("seen", sa.Float, nullable=False),
)
_CLOCKS = {
    "postgresql": "extract(epoch from clock_timestamp())",
    "sqlite": "(julianday('now') - 2440587.5) * 86400.0",
}


class Leases:
    """The signs of life of one worker, and its eye on the others. `close` ends both."""

    def __init__(self, url: str, worker: str, give_back: Callable[[list[str]], object], lease: float = LEASE) -> None:
        """Connects and starts.

        Args:
            url: the database of the queue.
            worker: this worker's id.
            give_back: is told the ids of workers that are dead.
            lease: seconds of silence that make one dead.
        """
        self._engine = sa.create_engine(url, pool_pre_ping=True)
        self._now = sa.text(f"select {_CLOCKS[self._engine.dialect.name]}")
        self._worker, self._give_back, self._lease = worker, give_back, lease
        self._stop = threading.Event()
        _WORKERS.metadata.create_all(self._engine, checkfirst=True)
        self.look()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def look(self) -> None:
        """One sign of life; jobs of the dead are given back before they are forgotten."""
        with self._engine.begin() as connection:
            now = float(connection.execute(self._now).scalar_one())
            connection.execute(sa.delete(_WORKERS).where(_WORKERS.c.id == self._worker))
            connection.execute(sa.insert(_WORKERS).values(id=self._worker, seen=now))
            late = sa.select(_WORKERS.c.id).where(_WORKERS.c.seen < now - self._lease)
            dead = [row.id for row in connection.execute(late)]
        if dead:
            self._give_back(dead)
            with self._engine.begin() as connection:
                gone = sa.and_(_WORKERS.c.id.in_(dead), _WORKERS.c.seen < now - self._lease)
                connection.execute(sa.delete(_WORKERS).where(gone))

    def close(self) -> None:
        """Gives this worker's own jobs back and forgets it."""
        self._stop.set()
        self._thread.join(self._lease)
        self._give_back([self._worker])
        with self._engine.begin() as connection:
            connection.execute(sa.delete(_WORKERS).where(_WORKERS.c.id == self._worker))
        self._engine.dispose()

    def _watch(self) -> None:
        while not self._stop.wait(min(BEAT, self._lease / 4)):
            # A database that is away for a moment is tried again; the queue itself does the same.
            try:
                self.look()
            except sa.exc.SQLAlchemyError:
                continue
