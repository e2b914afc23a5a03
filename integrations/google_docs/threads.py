"""The comment threads of a Google Doc: whose they are, what was said, and what still wants a reply."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from integrations.google_docs.remarks import key_in


class Post(NamedTuple):
    """One comment or reply. `user` is Google's id of its author, which nobody can choose; names are never trusted."""

    id: str
    mine: bool
    user: str
    text: str
    action: str = ""


class Reply(NamedTuple):
    """What is said back; `action` is `resolve` or `reopen`, `key` marks what is said once only."""

    lines: list[str]
    action: str | None = None
    key: str | None = None


class Thread(NamedTuple):
    """A comment with its replies; `key` tells our own comments apart."""

    id: str
    posts: tuple[Post, ...]
    resolved: bool
    key: str | None

    @property
    def mine(self) -> bool:
        """True when the bot began it."""
        return self.posts[0].mine

    @property
    def unheard(self) -> tuple[Post, ...]:
        """What people said since the bot last spoke in it."""
        last = max((n for n, post in enumerate(self.posts) if post.mine), default=-1)
        return self.posts[last + 1 :]

    @property
    def resolved_by_us(self) -> bool:
        """True when the bot closed it, and no person since."""
        closing = [p for p in self.posts if p.action == "RESOLVE"]
        return self.resolved and bool(closing) and closing[-1].mine

    @property
    def reopened_by_people(self) -> bool:
        """True when a person opened it again, and nobody closed it since."""
        acts = [p for p in self.posts if p.action in ("RESOLVE", "REOPEN")]
        return bool(acts) and acts[-1].action == "REOPEN" and not acts[-1].mine

    @property
    def told(self) -> frozenset[str]:
        """The marks of our replies."""
        return frozenset(key for p in self.posts[1:] if p.mine and (key := key_in(p.text)))


def threads(answer: Mapping[str, Any]) -> tuple[Thread, ...]:
    """The threads in an answer of `documents.get`, deleted posts left out."""
    return tuple(t for t in map(_thread, answer.get("comments", ())) if t.posts)


def keys(found: Iterable[Thread]) -> frozenset[str]:
    """The keys of our own comments; somebody else's text with a mark in it is none of ours."""
    return frozenset(t.key for t in found if t.mine and t.key)


def _thread(raw: Mapping[str, Any]) -> Thread:
    posts = [p for p in (raw.get("headPost"), *raw.get("replies", ())) if p and not p.get("deleted")]
    made = tuple(map(_post, posts))
    head = made[0] if made and posts[0] is raw.get("headPost") else None
    key = key_in(head.text) if head and head.mine else None
    return Thread(str(raw.get("commentId", "")), made if head else (), raw.get("status") == "RESOLVED", key)


def _post(raw: Mapping[str, Any]) -> Post:
    author = raw.get("author", {})
    return Post(
        str(raw.get("postId", "")),
        bool(author.get("me")),
        str(author.get("user", "")),
        str(raw.get("content", "")),
        str(raw.get("commentAction", "")),
    )
