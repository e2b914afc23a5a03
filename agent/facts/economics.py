"""Volumes, bills and savings, and whether the claimed saving follows from its parts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from agent.facts.amounts import in_dollars
from agent.facts.assertions import assertion
from agent.facts.once import once
from agent.facts.patterns import Pattern, pattern
from agent.facts.products import window
from agent.facts.quantities import Quantity
from agent.facts.reading import Candidate, Reading, close, decide, fact, place
from agent.facts.segments import Segment
from agent.models import Fact

_PER_MONTH = {"month": 1.0, "year": 1 / 12, "week": 4.345, "day": 30.4, "hour": 730.0}


def read(reading: Reading) -> Iterator[Fact]:
    """Facts `economics.*`, `serving.usd_per_month`, `serving.replaces_api_usd_per_month`, `x.saving_stated`."""
    volume = decide("economics.volume_per_month", [c for s in reading.segments for c in _volumes(s)], close)
    if volume:
        yield volume
    amounts: dict[str, Fact] = {}
    subtracted = list(_differences(reading))
    for name, weigh in _MONEY.items():
        candidates = [c for s in reading.segments for c in _money(s, weigh, name)]
        candidates += [c for kind, c in subtracted if kind == name]
        if found := decide(name, candidates, close):
            amounts[name] = found
            yield found
    yield from _saving(amounts)


def _volumes(segment: Segment) -> Iterator[Candidate]:
    if segment.role in ("others", "rejected"):
        return
    for q in segment.quantities:
        if (
            q.kind != "count"
            or q.unit not in ("requests", "examples", "things", "tenants")
            or pattern("economics.not_volume").search(q.noun)
        ):
            continue
        near = (
            _adverb(segment, q)
            if q.unit == "requests" and "$" not in segment.text[max(0, q.start - 30) : q.end + 30]
            else ""
        )
        per = q.per if q.per in _PER_MONTH else near
        if q.high < 20:
            continue
        if per and assertion(segment, q.start, q.end).status not in ("other", "question", "rejected"):
            yield Candidate(
                round(q.high * _PER_MONTH[per], 1),
                (segment.evidence(),),
                place(segment) + (0.5 if q.unit == "requests" else 0.0),
            )


@once
def _adverb(segment: Segment, q: Quantity) -> str:
    near = segment.text[max(0, q.start - 30) : q.end + 30] + " " + segment.label
    for per, words in (
        ("month", r"monthly|per month|/month|a month|each month|every month"),
        ("day", r"daily|per day|a day|/day|each day|every day"),
        ("year", r"yearly|annual(?:ly)?|per year|a year|/year"),
        ("week", r"weekly|per week|a week|each week"),
    ):
        if re.search(rf"\b(?:{words})\b|{words}", near, re.IGNORECASE):
            return per
    return ""


_PARTS = ("serving.replaces_api_usd_per_month", "serving.usd_per_month", "economics.saving_usd_per_month")
_LEFT = re.compile(r"\W{0,3}(?:a month |per month |monthly )?(?:is |are )?(?:saved|left|net|remain)", re.IGNORECASE)
SUBTRACTED = 8.0
"""Weight of a reading that the document's own arithmetic confirms."""


def _differences(reading: Reading) -> Iterator[tuple[str, Candidate]]:
    """`The bill of $3,900 goes and serving costs $1,500, which leaves $2,400`: bill, serving and saving."""
    for segment in reading.segments:
        if segment.role in ("others", "rejected") or segment.block.kind in ("heading", "code", "cell"):
            continue
        near = window(segment)
        if not pattern("economics.bill_and_serving").search(" ".join(s.text for s in near)):
            continue
        money = [(s, q) for s in near for q in s.quantities if q.kind == "money" and q.per in ("", "month")]
        for where, rest in money:
            others = [q.end for s, q in money if s is where and q.end <= rest.start]
            before = where.text[max([0, rest.start - 45, *others]) : rest.start]
            saved = pattern("economics.what_is_left").search(before) or _LEFT.match(where.text, rest.end)
            if where is segment and saved:
                yield from _parts(money, rest)


def _parts(money: list[tuple[Segment, Quantity]], rest: Quantity) -> Iterator[tuple[str, Candidate]]:
    for bill in money:
        for cost in money:
            plain = rest not in (bill[1], cost[1]) and bill[1].unit == cost[1].unit == rest.unit
            if plain and abs(bill[1].high - cost[1].high - rest.high) <= 0.01 * rest.high:
                for name, (segment, q) in zip(_PARTS, (bill, cost, (bill[0], rest)), strict=True):
                    yield name, Candidate(in_dollars(segment, q)[1], (segment.evidence(),), SUBTRACTED)
                return


Weigh = Callable[[Segment, Quantity, str], float]


