"""The document as the fact readers see it, and how candidate readings become one fact."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import Any, Literal, NamedTuple

from agent.facts.assertions import assertion
from agent.facts.lexicon import cue
from agent.facts.mentions import Gpu, Mention, Model, gpus, methods, models, tunings
from agent.facts.patterns import pattern
from agent.facts.segments import Segment, segments
from agent.models import Document, Evidence, Fact

LIVE = ("planned", "stated")
"""Assertions under which a mention is part of the plan."""


class Candidate(NamedTuple):
    """A possible value with the words that show it; the heaviest wins."""

    value: Any
    evidence: tuple[Evidence, ...]
    weight: float
    basis: Literal["stated", "inferred"] = "stated"


class Reading:
    """A document with its segments and mentions, each computed once."""

    def __init__(self, document: Document) -> None:
        """Reads nothing yet."""
        self.document = document

    @cached_property
    def segments(self) -> list[Segment]:
        """All visible segments."""
        return segments(self.document)

    @cached_property
    def prose(self) -> list[Segment]:
        """Segments other than code and headings."""
        return [s for s in self.segments if s.block.kind not in ("code", "heading")]

    @cached_property
    def methods(self) -> list[Mention]:
        """Method mentions in reading order."""
        return [m for s in self.segments for m in methods(s)]

    @cached_property
    def tunings(self) -> list[Mention]:
        """Mentions of adapting a model."""
        return [m for s in self.segments for m in tunings(s)]

    @cached_property
    def models(self) -> list[Model]:
        """Model mentions in reading order."""
        return [m for s in self.segments for m in models(s)]

    @cached_property
    def primary(self) -> Fact | None:
        """Fact `method.primary`."""
        from agent.facts.method import primary  # which itself needs a Reading

        return primary(self)

    @property
    def plan_method(self) -> str | None:
        """The method of the plan, before anything else is weighed."""
        return str(self.primary.value) if self.primary else None

    @cached_property
    def gpus(self) -> list[Gpu]:
        """GPU mentions in reading order."""
        return [g for s in self.segments for g in gpus(s)]

    def having(self, key: str, within: Iterable[Segment] | None = None) -> Iterator[Segment]:
        """Segments whose text holds a cue."""
        return (s for s in (self.prose if within is None else within) if s.has(key))


class Hit(NamedTuple):
    """A cue that holds: its words, and where they stand in the segment's text (0–0 when they are its label)."""

    segment: Segment
    words: str
    start: int
    end: int


_EMPTY = re.compile(
    r"\W*(?:none|no|n/?a|not (?:yet|applicable|planned|defined|decided|needed)\b.*|tbd|tba|open|unknown|-+|—|\?+)\W*",
    re.IGNORECASE,
)
"""What stands behind a label when there is nothing behind it."""


def live(segments: Iterable[Segment], key: str, statuses: tuple[str, ...]) -> Iterator[Hit]:
    """Cues of `knowledge/reading/facts.toml` that hold, in the text or as the label of it."""
    words = cue("facts", key)
    for segment in segments:
        if segment.role in ("others", "rejected", "appendix"):
            continue
        for match in words.finditer(segment.text):
            if assertion(segment, *match.span()).status in statuses:
                yield Hit(segment, match.group(), *match.span())
        label = segment.block.kind == "cell" and segment.label and words.search(segment.label)
        if label and not _EMPTY.fullmatch(segment.text):
            yield Hit(segment, label.group(), 0, 0)


def place(segment: Segment) -> float:
    """How much a segment's place makes it the plan: title and plan sections up, side sections down."""
    weight = {"plan": 1.5, "budget": 1.3, "data": 1.2, "evaluation": 1.2, "serving": 1.0, "": 1.0}.get(
        segment.role, 0.4
    )
    if segment.block.kind == "heading":
        return 2.0 if segment.block.level <= 1 else 1.2
    if segment.block.kind == "code":
        return 0.6
    return (weight + (0.5 if segment.label else 0.0)) * _column(segment)


def _column(segment: Segment) -> float:
    """Among columns such as `Minimum | Recommended`, the one that the author favours."""
    heads = " ".join(segment.block.headers) if segment.block.kind == "cell" else ""
    if not heads:
        return 1.0
    if pattern("reading.favoured").fullmatch(heads):
        return 1.5
    return 0.6 if pattern("reading.not_favoured").fullmatch(heads) else 1.0


def decide(name: str, candidates: list[Candidate], same: Callable[[Any, Any], bool] | None = None) -> Fact | None:
    """The heaviest candidate as a fact; equally heavy ones that contradict it are kept as `others`.

    Evidence of agreeing candidates is joined, at most three quotes.
    """
    if not candidates:
        return None
    equal = same or (lambda a, b: bool(a == b))
    best = max(candidates, key=lambda c: c.weight)
    agreeing = [c for c in candidates if equal(c.value, best.value)]
    agreeing.sort(key=lambda c: -c.weight)
    rivals = [c for c in candidates if not equal(c.value, best.value) and c.weight >= 0.9 * best.weight]
    evidence = tuple(dict.fromkeys(e for c in agreeing for e in c.evidence))[:3]
    others = tuple(Fact(name=name, value=c.value, basis=c.basis, evidence=c.evidence) for c in _distinct(rivals, equal))
    return Fact(name=name, value=best.value, basis=best.basis, evidence=evidence, others=others)


def _distinct(rivals: list[Candidate], equal: Callable[[Any, Any], bool]) -> list[Candidate]:
    kept: list[Candidate] = []
    for rival in sorted(rivals, key=lambda c: -c.weight):
        if not any(equal(rival.value, k.value) for k in kept):
            kept.append(rival)
    return kept[:3]


def fact(name: str, value: Any, *evidence: Evidence, basis: Literal["stated", "inferred"] = "stated") -> Fact:
    """A fact with its quotes."""
    return Fact(name=name, value=value, basis=basis, evidence=tuple(evidence))


def close(a: Any, b: Any) -> bool:
    """True when numbers or ranges agree within 1%."""
    pairs = zip(_flat(a), _flat(b), strict=False)
    return all(abs(x - y) <= 0.01 * max(abs(x), abs(y), 1e-9) for x, y in pairs)


def _flat(value: Any) -> tuple[float, ...]:
    return tuple(float(v) for v in value) if isinstance(value, (tuple, list)) else (float(value),)
