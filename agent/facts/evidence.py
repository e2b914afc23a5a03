"""Measured evidence: LoRA's result against its target, and what prompting, retrieval or a stronger base scored."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from agent.facts.assertions import assertion
from agent.facts.lexicon import cue
from agent.facts.patterns import pattern
from agent.facts.reading import LIVE, Reading, fact
from agent.facts.segments import Segment
from agent.facts.targets import scores
from agent.models import Fact


def read(reading: Reading) -> Iterator[Fact]:
    """Facts `lora_evidence.*`, `alternatives.*`, their `x.` companions, and `x.smaller_model_shortfall`."""
    yield from _lora(reading)
    yield from _alternatives(reading)
    yield from _smaller(reading)


def _lora(reading: Reading) -> Iterator[Fact]:
    measured = list(
        dict.fromkeys(
            m.segment for m in reading.methods if m.what in ("lora", "qlora") and _is_result(m.segment, m.start)
        )
    )
    if not measured:
        return
    yield fact("lora_evidence.measured", True, *(s.evidence() for s in measured[:2]))
    around = list(dict.fromkeys(t for s in measured for t in (*_with_following(s), *_same_section(reading, s))))
    yield from islice(_results(around), 1)
    yield from _gap(around)
    yield from _marks(around)


def _results(around: list[Segment]) -> Iterator[Fact]:
    """Scores that are not those of another method, a target or a baseline."""
    for segment in around:
        for value, _, start, _ in scores(segment):
            before = segment.text[max(0, start - 30) : start]
            if not re.search(r"\bfull\b|target|goal|baseline|bar|need", before, re.IGNORECASE):
                yield fact("x.lora_evidence.result", value, segment.evidence())


def _with_following(segment: Segment) -> list[Segment]:
    following = segment.following
    near = following is not None and following.block.section == segment.block.section
    return [segment, following] if near and following else [segment]


def _same_section(reading: Reading, segment: Segment) -> list[Segment]:
    """The rest of a section that is called after adapters or LoRA: its last line says how far they fell short."""
    heading = " ".join(segment.block.section[-1:])
    if not re.search(r"adapter|LoRA", heading, re.IGNORECASE):
        return []
    return [s for s in reading.segments if s.block.section[: len(segment.block.section)] == segment.block.section]


def _is_result(segment: Segment, position: int) -> bool:
    if segment.role == "others" or segment.text.rstrip().endswith("?"):
        return False
    clause = segment.clause_at(position)
    words = segment.text[clause.start : clause.end]
    if not pattern("evidence.measured").search(words) and not (segment.block.kind == "cell" and segment.role != "plan"):
        return False
    scored = scores(segment)
    until = min([position + 45, *(s.start for s in scored if s.start > position)])
    if pattern("evidence.future").search(segment.text[clause.start : until]):
        return False
    numbers = bool(scored) or any(q.kind in ("points", "percent") for q in segment.quantities)
    runs = any(q.kind == "count" and q.unit == "runs" for q in segment.quantities)
    said = assertion(segment, position, position + 4).status
    if said == "conditional" and not re.search(r"\b(?:if|would|could|might|unless|should|may)\b", words, re.IGNORECASE):
        said = "past"  # `36 runs later the best adapter passes 71.8%`
    return (numbers or runs) and said not in ("other", "question", "conditional")


def _gap(around: list[Segment]) -> Iterator[Fact]:
    for segment in around:
        for q in segment.quantities:
            if (
                q.kind == "points"
                and pattern("evidence.gap").search(segment.text)
                and not re.search(
                    r"more than|at least|over|if|unless", segment.text[max(0, q.start - 20) : q.start], re.IGNORECASE
                )
            ):
                yield fact("lora_evidence.gap_points", q.high, segment.evidence())
                return


def _marks(around: list[Segment]) -> Iterator[Fact]:
    for mark in ("held_out", "plateau", "diagnosed"):
        if segment := next((s for s in around if pattern(f"evidence.{mark}").search(s.text)), None):
            yield fact(f"x.lora_evidence.{mark}", True, segment.evidence())
    for segment in around:
        if run := next((q for q in segment.quantities if q.kind == "count" and q.unit == "runs"), None):
            yield fact("lora_evidence.experiments", run.high, segment.evidence())
            return


_KINDS = (
    ("prompting", "alternatives.prompting"),
    ("rag", "alternatives.rag"),
    ("stronger_named", "alternatives.stronger_base"),
)


def _alternatives(reading: Reading) -> Iterator[Fact]:
    for key, name in _KINDS:
        found = [f for s in reading.segments if s.block.kind != "code" for f in _alternative(s, key, name)]
        for wanted in ("tried", "planned", "rejected"):
            if match := next((f for f in found if f.value == wanted), None):
                yield match
                break


def _alternative(segment: Segment, key: str, name: str) -> Iterator[Fact]:
    if segment.block.kind == "cell" and scores(segment):
        row = " | ".join(cell.text for cell in segment.row if cell is not segment)
        if cue("facts", key).search(f"{segment.label} {row}"):
            yield fact(name, "tried", segment.evidence())
            return
    for match in cue("facts", key).finditer(segment.text):
        if key == "stronger_named" and not pattern("evidence.scored_nearby").search(segment.context):
            continue
        said = assertion(segment, *match.span())
        clause = segment.clause_at(match.start())
        words = segment.text[clause.start : clause.end]
        numbers = any(clause.start <= s.start for s in scores(segment))
        tried = cue("facts", "tried").search(words) and not re.search(
            r"\bwill\b|\bplan|\bbefore\b.*\btrain", words[: match.end()], re.IGNORECASE
        )
        if said.status in ("other", "question"):
            continue
        if (tried and (numbers or said.status in ("past", "stated", "comparison", "rejected", "planned"))) or (
            numbers and key != "stronger_named"
        ):
            yield fact(name, "tried", segment.evidence())
        elif said.status == "rejected" or _turned_down(segment, match.end()):
            yield fact(name, "rejected", segment.evidence())
        elif cue("facts", "planned_alt").search(words) and said.status in (*LIVE, "conditional"):
            yield fact(name, "planned", segment.evidence())


def _turned_down(segment: Segment, position: int) -> bool:
    """`RAG over the macros. Rejected: …` or `Retrieval does not apply`."""
    after = segment.text[position : position + 60]
    following = segment.following
    near = (
        following is not None
        and following.block is segment.block
        and pattern("evidence.rejected_next").match(following.text)
    )
    return bool(near) or bool(pattern("evidence.turned_down").search(after))


def _smaller(reading: Reading) -> Iterator[Fact]:
    for segment in reading.prose:
        match = pattern("evidence.smaller_fell_short").search(segment.text)
        measured = bool(scores(segment)) or any(q.kind == "points" for q in segment.quantities)
        if match and measured and not pattern("evidence.future").search(match.group()):
            yield fact("x.smaller_model_shortfall", True, segment.evidence())
            return