def _money(segment: Segment, weigh: Weigh, name: str) -> Iterator[Candidate]:
    if segment.role in ("others", "rejected") or segment.block.kind == "code":
        return
    for q in segment.quantities:
        if q.kind == "money" and assertion(segment, q.start, q.end).status not in ("other", "question", "rejected"):
            before = segment.label + " " + segment.text[max(0, q.start - 75) : q.start]
            weight = weigh(segment, q, before)
            if weight > 0:
                monthly = 1.0 if name == "economics.build_usd" else _PER_MONTH.get(q.per or _adverb(segment, q), 1.0)
                yield Candidate(round(in_dollars(segment, q)[1] * monthly, 2), (segment.evidence(),), weight)


def _is_monthly(segment: Segment, q: Quantity) -> bool:
    return q.per in ("month", "year", "day", "week") or (not q.per and _adverb(segment, q) in ("month", "year"))


def _tail(text: str, words: Pattern) -> int:
    """Distance of the last match from the end of the text; 999 when there is none."""
    return min((len(text) - m.end() for m in words.finditer(text)), default=999)


def _saving_weight(segment: Segment, q: Quantity, before: str) -> float:
    after = segment.text[q.end : q.end + 30]
    if not _is_monthly(segment, q):
        return 0.0
    distance = _tail(before, pattern("economics.save"))
    cost = min(_tail(before, pattern("economics.api")), _tail(before, pattern("economics.serve")))
    if distance < 60 and distance < cost + 25:
        return 2.0 + place(segment) - distance / 60
    return 1.5 if re.match(r"[^.;,]{0,20}\b(?:sav\w+|net)\b", after, re.IGNORECASE) else 0.0


def _api_weight(segment: Segment, q: Quantity, before: str) -> float:
    if not _is_monthly(segment, q) or _saving_weight(segment, q, before):
        return 0.0
    if re.search(r"\bAPI\b[^.;]*\b(?:for|at)\s*$", before, re.IGNORECASE):
        return 1.5 + place(segment)
    api, near = pattern("economics.api"), before + segment.text[q.end : q.end + 40]
    distance = min(_tail(before, api), _tail(before, pattern("economics.bill_today")))
    told = segment.previous.text if segment.previous else ""
    named = any(api.search(text) for text in (near, segment.text, told))
    billed = named and pattern("economics.bill").search(near + " for ")
    if billed and distance < 999 and distance <= _tail(before, pattern("economics.serve")):
        return 1.5 + place(segment)
    return 0.0


def _serving_weight(segment: Segment, q: Quantity, before: str) -> float:
    if not _is_monthly(segment, q) or _saving_weight(segment, q, before) or _api_weight(segment, q, before):
        return 0.0
    serve = pattern("economics.serve")
    if pattern("economics.save").search(segment.text) and not serve.search(segment.text[q.end : q.end + 16]):
        return 0.0  # a sentence on the saving; the serving cost has its own
    if segment.role == "serving" or serve.search(f"{segment.label} {segment.text}"):
        return 1.5 + place(segment) + (0.5 if serve.search(before) else 0.0)
    return 0.0


def _build_weight(segment: Segment, q: Quantity, before: str) -> float:
    if q.per or _is_monthly(segment, q) or pattern("economics.save").search(before[-30:]):
        return 0.0
    distance = _tail(before, pattern("economics.build"))
    compute = _tail(before, pattern("economics.compute"))
    return 1.2 + place(segment) if distance < 45 and distance < compute else 0.0


_MONEY: dict[str, Weigh] = {
    "economics.saving_usd_per_month": _saving_weight,
    "serving.replaces_api_usd_per_month": _api_weight,
    "serving.usd_per_month": _serving_weight,
    "economics.build_usd": _build_weight,
}


def _saving(amounts: dict[str, Fact]) -> Iterator[Fact]:
    """The claimed saving against API bill minus serving cost (rule EST5)."""
    api, saving = amounts.get("serving.replaces_api_usd_per_month"), amounts.get("economics.saving_usd_per_month")
    serving = amounts.get("serving.usd_per_month")
    if not api or not saving:
        return
    cost = float(serving.value) if serving else None
    computed = float(api.value) - (cost or 0.0)
    agrees = serving is not None and abs(computed - float(saving.value)) <= 0.05 * max(abs(computed), 1.0)
    value = {
        "api": api.value,
        "serving": cost,
        "saving": saving.value,
        "agrees": agrees,
        "how": f"{api.value:,.0f} − {cost or 0:,.0f} = {computed:,.0f}",
    }
    evidence = dict.fromkeys((*saving.evidence, *api.evidence, *(serving.evidence if serving else ())))
    yield fact("x.saving_stated", value, *evidence)
