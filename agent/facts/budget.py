"""The compute budget: the amount of money that the plan asks for."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agent.facts.amounts import ROLES_OUT, bare_number, in_dollars, labelled_number, plain_label, totals
from agent.facts.assertions import assertion
from agent.facts.experiments import MULTIPLIED, at_price, prices_each
from agent.facts.lexicon import cue
from agent.facts.once import once
from agent.facts.patterns import pattern
from agent.facts.products import products
from agent.facts.quantities import Quantity
from agent.facts.reading import LIVE, Candidate, Reading, close, decide, fact, place
from agent.facts.segments import Segment
from agent.models import Fact, Range


def read(reading: Reading) -> Iterator[Fact]:
    """Facts `budget.usd` and `budget.original`."""
    candidates = [c for s in reading.segments for c in _candidates(s)]
    for product in products(reading):
        segment, q = product.total
        words = segment.text[q.start : q.end] if q.unit != "USD" else _other_currency(segment, q)
        candidates.append(Candidate((*in_dollars(segment, q), words), product.evidence, MULTIPLIED))
    found = decide("budget.usd", candidates, lambda a, b: close(a[:2], b[:2]))
    if not found:
        return
    low, high, words = found.value
    others = tuple(o.model_copy(update={"value": o.value[:2]}) for o in found.others)
    yield found.model_copy(update={"value": (low, high), "others": others})
    if words:
        yield fact("budget.original", words, *found.evidence[:1])


@once
def _candidates(segment: Segment) -> Iterator[Candidate]:
    """Amounts as (low USD, high USD, words when in another currency)."""
    products = {round(v, 2) for v in _products(segment)}
    for q in segment.quantities:
        weight = _weight(segment, q)
        if q.kind == "money" and not q.per and any(close(q.high, p) for p in products):
            weight = max(weight * 1.2, 2.5)
        if weight > 0:
            words = segment.text[q.start : q.end] if q.unit != "USD" else _other_currency(segment, q)
            yield Candidate((*in_dollars(segment, q), words), (segment.evidence(),), weight)
    yield from _bare_total(segment, products)
    if cell := _currency_cell(segment):
        yield Candidate((*cell, ""), (segment.evidence(),), 3.5)
    for total in labelled_number(segment, "budget.total_label"):
        yield total._replace(value=(*total.value, ""))


def _currency_cell(segment: Segment) -> Range | None:
    """`| Total compute | 25,000 |` under a column headed USD."""
    headed = re.fullmatch(r"\W*(?:(?:cost|amount|sum|budget)\W*)?(?:USD|US\$|\$)\W*", " ".join(segment.block.headers))
    total = re.match(r"\W*(?:(?:grand |overall )?total|sum|compute)\b", segment.block.label, re.IGNORECASE)
    return bare_number(segment) if headed and total and segment.role not in ROLES_OUT else None


def _other_currency(segment: Segment, q: Quantity) -> str:
    """`US$3,600 (about A$5,500)`: the amount as the author's own currency has it."""
    for other in segment.quantities:
        if (
            other.kind == "money"
            and other.unit != "USD"
            and 0 <= other.start - q.end < 14
            and "(" in segment.text[q.end : other.start]
        ):
            return segment.text[other.start : other.end]
    return ""


@once
def _products(segment: Segment) -> Iterator[float]:
    """Runs × price each within one sentence: what a budget in the same sentence would be."""
    runs = [q for q in segment.quantities if q.kind == "count" and q.unit == "runs"]
    for q, _ in prices_each(segment, bool(runs)):
        for run in runs:
            yield run.high * q.high


def _bare_total(segment: Segment, products: set[float]) -> Iterator[Candidate]:
    """`twelve experiments at 15 dollars, 180 in all`."""
    for value in totals(segment.text):
        if any(close(value, p) for p in products):
            yield Candidate((value, value, ""), (segment.evidence(),), 4.0)


def _weight(segment: Segment, q: Quantity) -> float:
    """How strongly an amount says: this is the compute budget."""
    before, after = segment.text[max(0, q.start - 60) : q.start], segment.text[q.end : q.end + 40]
    if not _may_be_budget(segment, q, before, after):
        return 0.0
    weight = _named(segment, before, after) * _other_purpose(segment, before, after)
    if re.search(r"compute|gpu|training|fine.?tun", before + segment.label + after[:25], re.IGNORECASE):
        weight *= 1.5
    if cue("facts", "total").search(before[-30:] + segment.label + after[:12]):
        weight *= 1.35
    if pattern("budget.budget_is").search(before):
        weight *= 1.6
    if pattern("budget.one_costs").search(before):
        weight *= 0.2
    return weight * (0.6 + 0.4 * place(segment)) if weight >= 0.6 else 0.0


def _may_be_budget(segment: Segment, q: Quantity, before: str, after: str) -> bool:
    """False for prices of one run, conversions of another amount, and factors of a product."""
    if q.kind != "money" or q.per not in ("", "gpu") or segment.role in ROLES_OUT or segment.block.kind == "code":
        return False
    if assertion(segment, q.start, q.end).status not in LIVE or _converted(segment, q) or at_price(segment, q):
        return False
    return not (re.search(r"[x×*]\s*$", before) or re.match(r"\s?[x×*]\s?\d", after))


def _named(segment: Segment, before: str, after: str) -> float:
    """Weight by what calls the amount a budget: its label, the words beside it, or only its section."""
    weight = 0.0
    if segment.label and cue("facts", "budget_label").match(plain_label(segment.label)):
        weight = 4.2 if re.fullmatch(r"(?:\w+ )?budget", plain_label(segment.label), re.IGNORECASE) else 3.0
    elif segment.label and cue("facts", "budget").search(segment.label):
        weight = 2.0
    if cue("facts", "budget").search(before) or pattern("budget.compute_follows").match(after):
        weight = max(weight, 2.0) + 0.5
    return 0.8 if weight == 0.0 and segment.role == "budget" and not segment.label else weight


def _other_purpose(segment: Segment, before: str, after: str) -> float:
    """Factor for amounts that are spoken of as salaries, an API bill or the like."""
    other = cue("facts", "not_budget")
    if not other.search(before[-45:] + " " + segment.label) and not other.search(after[:26]):
        return 1.0
    compute = re.search(r"compute|training budget|gpu|fine.?tun", before + segment.label, re.IGNORECASE)
    return 0.5 if compute else 0.2


def _converted(segment: Segment, q: Quantity) -> bool:
    """True for the dollars in brackets behind an amount in another currency: the amount itself carries them."""
    return any(
        o.kind == "money"
        and o.unit != q.unit == "USD"
        and o.end <= q.start
        and q.start - o.end < 12
        and "(" in segment.text[o.end : q.start]
        for o in segment.quantities
    )
