"""Constraints of the workload: where it may run, latency, languages, tenants, how often its knowledge changes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agent.facts.assertions import assertion
from agent.facts.language import named_languages
from agent.facts.lexicon import cue
from agent.facts.patterns import pattern, whole_words
from agent.facts.reading import LIVE, Candidate, Hit, Reading, decide, fact, live, place
from agent.facts.segments import Segment
from agent.models import Fact


def read(reading: Reading) -> Iterator[Fact]:
    """Facts `constraints.*`, `knowledge.changes`, `x.privacy_rule`, `x.external_flow`, and their like."""
    yield from _on_prem(reading)
    yield from _latency(reading)
    yield from _languages(reading)
    yield from _tenants(reading)
    yield from _changes(reading)
    yield from _research(reading)


def _first(reading: Reading, key: str, statuses: tuple[str, ...]) -> Hit | None:
    return next(live(reading.prose, key, statuses), None)


def _on_prem(reading: Reading) -> Iterator[Fact]:
    rule = _first(reading, "privacy_rule", (*LIVE, "rejected", "conditional", "comparison", "past"))
    if rule:
        yield fact("x.privacy_rule", rule.words, rule.segment.evidence())
        yield fact("constraints.on_prem", True, rule.segment.evidence())
    elif on_prem := _first(reading, "on_prem", LIVE):
        yield fact("constraints.on_prem", True, on_prem.segment.evidence())
    elif not _rents(reading) and (at_home := _first(reading, "local_runtime", LIVE)):
        yield fact("constraints.on_prem", True, at_home.segment.evidence(), basis="inferred")
    flow = _first(reading, "external_flow", (*LIVE, "conditional"))
    if flow and not re.search(
        r"\b(?:not|never|no|without|nothing)\b|n['’]t\b",
        flow.segment.text[max(0, flow.start - 50) : flow.end],
        re.IGNORECASE,
    ):
        yield fact("x.external_flow", flow.words, flow.segment.evidence())


def _rents(reading: Reading) -> bool:
    """GPUs at a price an hour, or at a provider of them: then a local runtime is for a try, and says nothing."""
    priced = any(q.kind == "money" and q.per == "hour" for s in reading.prose for q in s.quantities)
    return priced or _first(reading, "gpu_cloud", (*LIVE, "conditional", "option")) is not None


def _latency(reading: Reading) -> Iterator[Fact]:
    for segment in reading.having("latency"):
        value = _milliseconds(segment)
        if value is None:
            continue
        measured = pattern("constraints.latency_observed").search(segment.text)
        wanted = re.search(r"must|under|below|budget|requirement|need|target", segment.text, re.IGNORECASE)
        name = "x.latency_measured_p99_ms" if measured and not wanted else "constraints.latency_p99_ms"
        yield fact(name, value, segment.evidence())
        break
    yield from _measured_latency(reading)


def _milliseconds(segment: Segment) -> float | None:
    """The first latency of a segment, else a number of seconds that stands among other quantities."""
    stated = next((q.high for q in segment.quantities if q.kind == "latency"), None)
    if stated is not None or not segment.quantities:
        return stated
    seconds = re.search(r"(\d+(?:\.\d+)?)\s?(?:s|seconds?)\b", segment.text)
    return float(seconds.group(1)) * 1000 if seconds else None


def _measured_latency(reading: Reading) -> Iterator[Fact]:
    for segment in reading.having("latency"):
        last = next((q for q in reversed(segment.quantities) if q.kind == "latency"), None)
        if last and pattern("constraints.latency_was_measured").search(segment.text):
            yield fact("x.latency_measured_p99_ms", last.high, segment.evidence())
            return


def _languages(reading: Reading) -> Iterator[Fact]:
    found: dict[str, Segment] = {}
    share, share_segment = 0.0, None
    for segment in reading.prose:
        if segment.role in ("others", "rejected", "appendix") or not pattern("constraints.language_context").search(
            segment.context
        ):
            continue
        for name, start, end in named_languages(segment.text):
            if assertion(segment, start, end).status in ("other", "question") or pattern(
                "constraints.not_a_language"
            ).match(segment.text[end:]):
                continue
            found.setdefault(name, segment)
            part = _share(segment, start, end)
            if name != "English" and part > share:
                share, share_segment = part, segment
    if found:
        evidence = tuple(dict.fromkeys(s.evidence() for s in found.values()))[:3]
        yield fact("constraints.languages", list(found), *evidence)
    if share_segment is not None:
        yield fact("x.language_share", share, share_segment.evidence())


def _share(segment: Segment, start: int, end: int) -> float:
    """The part of the workload that a text, or the row of a table, gives to the language at these offsets."""
    if segment.row and segment is segment.row[0]:
        cells = [q for cell in segment.row[1:] for q in cell.quantities if q.kind == "percent"]
        shares = re.search(r"share|part|traffic|volume|%", " ".join(segment.row[-1].block.headers), re.IGNORECASE)
        return cells[0].high / 100 if len(cells) == 1 and shares else 0.0
    for q in segment.quantities:
        between = segment.text[q.end : start] if q.end <= start else segment.text[end : q.start]
        if q.kind == "percent" and len(between) < 40 and not re.search(r"[,;:.]|\band\b", between):
            return q.high / 100
    return 0.0


def _variants(reading: Reading) -> set[str]:
    """Stems of the words for what has an adapter of its own: `one adapter for each clinic` gives `clini`."""
    found = set()
    for segment in reading.prose:
        for match in pattern("constraints.one_each").finditer(segment.text):
            found |= {w.lower()[:5] for w in match.groups() if w and len(w) > 3}
    return found


def _tenants(reading: Reading) -> Iterator[Fact]:
    variants = _variants(reading) | {"tenan"}
    candidates = [
        c
        for s in reading.prose
        if s.role not in ("others", "rejected")
        for c in (*_counted_tenants(s, variants), *_labelled_tenants(s))
    ]
    if found := decide("constraints.tenants", candidates):
        yield found.model_copy(update={"others": ()})


_EACH = re.compile(r"\W?\s?(?:a|per|for each|each(?! (?:with|has|have|gets?|needs?|wants?)\b))\s\w+", re.IGNORECASE)
"""`120 a clinic` is no count of clinics."""


def _counted_tenants(segment: Segment, variants: set[str]) -> Iterator[Candidate]:
    """`120 clinics`, when each clinic has an adapter of its own, or `each get` says so."""
    for q in segment.quantities:
        if q.kind != "count" or q.unit not in ("tenants", "things", "examples") or not 2 <= q.high <= 100_000:
            continue
        after = segment.text[q.end :]
        named = any(word.lower()[:5] in variants for word in (q.noun or segment.text[q.start : q.end]).split()[-2:])
        copies = re.search(r"cop(?:y|ies)|adapters?|models", q.noun, re.IGNORECASE) or q.unit == "tenants"
        if not named and not (copies and pattern("constraints.each_gets").match(after)):
            continue
        around = segment.text[max(0, q.start - 20) : q.end + 25]
        staged = re.search(r"first|then|begin|start|pilot|week|month|follow|join", around, re.IGNORECASE)
        each = re.match(
            r"\W?\s?(?:a|per|for each|each(?! (?:with|has|have|gets?|needs?|wants?)\b))\s\w+", after, re.IGNORECASE
        )
        live_count = assertion(segment, q.start, q.end).status in (*LIVE, "conditional", "past")
        if live_count and not staged and not each:
            bonus = 0.5 if "tenan" in q.noun.lower() else 0.0
            yield Candidate(q.high, (segment.evidence(),), place(segment) + bonus)


def _labelled_tenants(segment: Segment) -> Iterator[Candidate]:
    number = re.fullmatch(r"\W*(\d{1,5})\W*", segment.text)
    if number and pattern("constraints.tenants_label").fullmatch(segment.label):
        yield Candidate(float(number.group(1)), (segment.evidence(),), 3.0)


def _changes(reading: Reading) -> Iterator[Fact]:
    often = next(_often(reading), None)
    stable = _first(reading, "stable", (*LIVE, "past"))
    if often:
        yield fact("knowledge.changes", "often", often.evidence())
        words = often.text + " " + (often.following.text if often.following else "")
        if pattern("constraints.trained_in").search(words):
            yield fact("x.knowledge_trained_in", True, often.evidence())
    elif stable:
        yield fact("knowledge.changes", "stable", stable.segment.evidence())


def _often(reading: Reading) -> Iterator[Segment]:
    """Statements that what the model must know changes by the day or week, unless it is looked up instead of learnt."""
    for segment in reading.prose:
        if segment.role in ("others", "rejected", "appendix"):
            continue
        around = segment.text + " " + (segment.following.text if segment.following else "")
        for match in cue("facts", "changes_often").finditer(segment.text):
            said = assertion(segment, *match.span()).status
            before = segment.text[max(0, match.start() - 30) : match.end()]
            denied = re.search(r"\bnot\b|n['’]t\b|nothing", before, re.IGNORECASE)
            if said in (*LIVE, "past", "conditional", "comparison") and not denied and not _looked_up(around):
                yield segment


def _looked_up(text: str) -> bool:
    return bool(pattern("constraints.looked_up").search(text) and not pattern("constraints.retrained").search(text))


def _research(reading: Reading) -> Iterator[Fact]:
    grade = _first(reading, "research_grade", LIVE)
    free = _first(reading, "cost_free", (*LIVE, "rejected"))
    if grade and free:
        yield fact("x.research_grade", True, grade.segment.evidence(), free.segment.evidence())


def scope(reading: Reading, tenants: float | None) -> Iterator[Fact]:
    """Fact `task.scope`: many_variants from tenants; narrow or broad only when said."""
    if tenants and tenants >= 3:
        shown = next((s for s in reading.prose if pattern("constraints.one_each").search(s.text)), None)
        if shown:
            yield fact("task.scope", "many_variants", shown.evidence(), basis="inferred")
        return
    candidates = []
    for segment in reading.prose:
        for match in pattern("constraints.scope").finditer(segment.text):
            if assertion(segment, *match.span()).status in LIVE:
                broad = re.match(r"broad|open|general|many|wide", match.group(), re.IGNORECASE)
                candidates.append(Candidate("broad" if broad else "narrow", (segment.evidence(),), place(segment)))
    if found := decide("task.scope", candidates):
        yield found.model_copy(update={"others": ()})
    else:
        yield from _implied(reading)


_TASKS = ("tasks.classify", "tasks.extract", "tasks.summarise", "tasks.draft", "tasks.translate", "tasks.code")
"""Kinds of output, each named as its pattern."""


def _implied(reading: Reading) -> Iterator[Fact]:
    """Narrow, when title and first sentences speak of one kind of output and of nothing broad."""
    opening = [s for s in reading.segments if s.role not in ("others", "rejected")][:9]
    text = " ".join(s.text for s in opening)
    kinds = [kind for kind in _TASKS if whole_words(kind).search(text)]
    shown = next(
        (s for s in opening if kinds and s.block.kind != "heading" and pattern(kinds[0]).search(s.text)),
        None,
    )
    if len(kinds) == 1 and shown and not pattern("constraints.broad_task").search(text):
        yield fact("task.scope", "narrow", shown.evidence(), basis="inferred")
