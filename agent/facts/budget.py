"""The compute budget, the timeline, and the experiments with their cost and cap."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agent.facts.assertions import assertion
from agent.facts.lexicon import cue
from agent.facts.method import is_result
from agent.facts.patterns import pattern
from agent.facts.quantities import Quantity
from agent.facts.reading import LIVE, Candidate, Reading, close, decide, fact, place
from agent.facts.segments import Segment
from agent.models import Fact, Range

_ROLES_OUT = ("others", "past", "rejected", "risk", "appendix", "fallback")


def read(reading: Reading) -> Iterator[Fact]:
    """Facts `budget.*`, `timeline.weeks`, `experiments.*`, `x.experiments.*`."""
    yield from _budget(reading)
    timeline = decide("timeline.weeks", list(_timelines(reading)), close)
    timeline = timeline or decide("timeline.weeks", list(_scheduled(reading)), close)
    if timeline:
        yield timeline
    yield from _experiments(reading)


def usd(low: float, high: float, currency: str) -> tuple[float, float]:
    """Money in USD by the dated rates of `knowledge/catalogues/fx.toml`."""
    if currency == "USD":
        return low, high
    from knowledge import fx

    rate = fx()[currency].usd
    return round(low * rate, 2), round(high * rate, 2)


def _budget(reading: Reading) -> Iterator[Fact]:
    candidates = []
    for segment in reading.segments:
        products = {round(v, 2) for v in _products(segment)}
        for q in segment.quantities:
            weight = _budget_weight(segment, q)
            if q.kind == "money" and not q.per and any(close(q.high, p) for p in products):
                weight = max(weight * 1.2, 2.5)
            if weight > 0:
                dollars = in_dollars(segment, q)
                words = segment.text[q.start : q.end] if q.unit != "USD" else _other_currency(segment, q)
                candidates.append(Candidate((*dollars, words), (segment.evidence(),), weight))
        candidates += _bare_total(segment, products)
        total = _labelled_number(
            segment,
            r"(?:usd|us\$|dollars?) (?:total|budget)|(?:total|budget|compute budget|cost|total cost) \(?(?:in )?(?:usd|us\$|dollars?)\)?",
        )
        candidates += [c._replace(value=(*c.value, "")) for c in total]
    found = decide("budget.usd", candidates, lambda a, b: close(a[:2], b[:2]))
    if not found:
        return
    low, high, words = found.value
    others = tuple(o.model_copy(update={"value": o.value[:2]}) for o in found.others)
    yield found.model_copy(update={"value": (low, high), "others": others})
    if words:
        yield fact("budget.original", words, *found.evidence[:1])


def in_dollars(segment: Segment, q: Quantity) -> Range:
    """The amount in USD: the document's own conversion in brackets where it gives one."""
    if q.unit != "USD":
        for other in segment.quantities:
            between = segment.text[q.end : other.start]
            if (
                other.kind == "money"
                and other.unit == "USD"
                and other.start >= q.end
                and re.fullmatch(
                    r"(?:\s(?:in total|in all|altogether|for computing|of compute|each))?\s?[(,=]?\s?(?:equal to|which is|about|around|approx\.?|approximately|roughly|ca\.|circa|or|some|~|≈|=|i\.e\.|that is)?\s?",
                    between,
                )
            ):
                return other.low, other.high
    return usd(q.low, q.high, q.unit)


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


def _products(segment: Segment) -> Iterator[float]:
    """Runs × price each within one sentence: what a budget in the same sentence would be."""
    runs = [q for q in segment.quantities if q.kind == "count" and q.unit == "runs"]
    for q, _ in _each(segment, bool(runs)):
        for run in runs:
            yield run.high * q.high


def _bare_total(segment: Segment, products: set[float]) -> Iterator[Candidate]:
    """`twelve experiments at 15 dollars, 180 in all`."""
    for match in re.finditer(r"(?<![\w.,$€£₹])(\d[\d,]*)\s(?:altogether|in all|in total|overall)", segment.text):
        value = float(match.group(1).replace(",", ""))
        if any(close(value, p) for p in products):
            yield Candidate((value, value, ""), (segment.evidence(),), 4.0)


