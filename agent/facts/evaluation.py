"""Is there a held-out test set, is it locked or violated, and how large is it?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from agent.facts.amounts import totals
from agent.facts.assertions import assertion
from agent.facts.held_out import UNITS, kept_apart, scored_on
from agent.facts.lexicon import cue
from agent.facts.patterns import pattern
from agent.facts.quantities import Quantity
from agent.facts.reading import Candidate, Reading, close, decide, fact, place
from agent.facts.segments import Segment
from agent.facts.violations import violations
from agent.models import Evidence, Fact

_NOT_PLANNED = re.compile(
    r"\s+(?:is|are|was|were)? ?(?:not|never) (?:planned|needed|carved|foreseen|available|there)",
)


_BESIDE = 8
"""Characters between a set and its count."""
_FEWEST = 30
"""A smaller count may be of anything else, too."""


class Mention(NamedTuple):
    """A held-out set named in a segment."""

    segment: Segment
    start: int
    end: int
    locked: bool = False


def read(reading: Reading) -> Iterator[Fact]:
    """Facts `evaluation.test_set*`, `x.evaluation.violation`."""
    mentions = [m for s in reading.segments for m in _mentions(s)]
    sizes = frozenset(_sizes(mentions))
    violation = next((v for s in reading.segments for v in _violations(s, sizes)), None)
    if violation:
        kind, evidence = violation
        yield fact("evaluation.test_set", "violated", evidence)
        yield fact("x.evaluation.violation", kind, evidence)
    elif mentions:
        yield _status(mentions)
    yield from _size(mentions, reading)


def _mentions(segment: Segment) -> Iterator[Mention]:
    if segment.role == "others":
        return
    yield from _named(segment)
    yield from _counted(segment)
    yield from _told_next(segment)
    yield from (Mention(where, q.start, q.end, True) for where, q in kept_apart(segment))
    yield from (Mention(segment, q.start, q.end) for q in scored_on(segment))
    label = segment.label if segment.block.kind != "heading" else ""
    if cue("facts", "test_set").search(label) and not re.search(r"train", label, re.IGNORECASE):
        yield Mention(segment, 0, 0)


def _named(segment: Segment) -> Iterator[Mention]:
    """Test sets by name, unless the text says that there is none."""
    blocked = [m.span() for m in cue("facts", "not_test_set").finditer(segment.text)]
    for match in cue("facts", "test_set").finditer(segment.text):
        start, end = match.span()
        other = any(a < end and start < b for a, b in blocked)
        absent = pattern("evaluation.absent").search(segment.text[max(0, start - 45) : start])
        if not (other or absent or _NOT_PLANNED.match(segment.text[end:]) or _weak(match.group(), segment)):
            yield Mention(segment, start, end)


def _counted(segment: Segment) -> Iterator[Mention]:
    """`400 tickets, locked`, `a further 400 are sealed`, `locked 400 tickets`."""
    for q in segment.quantities:
        examples = q.kind == "count" and q.unit in UNITS
        if examples and (aside := pattern("evaluation.put_aside").match(segment.text[q.end :])):
            yield Mention(segment, q.start, q.end + aside.end())
    for name in ("evaluation.further", "evaluation.locked_first"):
        for match in pattern(name).finditer(segment.text):
            yield Mention(segment, *match.span())


def put_aside(after: str) -> bool:
    """True when what follows a count says that it was set aside for testing."""
    return bool(pattern("evaluation.put_aside").match(after))


def _told_next(segment: Segment) -> Iterator[Mention]:
    """`2,400 declarations were drawn. They are locked: …`: the next sentence says that the count is a test set."""
    following = segment.following
    if (
        following is None
        or following.block is not segment.block
        or not pattern("evaluation.goes_on").match(following.text)
    ):
        return
    if not pattern("evaluation.then_locked").search(following.text):
        return
    counts = [q for q in segment.quantities if q.kind == "count" and q.unit in UNITS and q.high >= 20 and not q.per]
    if counts:
        yield Mention(segment, counts[-1].start, counts[-1].end)


def _weak(words: str, segment: Segment) -> bool:
    """`set aside` and `validation` alone name no test set unless the segment speaks of evaluation."""
    if pattern("evaluation.names_a_test").search(words):
        return False
    return not re.search(r"evaluat|test|score|metric|exam|measur|example|ticket|judg", segment.context, re.IGNORECASE)


def _status(mentions: list[Mention]) -> Fact:
    if apart := next((m for m in mentions if m.locked), None):
        return fact("evaluation.test_set", "locked", apart.segment.evidence())
    for mention in mentions:
        for segment in (mention.segment, *_neighbours(mention.segment)):
            if _says_locked(mention, segment):
                evidence = dict.fromkeys((mention.segment.evidence(), segment.evidence()))
                return fact("evaluation.test_set", "locked", *evidence)
    best = max(
        mentions,
        key=lambda m: (
            place(m.segment)
            + (1.0 if re.search(r"held|hold|test", m.segment.text[m.start : m.end], re.IGNORECASE) else 0.0)
        ),
    )
    return fact("evaluation.test_set", "mentioned", best.segment.evidence())


def _says_locked(mention: Mention, segment: Segment) -> bool:
    return any(
        _about_set(mention, segment, m)
        and not re.search(r"\bnot (?:yet )?$", segment.text[max(0, m.start() - 9) : m.start()])
        for m in cue("facts", "locked").finditer(segment.text)
    )


def _neighbours(segment: Segment) -> Iterator[Segment]:
    """The next and the previous segment of the same section, and the row's cells."""
    for other in (segment.following, segment.previous, *segment.row):
        if other and other.block.section == segment.block.section and other is not segment:
            yield other


