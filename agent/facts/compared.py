"""What else was measured: lines of a comparison, each a variant with its score."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from agent.facts.lexicon import cue
from agent.facts.mentions import Model
from agent.facts.patterns import pattern
from agent.facts.reading import Reading, fact
from agent.facts.segments import Segment
from agent.facts.targets import scores
from agent.models import Fact

LARGER = 1.4
"""A model with so many times the parameters of the plan's is a stronger one."""

_NUMBER = re.compile(r"\W*(\d{1,2}(?:[.,]\d{1,2})?)\W*")


class Line(NamedTuple):
    """A variant and its score: `Llama 3.1 8B, 10 examples | 63%`. `words` are those that name the variant."""

    words: str
    segment: Segment


def read(reading: Reading, params_b: float | None) -> Iterator[Fact]:
    """Facts `alternatives.*` as `tried`, from lines with a score; `params_b` is the size of the plan's model."""
    lines = list(_lines(reading))
    for line in lines:
        if pattern("compared.tuned").search(line.words) or line.segment.role == "others":
            continue
        if cue("facts", "rag").search(line.words) or pattern("compared.lookup").search(line.words):
            yield fact("alternatives.rag", "tried", line.segment.evidence())
        if pattern("compared.prompt").search(line.words):
            yield fact("alternatives.prompting", "tried", line.segment.evidence())
    yield from _stronger(reading, params_b, _measured_itself(lines, reading, params_b))


def _measured_itself(lines: list[Line], reading: Reading, params_b: float | None) -> bool:
    """True when a model no larger than the plan's was measured untuned: only then is a larger one a further step."""
    for line in lines:
        cells = line.segment.row or (line.segment,)
        named = [m for m in reading.models if m.segment in cells]
        plain = named and not any(_is_stronger(m, params_b) or m.hosted for m in named)
        if plain and not pattern("compared.tuned").search(line.words) and line.segment.role != "others":
            return True
    return False


def _lines(reading: Reading) -> Iterator[Line]:
    for segment in reading.segments:
        if segment.block.kind == "code" or segment.text.rstrip().endswith("?"):
            continue
        if segment.row:
            if segment is segment.row[-1] and _scored_row(segment.row):
                yield Line(" ".join(c.text for c in segment.row), segment.row[0])
        elif scores(segment):
            yield Line(segment.context, segment)


def _scored_row(row: tuple[Segment, ...]) -> bool:
    """True when a cell holds a percentage, or a number under a head that is no price, time or count."""
    if any(q.kind == "percent" for cell in row for q in cell.quantities):
        return True
    return any(
        _NUMBER.fullmatch(cell.text) and not pattern("compared.no_score").search(" ".join(cell.block.headers))
        for cell in row[1:]
    )


def _stronger(reading: Reading, params_b: float | None, further: bool) -> Iterator[Fact]:
    """A larger model, or a frontier one that is not the service in use, with a score in its line."""
    for model in reading.models if further else ():
        line = model.segment.row or (model.segment,)
        words = " ".join(c.text for c in line)
        scored = _scored_row(model.segment.row) if model.segment.row else bool(scores(model.segment))
        if not _is_stronger(model, params_b) or model.segment.role == "others" or model.segment.text.endswith("?"):
            continue
        if scored and not pattern("compared.in_use").search(words) and not pattern("compared.tuned").search(words):
            yield fact("alternatives.stronger_base", "tried", model.segment.evidence())
            return
    for segment in reading.segments:
        found = pattern("compared.bigger").search(segment.context)
        if (
            further
            and found
            and (scores(segment) or (segment.row and _scored_row(segment.row)))
            and segment.role != "others"
        ):
            yield fact("alternatives.stronger_base", "tried", segment.evidence())
            return
    for model in reading.models:
        if _is_stronger(model, params_b) and model.said.status == "rejected" and not model.hosted:
            yield fact("alternatives.stronger_base", "rejected", model.segment.evidence())
            return


def _is_stronger(model: Model, params_b: float | None) -> bool:
    if model.hosted:
        return bool(pattern("compared.frontier").search(model.name))
    return params_b is not None and model.params_b is not None and model.params_b >= LARGER * params_b
