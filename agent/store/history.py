"""Reviews and their history, on either database: what was acknowledged is in it, in order, and never changed."""

from __future__ import annotations

import json
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from agent.errors import Held, UsageError
from agent.models import Document

if TYPE_CHECKING:
    from langgraph.checkpoint.base import BaseCheckpointSaver

COLUMNS = "id, created_at, touched_at, name, title, sha256, source, author, verdict, open_questions"


LOCK_SECONDS = 120.0
"""The longest wait for somebody who is at work on a review; an answer takes less than one second."""
POLL_SECONDS = 0.02


class Row(NamedTuple):
    """One review in a list. Times are RFC 3339, UTC; `source` is a door's own id of the document."""

    id: str
    created_at: str
    touched_at: str
    name: str
    title: str
    sha256: str
    source: str | None
    author: str | None
    verdict: str
    open_questions: int


class Event(NamedTuple):
    """Something that happened to a review: `started`, a turn of a person, or `reviewed`, the review that came of it."""

    seq: int
    at: str
    who: str
    kind: str
    data: dict[str, Any]


class Store(ABC):
    """An open store. One piece of work, one thread."""

    @abstractmethod
    def run(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """Runs one statement with `?` for each value; gives its rows."""

    @abstractmethod
    def transaction(self) -> AbstractContextManager[None]:
        """All or nothing."""

    @abstractmethod
    def locked(
        self, name: str, kind: Literal["review", "source"] = "review", wait: float = LOCK_SECONDS
    ) -> AbstractContextManager[None]:
        """Nobody else works on this meanwhile; a process that dies lets go.

        Args:
            name: the review's id, or where its document comes from.
            kind: what is named. Whoever holds a source may take one of its reviews, never the other way round.
            wait: seconds at most.

        Raises:
            Held: somebody else had it for so long.
        """

    @abstractmethod
    def saver(self) -> BaseCheckpointSaver[Any]:
        """LangGraph's checkpointer on the same database."""

    @abstractmethod
    def prune(self, review_id: str) -> None:
        """Drops all checkpoints of a review but the latest."""

    @abstractmethod
    def forget(self, review_ids: Sequence[str]) -> None:
        """Deletes checkpoints, and sees to it that nothing deleted is left in the files."""

    def add(self, row: Row, document: Document) -> None:
        """A new review; its events follow in the same transaction."""
        marks = ", ".join("?" * (len(row) + 1))
        self.run(f"INSERT INTO reviews ({COLUMNS}, document) VALUES ({marks})", *row, document.model_dump_json())

    def append(self, review_id: str, event: Event, delivery: str | None = None) -> None:
        """One more event; a review that is gone takes none."""
        self.run(
            "INSERT INTO history (review_id, seq, at, who, kind, data, delivery) VALUES (?, ?, ?, ?, ?, ?, ?)",
            review_id,
            event.seq,
            event.at,
            event.who,
            event.kind,
            json.dumps(event.data, ensure_ascii=False),
            delivery,
        )

    def delivered(self, review_id: str, delivery: str) -> bool:
        """True when an event with this id of a door's delivery is there already."""
        return bool(self.run("SELECT 1 FROM history WHERE review_id = ? AND delivery = ?", review_id, delivery))

    def settle(self, review_id: str, at: str, verdict: str, open_questions: int) -> None:
        """The state of a review that lists show."""
        sql = "UPDATE reviews SET touched_at = ?, verdict = ?, open_questions = ? WHERE id = ?"
        self.run(sql, at, verdict, open_questions, review_id)

    def row(self, review_id: str) -> Row:
        """One review.

        Raises:
            UsageError: there is none.
        """
        rows = self.run(f"SELECT {COLUMNS} FROM reviews WHERE id = ?", review_id)
        if not rows:
            raise UsageError(f"no review {review_id!r}", "not stored here", "The list of all: review-finetune list")
        return Row(*rows[0])

    def document(self, review_id: str) -> Document:
        """The document of a review that is there."""
        return Document.model_validate_json(self.run("SELECT document FROM reviews WHERE id = ?", review_id)[0][0])

    def events(self, review_id: str, *kinds: str) -> Iterator[Event]:
        """What happened to a review, in order; only some kinds when they are named."""
        chosen = f" AND kind IN ({', '.join('?' * len(kinds))})" if kinds else ""
        sql = f"SELECT seq, at, who, kind, data FROM history WHERE review_id = ?{chosen} ORDER BY seq"
        for seq, at, who, kind, data in self.run(sql, review_id, *kinds):
            yield Event(seq, at, who, kind, json.loads(data))

    def last(self, review_id: str, kind: str) -> Event | None:
        """The latest event of a kind."""
        sql = "SELECT seq, at, who, kind, data FROM history WHERE review_id = ? AND kind = ? ORDER BY seq DESC LIMIT 1"
        rows = self.run(sql, review_id, kind)
        return next((Event(n, at, who, name, json.loads(data)) for n, at, who, name, data in rows), None)

    def next_seq(self, review_id: str) -> int:
        """The number of the next event."""
        return int(self.run("SELECT COALESCE(MAX(seq), 0) + 1 FROM history WHERE review_id = ?", review_id)[0][0])

    def rows(self) -> list[Row]:
        """Every review, the latest first."""
        return [Row(*r) for r in self.run(f"SELECT {COLUMNS} FROM reviews ORDER BY created_at DESC, id")]

    def starters(self, *review_ids: str) -> dict[str, str]:
        """Who started each review; of these only, when they are named."""
        chosen = f" AND review_id IN ({', '.join('?' * len(review_ids))})" if review_ids else ""
        return dict(self.run(f"SELECT review_id, who FROM history WHERE seq = 1{chosen}", *review_ids))

    def akin(self, title: str, source: str | None) -> list[Row]:
        """Reviews with this title or source, the latest first."""
        sql = f"SELECT {COLUMNS} FROM reviews WHERE title = ? OR source = ? ORDER BY created_at DESC LIMIT 20"
        return [Row(*r) for r in self.run(sql, title, source)]

    def of(self, source: str) -> list[Row]:
        """Reviews of one document, by the door's own id of it, the latest first."""
        sql = f"SELECT {COLUMNS} FROM reviews WHERE source = ? ORDER BY created_at DESC"
        return [Row(*r) for r in self.run(sql, source)]

    def older(self, moment: str) -> list[str]:
        """Ids of reviews that nobody touched since."""
        return [r[0] for r in self.run("SELECT id FROM reviews WHERE touched_at < ?", moment)]

    def delete(self, review_ids: Sequence[str]) -> None:
        """Deletes reviews with document, history and checkpoints."""
        with self.transaction():
            for one in review_ids:
                self.run("DELETE FROM reviews WHERE id = ?", one)
                self.run("DELETE FROM history WHERE review_id = ?", one)
        if review_ids:
            self.forget(review_ids)


def held(got: Callable[[], bool], name: str, wait: float) -> None:
    """Asks for a lock again and again.

    Args:
        got: takes it if it is free.
        name: what is locked, for the error.
        wait: seconds at most.

    Raises:
        Held: it was not free.
    """
    end = time.monotonic() + wait
    while not got():
        if time.monotonic() >= end:
            raise Held(name, "somebody else is at work on it", "Try again.")
        time.sleep(POLL_SECONDS)


def newer(place: str) -> UsageError:
    """The store was written by a later version of the program."""
    return UsageError(f"store {place}", "a newer version of review-finetune wrote it", "Update review-finetune.")