def _about_set(mention: Mention, segment: Segment, match: re.Match[str]) -> bool:
    """A lock cue speaks of the set when it stands in its sentence, or in the next one that goes on about it."""
    if segment is mention.segment:
        return not pattern("evaluation.locked_model").search(
            segment.text[max(0, match.start() - 25) : match.end() + 25]
        )
    return bool(pattern("evaluation.about_the_set").search(segment.text)) and not re.search(
        r"\b(?:weights|layers|budget|prompt|schema)\b", segment.text, re.IGNORECASE
    )


def _sizes(mentions: list[Mention]) -> Iterator[float]:
    """Counts that stand in or right beside a mention of the set."""
    for mention in mentions:
        for q in mention.segment.quantities:
            beside = q.start <= mention.end + _BESIDE and q.end >= mention.start - _BESIDE
            if q.kind == "count" and q.unit in UNITS and beside and q.high >= _FEWEST:
                yield q.high


def _violations(segment: Segment, sizes: frozenset[float]) -> Iterator[tuple[str, Evidence]]:
    if segment.role in ("others", "rejected", "risk") or segment.text.rstrip().endswith("?"):
        return
    yield from ((kind, segment.evidence()) for kind in violations(segment, sizes))
    beside = _beside_set(segment)
    for kind in ("trained", "tuned", "selected", "moved", "trained_near", "selected_near"):
        if kind.endswith("_near") and not beside:
            continue
        for match in cue("facts", f"violation_{kind}").finditer(segment.text):
            clause = segment.clause_at(match.start())
            before = segment.text[clause.start : match.start()]
            negated = pattern("evaluation.negation").search(before) or re.search(
                r"\b(?:not|never|no|n['’]t|nor|without)\b", match.group(), re.IGNORECASE
            )
            after = re.match(
                r"[^.;]{0,40}\b(?:is|are|was) (?:forbidden|not allowed|prohibited|ruled out|banned|out of)",
                segment.text[match.end() :],
            )
            past = assertion(segment, *match.span()).status in ("past", "other", "rejected", "comparison")
            excluded = re.search(r"not used|excluded|separate|disjoint", match.group(), re.IGNORECASE)
            if not (negated or after or past or excluded):
                yield kind.removesuffix("_near"), segment.evidence()


def _beside_set(segment: Segment) -> bool:
    """True when a test set is named in this sentence or the one before, and no development set is."""
    before = segment.previous if segment.previous and segment.previous.block is segment.block else None
    words = f"{before.text if before else ''} {segment.text} {segment.label}"
    other = pattern("evaluation.other_set").search(segment.text)
    return (
        bool(
            cue("facts", "test_set").search(words)
            or re.search(r"\btest (?:cases|set)|reserved|locked|held.?out|sealed", words, re.IGNORECASE)
        )
        and not other
    )


