"""One value of the right kind in a sentence that a model points at; with two of them, or a negation, there is none."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from agent.facts.amounts import in_dollars
from agent.facts.assertions import assertion
from agent.facts.mentions import gpus, methods, models
from agent.facts.quantities import Quantity
from agent.facts.quotes import Found
from agent.facts.reading import LIVE
from agent.facts.segments import Segment
from agent.facts.targets import metric_name, scores

NEGATED = re.compile(
    r"\b(?:no|not|never|without|none|nor|neither|cannot|lacks?|missing|instead of|rather than|skip\w*|refus\w+|unless|"
    r"if|"
    r"kein\w*|nicht|ohne|nie|pas|sans|aucune?|jamais|sin|nunca|ningun\w*|non|senza|mai|geen|niet|zonder|nem|nincs|"
    r"n[aã]o|sem|nenhum\w*|nie ma|bez|ei|ingen|ikke|inte|utan)\b|n['’]t\b|\?|不|没|無|ない|ません|нет|не\b|без\b",
    re.IGNORECASE,
)
"""A word that may turn a sentence round. Whoever reads it without knowing its language takes it for nothing said."""
OUT = ("others", "rejected")
Take = Callable[[Segment, int, int], Iterator[Any]]


def inferred(
    name: str, read: str, units: tuple[str, ...], least: float, chosen: list[Segment], place: Found
) -> Any | None:
    """The one value in the quoted stretch, or None.

    Args:
        name: of the fact.
        read: how, as `pointed.toml` says; empty for not at all.
        units: of counts.
        least: the smallest number that can be meant.
        chosen: the segments that the quote touches.
        place: where it stands.
    """
    if not read or any(s.role in OUT or NEGATED.search(s.text) for s in chosen):
        return None
    found: list[Any] = []
    for segment in chosen:
        start, end = max(0, place.start - segment.start), min(len(segment.text), place.end - segment.start)
        if read in QUANTITIES:
            found += [_value(segment, q, name) for q in _counted(segment, start, end, read, units) if q.high >= least]
        else:
            found += list(TAKE[read](segment, start, end))
    distinct = list(dict.fromkeys(found))
    return distinct[0] if len(distinct) == 1 else None


QUANTITIES = ("count", "money", "duration", "percent", "latency")
RANGES = ("budget.usd", "timeline.weeks", "experiments.count")


def _counted(segment: Segment, start: int, end: int, kind: str, units: tuple[str, ...]) -> Iterator[Quantity]:
    for q in segment.quantities:
        inside = q.kind == kind and start <= q.start and q.end <= end and not q.per
        if inside and (not units or q.unit in units):
            yield q


def _value(segment: Segment, q: Quantity, name: str) -> Any:
    low, high = in_dollars(segment, q) if q.kind == "money" else (q.low, q.high)
    return (low, high) if name in RANGES else high


def _methods(segment: Segment, start: int, end: int) -> Iterator[str]:
    yield from (m.what for m in methods(segment) if start <= m.start and m.end <= end and m.said.status in LIVE)


def _models(segment: Segment, start: int, end: int) -> Iterator[str]:
    for found in models(segment):
        if start <= found.start < end and assertion(segment, found.start, found.start + len(found.name)).status in LIVE:
            yield found.name


def _gpus(segment: Segment, start: int, end: int) -> Iterator[str]:
    yield from (g.name for g in gpus(segment) if start <= g.start and g.end <= end and g.said.status in LIVE)


def _gpu_counts(segment: Segment, start: int, end: int) -> Iterator[float]:
    for gpu in gpus(segment):
        if gpu.count is not None and start <= gpu.start and gpu.end <= end and gpu.said.status in LIVE:
            yield gpu.count


def _metric(segment: Segment, start: int, end: int) -> Iterator[str]:
    if name := metric_name(segment.text[start:end]):
        yield name


def _tried(segment: Segment, start: int, end: int) -> Iterator[str]:
    """A score beside it shows that something was tried."""
    if scores(segment):
        yield "tried"


def _measured(segment: Segment, start: int, end: int) -> Iterator[bool]:
    """A score beside it shows that it was measured."""
    if scores(segment):
        yield True


def _test_set(segment: Segment, start: int, end: int) -> Iterator[str]:
    """That a set is held out; whether it is locked is for the rules' reader, or for the author, to say."""
    yield "mentioned"


def _flag(segment: Segment, start: int, end: int) -> Iterator[bool]:
    yield True


def _text(segment: Segment, start: int, end: int) -> Iterator[str]:
    if words := segment.text[start:end].strip(" .;,"):
        yield words


TAKE: dict[str, Take] = {
    "method": _methods,
    "model": _models,
    "gpu": _gpus,
    "gpus": _gpu_counts,
    "metric": _metric,
    "tried": _tried,
    "measured": _measured,
    "test_set": _test_set,
    "flag": _flag,
    "text": _text,
}
