"""Test sets that nobody calls one: a count of items that the text keeps apart, or on which something is scored."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agent.facts.once import once
from agent.facts.patterns import pattern
from agent.facts.quantities import Quantity
from agent.facts.segments import Segment

UNITS = ("examples", "requests", "things")
"""Units of counts that can be a test set."""

_CLAUSE = re.compile(r"[;:.]|, ")
_FEWEST = 5
_BACK = 2
"""How many sentences before the words that keep something apart its count may stand."""


@once
def kept_apart(segment: Segment) -> Iterator[tuple[Segment, Quantity]]:
    """Counts that this sentence keeps from training and choosing: `600 drafts … Mia has them, nobody trains on them`.

    The count stands before those words in the sentence, else in one of the two sentences before it in the same block.
    """
    words = pattern("held_out.kept").search(segment.text)
    if not words or segment.role in ("others", "rejected"):
        return
    inside = [q for q in counts(segment) if q.start < words.end()] or list(counts(segment))[:1]
    if inside:
        yield segment, inside[-1]
        return
    if any(q.kind == "count" and q.unit in UNITS for q in segment.quantities):
        return
    before = segment.previous
    for _ in range(_BACK):
        if before is None or before.block is not segment.block:
            return
        if found := list(counts(before)):
            yield before, found[-1]
            return
        before = before.previous


def scored_on(segment: Segment) -> Iterator[Quantity]:
    """Counts on which people or a script judge: `a blind read on 600 drafts`, `240 old forms; two solicitors say …`."""
    for q in counts(segment):
        before, after = segment.text[max(0, q.start - 40) : q.start], segment.text[q.end : q.end + 60]
        judged = pattern("held_out.judged_on").search(before) or pattern("held_out.judged_bare").search(before)
        if judged or pattern("held_out.then_judged").match(after):
            yield q


@once
def counts(segment: Segment) -> Iterator[Quantity]:
    """Counts of items that are neither training data, nor traffic, nor examples in a prompt."""
    for q in segment.quantities:
        if q.kind != "count" or q.unit not in UNITS or q.per or q.high < _FEWEST:
            continue
        after = _CLAUSE.split(segment.text[q.end : q.end + 24], maxsplit=1)[0]
        near = segment.text[max(0, q.start - 24) : q.end] + after
        if not pattern("held_out.other_use").search(near):
            yield q