def _size(mentions: list[Mention], reading: Reading) -> Iterator[Fact]:
    candidates = [c for m in mentions for c in (*_beside(m), *_in_all(m.segment), *_within(m))]
    candidates += [c for m in mentions if m.locked for c in _apart(m)]
    candidates += _labelled(reading)
    if found := decide("evaluation.test_set_size", candidates, close):
        yield found


def _apart(mention: Mention) -> Iterator[Candidate]:
    """The count itself that is kept apart."""
    for q in mention.segment.quantities:
        if q.start == mention.start:
            yield Candidate(q.high, (mention.segment.evidence(),), 2.0 * _whole(mention.segment, q))


def _beside(mention: Mention) -> Iterator[Candidate]:
    """Counts of examples next to the mention."""
    segment = mention.segment
    for q in segment.quantities:
        near = min(abs(q.start - mention.end), abs(mention.start - q.end), abs(q.start - mention.start))
        counted = q.kind == "count" and q.unit in UNITS and near < 60 and q.high >= 5
        if counted and not _training(segment, q) and not _shots(segment, q):
            yield Candidate(q.high, (segment.evidence(),), (2.0 - near / 60 + place(segment)) * _whole(segment, q))


def _within(mention: Mention) -> Iterator[Candidate]:
    """Numbers in the mention itself, right behind it, or first behind a label that speaks of testing."""
    segment, text = mention.segment, mention.segment.text
    number = re.search(r"\d[\d,]*", text[mention.start : mention.end])
    if number and pattern("evaluation.further").match(text[mention.start :]):
        yield Candidate(float(number.group().replace(",", "")), (segment.evidence(),), 2.0)
    found = re.search(r"\b(?:of|:|=|\()\s?(\d[\d,]*)\b(?!\s?(?:%|weeks|runs))", text[mention.end : mention.end + 14])
    if not found and re.search(r"test|hold|eval", segment.label, re.IGNORECASE):
        found = re.match(r"[^\d]{0,12}(\d[\d,]*)\b(?!\s?%)", text)
    if found:
        yield Candidate(float(found.group(1).replace(",", "")), (segment.evidence(),), 1.5)


def _shots(segment: Segment, q: Quantity) -> bool:
    """`ten examples in the prompt` is no test set."""
    near = segment.text[max(0, q.start - 24) : q.end + 18]
    return q.high <= 50 and bool(re.search(r"prompt\w*|shots?\b|retriev\w*", near, re.IGNORECASE))


def _whole(segment: Segment, q: Quantity) -> float:
    """A count `per tenant` is a part of the set, one `in all` is the set."""
    after = segment.text[q.end : q.end + 22]
    if q.high < 20:
        return 0.4
    if re.match(r"\W{0,2}(?:per|for each|for every|each|from each|a)\s", after, re.IGNORECASE):
        return 0.3
    return 1.5 if re.match(r"\W{0,2}(?:altogether|in all|in total|overall)", after, re.IGNORECASE) else 1.0


def _in_all(segment: Segment) -> Iterator[Candidate]:
    """`200 per clinic, 4,000 altogether`."""
    for match in re.finditer(r"(?:per|for each|from each) \w+ \((\d[\d,]*)\b", segment.text):
        yield Candidate(float(match.group(1).replace(",", "")), (segment.evidence(),), 4.0)
    for total in totals(segment.text):
        yield Candidate(total, (segment.evidence(),), 4.0)


def _labelled(reading: Reading) -> Iterator[Candidate]:
    """A table or `Test set: 500` line."""
    for segment in reading.segments:
        if re.search(r"\btest|held.?out|hold.?out|\beval", segment.label, re.IGNORECASE) and not re.search(
            r"train", segment.label, re.IGNORECASE
        ):
            match = re.match(r"(?:[^:]{0,40}:)?\s*(\d[\d,]*)\b(?!\s?(?:%|x|weeks)|\.\d)", segment.text)
            if match and segment.block.kind in ("cell", "list_item", "paragraph"):
                yield Candidate(float(match.group(1).replace(",", "")), (segment.evidence(),), 2.2)


def _training(segment: Segment, q: Quantity) -> bool:
    near = segment.text[max(0, q.start - 14) : q.end + 14]
    return bool(re.search(r"\btrain\w*\b", near, re.IGNORECASE)) and not re.search(
        r"test|held|hold", segment.text[max(0, q.start - 10) : q.end + 25], re.IGNORECASE
    )
