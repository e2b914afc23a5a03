"""The experiments: how many, what one costs, whether they go on until it works, and what caps them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agent.facts.amounts import ROLES_OUT, bare_number, in_dollars, labelled_number
from agent.facts.assertions import assertion
from agent.facts.lexicon import cue
from agent.facts.method import is_result
from agent.facts.once import once
from agent.facts.patterns import pattern
from agent.facts.products import products
from agent.facts.quantities import Quantity
from agent.facts.reading import LIVE, Candidate, Reading, close, decide, fact, place
from agent.facts.segments import Segment
from agent.models import Fact, Range

_COUNT_ALONE = re.compile(
    r"\W*(?:up to |max\.? |at most |~)?(\d{1,4})(?:\s?(?:-|–|to)\s?(\d{1,4}))?\W*"
    r"(?:total|max(?:imum)?|in total|runs|at (?:the )?most|tops|no more)?\W*"
)
_COUNT_BEHIND_LABEL = re.compile(
    r"[^:]+:\s*(?:up to |max\.? |at most |~)?(\d{1,4})(?:\s?(?:-|–|to)\s?(\d{1,4}))?\b"
    r"(?!\s?(?:%|USD|\$|hours|h\b|k\b))"
)
_ELSEWHERE = ("others", "past", "rejected")
MULTIPLIED = 6.0
"""Weight of a reading that the document's own arithmetic confirms."""


def read(reading: Reading) -> Iterator[Fact]:
    """Facts `experiments.*` and `x.experiments.*`."""
    planned = [s for s in reading.segments if s.role not in ROLES_OUT and not _reports(s)]
    multiplied = list(products(reading))
    counts = [Candidate((p.runs, p.runs), p.evidence, MULTIPLIED) for p in multiplied]
    costs = [Candidate(in_dollars(*p.each), p.evidence, MULTIPLIED) for p in multiplied]
    if found := decide("experiments.count", [*counts, *(c for s in planned for c in _counts(s))], close):
        yield found
    if found := decide("experiments.cost_each_usd", [*costs, *(c for s in planned for c in _costs(s))], close):
        yield found
    yield from _iterates(reading)
    yield from _cap(reading)


def _reports(segment: Segment) -> bool:
    """True for what was run, not what will be."""
    return is_result(segment) and not re.search(r"\bstop|target|budget|plan", segment.context, re.IGNORECASE)


@once
def _runs(segment: Segment) -> list[Quantity]:
    return [q for q in segment.quantities if q.kind == "count" and q.unit == "runs" and _planned_runs(segment, q)]


def _counts(segment: Segment) -> Iterator[Candidate]:
    runs, quotes = _runs(segment), (segment.evidence(),)
    for q in runs:
        yield Candidate((q.low, q.high), quotes, _count_weight(segment, q))
    if _experiments_under(segment, "experiments.number_header") and (value := bare_number(segment)) and value[1] < 2000:
        yield Candidate(value, quotes, 3.0)
    if segment.block.kind == "code" and (match := pattern("experiments.runs_in_code").search(segment.text)):
        yield Candidate((float(match.group(1)),) * 2, quotes, 1.2)
    labelled = re.search(r"experiment|\bruns\b|trials", segment.label, re.IGNORECASE)
    count_label = labelled and not runs and not pattern("experiments.other_label").search(segment.label)
    if count_label and (count := _bare_count(segment)):
        yield Candidate(count, quotes, 2.0)


def _costs(segment: Segment) -> Iterator[Candidate]:
    quotes = (segment.evidence(),)
    if _experiments_under(segment, "experiments.unit_cost_header"):
        money = [q for q in segment.quantities if q.kind == "money"]
        yield from (Candidate(in_dollars(segment, q), quotes, 3.0) for q in money[:1])
    yield from labelled_number(segment, "experiments.cost_label")
    for q, weight in prices_each(segment, bool(_runs(segment))):
        yield Candidate(in_dollars(segment, q), quotes, weight)


def _experiments_under(segment: Segment, header: str) -> bool:
    """`| Experiments | 24 | €23 | €552 |` under headers such as Number, Unit cost, Sum."""
    row = re.search(r"\b(?:experiments?|runs?|trials|training jobs)\b", segment.block.label, re.IGNORECASE)
    in_row = segment.block.kind == "cell" and row
    return bool(in_row and pattern(header).fullmatch(" ".join(segment.block.headers)))


