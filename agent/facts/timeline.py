"""How long the project takes: a stated duration, else the last week of its schedule."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agent.facts.amounts import ROLES_OUT, labelled_number, plain_label
from agent.facts.assertions import assertion
from agent.facts.lexicon import cue
from agent.facts.patterns import pattern
from agent.facts.quantities import Quantity
from agent.facts.reading import LIVE, Candidate, Reading, close, decide, place
from agent.facts.segments import Segment
from agent.models import Fact

_PHASE = re.compile(r"\W*(?:phase|stage|fase|étape|etappe|sprint|단계|阶段)\s*(\d{1,2}|[IV]{1,4})\b", re.IGNORECASE)
_UNITS = ("week", "month", "sprint", "quarter", "day", "working_day", "year")
_USUAL_UNITS = ("week", "month", "sprint")


def read(reading: Reading) -> Iterator[Fact]:
    """Fact `timeline.weeks`."""
    stated = decide("timeline.weeks", [*_stated(reading), *_phased(reading)], close)
    if found := stated or decide("timeline.weeks", list(_scheduled(reading)), close):
        yield found


def _stated(reading: Reading) -> Iterator[Candidate]:
    for segment in reading.segments:
        yield from labelled_number(segment, "timeline.weeks_label")
        for q in segment.quantities:
            weight = _weight(segment, q)
            if weight > 0:
                yield Candidate((round(q.low, 1), round(q.high, 1)), (segment.evidence(),), weight)


def _weight(segment: Segment, q: Quantity) -> float:
    before, after = segment.text[max(0, q.start - 60) : q.start], segment.text[q.end : q.end + 45]
    if not _may_be_timeline(segment, q, before, after):
        return 0.0
    weight = _strength(segment, q, before, after)
    if not weight:
        return 0.0
    if q.high == max(x.high for x in segment.quantities if x.kind == "duration"):
        weight *= 1.15
    total = cue("facts", "total").search(before[-25:] + segment.label) or re.search(
        r"in (?:all|total)|total|end to end|overall", after, re.IGNORECASE
    )
    if total:
        weight *= 1.6
    elif pattern("timeline.part").search(segment.label + before[-20:]):
        weight *= 0.35
    return weight * (0.5 + 0.5 * place(segment)) * (1.0 if q.unit in _USUAL_UNITS else 0.6)


def _may_be_timeline(segment: Segment, q: Quantity, before: str, after: str) -> bool:
    """False for durations of other things, and for days that no label calls the timeline."""
    if q.kind != "duration" or q.unit not in _UNITS or segment.role in ROLES_OUT or segment.block.kind == "code":
        return False
    if assertion(segment, q.start, q.end).status not in LIVE:
        return False
    if q.unit in ("day", "working_day") and not _labelled_timeline(segment):
        return False
    if pattern("timeline.other_label").search(segment.label):
        return False
    return not (cue("facts", "not_timeline").search(before[-22:]) or cue("facts", "not_timeline").search(after[:24]))


def _strength(segment: Segment, q: Quantity, before: str, after: str) -> float:
    """How plainly a duration is that of the project; 0 when nothing says so."""
    if q.unit in _USUAL_UNITS and segment.role != "serving" and _nearly_alone(segment, q):
        return 2.5
    if _labelled_timeline(segment):
        return 3.5
    if cue("facts", "timeline").search(before) or cue("facts", "timeline").search(after):
        return 2.0
    if re.search(r"timeline|schedule|duration|milestone|time\b", segment.section, re.IGNORECASE):
        return 1.0
    return 1.6 if segment.role != "serving" and q.unit in ("week", "month") and _stands_alone(before, after) else 0.0


def _labelled_timeline(segment: Segment) -> bool:
    """The label of the row, the head of its total, or the words before a bracket: `Timeline (5 days)`."""
    label = plain_label(segment.label)
    head = label.rpartition(" / ")[2] if cue("facts", "total").search(label) else ""
    opening = re.match(r"\W*([\w ]+?)\s*\(", segment.text) if segment.block.kind == "heading" else None
    said = (label, head, opening.group(1) if opening else "")
    return any(words and cue("facts", "timeline_label").fullmatch(words) for words in said)


def _nearly_alone(segment: Segment, q: Quantity) -> bool:
    rest = re.sub(r"[\W_]+", "", segment.text[: q.start] + segment.text[q.end :])
    return len(rest) <= 14 and not re.search(r"each|per|every|ago", rest)


def _stands_alone(before: str, after: str) -> bool:
    """`…, $270 altogether; four weeks.`, `we ask for $4,200 and ten weeks to …`, `Sixteen weeks: four for data …`."""
    asked = pattern("timeline.asked_for").search(before)
    item = re.search(r"(?:^|[,;:(]|\band)\s*(?:about |some |for )?$", before) and re.match(
        r"\s*(?:[.,;:)]|$|of work|from|including)", after
    )
    return bool(asked or item)


def _phased(reading: Reading) -> Iterator[Candidate]:
    """`Phase 1: research (6 months)`, `Phase 2: rollout (3 months)` as headings are nine months."""
    parts = {}
    for segment in reading.segments:
        phase = _PHASE.match(segment.text) if segment.block.kind == "heading" else None
        time = next((q for q in segment.quantities if q.kind == "duration" and q.unit in _UNITS), None)
        if phase and time and segment.role not in ("others", "past", "rejected"):
            parts[phase.group(1)] = (time, segment.evidence())
    if len(parts) >= 2:
        low, high = (round(sum(getattr(q, end) for q, _ in parts.values()), 1) for end in ("low", "high"))
        yield Candidate((low, high), tuple(e for _, e in parts.values())[:3], 5.0, "inferred")


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
