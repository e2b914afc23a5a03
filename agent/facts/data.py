"""The training data: how many examples, tokens, where from, and whether they are labelled at all."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agent.facts.assertions import assertion
from agent.facts.evaluation import put_aside
from agent.facts.patterns import pattern
from agent.facts.quantities import Quantity
from agent.facts.reading import LIVE, Candidate, Reading, close, decide, fact, place
from agent.facts.segments import Segment
from agent.models import Fact


def read(reading: Reading) -> Iterator[Fact]:
    """Facts `dataset.*`, `x.dataset.*`."""
    candidates = [c for s in reading.segments for c in _examples(s)]
    if found := decide("dataset.examples", candidates, close):
        yield found
    tokens = [c for s in reading.segments for c in _tokens(s)]
    if found := decide("dataset.tokens", tokens, close):
        yield found
    yield from _now(reading, found.value if (found := decide("dataset.examples", candidates, close)) else None)
    yield from _unlabelled(reading)
    yield from _origin(reading)


def _examples(segment: Segment) -> Iterator[Candidate]:
    for q in segment.quantities:
        if q.kind != "count" or q.unit not in ("examples", "requests", "things", "tenants") or q.per:
            continue
        vague = (
            q.unit in ("things", "tenants")
            and segment.role != "data"
            and not pattern("data.label").search(segment.label)
        )
        if vague and not (
            pattern("data.surely_training").search(segment.text)
            or (
                pattern("data.owned").search(segment.text)
                and q.high >= 40
                and segment.role not in ("serving", "evaluation")
            )
        ):
            continue
        weight = _weight(segment, q)
        if weight > 0:
            value = q.high if q.low == q.high else (q.low, q.high)
            yield Candidate(value, (segment.evidence(),), weight)
    label = (
        r"examples|samples|dataset size|train size|records" if segment.block.kind == "code" else pattern("data.label")
    )
    labelled = segment.label and re.search(label, segment.label) and not pattern("data.test").search(segment.label)
    if labelled and segment.role not in ("past", "others", "rejected"):
        match = pattern("data.labelled_number").fullmatch(segment.text)
        if (
            match
            and "%" not in segment.text
            and not re.search(r"token|size in|GB|%|epoch", segment.label, re.IGNORECASE)
        ):
            from agent.facts.numbers import value_of

            yield Candidate(value_of(match.group(1).strip(" .,"), match.group(2)), (segment.evidence(),), 2.5)


def _weight(segment: Segment, q: Quantity) -> float:
    text = segment.text
    said = assertion(segment, q.start, q.end)
    if said.status not in (*LIVE, "past", "conditional") or segment.role in ("others", "rejected") or q.high < 20:
        return 0.0
    if 1900 <= q.high <= 2035 and "," not in text[q.start : q.end]:
        return 0.0  # a year
    if (
        put_aside(text[q.end :])
        or (pattern("data.prompt").search(text) and not pattern("data.surely_training").search(text))
        or pattern("data.routine").search(text)
    ):
        return 0.0
    clause = segment.clause_at(q.start)
    before = text[max(clause.start, q.start - 60) : q.start]
    after = text[q.end : min(clause.end, q.end + 50)]
    near = f"{before} {text[q.start : q.end]} {after}"
    if pattern("data.traffic").search(text[q.end : q.end + 22]) or (
        re.search(r"\b(?:page|prompt|call)s?\b", q.noun, re.IGNORECASE)
        and not pattern("data.surely_training").search(near)
    ):
        return 0.0
    if re.search(r"\b(?:runs|users|agents|gpu)\b", q.noun, re.IGNORECASE):
        return 0.0
    if (
        pattern("data.test").search(before[-34:])
        or pattern("data.test").search(text[q.start : q.end])
        or pattern("data.test").search(after[:30])
    ):
        if not pattern("data.surely_training").search(near):
            return 0.0
        if _nearer(pattern("data.test"), pattern("data.surely_training"), text, q):
            return 0.0
    weight = place(segment)
    if q.high < 100 and not (
        pattern("data.label").search(segment.label)
        or pattern("data.surely_training").search(near)
        or re.search(r"labell?ed|examples|annotated", near, re.IGNORECASE)
    ):
        return 0.0  # too few to be the data set, unless the text says that it is
    if pattern("data.label").search(segment.label):
        weight *= 2.2
    if pattern("data.surely_training").search(near):
        weight *= 2.0
    elif pattern("data.training").search(near + segment.label):
        weight *= 1.4
    elif segment.role == "data" or pattern("data.training").search(segment.section):
        weight *= 1.0
    else:
        weight *= 0.3
    if pattern("data.goal").search(before):
        weight *= 1.6
    elif pattern("data.now").search(near) and re.search(r"only|not enough|seed|current", near, re.IGNORECASE):
        weight *= 0.6
    if said.status != "planned" and said.status == "past":
        weight *= 0.8
    if re.search(r"\b(?:test|per|each)\b", after[:10]):
        weight *= 0.4
    return weight


def _nearer(a: re.Pattern[str], b: re.Pattern[str], text: str, q: Quantity) -> bool:
    """True when the nearest match of `a` stands nearer to the quantity than that of `b`."""

    def distance(words: re.Pattern[str]) -> int:
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
    for segment in reading.prose:
        for q in segment.quantities:
            if (
                q.kind == "count"
                and q.unit == "examples"
                and pattern("data.now").search(segment.text)
                and q.high != planned
                and not q.per
            ):
                if not pattern("data.test").search(segment.text[max(0, q.start - 30) : q.end + 20]):
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
