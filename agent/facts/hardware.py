"""The training GPUs asked for, the reason given for them, and how the run is configured."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agent.facts.assertions import assertion
from agent.facts.lexicon import cue
from agent.facts.mentions import Gpu, unnamed_gpus
from agent.facts.numbers import value_of
from agent.facts.patterns import Pattern, pattern
from agent.facts.reading import LIVE, Candidate, Reading, decide, fact, place
from agent.facts.segments import Segment
from agent.models import Fact


def read(reading: Reading) -> Iterator[Fact]:
    """Facts `hardware.*`, `x.hardware.*`, `constraints.single_gpu`, `run.*`."""
    weighed = [(g, weigh(g) * _same_method(reading, g)) for g in reading.gpus]
    gpus = [Candidate((g.name, g.count_high), (g.segment.evidence(),), w) for g, w in weighed if w > 0]
    chosen = decide("hardware.gpu", gpus, lambda a, b: bool(a[0] == b[0]))
    if chosen:
        yield chosen.model_copy(update={"value": chosen.value[0], "others": tuple(_named(o) for o in chosen.others)})
    yield from _count(reading, gpus, chosen)
    yield from _reason(reading)
    yield from _single(reading)
    yield from _run(reading)


def _named(other: Fact) -> Fact:
    return other.model_copy(update={"value": other.value[0]})


def weigh(gpu: Gpu) -> float:
    """How strongly one mention says: on this the plan trains."""
    if gpu.said.status not in LIVE or gpu.segment.role in ("others", "past", "rejected"):
        return 0.0
    segment = gpu.segment
    if re.match(
        r"\W*(?:last (?:year|quarter|month|spring|autumn)|another team|previously)\b", segment.text, re.IGNORECASE
    ):
        return 0.0
    weight = place(segment) * (1.5 if gpu.said.status == "planned" else 1.0)
    if serving(gpu):
        return 0.0
    if gpu.price and gpu.count is None:
        weight *= 0.4
    if pattern("hardware.train").search(segment.context) or pattern("hardware.label").search(segment.label):
        weight *= 1.8
    if gpu.count is not None:
        weight *= 1.6
    if re.search(r"\bfull\b", segment.label, re.IGNORECASE):
        weight *= 0.4
    return weight


def _same_method(reading: Reading, gpu: Gpu) -> float:
    """Weight of a GPU named in a sentence or row on another method than the plan's."""
    segment = gpu.segment
    cells = segment.row or (segment,)
    named = {m.what for m in reading.methods if m.segment in cells}
    alike = {"lora", "qlora"} if reading.plan_method in ("lora", "qlora") else {reading.plan_method}
    return 0.1 if named and not named & alike else 1.0


def serving(gpu: Gpu) -> bool:
    """True when the GPU is named for serving, not for training."""
    segment = gpu.segment
    clause = segment.clause_at(gpu.start)
    words = segment.label + " " + segment.text[clause.start : clause.end]
    near = segment.text[max(clause.start, gpu.start - 70) : min(clause.end, gpu.end + 50)]
    if pattern("hardware.serve").search(segment.label):
        return True
    if pattern("hardware.serve").search(near):
        plain = re.sub(r"multi.?LoRA|S.?LoRA|LoRAX|LoRA adapters?|tuned|trained", "", near, flags=re.IGNORECASE)
        return not re.search(
            r"train\w*|fine.?tun\w*|LoRA|experiments?|runs\b", plain, re.IGNORECASE
        ) or _nearest_is_serving(segment.text, gpu)
    return segment.role == "serving" and not re.search(
        r"train\w*|fine.?tun\w*|experiments?|epochs?", words, re.IGNORECASE
    )


def _nearest_is_serving(text: str, gpu: Gpu) -> bool:
    """When both are spoken of, the verb that stands nearest to the GPU decides."""

    def distance(verb: Pattern) -> int:
        spans = [m.span() for m in verb.finditer(text)]
        return min((gpu.start - b if b <= gpu.start else a - gpu.end + 5 for a, b in spans), default=999)

    return distance(pattern("hardware.serve")) < distance(pattern("hardware.train_verb"))


def _count(reading: Reading, gpus: list[Candidate], chosen: Fact | None) -> Iterator[Fact]:
    counted = [
        Candidate(c.value[1], c.evidence, c.weight)
        for c in gpus
        if c.value[1] and (not chosen or c.value[0] == chosen.value[0])
    ]
    counted = counted or [c for s in reading.segments for c in _unnamed(s)]
    if not counted and chosen:
        counted = list(_proposed(reading, chosen))
    if not counted and chosen:
        counted = [Candidate(1.0, (g.segment.evidence(),), 1.0, "inferred") for g in _one(reading, chosen)]
    if found := decide("hardware.count", counted):
        yield found


