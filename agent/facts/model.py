"""The base model that the plan tunes, and its size."""

from __future__ import annotations

import re
from collections.abc import Iterator

import knowledge
from agent.facts.assertions import assertion
from agent.facts.mentions import METHODS, Model
from agent.facts.method import is_result
from agent.facts.patterns import pattern
from agent.facts.reading import LIVE, Candidate, Reading, decide, place
from agent.facts.segments import Segment
from agent.models import Fact


def read(reading: Reading) -> Iterator[Fact]:
    """Facts `base_model.name` and `base_model.params_b`."""
    named = [(m, w) for m in reading.models if (w := _weight(m, reading)) > 0]
    totals: dict[str, float] = {}
    for model, weight in named:
        totals[_key(model.name)] = totals.get(_key(model.name), 0.0) + weight
    names = [
        Candidate(_catalogued(m.name), (m.segment.evidence(),), w + 0.15 * min(totals[_key(m.name)], 20.0))
        for m, w in named
    ]
    name = decide("base_model.name", [c for c in names if _specific(c.value)] or names, lambda a, b: _key(a) == _key(b))
    if name:
        yield name
    size = decide(
        "base_model.params_b", _sizes(reading, named, totals, name), lambda a, b: abs(a - b) <= 0.06 * max(a, b)
    )
    if size:
        yield size


def _specific(name: str) -> bool:
    return bool(re.search(r"\d", name))


def _weight(model: Model, reading: Reading) -> float:
    if model.said.status not in (*LIVE, "option", "conditional", "question"):
        return 0.0
    segment, text = model.segment, model.segment.text
    weight = place(segment) * {"planned": 1.6, "stated": 1.2}.get(model.said.status, 0.25)
    around = text[max(0, model.start - 60) : model.start]
    if segment.label and pattern("model.label").search(segment.label):
        weight *= 3
    elif pattern("model.other_role").search(around[-40:]) or pattern("model.other_role").search(
        text[model.end : model.end + 25]
    ):
        weight *= 0.25
    if pattern("model.base_role").search(around) or pattern("model.base_role").search(text[model.end : model.end + 30]):
        weight *= 1.8
    if re.search(
        r"recommend|chosen|selected|we (?:will )?(?:use|propose)", text[: model.start] + segment.label, re.IGNORECASE
    ):
        weight *= 1.3
    if is_result(segment):
        weight *= 0.3
    if model.hosted and not re.search(r"fine.?tun|\bbase(?!line)|model\s*[:=]", around + segment.label, re.IGNORECASE):
        return 0.0
    return weight


def _key(name: str) -> str:
    return re.sub(r"(?i)[\s\-_:.]+|instruct|chat|base|meta|hf|v\d.*$", "", name).lower()


def _catalogued(name: str) -> str:
    """The catalogue's name where it knows the model, else the words as written."""
    known = knowledge.model(name)
    return known.name if known else name


def _sizes(
    reading: Reading, named: list[tuple[Model, float]], totals: dict[str, float], name: Fact | None
) -> list[Candidate]:
    chosen = _key(str(name.value)) if name else ""
    found = []
    for model, weight in named:
        size = model.params_b or _catalogue_size(model.name)
        if size:
            boost = 1.6 if _key(_catalogued(model.name)) == chosen else 1.0
            found.append(
                Candidate(
                    size, (model.segment.evidence(),), (weight + 0.15 * min(totals[_key(model.name)], 20.0)) * boost
                )
            )
    if found:
        return found
    return [c for s in reading.segments for c in _bare_sizes(s, reading)]


def _catalogue_size(name: str) -> float | None:
    known = knowledge.model(name)
    return known.params_b if known else None


def _bare_sizes(segment: Segment, reading: Reading) -> Iterator[Candidate]:
    """`a 7B model` in a sentence that speaks of tuning it."""
    for q in segment.quantities:
        if q.kind != "params":
            continue
        said = assertion(segment, q.start, q.end)
        relevant = pattern("model.base_role").search(segment.context) or any(
            m.segment is segment and m.what in METHODS for m in reading.methods
        )
        if said.status in LIVE and relevant:
            weight = (
                place(segment)
                * (1.5 if said.status == "planned" else 1.0)
                * (2.0 if pattern("model.label").search(segment.label) else 1.0)
            )
            yield Candidate(q.high, (segment.evidence(),), weight)
