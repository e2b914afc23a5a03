"""How the tuned model is served, with which adapters, what it replaces, and how it comes back."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agent.facts import hardware
from agent.facts.assertions import assertion
from agent.facts.lexicon import cue
from agent.facts.mentions import Gpu
from agent.facts.patterns import pattern
from agent.facts.reading import LIVE, Candidate, Hit, Reading, decide, fact, live, place
from agent.facts.segments import Segment
from agent.models import Fact


def read(reading: Reading) -> Iterator[Fact]:
    """Facts `serving.*`, `x.serving.*`, `x.replaces`, `x.ownership`."""
    yield from _plan(reading)
    yield from _gpu(reading)
    yield from _adapters(reading)
    yield from _replaces(reading)
    yield from _rollback(reading)
    yield from _cue(reading, "serving.parity", "parity", True)
    yield from _all_at_once(reading)
    yield from _owner(reading)


def _live(reading: Reading, key: str, statuses: tuple[str, ...] = (*LIVE, "conditional")) -> Iterator[Hit]:
    return live(reading.prose, key, statuses)


def _cue(reading: Reading, name: str, key: str, value: object) -> Iterator[Fact]:
    for hit in _live(reading, key, (*LIVE, "conditional", "comparison", "past")):
        done = assertion(hit.segment, hit.start, hit.end).status == "past"
        if not done or pattern("serving.of_models").search(hit.segment.text):
            yield fact(name, value, hit.segment.evidence())
            return


def _labelled(reading: Reading) -> Iterator[Candidate]:
    """What stands behind `Serving:`, in a serving row of a table, or first in a section on serving."""
    for segment in reading.prose:
        if segment.role in ("others", "rejected", "appendix") or not pattern("serving.label").search(segment.label):
            continue
        if re.search(r"cost|budget|\$|usd|not|latency", segment.label, re.IGNORECASE):
            continue
        if len(segment.text.split()) >= 2 and not pattern("serving.nothing_yet").search(segment.text):
            yield Candidate(segment.text.strip(), (segment.evidence(),), 2.0 + place(segment))


def _plan(reading: Reading) -> Iterator[Fact]:
    candidates = list(_labelled(reading))
    for segment, _, start, end in _live(reading, "serving"):
        if re.search(r"\bsav(?:e|es|ing|ings)\b", segment.text, re.IGNORECASE):
            continue
        strong = cue("facts", "serving_strong").search(segment.text) or segment.role == "serving"
        negative = pattern("serving.undecided").search(segment.text[max(0, start - 40) : end + 60])
        if strong and not negative and segment.block.kind != "heading":
            candidates.append(
                Candidate(
                    segment.text.strip(),
                    (segment.evidence(),),
                    place(segment) + (1.0 if segment.role == "serving" else 0.0),
                )
            )
    served = {id(g.segment) for g in reading.gpus if hardware.serving(g) and g.said.status in LIVE}
    for segment in reading.prose:
        if id(segment) in served and segment.role not in ("others", "past", "rejected"):
            candidates.append(Candidate(segment.text.strip(), (segment.evidence(),), 0.8 * place(segment)))
    candidates = [
        c._replace(weight=c.weight + (1.5 if cue("facts", "serving_engine").search(c.value) else 0.0))
        for c in candidates
        if len(re.findall(r"[A-Za-z]{2,}", c.value)) >= 3
    ]
    if found := decide("serving.plan", candidates):
        yield found.model_copy(update={"others": ()})


def _gpu(reading: Reading) -> Iterator[Fact]:
    candidates = [
        Candidate(
            (g.name, g.count_high or _the_one(g)), (g.segment.evidence(),), place(g.segment) + (0.5 if g.count else 0.0)
        )
        for g in reading.gpus
        if g.said.status in LIVE and g.segment.role not in ("others", "past", "rejected") and hardware.serving(g)
    ]
    if found := decide("serving.hardware", candidates):
        name, count = found.value
        yield found.model_copy(update={"value": f"{count or 1:g}x {name}", "others": ()})
        yield fact("x.serving.gpu", name, *found.evidence[:1])
        if count:  # one that is only named may be several: no blocker rests on it
            yield fact("x.serving.count", count, *found.evidence[:1])


def _the_one(gpu: Gpu) -> float | None:
    """`the A10G that serves our models` is one; a bare name, as in the head of a column, says no number."""
    words = gpu.segment.text[gpu.start : gpu.end].lower()
    return 1.0 if words.startswith("the ") and not words.endswith("s") else None


def _adapters(reading: Reading) -> Iterator[Fact]:
    separate = next(_live(reading, "separate", (*LIVE, "rejected", "conditional", "comparison")), None)
    merged = next(
        (
            h
            for h in _live(reading, "merged", LIVE)
            if not pattern("serving.negated").search(h.segment.text[max(0, h.start - 28) : h.end])
        ),
        None,
    )
    if merged and not (separate and separate.segment is merged.segment and separate.start < merged.start):
        yield fact("serving.adapters", "merged", merged.segment.evidence())
    elif separate:
        yield fact("serving.adapters", "separate", separate.segment.evidence())


def _replaces(reading: Reading) -> Iterator[Fact]:
    for segment in reading.segments:
        if segment.role in ("others", "rejected", "appendix") or segment.block.kind == "code":
            continue
        for match in pattern("serving.replace").finditer(segment.text):
            if assertion(segment, *match.span()).status not in (*LIVE, "past", "conditional"):
                continue
            around = segment.text[match.start() : match.end() + 70]
            if pattern("serving.api").search(around) or (
                pattern("serving.api").search(segment.text) and re.search(r"in.?house", match.group(), re.IGNORECASE)
            ):
                yield fact("x.replaces", "api", segment.evidence())
                return
            if pattern("serving.live_model").search(around):
                yield fact("x.replaces", "model", segment.evidence())
                return


def _rollback(reading: Reading) -> Iterator[Fact]:
    for segment in reading.prose:
        if segment.role in ("others", "appendix"):
            continue
        if segment.has("no_rollback"):
            yield fact("serving.rollback", False, segment.evidence())
            return
    for hit in _live(reading, "rollback", (*LIVE, "conditional", "fallback", "past")):
        habit = re.search(r"by hand|as (?:now|today|before)|discard|dismiss", hit.words, re.IGNORECASE)
        if habit and not pattern("serving.choice").search(hit.segment.text):
            continue  # how it is done today, not a way back to it
        if pattern("serving.money_back").search(hit.segment.text[max(0, hit.start - 25) : hit.end + 20]):
            continue
        if not re.search(
            r"\b(?:no|not|without|never)\b[^.;]{0,20}$",
            hit.segment.text[max(0, hit.start - 25) : hit.start],
            re.IGNORECASE,
        ):
            yield fact("serving.rollback", True, hit.segment.evidence())
            return
    if control := next((s for s in reading.prose if _undoes(s)), None):
        yield fact("serving.rollback", True, control.evidence())


def _undoes(segment: Segment) -> bool:
    """`a line in the config turns it off, and they type as before`: a control, and near it what it undoes."""
    if segment.role in ("others", "rejected", "appendix", "data"):
        return False
    for match in pattern("controls.control").finditer(segment.text):
        near = segment.text[max(0, match.start() - 70) : match.end() + 70]
        denied = re.search(r"\b(?:no|not|without|never)\b[^.;]{0,12}$", segment.text[: match.start()], re.IGNORECASE)
        if not denied and pattern("controls.effect").search(near) and assertion(segment, *match.span()).status in LIVE:
            return True
    return False


def _all_at_once(reading: Reading) -> Iterator[Fact]:
    for hit in _live(reading, "all_at_once", LIVE):
        staged = cue("facts", "phased").search(hit.segment.text)
        if re.search(r"\bback\b|manual|queue\b|\boff\b", hit.words, re.IGNORECASE):
            continue
        before = hit.segment.text[max(0, hit.start - 20) : hit.start]
        if not staged and not re.search(r"\b(?:no|not|never|rather than|instead of|avoid)\b", before, re.IGNORECASE):
            yield fact("x.serving.all_at_once", hit.words, hit.segment.evidence())
            return


def _owner(reading: Reading) -> Iterator[Fact]:
    for segment in reading.prose:
        match = cue("facts", "owner").search(segment.text)
        if not match or not pattern("serving.in_operation").search(segment.context):
            continue
        words = segment.text[match.start() : match.end() + 15]
        if not re.search(r"own (?:infrastructure|data|hardware|servers?)", words, re.IGNORECASE):
            yield fact("x.ownership", segment.text[match.start() : match.end() + 60].strip(), segment.evidence())
            return