def _budget_weight(segment: Segment, q: Quantity) -> float:
    if q.kind != "money" or q.per not in ("", "gpu") or segment.role in _ROLES_OUT or segment.block.kind == "code":
        return 0.0
    before = segment.text[max(0, q.start - 60) : q.start]
    after = segment.text[q.end : q.end + 40]
    said = assertion(segment, q.start, q.end)
    if said.status not in LIVE:
        return 0.0
    weight = 0.0
    if segment.label and cue("facts", "budget_label").match(_strip(segment.label)):
        weight = 3.0
    elif segment.label and cue("facts", "budget").search(segment.label):
        weight = 2.0
    if cue("facts", "budget").search(before) or pattern("budget.compute_follows").match(after):
        weight = max(weight, 2.0) + 0.5
    if weight == 0.0 and segment.role == "budget" and not segment.label:
        weight = 0.8
    if _converted(segment, q) or _at_price(segment, q):
        return 0.0
    if re.search(r"[x×*]\s*$", before) or re.match(r"\s?[x×*]\s?\d", after):
        return 0.0  # a factor of a product, not the product
    near = before[-45:] + " " + segment.label
    if cue("facts", "not_budget").search(near) or cue("facts", "not_budget").search(after[:26]):
        weight *= (
            0.2
            if not re.search(r"compute|training budget|gpu|fine.?tun", before + segment.label, re.IGNORECASE)
            else 0.5
        )
    if re.search(r"compute|gpu|training|fine.?tun", before + segment.label + after[:25], re.IGNORECASE):
        weight *= 1.5
    if cue("facts", "total").search(before[-30:] + segment.label + after[:12]):
        weight *= 1.35
    if pattern("budget.budget_is").search(before):
        weight *= 1.6
    if pattern("budget.one_costs").search(before):
        weight *= 0.2
    return weight * (0.6 + 0.4 * place(segment)) if weight >= 0.6 else 0.0


_BARE = re.compile(
    r"(?:[^:=]{0,44}[:=]\s*)?(?:about |~|≈)?(\d[\d,]*(?:\.\d+)?)(?:\s?(?:-|–|to)\s?(\d[\d,]*(?:\.\d+)?))?\s*(?:#.*)?\W*"
)


def _bare_number(segment: Segment) -> Range | None:
    """A number that stands alone behind its label: `weeks: 3`, `| Weeks | 4 |`, `usd_total: 90`."""
    match = _BARE.fullmatch(segment.text)
    if not match:
        return None
    low = float(match.group(1).replace(",", ""))
    return low, float(match.group(2).replace(",", "")) if match.group(2) else low


def _labelled_number(segment: Segment, label: str) -> Iterator[Candidate]:
    in_column = segment.block.kind == "cell" and not re.fullmatch(label, _strip(segment.block.label), re.IGNORECASE)
    value = (
        _bare_number(segment) if not in_column and re.fullmatch(label, _strip(segment.label), re.IGNORECASE) else None
    )
    if value and segment.role not in _ROLES_OUT:
        yield Candidate(value, (segment.evidence(),), 2.5)


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


def _strip(label: str) -> str:
    return re.sub(r"[*_]", "", label).strip(" :")


_TIME_UNITS = ("week", "month", "sprint", "quarter", "day", "working_day", "year")


def _timelines(reading: Reading) -> Iterator[Candidate]:
    for segment in reading.segments:
        yield from _labelled_number(
            segment, r"(?:duration|timeline|time|length)?\s*\(?(?:in )?(?:calendar )?weeks\)?(?: total)?"
        )
        for q in segment.quantities:
            weight = _timeline_weight(segment, q)
            if weight > 0:
                yield Candidate((round(q.low, 1), round(q.high, 1)), (segment.evidence(),), weight)


