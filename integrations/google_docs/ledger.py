"""What the bot must remember, in the store of the reviews: how far the list of changes was read, and which documents
wait to be looked after.

A document is noted together with the place in the list, before anything is done about it, so that a process that dies
loses none. Lost altogether, everything that is shared is looked at once, and nothing is said twice.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from agent.store import open_store
from agent.store.history import Store

TABLES = (
    "CREATE TABLE IF NOT EXISTS google_pages (account TEXT PRIMARY KEY, token TEXT NOT NULL)",
    """
    CREATE TABLE IF NOT EXISTS google_documents (
        id TEXT PRIMARY KEY, noted BIGINT NOT NULL, done BIGINT NOT NULL, tries BIGINT NOT NULL, looked BIGINT NOT NULL,
        marks TEXT NOT NULL
    )
    """,
    "CREATE TABLE IF NOT EXISTS google_written (id TEXT PRIMARY KEY, review_id TEXT NOT NULL)",
)

Marks = frozenset[tuple[str, str]]
"""Comments of a document by id, with the moment of their last change as Google has it."""


class Known(NamedTuple):
    """A document: how often it was noted, when it was last read whole (Unix time, ms), and its comments then."""

    id: str
    noted: int
    looked: int
    marks: Marks


class Ledger:
    """The tables of one store, opened for each piece of work. Safe to share between threads and processes."""

    def __init__(self, place: str) -> None:
        """Takes the store's place and makes the tables."""
        self._place = place
        with self._open() as store:
            for statement in TABLES:
                store.run(statement)

    def token(self, account: str) -> str | None:
        """From where on this account's changes are not read yet; None: from nowhere."""
        with self._open() as store:
            rows = store.run("SELECT token FROM google_pages WHERE account = ?", account)
        return str(rows[0][0]) if rows else None

    def note(self, account: str, token: str, documents: Iterable[str]) -> None:
        """Keeps what is to be looked after and how far changes were read: both or neither."""
        with self._open() as store, store.transaction():
            for one in dict.fromkeys(documents):
                store.run(
                    "INSERT INTO google_documents (id, noted, done, tries, looked, marks) VALUES (?, 1, 0, 0, 0, '[]')"
                    " ON CONFLICT (id) DO UPDATE SET noted = google_documents.noted + 1",
                    one,
                )
            store.run(
                "INSERT INTO google_pages (account, token) VALUES (?, ?)"
                " ON CONFLICT (account) DO UPDATE SET token = excluded.token",
                account,
                token,
            )

    def written(self, document: str) -> str | None:
        """The review whose comments were all written to a document; one that a person deletes is not written again."""
        with self._open() as store:
            rows = store.run("SELECT review_id FROM google_written WHERE id = ?", document)
        return str(rows[0][0]) if rows else None

    def wrote(self, document: str, review_id: str) -> None:
        """All comments of a review were written."""
        with self._open() as store:
            store.run(
                "INSERT INTO google_written (id, review_id) VALUES (?, ?)"
                " ON CONFLICT (id) DO UPDATE SET review_id = excluded.review_id",
                document,
                review_id,
            )

    def waiting(self) -> list[Known]:
        """The documents to be looked after; those that failed most often last."""
        return self._rows("noted > done ORDER BY tries, id")

    def quiet(self, before: int) -> list[Known]:
        """The documents with nothing to do that were last read before a moment (Unix time, ms)."""
        return self._rows("noted <= done AND looked < ? ORDER BY id", before)

    def done(self, one: Known, marks: Marks) -> None:
        """A document was looked after; what was noted of it meanwhile still waits."""
        with self._open() as store:
            store.run(
                "UPDATE google_documents SET done = ?, tries = 0, looked = ?, marks = ? WHERE id = ? AND done <= ?",
                one.noted,
                now(),
                json.dumps(sorted(marks)),
                one.id,
                one.noted,
            )

    def failed(self, one: Known) -> None:
        """A document could not be looked after; it waits on."""
        with self._open() as store:
            sql = "UPDATE google_documents SET tries = tries + 1, done = noted - 1 WHERE id = ? AND noted = ?"
            store.run(sql, one.id, one.noted)

    def forget(self, one: Known) -> None:
        """A document is gone; it is known again when it is noted again."""
        with self._open() as store:
            store.run("DELETE FROM google_documents WHERE id = ? AND noted = ?", one.id, one.noted)

    def _rows(self, where: str, *values: int) -> list[Known]:
        with self._open() as store:
            rows = store.run(f"SELECT id, noted, looked, marks FROM google_documents WHERE {where}", *values)
        return [Known(i, n, at, frozenset((c, m) for c, m in json.loads(marks))) for i, n, at, marks in rows]

    @contextmanager
    def _open(self) -> Iterator[Store]:
        with open_store(self._place) as store:
            yield store


def now() -> int:
    """The moment as Unix time in milliseconds."""
    return time.time_ns() // 1_000_000
