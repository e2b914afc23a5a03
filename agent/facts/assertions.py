"""What is asserted of a mention: planned, fallback, rejected, past, someone else's, conditional, comparison, question.

The ConText idea (Harkema et al. 2009: trigger, direction, terminator) with cues of this field, inside the clause;
where cues compete, the one nearest to the mention in the order below wins. Section and list lead are the default.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from agent.facts.lexicon import cue
from agent.facts.segments import Segment

Status = Literal[
    "planned", "fallback", "rejected", "past", "other", "conditional", "comparison", "question", "option", "stated"
]

_SECTION: dict[str, Status] = {
    "rejected": "rejected",
    "fallback": "fallback",
    "others": "other",
    "past": "past",
    "options": "option",
    "risk": "option",
    "appendix": "option",
}
_REACH = 90
"""Characters before or after a mention within which a cue can speak of it."""


_DONE = re.compile(r"\b(?:we|they|I|he|she|team|vendor|was|were|had been|has been|have been|which|who|and then|and)\s*(?:then |first |have |had )?$", re.IGNORECASE)


class Assertion(NamedTuple):
    """A status and the words that gave it (empty when the place alone did)."""

    status: Status
    because: str


def assertion(segment: Segment, start: int, end: int) -> Assertion:
    """What the segment asserts of its stretch `start`–`end`."""
    clause = segment.clause_at(start)
    before = segment.text[max(clause.start, start - _REACH) : start]
    after = segment.text[end : min(max(clause.end, end), end + _REACH)]
    if segment.text[start:end].lower().endswith("ed") and _DONE.search(before):
        return Assertion("past", before.split()[-1])
    return (
        _asked(segment, before)
        or _unless(segment, start, end)
        or _negated(before, after)
        or _cued("fallback", before, after)
        or _elsewhere(before, after)
        or _by_place(segment)
        or _cued("conditional", before, after)
        or _contrast(before, after)
        or _cued("planned", before, after)
        or Assertion("stated", "")
    )


def _asked(segment: Segment, before: str) -> Assertion | None:
    if segment.text.rstrip().endswith("?"):
        return Assertion("question", "?")
    match = cue("assertions", "questions.before").search(before)
    return Assertion("question", match.group()) if match else None


_UNLESS = re.compile(
    r"\b(?:unless|except (?:if|when)|only (?:if|when|once|after)|until|not before)\b", re.IGNORECASE
)


def _unless(segment: Segment, start: int, end: int) -> Assertion | None:
    """`no full fine-tune unless LoRA misses by 3 points` holds full fine-tuning back on a condition."""
    match = _UNLESS.search(segment.text, end, end + 120)
    if match and _last("rejected", segment.text[max(0, start - _REACH) : start]):
        return Assertion("conditional", match.group())
    return None


def _negated(before: str, after: str) -> Assertion | None:
    match = _last("rejected", before)
    if match and not cue("assertions", "not_negation.before").search(before[match.start() :]):
        return Assertion("rejected", match.group())
    return _behind("rejected", after)


def _behind(status: Status, after: str) -> Assertion | None:
    """A cue close behind the mention with no new subject in between."""
    match = cue("assertions", f"{status}.after").search(after)
    near = match and match.start() < 40 and _same_subject(after[: match.start()])
    return Assertion(status, match.group()) if match and near else None


def _last(key: str, before: str) -> re.Match[str] | None:
    """The nearest cue before the mention, unless another mention's verb stands between (`not A: we use B`)."""
    last = None
    for match in cue("assertions", f"{key}.before").finditer(before):
        last = match
    return None if last and key != "fallback" and _NEW_SUBJECT.search(before[last.end() :]) else last


_NEW_SUBJECT = re.compile(
    r"[:;]|\b(?:we|I|team) (?:will|use|train|propose|run|start|plan|go|are)\b|,? (?:using|and use|unless|except|until)\b",
    re.IGNORECASE,
)


def _same_subject(between: str) -> bool:
    """True when what lies between mention and cue does not start a new subject."""
    return not re.search(r"[,;:]|\b(?:and|we|which|that|it)\b", between)


def _elsewhere(before: str, after: str) -> Assertion | None:
    if match := _last("other", before):
        return Assertion("other", match.group())
    if match := _last("past", before):
        return Assertion("past", match.group())
    return _behind("other", after) or _behind("past", after)


def _cued(status: Status, before: str, after: str) -> Assertion | None:
    if match := _last(status, before):
        return Assertion(status, match.group())
    match = cue("assertions", f"{status}.after").search(after)
    return Assertion(status, match.group()) if match and match.start() < 60 else None


def _contrast(before: str, after: str) -> Assertion | None:
    match = _last("comparison", before[-40:])
    if not match:
        match = re.match(r"\s*" + cue("assertions", "comparison.after").pattern, after, re.IGNORECASE)
    return Assertion("comparison", match.group()) if match else None


def _by_place(segment: Segment) -> Assertion | None:
    """The status that the list's lead, the cell's header, or the section gives."""
    for text in (segment.lead, segment.label):
        if text and cue("assertions", "sections.rejected").search(text):
            return Assertion("rejected", text)
        if text and re.search(r"\brejected|ruled out|decided against|won['’]t|will not\b", text, re.IGNORECASE):
            return Assertion("rejected", text)
        if text and cue("assertions", "sections.fallback").search(text):
            return Assertion("fallback", text)
    status = _SECTION.get(segment.role)
    return Assertion(status, segment.section) if status else None