def _timeline_weight(segment: Segment, q: Quantity) -> float:
    if q.kind != "duration" or q.unit not in _TIME_UNITS or segment.role in _ROLES_OUT or segment.block.kind == "code":
        return 0.0
    before, after = segment.text[max(0, q.start - 60) : q.start], segment.text[q.end : q.end + 45]
    if assertion(segment, q.start, q.end).status not in LIVE:
        return 0.0
    if q.unit in ("day", "working_day") and not (
        segment.label and cue("facts", "timeline_label").fullmatch(_strip(segment.label))
    ):
        return 0.0
    if pattern("timeline.other_label").search(segment.label):
        return 0.0
    if cue("facts", "not_timeline").search(before[-22:]) or cue("facts", "not_timeline").search(after[:24]):
        return 0.0
    weight = 0.0
    rest = re.sub(r"[\W_]+", "", segment.text[: q.start] + segment.text[q.end :])
    if (
        len(rest) <= 14
        and q.unit in ("week", "month", "sprint")
        and not re.search(r"each|per|every|ago", rest)
        and segment.role != "serving"
    ):
        weight = 2.5
    elif segment.label and cue("facts", "timeline_label").fullmatch(_strip(segment.label)):
        weight = 3.5
    elif cue("facts", "timeline").search(before) or cue("facts", "timeline").search(after):
        weight = 2.0
    elif re.search(r"timeline|schedule|duration|milestone|time\b", segment.section, re.IGNORECASE):
        weight = 1.0
    elif segment.role != "serving" and q.unit in ("week", "month") and _stands_alone(before, after):
        weight = 1.6
    if weight and q.high == max(x.high for x in segment.quantities if x.kind == "duration"):
        weight *= 1.15
    total = cue("facts", "total").search(before[-25:] + segment.label) or re.search(
        r"in (?:all|total)|total|end to end|overall", after, re.IGNORECASE
    )
    weight *= 1.6 if total else 1.0
    if pattern("timeline.part").search(segment.label + before[-20:]) and not total:
        weight *= 0.35
    return (
        weight * (0.5 + 0.5 * place(segment)) * (1.0 if q.unit in ("week", "month", "sprint") else 0.6)
        if weight
        else 0.0
    )


def _stands_alone(before: str, after: str) -> bool:
    """`…, $270 altogether; four weeks.`, `we ask for $4,200 and ten weeks to …`, `Sixteen weeks: four for data …`."""
    asked = pattern("timeline.asked_for").search(before)
    item = re.search(r"(?:^|[,;:(]|\band)\s*(?:about |some |for )?$", before) and re.match(
        r"\s*(?:[.,;:)]|$|of work|from|including)", after
    )
    return bool(asked or item)


def _scheduled(reading: Reading) -> Iterator[Candidate]:
    """`Week 1–2: data … Week 6: rollout` is six weeks."""
    last, evidence = 0, None
    count = 0
    for segment in reading.segments:
        if segment.role in ("others", "past", "rejected"):
            continue
        for match in pattern("timeline.week_number").finditer(segment.context):
            count += 1
            end = int(match.group(2) or match.group(1))
            if 52 >= end > last:
                last, evidence = end, segment.evidence()
    if evidence and count >= 2 and last >= 2:
        yield Candidate((float(last), float(last)), (evidence,), 1.0, "inferred")


def _experiments(reading: Reading) -> Iterator[Fact]:
    counts, costs = [], []
    for segment in reading.segments:
        if segment.role in _ROLES_OUT:
            continue
        if is_result(segment) and not re.search(r"\bstop|target|budget|plan", segment.context, re.IGNORECASE):
            continue  # what was run, not what will be
        runs = [q for q in segment.quantities if q.kind == "count" and q.unit == "runs" and _planned_runs(segment, q)]
        counts += [Candidate((q.low, q.high), (segment.evidence(),), _count_weight(segment, q)) for q in runs]
        labelled = re.search(r"experiment|\bruns\b|trials", segment.label, re.IGNORECASE)
        counts += _column(segment, r"number|qty|quantity|count|units?|how many|#|runs|experiments", money=False)
        costs += _column(
            segment, r"unit(?: cost| price)?|each|per (?:run|experiment|unit)|price|rate|unit \(?usd\)?", money=True
        )
        if segment.block.kind == "code" and (match := pattern("experiments.runs_in_code").search(segment.text)):
            counts.append(Candidate((float(match.group(1)),) * 2, (segment.evidence(),), 1.2))
        if (
            not runs
            and labelled
            and not re.search(r"cost|price|\$|per run|budget|hours|time|minutes", segment.label, re.IGNORECASE)
        ):
            counts += [Candidate((q[0], q[1]), (segment.evidence(),), 2.0) for q in _bare(segment)]
        costs += _labelled_number(
            segment,
            r"(?:usd|us\$|dollars?|cost) (?:per|each|/) ?(?:experiment|run)|cost (?:per|each) (?:experiment|run) \(usd\)",
        )
        costs += [Candidate(in_dollars(segment, q), (segment.evidence(),), w) for q, w in _each(segment, bool(runs))]
    if found := decide("experiments.count", counts, close):
        yield found
    if found := decide("experiments.cost_each_usd", costs, close):
        yield found
    yield from _iterates(reading)