def _bare_count(segment: Segment) -> Range | None:
    if re.search(r"[%$€£₹]|USD|EUR", segment.text):
        return None
    found = _COUNT_ALONE.fullmatch(segment.text)
    if not found and segment.label and segment.block.kind != "cell":
        found = _COUNT_BEHIND_LABEL.match(segment.text)
    return (float(found.group(1)), float(found.group(2) or found.group(1))) if found else None


def _planned_runs(segment: Segment, q: Quantity) -> bool:
    said = assertion(segment, q.start, q.end)
    noun = segment.text[q.start : q.end]
    if pattern("experiments.other_noun").search(noun) or q.per in ("day", "week", "month", "year"):
        return False
    before = segment.text[max(0, q.start - 45) : q.start]
    if pattern("experiments.not_a_count").search(before):
        return False
    if q.high == 1 and not re.search(r"run\b|experiment", noun, re.IGNORECASE):
        return False
    return said.status in (*LIVE, "conditional") and not pattern("experiments.not_planned").search(before)


def _count_weight(segment: Segment, q: Quantity) -> float:
    weight = place(segment) * (2.0 if re.search(r"experiment|\bruns?\b|trials?", segment.label, re.IGNORECASE) else 1.0)
    text = segment.text
    if pattern("experiments.planned_count").search(text):
        weight *= 1.5
    if re.search(
        r"\b(?:training|tuning|LoRA|fine.?tun\w*|experiments?)\b", segment.text[q.start : q.end + 30], re.IGNORECASE
    ):
        weight *= 1.2
    if q.high <= 1:
        weight *= 0.15  # `one run takes …` is the unit, not the number
    return weight


@once
def prices_each(segment: Segment, has_runs: bool) -> Iterator[tuple[Quantity, float]]:
    """Money that is the price of one run, and how plainly."""
    labelled = pattern("experiments.each_label").search(segment.label)
    for q in segment.quantities:
        if q.kind != "money" or assertion(segment, q.start, q.end).status not in (*LIVE, "conditional"):
            continue
        after = segment.text[q.end : q.end + 28]
        if labelled and q.per in ("", "run"):
            yield q, 3.0 * place(segment)
        elif q.per in ("", "run") and pattern("experiments.one_costs").search(
            segment.text[max(0, q.start - 44) : q.start]
        ):
            yield q, 2.2 * place(segment)
        elif has_runs and q.per in ("", "run") and at_price(segment, q):
            yield q, 1.8 * place(segment)
        elif q.per == "run" and (
            has_runs or re.search(r"run|experiment|trial|job|fine.?tun", segment.context + after, re.IGNORECASE)
        ):
            yield q, 2.0 * place(segment)


def at_price(segment: Segment, q: Quantity) -> bool:
    """`14 experiments at $18`, `10 experiments of ₹1,680`, `20 experiments, $40 each`."""
    for run in segment.quantities:
        if run.kind == "count" and run.unit == "runs" and run.end <= q.start:
            between = segment.text[run.end : q.start]
            if pattern("experiments.at_price").fullmatch(between):
                return True
    return False


def _iterates(reading: Reading) -> Iterator[Fact]:
    for segment in reading.having("iterates"):
        if segment.role in _ELSEWHERE:
            continue
        for match in cue("facts", "iterates").finditer(segment.text):
            if assertion(segment, *match.span()).status in (*LIVE, "conditional"):
                yield fact("x.experiments.iterates", True, segment.evidence())
                return


def _cap(reading: Reading) -> Iterator[Fact]:
    """A limit on the money or time of the experiments: `capped at $400`, `time-boxed to one week`."""
    for segment in reading.segments:
        if segment.role in _ELSEWHERE:
            continue
        for match in cue("facts", "cap").finditer(segment.text):
            window = segment.text[match.start() : match.end() + 60]
            limited = any(
                q.kind in ("money", "duration")
                and match.start() <= q.start <= match.end() + 60
                and q.per not in ("month", "year", "tokens", "item")
                for q in segment.quantities
            )
            if (
                limited
                and pattern("experiments.capped").search(segment.context)
                and assertion(segment, *match.span()).status in (*LIVE, "conditional")
            ):
                yield fact("x.experiments.cap", window.strip(), segment.evidence())
                return
