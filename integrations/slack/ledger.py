"""What Slack's side must remember, in the store of the reviews: jobs that wait, threads of reviews, messages posted.

A delivery is one row by its id, so the same one again is nothing. Jobs of a lane (a review's thread) run in order. What
a job was about is wiped when it is done.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from agent.errors import UsageError
from agent.settings import OFF
from agent.store import open_store
from agent.store.history import Store

LEASE = 300.0
"""Seconds after which a job of a worker that died is taken up by another."""
TABLES = (
    """
    CREATE TABLE IF NOT EXISTS slack_jobs (
        id TEXT PRIMARY KEY, seq BIGINT NOT NULL, lane TEXT NOT NULL, kind TEXT NOT NULL, data TEXT NOT NULL,
        state TEXT NOT NULL, tries INTEGER NOT NULL, due DOUBLE PRECISION NOT NULL
    )
    """,
    "CREATE INDEX IF NOT EXISTS slack_jobs_open ON slack_jobs (state, lane, seq)",
    """
    CREATE TABLE IF NOT EXISTS slack_threads (
        channel TEXT NOT NULL, ts TEXT NOT NULL, team TEXT NOT NULL, review_id TEXT NOT NULL, author TEXT NOT NULL,
        PRIMARY KEY (channel, ts)
    )
    """,
    """
    CREATE TABLE IF NOT EXISTS slack_posts (
        key TEXT PRIMARY KEY, channel TEXT NOT NULL, ts TEXT NOT NULL, number INTEGER NOT NULL
    )
    """,
)


class Job(NamedTuple):
    """One thing to do."""

    id: str
    lane: str
    kind: str
    data: dict[str, Any]
    tries: int


class Thread(NamedTuple):
    """Where a review lives in Slack; `author` is the Slack user whose proposal it is."""

    channel: str
    ts: str
    team: str
    review_id: str
    author: str


class Post(NamedTuple):
    """A message that stands; `number` is that of its question."""

    channel: str
    ts: str
    number: int


class Ledger:
    """The tables, opened for each piece of work."""

    def __init__(self, place: str) -> None:
        if place == OFF:
            raise UsageError("Slack needs the store of reviews", "it is off", "Give [store] path a file.")
        self._place = place
        with open_store(place) as store:
            for statement in TABLES:
                store.run(statement)

    @contextmanager
    def _open(self) -> Iterator[Store]:
        with open_store(self._place) as store:
            yield store

    def put(self, delivery: str, lane: str, kind: str, data: dict[str, Any]) -> bool:
        """Keeps a job; False when this delivery is here already."""
        row = (delivery, time.time_ns(), lane, kind, json.dumps(data), "open", 0, 0.0)
        with self._open() as store:
            sql = (
                "INSERT INTO slack_jobs (id, seq, lane, kind, data, state, tries, due) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
                " ON CONFLICT (id) DO NOTHING RETURNING id"
            )
            return bool(store.run(sql, *row))

    def take(self) -> Job | None:
        """The next job whose lane is free, now ours until the lease ends."""
        now = time.time()
        with self._open() as store:
            found = store.run(
                "SELECT id, lane, kind, data, tries, due FROM slack_jobs j"
                " WHERE state = 'open' AND due <= ? AND NOT EXISTS"
                " (SELECT 1 FROM slack_jobs e WHERE e.lane = j.lane AND e.state = 'open' AND e.seq < j.seq)"
                " ORDER BY seq LIMIT 1",
                now,
            )
            if not found:
                return None
            ident, lane, kind, data, tries, due = found[0]
            ours = store.run(
                "UPDATE slack_jobs SET due = ?, tries = tries + 1"
                " WHERE id = ? AND due = ? AND state = 'open' RETURNING id",
                now + LEASE,
                ident,
                due,
            )
            return Job(ident, lane, kind, json.loads(data), tries + 1) if ours else self.take()

    def done(self, job: Job, state: str = "done") -> None:
        """The job is over; what it was about is forgotten, its id stays."""
        with self._open() as store:
            store.run("UPDATE slack_jobs SET state = ?, data = '{}' WHERE id = ? RETURNING id", state, job.id)

    def later(self, job: Job, seconds: float) -> None:
        """The job is tried again."""
        with self._open() as store:
            store.run("UPDATE slack_jobs SET due = ? WHERE id = ? RETURNING id", time.time() + seconds, job.id)

    def release(self) -> None:
        """At the start of the only worker: whatever the one before had begun is open again."""
        with self._open() as store:
            store.run("UPDATE slack_jobs SET due = 0 WHERE state = 'open' RETURNING id")

    def idle(self) -> bool:
        """True when nothing waits."""
        with self._open() as store:
            return not store.run("SELECT 1 FROM slack_jobs WHERE state = 'open' LIMIT 1")

    def bind(self, thread: Thread) -> None:
        """This thread is about this review now."""
        with self._open() as store:
            store.run(
                "INSERT INTO slack_threads (channel, ts, team, review_id, author) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT (channel, ts) DO UPDATE SET review_id = excluded.review_id RETURNING ts",
                *thread,
            )

    def thread(self, channel: str, ts: str) -> Thread | None:
        """The review of a thread."""
        with self._open() as store:
            rows = store.run(
                "SELECT channel, ts, team, review_id, author FROM slack_threads WHERE channel = ? AND ts = ?",
                channel,
                ts,
            )
        return Thread(*rows[0]) if rows else None

    def thread_of(self, review_id: str) -> Thread | None:
        """Where a review lives; None also for an older version of it."""
        with self._open() as store:
            rows = store.run(
                "SELECT channel, ts, team, review_id, author FROM slack_threads WHERE review_id = ?", review_id
            )
        return Thread(*rows[0]) if rows else None

    def post(self, key: str) -> Post | None:
        """The message that was posted for this."""
        with self._open() as store:
            rows = store.run("SELECT channel, ts, number FROM slack_posts WHERE key = ?", key)
        return Post(*rows[0]) if rows else None

    def posted(self, key: str, post: Post) -> None:
        """Remembers a message."""
        with self._open() as store:
            store.run(
                "INSERT INTO slack_posts (key, channel, ts, number) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (key) DO NOTHING RETURNING key",
                key,
                *post,
            )

    def numbers(self, review_id: str) -> dict[str, int]:
        """The number of each question of a review that was posted."""
        with self._open() as store:
            rows = store.run("SELECT key, number FROM slack_posts WHERE key LIKE ?", f"q {review_id} %")
        return {str(key).split(" ", 2)[2]: int(number) for key, number in rows}