def _column(segment: Segment, header: str, *, money: bool) -> Iterator[Candidate]:
    """`| Experiments | 24 | €23 | €552 |` under headers such as Number, Unit cost, Sum."""
    headers = " ".join(segment.block.headers)
    row = re.search(r"\b(?:experiments?|runs?|trials|training jobs)\b", segment.block.label, re.IGNORECASE)
    if segment.block.kind != "cell" or not row or not re.fullmatch(rf"\W*(?:{header})\W*", headers, re.IGNORECASE):
        return
    if money:
        for q in segment.quantities:
            if q.kind == "money":
                yield Candidate(in_dollars(segment, q), (segment.evidence(),), 3.0)
                return
    elif (value := _bare_number(segment)) and value[1] < 2000:
        yield Candidate(value, (segment.evidence(),), 3.0)


def _bare(segment: Segment) -> Iterator[tuple[float, float]]:
    if re.search(r"[%$€£₹]|USD|EUR", segment.text):
        return
    match = re.fullmatch(
        r"\W*(?:up to |max\.? |at most |~)?(\d{1,4})(?:\s?(?:-|–|to)\s?(\d{1,4}))?\W*(?:total|max|in total|runs)?\W*",
        segment.text,
    )
    value = re.match(
        r"[^:]+:\s*(?:up to |max\.? |at most |~)?(\d{1,4})(?:\s?(?:-|–|to)\s?(\d{1,4}))?\b(?!\s?(?:%|USD|\$|hours|h\b|k\b))",
        segment.text,
    )
    if found := match or (value if segment.label and segment.block.kind != "cell" else None):
        low = float(found.group(1))
        yield low, float(found.group(2) or low)


def _planned_runs(segment: Segment, q: Quantity) -> bool:
    said = assertion(segment, q.start, q.end)
    noun = segment.text[q.start : q.end]
    if pattern("experiments.other_noun").search(noun) or q.per in (
        "day",
        "week",
        "month",
        "year",
    ):
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
        weight *= 0.4
    return weight


def _each(segment: Segment, has_runs: bool) -> Iterator[tuple[Quantity, float]]:
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
        elif has_runs and q.per in ("", "run") and _at_price(segment, q):
            yield q, 1.8 * place(segment)
        elif q.per == "run" and (
            has_runs or re.search(r"run|experiment|trial|job|fine.?tun", segment.context + after, re.IGNORECASE)
        ):
            yield q, 2.0 * place(segment)


def _at_price(segment: Segment, q: Quantity) -> bool:
    """`14 experiments at $18`, `10 experiments of ₹1,680`, `20 experiments, $40 each`."""
    for run in segment.quantities:
        if run.kind == "count" and run.unit == "runs" and run.end <= q.start:
            between = segment.text[run.end : q.start]
            if pattern("experiments.at_price").fullmatch(between):
                return True
    return False


def _iterates(reading: Reading) -> Iterator[Fact]:
    for segment in reading.having("iterates"):
        if segment.role in ("others", "past", "rejected"):
            continue
        for match in cue("facts", "iterates").finditer(segment.text):
            if assertion(segment, *match.span()).status in (*LIVE, "conditional"):
                yield fact("x.experiments.iterates", True, segment.evidence())
                yield from _cap(reading, segment)
                return
    yield from _cap(reading, None)


def _cap(reading: Reading, iterating: Segment | None) -> Iterator[Fact]:
    """A limit on the money or time of the experiments: `capped at $400`, `time-boxed to one week`."""
    for segment in reading.segments:
        if segment.role in ("others", "past", "rejected"):
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
