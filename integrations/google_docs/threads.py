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
