"""The store in PostgreSQL, for several machines. A review is worked on under an advisory lock of its session."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from itertools import chain
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

from agent.errors import UsageError
from agent.store.history import LOCK_SECONDS, Store, held, newer
from agent.store.tables import POSTGRES

if TYPE_CHECKING:
    from langgraph.checkpoint.base import BaseCheckpointSaver
    from psycopg import Connection

MIGRATING = 0x7266_0001
"""The advisory lock under which tables are made."""
CONNECT_SECONDS = 10


@contextmanager
def open_postgres(url: str) -> Iterator[Store]:
    """Opens the database.

    Raises:
        UsageError: the extra is not installed, or the database cannot be used.
    """
    try:
        import psycopg
    except ImportError as error:
        raise UsageError(
            "PostgreSQL", "psycopg is not installed", "Install review-finetune[postgres], or leave the URL out."
        ) from error
    place = urlsplit(url)
    shown = f"{place.hostname or 'local'}{place.path}"
    try:
        with psycopg.connect(url, autocommit=True, prepare_threshold=0, connect_timeout=CONNECT_SECONDS) as connection:
            _migrate(connection, shown)
            store = _Postgres(url, connection)
            try:
                yield store
            finally:
                store.close()
    except psycopg.Error as error:
        why = " ".join(str(error).split()) or type(error).__name__
        raise UsageError(f"database {shown}", why, "Check REVIEW_FINETUNE_DATABASE_URL.") from error


def _migrate(connection: Connection[Any], shown: str) -> None:
    """Brings the tables to this version, once, however many processes and machines open the database."""
    if _version(connection, shown) == len(POSTGRES):
        return
    with connection.transaction():
        connection.execute(f"SET LOCAL lock_timeout = {int(LOCK_SECONDS * 1000)}".encode())
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (MIGRATING,))
        connection.execute("CREATE TABLE IF NOT EXISTS review_finetune_schema (version INTEGER NOT NULL)")
        version = _version(connection, shown)
        for statement in chain.from_iterable(POSTGRES[version:]):
            connection.execute(statement.encode())
        connection.execute("DELETE FROM review_finetune_schema")
        connection.execute("INSERT INTO review_finetune_schema VALUES (%s)", (len(POSTGRES),))


def _version(connection: Connection[Any], shown: str) -> int:
    there = connection.execute("SELECT to_regclass('review_finetune_schema')").fetchone()
    if there is None or there[0] is None:
        return 0
    found = connection.execute("SELECT version FROM review_finetune_schema").fetchone()
    version = int(found[0]) if found else 0
    if version > len(POSTGRES):
        raise newer(shown)
    return version


@contextmanager
def _held(connection: Connection[Any], number: int, name: str, wait: float = LOCK_SECONDS) -> Iterator[None]:
    """An advisory lock of the session.

    It is asked for again and again: a statement that waits would hold a snapshot, and LangGraph's
    `CREATE INDEX CONCURRENTLY` waits for those.
    """
    held(lambda: _got(connection, number), name, wait)
    try:
        yield
    finally:
        if not connection.closed:
            connection.execute("SELECT pg_advisory_unlock(%s)", (number,))


def _got(connection: Connection[Any], number: int) -> bool:
    row = connection.execute("SELECT pg_try_advisory_lock(%s)", (number,)).fetchone()
    return row is not None and bool(row[0])


class _Postgres(Store):
    """See `Store`."""

    def __init__(self, url: str, connection: Connection[Any]) -> None:
        self._url, self._connection = url, connection
        self._checkpoints: Connection[Any] | None = None

    def close(self) -> None:
        if self._checkpoints:
            self._checkpoints.close()

    def run(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        done = self._connection.execute(sql.replace("?", "%s").encode(), values)
        return done.fetchall() if done.description else []

    @contextmanager
    def transaction(self) -> Iterator[None]:
        with self._connection.transaction():
            yield

    @contextmanager
    def locked(
        self, name: str, kind: Literal["review", "source"] = "review", wait: float = LOCK_SECONDS
    ) -> Iterator[None]:
        number = int.from_bytes(sha256(f"{kind} {name}".encode()).digest()[:8], "big", signed=True)
        with _held(self._connection, number, f"{kind} {name}", wait):
            yield

    def saver(self) -> BaseCheckpointSaver[Any]:
        from langgraph.checkpoint.postgres import PostgresSaver
        from psycopg import connect
        from psycopg.rows import dict_row

        if self._checkpoints is None:
            self._checkpoints = connect(self._url, autocommit=True, prepare_threshold=0, row_factory=dict_row)
            saver = PostgresSaver(self._checkpoints)
            if not self._set_up(len(saver.MIGRATIONS)):
                with _held(self._connection, MIGRATING, "the database"):
                    saver.setup()
        return PostgresSaver(self._checkpoints)

    def _set_up(self, versions: int) -> bool:
        """True when LangGraph's tables are those of its present version."""
        if self.run("SELECT to_regclass('checkpoint_migrations')")[0][0] is None:
            return False
        return int(self.run("SELECT COUNT(*) FROM checkpoint_migrations")[0][0]) >= versions

    def prune(self, review_id: str) -> None:
        self.saver().prune([review_id], strategy="keep_latest")

    def forget(self, review_ids: Sequence[str]) -> None:
        for table in ("checkpoint_writes", "checkpoint_blobs", "checkpoints"):
            if self.run("SELECT to_regclass(?)", table)[0][0] is not None:
                for one in review_ids:
                    self.run(f"DELETE FROM {table} WHERE thread_id = ?", one)
