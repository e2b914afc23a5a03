"""The store as one SQLite file that several processes use at once.

Writers wait for each other (`BEGIN IMMEDIATE`); a review is worked on under a lock of the operating system, which goes
with the process that holds it.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from hashlib import sha256
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from agent.errors import UsageError
from agent.store.history import LOCK_SECONDS, Store, held, newer
from agent.store.tables import SQLITE

if TYPE_CHECKING:
    from langgraph.checkpoint.base import BaseCheckpointSaver

WAIT_SECONDS = 60.0
LOCKS = 32
"""Names of one kind share so many locks: two of the same lock wait for each other, which does no harm. The kinds share
none, for who holds a source takes a review, and would wait for itself."""

_CREATING = threading.Lock()


@contextmanager
def open_sqlite(place: str) -> Iterator[Store]:
    """Opens the file, for its owner alone; creates it with its folder."""
    path = Path(place).expanduser()
    try:
        _create(path)
        connection = _connect(path)
    except (OSError, sqlite3.Error) as error:
        raise _unusable(path, error) from error
    with closing(connection):
        try:
            _migrate(connection, str(path))
        except sqlite3.Error as error:
            raise _unusable(path, error) from error
        store = _Sqlite(path, connection)
        try:
            yield store
        except sqlite3.Error as error:
            raise _unusable(path, error) from error
        finally:
            store.close()


def _create(path: Path) -> None:
    """Makes the file, for its owner alone, where it is not there.

    One that is there must not be opened and closed here: that would take away the locks that SQLite holds on it in this
    process, and another process would take itself for the only one (https://www.sqlite.org/howtocorrupt.html, 2.2).
    """
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _CREATING, suppress(FileExistsError):
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=WAIT_SECONDS, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA secure_delete = ON")
    return connection


def _unusable(path: Path, error: Exception) -> UsageError:
    why = (error.strerror or "") if isinstance(error, OSError) else str(error)
    return UsageError(f"store {path}", why.lower() or "cannot be used", "Name another file: REVIEW_FINETUNE_STORE.")


def _migrate(connection: sqlite3.Connection, place: str) -> None:
    """Brings the tables to this version, once, however many processes open the file."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > len(SQLITE):
        raise newer(place)
    if version == len(SQLITE):
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        for statement in chain.from_iterable(SQLITE[version:]):
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {len(SQLITE)}")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _got(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


class _Sqlite(Store):
    """See `Store`."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self._path, self._connection = path, connection
        self._checkpoints: sqlite3.Connection | None = None

    def close(self) -> None:
        if self._checkpoints:
            self._checkpoints.close()

    def run(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        return self._connection.execute(sql, values).fetchall()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    @contextmanager
    def locked(
        self, name: str, kind: Literal["review", "source"] = "review", wait: float = LOCK_SECONDS
    ) -> Iterator[None]:
        number = sha256(name.encode()).digest()[0] % LOCKS
        folder = self._path.with_name(f"{self._path.name}.locks")
        folder.mkdir(mode=0o700, exist_ok=True)
        with open(folder / f"{kind}-{number:02}", "w", encoding="ascii") as file:
            held(lambda: _got(file.fileno()), f"{kind} {name}", wait)
            yield

    def saver(self) -> BaseCheckpointSaver[Any]:
        from langgraph.checkpoint.sqlite import SqliteSaver

        if self._checkpoints is None:
            self._checkpoints = sqlite3.connect(self._path, timeout=WAIT_SECONDS, check_same_thread=False)
            self._checkpoints.execute("PRAGMA secure_delete = ON")
        return SqliteSaver(self._checkpoints)

    def prune(self, review_id: str) -> None:
        for table in ("writes", "checkpoints"):
            self.run(
                f"DELETE FROM {table} WHERE thread_id = ? AND checkpoint_id <"
                " (SELECT MAX(checkpoint_id) FROM checkpoints WHERE thread_id = ?)",
                review_id,
                review_id,
            )

    def forget(self, review_ids: Sequence[str]) -> None:
        there = self.run("SELECT name FROM sqlite_master WHERE name IN ('checkpoints', 'writes')")
        with self.transaction():
            for table in (name for (name,) in there):
                for one in review_ids:
                    self.run(f"DELETE FROM {table} WHERE thread_id = ?", one)
        self.run("PRAGMA wal_checkpoint(TRUNCATE)")
