"""What a review's history holds, as values: facts of the document, what people said, the review as it stood last."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from agent.dialogue.turns import TURN, Turn
from agent.models import Fact, Review
from agent.store.history import Row, Store
from agent.usage import Usage

TURNS = ("answer", "correct", "dispute", "waive", "lapse")
"""Kinds of events that change a review."""


def written(moment: datetime) -> str:
    """A moment as RFC 3339, UTC."""
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")


def row(review: Review, author: str | None, source: str | None) -> Row:
    """A new review as the list has it."""
    title = review.document.title or review.document.name
    return Row(
        review.review_id,
        review.created_at,
        review.created_at,
        review.document.name,
        title,
        review.document.sha256,
        source,
        author,
        review.verdict.value,
        open_questions(review),
    )


def open_questions(review: Review) -> int:
    """Questions that still want an answer."""
    return sum(q.status != "answered" for q in review.questions)


def latest(store: Store, review_id: str) -> Review:
    """The review as it stood last."""
    reviewed = store.last(review_id, "reviewed")
    assert reviewed is not None
    return Review.model_validate(reviewed.data["review"])


def base(store: Store, review_id: str) -> dict[str, Fact]:
    """The facts of the document alone."""
    started = store.last(review_id, "started")
    assert started is not None
    return {n: Fact.model_validate(f) for n, f in started.data["facts"].items()}


def start(store: Store, review_id: str) -> dict[str, Any]:
    """The graph's state after the document was read: its facts, and what a language model cost."""
    started = store.last(review_id, "started")
    assert started is not None
    return {"facts": base(store, review_id), "usage": Usage.model_validate(started.data.get("usage", {}))}


def turns(store: Store, review_id: str, *kinds: str) -> tuple[Turn, ...]:
    """What people said, in order; only some kinds when they are named."""
    return tuple(TURN.validate_python(e.data) for e in store.events(review_id, *(kinds or TURNS)))
