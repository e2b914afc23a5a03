"""What a review's history holds, as values: facts of the document, what people said, the review as it stood last."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from agent.dialogue.turns import TURN, Lapse, Turn, Waiver, counted
from agent.dialogue.versions import same_proposal
from agent.models import Document, Fact, Review
from agent.store.history import Row, Store
from agent.usage import Usage

TURNS = ("answer", "correct", "dispute", "waive", "lapse", "reopen")
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


def rounds(store: Store, review_id: str) -> dict[tuple[str, str | None], int]:
    """How many answers were given to each question since it was last opened."""
    found: dict[tuple[str, str | None], int] = {}
    for turn in counted(turns(store, review_id, "answer", "reopen")):
        found[turn.key] = found.get(turn.key, 0) + 1
    return found


def lapsed(store: Store, review_id: str, moment: datetime) -> tuple[Lapse, ...]:
    """The waivers that have ended and of which the history does not say so yet."""
    last: dict[str, Waiver | Lapse] = {}
    for turn in turns(store, review_id, "waive", "lapse"):
        if isinstance(turn, Waiver | Lapse):
            last[turn.code] = turn
    ended = (t for t in last.values() if isinstance(t, Waiver) and t.until)
    over = [t for t in ended if date.fromisoformat(t.until or "") < moment.date()]
    return tuple(Lapse(at=written(moment), who="review-finetune", code=t.code) for t in over)


def later(moment: datetime, earlier: Row | None) -> datetime:
    """The moment, to the second and later than that of the earlier version, so that the latest is the latest."""
    if earlier and written(moment) <= earlier.created_at:
        return datetime.fromisoformat(earlier.created_at) + timedelta(seconds=1)
    return moment


def behind(store: Store, review_id: str) -> bool:
    """True when something was said that no review has taken in."""
    reviewed = store.last(review_id, "reviewed")
    after = reviewed.data["after"] if reviewed else 0
    return any(e.seq > after for e in store.events(review_id, *TURNS))


def earlier(store: Store, document: Document, source: str | None) -> Row | None:
    """The latest version of this proposal that is here."""
    title = document.title or document.name
    for row in store.akin(title, source):
        if row.sha256 == document.sha256:
            continue
        if (source and row.source == source) or same_proposal(store.document(row.id), document):
            return row
    return None