def _proposed(reading: Reading, chosen: Fact) -> Iterator[Candidate]:
    """How many of the chosen GPU are at least considered, when nothing more is said."""
    for gpu in reading.gpus:
        if gpu.name == chosen.value[0] and gpu.count_high and gpu.said.status in ("conditional", "option"):
            yield Candidate(gpu.count_high, (gpu.segment.evidence(),), place(gpu.segment), "inferred")


_PLURAL = re.compile(
    r"\w*s\b|[\s-]*(?:\w+[\s-]+)?(?:GPUs|cards|clusters?|nodes?|instances?|servers|fleet|pods?|hours?|hrs?)\b",
    re.IGNORECASE,
)


def _one(reading: Reading, chosen: Fact) -> Iterator[Gpu]:
    """Mentions of the chosen GPU in the singular, when none of them is in the plural."""
    named = [g for g in reading.gpus if g.name == chosen.value[0] and weigh(g) > 0]
    return iter(() if any(_plural(g.segment.text, g.start, g.end) for g in named) else named)


def _plural(text: str, start: int, end: int) -> bool:
    many_before = re.search(r"\b(?:GPUs|cards|instances|nodes)\b[^.;]{0,15}\Z", text[:start])
    return bool(text[start:end].endswith("s") or _PLURAL.match(text, end) or many_before)


def _unnamed(segment: Segment) -> Iterator[Candidate]:
    for count, _, start, end in unnamed_gpus(segment):
        said = assertion(segment, start, end)
        ok = pattern("hardware.train").search(segment.context) or pattern("hardware.label").search(segment.label)
        if (
            said.status in LIVE
            and ok
            and not pattern("hardware.serve").search(segment.text[max(0, start - 40) : end + 40])
        ):
            yield Candidate(count, (segment.evidence(),), place(segment))


def _reason(reading: Reading) -> Iterator[Fact]:
    for gpu in reading.gpus:
        if gpu.said.status not in LIVE or serving(gpu):
            continue
        for segment in (gpu.segment, gpu.segment.following):
            match = (
                segment
                and segment.block.section == gpu.segment.block.section
                and cue("facts", "hardware_reason").search(segment.text)
            )
            if (
                segment
                and match
                and not re.search(
                    r"\b(?:do not|don't|not|no)\s*$", segment.text[max(0, match.start() - 8) : match.start()]
                )
            ):
                yield fact("x.hardware.reason", match.group(), segment.evidence())
                return


def _single(reading: Reading) -> Iterator[Fact]:
    for segment in reading.having("single_gpu"):
        match = cue("facts", "single_gpu").search(segment.text)
        near = segment.text[max(0, match.start() - 15) : match.end() + 40] if match else ""
        only = pattern("hardware.only_one").search(near)
        if (
            match
            and only
            and segment.role not in ("others", "rejected")
            and assertion(segment, *match.span()).status in (*LIVE, "comparison")
        ):
            yield fact("constraints.single_gpu", True, segment.evidence())
            return


_CONFIGURED = ("run.epochs", "run.sequence_length", "run.micro_batch", "run.rank", "run.precision")
_ELSEWHERE = ("others", "past", "rejected")


def _run(reading: Reading) -> Iterator[Fact]:
    """`run.*`: as configured in prose, tables or code; each is named as its pattern."""
    for name in _CONFIGURED:
        candidates = [
            Candidate(value, (segment.evidence(),), place(segment))
            for segment in reading.segments
            if segment.role not in _ELSEWHERE
            for value in _configured(segment, name)
        ]
        if found := decide(name, candidates):
            yield found.model_copy(update={"others": ()})


def _configured(segment: Segment, name: str) -> Iterator[str | float]:
    """The values of one setting in a segment."""
    if name == "run.rank" and pattern("hardware.rank_compared").search(segment.text):
        return
    if name == "run.precision" and not pattern("hardware.training_precision").search(segment.context):
        return
    for match in pattern(name).finditer(segment.context if segment.label else segment.text):
        raw = next(g for g in match.groups() if g)
        if name == "run.precision":
            yield raw.lower()
        else:
            yield value_of(raw.rstrip("kK"), "k" if raw[-1] in "kK" else None)
