"""The training GPUs asked for, the reason given for them, and how the run is configured."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agent.facts.assertions import assertion
from agent.facts.lexicon import cue
from agent.facts.mentions import Gpu, unnamed_gpus
from agent.facts.reading import LIVE, Candidate, Reading, decide, fact, place
from agent.facts.segments import Segment
from agent.models import Fact

_TRAIN = re.compile(
    r"train\w*|fine.?tun\w*|finetun\w*|LoRA|tuning|runs?\b|experiments?|hardware|compute|cluster|rent\w*|request\w*|reserv\w*|ask\b|need\b|GPU budget|epoch",
    re.IGNORECASE,
)
_SERVE = re.compile(
    r"serv(?:e|es|ed|ing)\b|inference|deploy\w*|host(?:ed|ing)?\b|production\b(?! of)|vLLM|TGI|Triton|in production|endpoint|latency|self.host\w*|SGLang|Ollama|llama\.cpp|"
    r"drafts? come|writes? the drafts|a month\b|per month|LoRAX|lives on|runs? (?:day and night|in the (?:plant|shop|branch|ward|clinic))",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"gpu|hardware|compute|training (?:hardware|gpu|compute|machine)|accelerator|machine|instance|cluster|resources?|card|显卡|显存",
    re.IGNORECASE,
)


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
    weight = place(segment) * (1.5 if gpu.said.status == "planned" else 1.0)
    if serving(gpu):
        return 0.0
    if gpu.price and gpu.count is None:
        weight *= 0.4
    if _TRAIN.search(segment.context) or _LABEL.search(segment.label):
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
    if _SERVE.search(segment.label):
        return True
    if _SERVE.search(near):
        plain = re.sub(r"multi.?LoRA|S.?LoRA|LoRAX|LoRA adapters?|tuned|trained", "", near, flags=re.IGNORECASE)
        return not re.search(
            r"train\w*|fine.?tun\w*|LoRA|experiments?|runs\b", plain, re.IGNORECASE
        ) or _nearest_is_serving(segment.text, gpu)
    return segment.role == "serving" and not re.search(
        r"train\w*|fine.?tun\w*|experiments?|epochs?", words, re.IGNORECASE
    )


def _nearest_is_serving(text: str, gpu: Gpu) -> bool:
    """When both are spoken of, the verb that stands nearest to the GPU decides."""

    def distance(pattern: re.Pattern[str]) -> int:
        spans = [m.span() for m in pattern.finditer(text)]
        return min((gpu.start - b if b <= gpu.start else a - gpu.end + 5 for a, b in spans), default=999)

    return distance(_SERVE) < distance(re.compile(r"train\w*|fine.?tun\w*|LoRA", re.IGNORECASE))


def _count(reading: Reading, gpus: list[Candidate], chosen: Fact | None) -> Iterator[Fact]:
    counted = [
        Candidate(c.value[1], c.evidence, c.weight)
        for c in gpus
        if c.value[1] and (not chosen or c.value[0] == chosen.value[0])
    ]
    if not counted:
        counted = [c for s in reading.segments for c in _unnamed(s)]
    if found := decide("hardware.count", counted):
        yield found


def _unnamed(segment: Segment) -> Iterator[Candidate]:
    for count, _, start, end in unnamed_gpus(segment):
        said = assertion(segment, start, end)
        ok = _TRAIN.search(segment.context) or _LABEL.search(segment.label)
        if said.status in LIVE and ok and not _SERVE.search(segment.text[max(0, start - 40) : end + 40]):
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
        only = re.search(
            r"\b(?:only|just|available|all (?:that )?we have|lone|sole|the one|the single|our (?:one|single)|(?:we|already|department) (?:already )?(?:have|has|own|owns))\b",
            near,
            re.IGNORECASE,
        )
        if (
            match
            and only
            and segment.role not in ("others", "rejected")
            and assertion(segment, *match.span()).status in (*LIVE, "comparison")
        ):
            yield fact("constraints.single_gpu", True, segment.evidence())
            return


_RUN = {
    "run.epochs": re.compile(
        r"(?:num_(?:train_)?epochs|n_epochs|epochs)\W{1,4}(\d+(?:\.\d+)?)|(\d+(?:\.\d+)?|one|two|three|four|five)[\s-]epochs?\b",
        re.IGNORECASE,
    ),
    "run.sequence_length": re.compile(
        r"(?:max[_\s-]?seq(?:uence)?[_\s-]?len(?:gth)?|sequence length|context length|cutoff_len|seq(?:uence)?[_\s-]len(?:gth)?|max[_\s-]length)(?:\s+of)?\W{1,4}(\d[\d,]*k?)|(\d[\d,]*k?)[\s-]tokens?[\s-](?:sequences?|context|sequence length)|sequences? (?:of|up to|at) (?:at most |up to )?(\d[\d,]*k?)\b|\b(?:seq|max_len|context)\W{1,3}(\d[\d,]*k?)\b|(\d[\d,]*)[\s-]tokens?(?= per (?:example|sequence))",
        re.IGNORECASE,
    ),
    "run.micro_batch": re.compile(
        r"(?:micro[\s_-]?batch(?:[\s_-]size)?|per_device_train_batch_size|batch_size_per_gpu)(?:\s+of)?\W{1,4}(\d+)",
        re.IGNORECASE,
    ),
    "run.rank": re.compile(
        r"(?:\blora_r\b|lora[_\s]rank|\brank)(?:\s+(?:of|is))?\s?[=:]?\s?\W{0,2}(\d{1,3})\b|\br\s?=\s?(\d{1,3})\b",
        re.IGNORECASE,
    ),
    "run.precision": re.compile(r"\b(bf16|bfloat16|fp16|fp32|fp8|int8|8-bit|4-bit|nf4)\b", re.IGNORECASE),
}


def _run(reading: Reading) -> Iterator[Fact]:
    """`run.*`: as configured in prose, tables or code."""
    from agent.facts.numbers import value_of

    for name, pattern in _RUN.items():
        candidates = []
        for segment in reading.segments:
            for match in pattern.finditer(segment.context if segment.label else segment.text):
                raw = next(g for g in match.groups() if g)
                compared = name == "run.rank" and re.search(
                    r"differ|no gain|checked|tried|raised|varied|\d\s?(?:\.\.|,| and )\s?\d+",
                    segment.text,
                    re.IGNORECASE,
                )
                if segment.role in ("others", "past", "rejected") or compared:
                    continue
                value = (
                    raw.lower()
                    if name == "run.precision"
                    else value_of(raw.rstrip("kK"), "k" if raw[-1] in "kK" else None)
                )
                if name == "run.precision" and not re.search(
                    r"train|precision|bf16|LoRA|weights|quanti|base", segment.context, re.IGNORECASE
                ):
                    continue
                candidates.append(Candidate(value, (segment.evidence(),), place(segment)))
        if found := decide(name, candidates):
            yield found.model_copy(update={"others": ()})
