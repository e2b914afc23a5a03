"""The training data: how many examples, tokens, where from, and whether they are labelled at all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations
from typing import Any, NamedTuple

from agent.facts.assertions import assertion
from agent.facts.evaluation import put_aside
from agent.facts.numbers import value_of
from agent.facts.patterns import Pattern, pattern
from agent.facts.quantities import Quantity
from agent.facts.reading import LIVE, Candidate, Reading, close, decide, fact, place
from agent.facts.segments import Segment
from agent.models import Fact

MOST_PARTS = 4
"""Of a data set that its parts add up to."""
FEWEST = 20
"""A smaller number behind a label counts something else."""

_CODE_LABEL = re.compile(r"examples|samples|dataset size|train size|records")


def read(reading: Reading) -> Iterator[Fact]:
    """Facts `dataset.*`, `x.dataset.*`."""
    counts = [c for s in reading.segments for c in _examples(s)]
    examples = decide("dataset.examples", [_whole(c, counts) for c in counts], close)
    if examples:
        yield examples
    if tokens := decide("dataset.tokens", [c for s in reading.segments for c in _tokens(s)], close):
        yield tokens
    yield from _now(reading, examples.value if examples else None)
    yield from _unlabelled(reading)
    yield from _origin(reading)


def _examples(segment: Segment) -> Iterator[Candidate]:
    for q in segment.quantities:
        if q.kind != "count" or q.unit not in ("examples", "requests", "things", "tenants") or q.per:
            continue
        weight = 0.0 if _vague(segment, q) else _weight(segment, q)
        if weight > 0:
            value = q.high if q.low == q.high else (q.low, q.high)
            yield Candidate(value, (segment.evidence(),), weight)
    yield from _labelled(segment)


def _whole(candidate: Candidate, all_of_them: list[Candidate]) -> Candidate:
    """A count that is the sum of others is the whole, and they are its parts."""
    low, high = _ends(candidate.value)
    parts = {_ends(c.value) for c in all_of_them if _ends(c.value)[1] < high}
    for size in range(2, min(len(parts), MOST_PARTS) + 1):
        for some in combinations(sorted(parts), size):
            if close((sum(p[0] for p in some), sum(p[1] for p in some)), (low, high)):
                return candidate._replace(weight=candidate.weight * 2.0)
    return candidate


def _ends(value: Any) -> tuple[float, float]:
    return value if isinstance(value, tuple) else (value, value)


def _vague(segment: Segment, q: Quantity) -> bool:
    """True for a count of things that nothing in its segment calls training data."""
    if q.unit not in ("things", "tenants") or segment.role == "data" or pattern("data.label").search(segment.label):
        return False
    if pattern("data.surely_training").search(segment.text):
        return False
    owned = pattern("data.owned").search(segment.text) and segment.role not in ("serving", "evaluation")
    return not (owned and q.high >= 40)


def _labelled(segment: Segment) -> Iterator[Candidate]:
    """`Training examples: 4k`, a row of a table, a setting in code."""
    if segment.role in ("past", "others", "rejected") or "%" in segment.text:
        return
    label = _CODE_LABEL if segment.block.kind == "code" else pattern("data.label")
    said = segment.label.replace("_", " ")
    if not label.search(said) or pattern("data.test").search(said):
        return
    if re.search(r"token|size in|GB|%|epoch", segment.label, re.IGNORECASE):
        return
    if any(q.kind == "percent" for cell in segment.row for q in cell.quantities):
        return  # a row of results
    match = pattern("data.labelled_number").fullmatch(segment.text)
    if match and value_of(match.group(1).strip(" .,"), match.group(2)) >= FEWEST:
        weight = 3.0 if re.search(r"\btrain", said, re.IGNORECASE) else 2.5
        yield Candidate(value_of(match.group(1).strip(" .,"), match.group(2)), (segment.evidence(),), weight)


class _Near(NamedTuple):
    """What stands before and after a count within its clause, and both with the count itself."""

    before: str
    after: str
    all: str


def _near(segment: Segment, q: Quantity) -> _Near:
    text, clause = segment.text, segment.clause_at(q.start)
    before = text[max(clause.start, q.start - 60) : q.start]
    after = text[q.end : min(clause.end, q.end + 50)]
    return _Near(before, after, f"{before} {text[q.start : q.end]} {after}")


def _weight(segment: Segment, q: Quantity) -> float:
    """How strongly a count says: so many examples to train on."""
    said, near = assertion(segment, q.start, q.end), _near(segment, q)
    if said.status not in (*LIVE, "past", "conditional") or segment.role in ("others", "rejected"):
        return 0.0
    if _no_data_set(segment, q) or _other_noun(segment, q, near) or _test_count(segment, q, near):
        return 0.0
    if q.high < 100 and not _called_data_set(segment, near):
        return 0.0
    weight = place(segment)
    if pattern("data.label").search(segment.label):
        weight *= 2.2
    weight *= _training_factor(segment, near)
    if pattern("data.goal").search(near.before):
        weight *= 1.6
    elif pattern("data.first").search(near.before + segment.label) or (
        pattern("data.now").search(near.all) and re.search(r"only|not enough|seed|current", near.all, re.IGNORECASE)
    ):
        weight *= 0.4
    if pattern("data.advice").search(segment.text):
        weight *= 0.3
    if said.status == "past":
        weight *= 0.8
    if re.search(r"\b(?:test|per|each)\b", near.after[:10]):
        weight *= 0.4
    return weight


def _no_data_set(segment: Segment, q: Quantity) -> bool:
    """True for small counts, years, what was put aside, examples in a prompt, and routine checks."""
    year = 1900 <= q.high <= 2035 and re.search(r"\b(?:19|20)\d\d\b", segment.text[q.start : q.end])
    if q.high < 20 or year or put_aside(segment.text[q.end :]):
        return True
    if q.unit == "tenants" and re.search(r"\b(?:each|every|one|per|any)\b[^.;]{0,12}\Z", segment.text[: q.start], re.I):
        return True
    if pattern("data.length").search(q.noun) or pattern("data.length_label").search(segment.label):
        return True
    prompt = pattern("data.prompt").search(segment.text) and not pattern("data.surely_training").search(segment.text)
    return bool(prompt or pattern("data.routine").search(segment.text))


def _other_noun(segment: Segment, q: Quantity, near: _Near) -> bool:
    """True for traffic, pages, calls, users and GPUs."""
    if pattern("data.traffic").search(segment.text[q.end : q.end + 22]):
        return True
    pages = re.search(r"\b(?:page|prompt|call)s?\b", q.noun, re.IGNORECASE)
    if pages and not pattern("data.surely_training").search(near.all):
        return True
    return bool(re.search(r"\b(?:runs|users|agents|gpu)\b", q.noun, re.IGNORECASE))


def _test_count(segment: Segment, q: Quantity, near: _Near) -> bool:
    """True when the count is nearer to words of testing than to words of training."""
    test, training = pattern("data.test"), pattern("data.surely_training")
    parts = (near.before[-34:], segment.text[q.start : q.end], near.after[:30])
    if not any(test.search(part) for part in parts):
        return False
    return not training.search(near.all) or _nearer(test, training, segment.text, q)


def _called_data_set(segment: Segment, near: _Near) -> bool:
    """Too few to be the data set, unless the text says that it is."""
    return bool(
        pattern("data.label").search(segment.label)
        or pattern("data.surely_training").search(near.all)
        or re.search(
            r"labell?ed|examples|annotated|(?:has|have) written|pairs of|\bwe (?:have|hold|own)\b",
            near.all,
            re.IGNORECASE,
        )
        or re.search(r"\btrain", " ".join(segment.block.section[-1:]), re.IGNORECASE)
    )


def _training_factor(segment: Segment, near: _Near) -> float:
    if pattern("data.surely_training").search(near.all):
        return 2.0
    if pattern("data.training").search(near.all + segment.label):
        return 1.4
    return 1.0 if segment.role == "data" or pattern("data.training").search(segment.section) else 0.3


def _nearer(a: Pattern | re.Pattern[str], b: Pattern | re.Pattern[str], text: str, q: Quantity) -> bool:
    """True when the nearest match of `a` stands nearer to the quantity than that of `b`."""

    def distance(words: Pattern | re.Pattern[str]) -> int:
        return min(
            (q.start - m.end() if m.end() <= q.start else max(0, m.start() - q.end) for m in words.finditer(text)),
            default=999,
        )

    return distance(a) < distance(b)


def _tokens(segment: Segment) -> Iterator[Candidate]:
    for q in segment.quantities:
        big = q.kind == "count" and q.unit == "tokens" and q.high >= 50_000 and not q.per
        near = segment.text[max(0, q.start - 60) : q.end + 40]
        price = re.search(r"(?:per|/)\s*(?:1|one)?\s*$", segment.text[max(0, q.start - 6) : q.start])
        live = big and assertion(segment, q.start, q.end).status in LIVE
        if (
            live
            and not price
            and pattern("data.training").search(near)
            and not pattern("data.traffic").search(near)
            and not re.search(r"context|inference|served", near)
        ):
            yield Candidate(q.high, (segment.evidence(),), place(segment))


def _now(reading: Reading, planned: object) -> Iterator[Fact]:
    """How many examples there are today, when more are planned."""
    for segment in reading.prose:
        if not pattern("data.now").search(segment.text):
            continue
        for q in segment.quantities:
            examples = q.kind == "count" and q.unit == "examples" and q.high != planned and not q.per
            if examples and not pattern("data.test").search(segment.text[max(0, q.start - 30) : q.end + 20]):
                yield fact("x.dataset.now", q.high, segment.evidence())
                return


def _unlabelled(reading: Reading) -> Iterator[Fact]:
    for segment in reading.segments:
        match = pattern("data.unlabelled").search(segment.text)
        if match and assertion(segment, *match.span()).status in LIVE:
            yield fact("x.dataset.unlabelled", True, segment.evidence())
            return


def _origin(reading: Reading) -> Iterator[Fact]:
    for segment in reading.prose:
        match = pattern("data.origin").search(segment.text)
        if match and pattern("data.training").search(segment.text) and segment.role not in ("others", "rejected"):
            yield fact("x.dataset.origin", match.group(), segment.evidence())
            return
