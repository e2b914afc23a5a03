"""Two versions of one proposal: whether they are, what has changed, and which answers still hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from agent.dialogue.reading import same
from agent.dialogue.script import script
from agent.dialogue.turns import Answer, Turn, counted
from agent.facts.segments import sentences
from agent.models import Document, Fact, Finding, Review

SHARED = 0.6
"""Of the sentences of the shorter version, the part that a proposal of the same title shares with the other."""
LIVE = ("open", "unconfirmed", "disputed")


class Difference(NamedTuple):
    """Two reviews, side by side. `facts`: name, before, after; None where it is not said."""

    old: Review
    new: Review
    resolved: tuple[Finding, ...]
    added: tuple[Finding, ...]
    still: tuple[Finding, ...]
    facts: tuple[tuple[str, Any, Any], ...]


def same_proposal(old: Document, new: Document) -> bool:
    """True when the two share enough sentences."""
    first, second = _sentences(old), _sentences(new)
    return len(first & second) >= SHARED * max(1, min(len(first), len(second)))


def _sentences(document: Document) -> frozenset[str]:
    found = (document.quote(b)[i:j] for b in document.body for i, j in sentences(document.quote(b)))
    return frozenset(" ".join(s.casefold().split()) for s in found if len(s.split()) > 2)


def carried(turns: Iterable[Turn], old: Mapping[str, Fact], new: Mapping[str, Fact]) -> Iterator[Answer]:
    """The answers to an earlier version whose ground has not moved.

    Args:
        turns: what was said on the earlier version.
        old: the facts of its document alone.
        new: the facts of the new one.
    """
    for turn in counted(turns):
        if all(_equal(old.get(n), new.get(n)) for n in _ground(turn)):
            yield turn.model_copy(update={"carried": True})


def _ground(answer: Answer) -> tuple[str, ...]:
    base, about = answer.key
    topic = script().topic[base]
    return (about,) if about else (*topic.facts, *topic.context)


def _equal(a: Fact | None, b: Fact | None) -> bool:
    return a is b or (a is not None and b is not None and same(a.value, b.value))


def difference(old: Review, new: Review) -> Difference:
    """What became of the findings, and which facts are read otherwise."""
    before = {f.code: f for f in old.findings if f.status in LIVE}
    after = {f.code: f for f in new.findings if f.status in LIVE}
    names = dict.fromkeys((*old.facts, *new.facts))
    pairs = ((n, old.facts.get(n), new.facts.get(n)) for n in names)
    return Difference(
        old,
        new,
        tuple(f for c, f in before.items() if c not in after),
        tuple(f for c, f in after.items() if c not in before),
        tuple(f for c, f in after.items() if c in before),
        tuple((n, a.value if a else None, b.value if b else None) for n, a, b in pairs if not _equal(a, b)),
    )
