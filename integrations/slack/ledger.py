"""What stands in Slack: the threads of reviews, and the messages that were posted.

A message is claimed under its key before it is sent. A claim without a message is one of which nobody knows whether
Slack has it: whoever comes next must look before posting (`speech`).
"""

from __future__ import annotations

import time
from typing import Any, NamedTuple

from agent.store import open_store


class Thread(NamedTuple):
    """Where a review lives in Slack; `author` is the Slack user whose proposal it is."""

    channel: str
    ts: str
    team: str
    review_id: str
    author: str


class Post(NamedTuple):
    """A message that stands.

    Attributes:
        ts: Slack's id of it; empty while nobody knows whether it was posted.
        number: that of its question.
        claimed: when it was last tried, seconds since 1970.
        shown: a digest of what it says.
    """

    channel: str
    ts: str
    number: int = 0
    claimed: float = 0.0
    shown: str = ""


class Ledger:
    """The tables, opened for each piece of work."""

    def __init__(self, place: str) -> None:
        self._place = place

    def bind(self, thread: Thread) -> None:
        """This thread is about this review now, and the review lives nowhere else."""
        self._run(
            "DELETE FROM slack_threads WHERE review_id = ? AND NOT (channel = ? AND ts = ?) RETURNING ts",
            thread.review_id,
            thread.channel,
            thread.ts,
        )
        self._run(
            "INSERT INTO slack_threads (channel, ts, team, review_id, author) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (channel, ts) DO UPDATE SET review_id = excluded.review_id, author = excluded.author"
            " RETURNING ts",
            *thread,
        )

    def thread(self, channel: str, ts: str) -> Thread | None:
        """The review of a thread."""
        return self._thread("channel = ? AND ts = ?", channel, ts)

    def thread_of(self, review_id: str) -> Thread | None:
        """Where a review lives; None also for an older version of it."""
        return self._thread("review_id = ?", review_id)

    def channels(self) -> dict[str, str]:
        """The channel of each review that is the latest of its thread."""
        return dict(self._run("SELECT review_id, channel FROM slack_threads"))

    def post(self, key: str) -> Post | None:
        """The message of this key, or the claim to it."""
        rows = self._run("SELECT channel, ts, number, claimed, shown FROM slack_posts WHERE key = ?", key)
        return Post(*rows[0]) if rows else None

    def claim(self, key: str, channel: str, number: int = 0) -> Post | None:
        """Claims a message before it is sent; gives what is there already instead: a message, or an older claim."""
        sql = (
            "INSERT INTO slack_posts (key, channel, ts, number, claimed, shown) VALUES (?, ?, '', ?, ?, '')"
            " ON CONFLICT (key) DO NOTHING RETURNING key"
        )
        return None if self._run(sql, key, channel, number, time.time()) else self.post(key)

    def again(self, key: str) -> None:
        """Slack does not have it: it is tried once more, and looked for from now on."""
        self._run("UPDATE slack_posts SET claimed = ? WHERE key = ? AND ts = '' RETURNING key", time.time(), key)

    def disclaim(self, key: str) -> None:
        """Slack has refused it."""
        self._run("DELETE FROM slack_posts WHERE key = ? AND ts = '' RETURNING key", key)

    def posted(self, key: str, post: Post) -> None:
        """Remembers a message; one that stands under this key stays."""
        self._run(
            "INSERT INTO slack_posts (key, channel, ts, number, claimed, shown) VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (key) DO UPDATE SET channel = excluded.channel, ts = excluded.ts, shown = excluded.shown"
            " WHERE slack_posts.ts = '' RETURNING key",
            key,
            *post,
        )

    def shown(self, ts: str, channel: str, digest: str) -> None:
        """What a message says now."""
        sql = "UPDATE slack_posts SET shown = ? WHERE channel = ? AND ts = ? RETURNING key"
        self._run(sql, digest, channel, ts)

    def numbers(self, review_id: str) -> dict[str, int]:
        """The number of each question of a review that was posted."""
        rows = self._run("SELECT key, number FROM slack_posts WHERE key LIKE ?", f"q {review_id} %")
        return {str(key).split(" ", 4)[4]: int(number) for key, number in rows}

    def _thread(self, where: str, *values: str) -> Thread | None:
        rows = self._run(f"SELECT channel, ts, team, review_id, author FROM slack_threads WHERE {where}", *values)
        return Thread(*rows[0]) if rows else None

    def _run(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        with open_store(self._place) as store:
            return store.run(sql, *values)


def question_key(thread: Thread, question_id: str) -> str:
    """The key of a question's message in the thread where its review lives."""
    return f"q {thread.review_id} {thread.channel} {thread.ts} {question_id}"


def parent_key(thread: Thread) -> str:
    """The key of a review's own message."""
    return f"parent {thread.review_id} {thread.channel} {thread.ts}"
