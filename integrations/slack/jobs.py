"""Deliveries that wait, in the store of the reviews, for any number of workers on any number of machines.

A delivery is one row by its id, so the same one again is nothing. Jobs of a lane (a review's thread) run one at a time,
in order. A job belongs to its worker for as long as the lease is renewed; after that another takes it up, and whatever
the first still does is refused (`Lost`). What a job was about is wiped when it is done.
"""

from __future__ import annotations

import json
import time
from typing import Any, NamedTuple

from agent.errors import UsageError
from agent.settings import OFF
from agent.store import open_store

LEASE = 30.0
"""Seconds for which a job is its worker's own; longer than a call of Slack may take (`workspaces.TIMEOUT`)."""
KEPT = 30 * 86400.0
"""Seconds for which the id of a delivery that is done stays, to know it again."""
ATTEMPTS = 20
"""To win a job against other workers, before we look again later."""


class Lost(Exception):
    """The job is another worker's now."""


class Job(NamedTuple):
    """One thing to do; `owner` is the worker that has it, `tries` counts how often it was taken."""

    id: str
    lane: str
    kind: str
    data: dict[str, Any]
    tries: int
    owner: str = ""


class Jobs:
    """The table, opened for each piece of work."""

    def __init__(self, place: str, lease: float | None = None) -> None:
        self.lease = lease or LEASE
        if place == OFF:
            raise UsageError("Slack needs the store of reviews", "it is off", "Give [store] path a file.")
        self._place = place

    def put(self, delivery: str, lane: str, kind: str, data: dict[str, Any]) -> bool:
        """Keeps a job; False when this delivery is here already."""
        sql = (
            "INSERT INTO slack_jobs (id, lane, kind, data, state, owner, tries, due) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (id) DO NOTHING RETURNING id"
        )
        return bool(self._run(sql, delivery, lane, kind, json.dumps(data), "open", "", 0, 0.0))

    def take(self, owner: str) -> Job | None:
        """The next job whose lane is free, now ours until the lease ends."""
        for _ in range(ATTEMPTS):
            now = time.time()
            found = self._run(
                "SELECT id, lane, kind, data, tries FROM slack_jobs j WHERE state = 'open' AND due <= ? AND NOT EXISTS"
                " (SELECT 1 FROM slack_jobs e WHERE e.lane = j.lane AND e.state = 'open'"
                " AND (e.seq < j.seq OR (e.seq > j.seq AND e.owner <> '' AND e.due > ?))) ORDER BY seq LIMIT 1",
                now,
                now,
            )
            if not found:
                return None
            ident, lane, kind, data, tries = found[0]
            ours = self._run(
                "UPDATE slack_jobs SET owner = ?, due = ?, tries = tries + 1"
                " WHERE id = ? AND tries = ? AND state = 'open' RETURNING id",
                owner,
                now + self.lease,
                ident,
                tries,
            )
            if ours:
                return Job(ident, lane, kind, json.loads(data), tries + 1, owner)
        return None

    def renew(self, job: Job) -> None:
        """The job stays ours for another lease.

        Raises:
            Lost: it is not ours any more.
        """
        sql = "UPDATE slack_jobs SET due = ? WHERE id = ? AND owner = ? AND tries = ? AND state = 'open' RETURNING id"
        if not self._run(sql, time.time() + self.lease, job.id, job.owner, job.tries):
            raise Lost

    def move(self, job: Job, lane: str) -> None:
        """The job works for this lane now: what comes in there waits for it."""
        self._run("UPDATE slack_jobs SET lane = ? WHERE id = ? RETURNING id", lane, job.id)

    def done(self, job: Job, state: str = "done") -> None:
        """The job is over; what it was about is forgotten, its id stays."""
        sql = (
            "UPDATE slack_jobs SET state = ?, data = '{}', due = ?"
            " WHERE id = ? AND owner = ? AND tries = ? RETURNING id"
        )
        self._run(sql, state, time.time(), job.id, job.owner, job.tries)

    def later(self, job: Job, seconds: float) -> None:
        """The job is tried again."""
        sql = "UPDATE slack_jobs SET owner = '', due = ? WHERE id = ? AND owner = ? AND tries = ? RETURNING id"
        self._run(sql, time.time() + seconds, job.id, job.owner, job.tries)

    def leave(self, owner: str) -> None:
        """A worker ends in good order: what it had begun is free at once, and what is long done is dropped."""
        self._run("UPDATE slack_jobs SET owner = '', due = 0 WHERE owner = ? AND state = 'open' RETURNING id", owner)
        self._run("DELETE FROM slack_jobs WHERE state <> 'open' AND due < ? RETURNING id", time.time() - KEPT)

    def idle(self) -> bool:
        """True when nothing waits."""
        return not self._run("SELECT 1 FROM slack_jobs WHERE state = 'open' LIMIT 1")

    def seen(self) -> set[str]:
        """The kinds of deliveries that have come in."""
        return {kind for (kind,) in self._run("SELECT DISTINCT kind FROM slack_jobs")}

    def _run(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        with open_store(self._place) as store:
            return store.run(sql, *values)
