"""Mentions of methods, models and GPUs in segments, each with what is asserted of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from agent.facts.assertions import Assertion, assertion
from agent.facts.lexicon import Cue, alternation, cue, table, words
from agent.facts.numbers import value_of
from agent.facts.segments import Segment


class Mention(NamedTuple):
    """A name in a segment: `what` is its normal form; offsets are in the segment's text."""

    what: str
    segment: Segment
    start: int
    end: int
    said: Assertion

    @property
    def text(self) -> str:
        """The words themselves."""
        return self.segment.text[self.start : self.end]


METHODS = ("full", "qlora", "api", "lora")


def methods(segment: Segment) -> list[Mention]:
    """Method mentions of a segment; of overlapping names the first in `METHODS` order wins (QLoRA over LoRA)."""
    found: list[Mention] = []
    for method in METHODS:
        for match in cue("methods", f"methods.{method}").finditer(segment.text):
            if not any(m.start < match.end() and match.start() < m.end for m in found):
                found.append(Mention(method, segment, *match.span(), assertion(segment, *match.span())))
    return sorted(found, key=lambda m: m.start)


def tunings(segment: Segment) -> list[Mention]:
    """Words for adapting a model at all, whatever the method."""
    return [
        Mention("tune", segment, *m.span(), assertion(segment, *m.span()))
        for m in cue("methods", "tuning.tune").finditer(segment.text)
    ]


class Model(NamedTuple):
    """A model named in a segment. `params_b` in billions, None when the name does not say."""

    name: str
    params_b: float | None
    hosted: bool
    segment: Segment
    start: int
    end: int
    said: Assertion


@cache
def _model_pattern() -> re.Pattern[str]:
    open_names = alternation(words("models", "open"))
    hosted = alternation(words("models", "hosted"))
    version = (
        r"(?:[\s\-]?(?:v?\d(?:\.\d{1,2})?(?!\d)(?!\.\d)(?![\s\-]?[BM](?![A-Za-z]))|R1|V[23](?:\.\d)?|NeMo|Coder|"
        r"Math|VL|"
        r"Instruct|Base|Chat|(?<=-)it|mini|small|medium|large|base|xl|xxl|nano|E\db?|Distill|Small|Scout|"
        r"Maverick|OCR|R\+?)"
        r"(?![a-z])){0,4}"
    )
    size = (
        r"(?:[\s:\-–_]{0,2}\(?(?P<moe>\d+x)?(?P<size>\d+(?:\.\d+)?)[\s\-]?(?P<unit>[BM])(?:illion)?(?![A-Za-z0-9]))?"
        r"(?:-A\d+(?:\.\d+)?B)?"
    )
    tail = r"(?:[\-_ ](?:Instruct|Chat|Base|(?<=[-_])it|hf|v\d(?:\.\d)?|GPTQ|AWQ|8k|4k|128k|2507|mini|medium|small))*"
    maker = r"(?:Meta[\s\-]|DeepSeek-R1-Distill-|Nous-?Hermes-\d-?)?"
    return re.compile(
        rf"(?<![\w.])(?:[\w.\-]{{1,60}}/)?(?:(?P<hosted>{hosted})|(?P<open>{maker}{open_names}){version}{size}{tail})"
        rf"(?![A-Za-z0-9])",
        re.IGNORECASE,
    )


@cache
def _model_names() -> Cue:
    return Cue((*words("models", "open"), *words("models", "hosted")))


_AMBIGUOUS = re.compile(
    r"(?:yi|phi|opt|solar|saul|aya|falcon|orca|bloom|granite|arctic|titan|sailor|glm|mamba|whisper|dolly|o[134]|"
    r"ernie|"
    r"zephyr|typhoon|minerva|lucie|gemma|kimi|pythia|llama|claude|gemini)",
    re.IGNORECASE,
)
"""Names that are words or names of other things too, when no version or size stands behind them."""
_OF_MODELS = re.compile(
    r"model|LLM|tun(?:e|ing)|\bbase|billion|\bB\b|\bAPI\b|prompt|token|adapter|LoRA|weights|endpoint|serv(?:e|"
    r"ing)",
    re.IGNORECASE,
)


def models(segment: Segment) -> list[Model]:
    """Model names of a segment with their size."""
    if not _model_names().may_match(segment.text):
        return []
    found = []
    for match in _model_pattern().finditer(segment.text):
        name = match.group().strip(" -_:")
        bare = _AMBIGUOUS.fullmatch(name)
        if bare and not (name[0].isupper() and (len(name) > 3 or match.group("hosted"))):
            continue
        if bare and not _OF_MODELS.search(segment.context):
            continue
        size = _size(match, name)
        hosted = bool(match.group("hosted"))
        said = assertion(segment, *match.span())
        found.append(Model(_normal(name), size, hosted, segment, match.start(), match.start() + len(name), said))
    return found


def _size(match: re.Match[str], name: str) -> float | None:
    if match.group("hosted"):
        return None
    plain = re.sub(r"[\s\-_]+", " ", name.rsplit("/", 1)[-1].lower()).strip()
    if match.group("moe") or not match.group("size"):
        return next((v for k, v in table("models")["sizes"].items() if plain.startswith(k)), None)
    value = value_of(match.group("size"), None)
    return value / 1000 if match.group("unit") in "Mm" else value


def _normal(name: str) -> str:
    """The name without its repository owner; `GLM-OCR (0.9B` of `GLM-OCR (0.9B parameters)` without the bracket."""
    name = name.rsplit("/", 1)[-1]
    return name if name.count("(") == name.count(")") else re.sub(r"\s*[()]\s*", " ", name).strip()


@dataclass(frozen=True)
class Gpu:
    """GPUs named in a segment. `count` is None when not said; `memory_gb` when the name or words give it."""

    name: str
    count: float | None
    count_high: float | None
    segment: Segment
    start: int
    end: int
    said: Assertion
    price: bool


_SEVERAL = r"\d{1,4}|one|two|three|four|five|six|seven|eight|ten|twelve|sixteen|thirty[\s-]two"


@cache
def _gpu_names() -> tuple[Cue, tuple[tuple[str, re.Pattern[str]], ...]]:
    """A test whether a text may name a GPU, and the pattern of each name, the longest first."""
    names = sorted(table("gpus")["names"].items(), key=lambda item: -len(item[1]))
    forms = [form for _, pattern in names for form in _split(pattern)]
    return Cue(forms), tuple((name, re.compile(alternation((p,)), re.IGNORECASE)) for name, p in names)


def _split(pattern: str) -> list[str]:
    """`A100 40|A100-40` as two phrases."""
    return pattern.split("|") if "(" not in pattern else [pattern]


@cache
def _gpu_pattern() -> re.Pattern[str]:
    names = "|".join(alternation((p,)) for p in sorted(table("gpus")["names"].values(), key=len, reverse=True))
    number = rf"(?P<before>{_SEVERAL}|a single|single|a|an|the)(?:\s?(?:-|–|to|or)\s?(?P<high>{_SEVERAL}))?"
    link = (
        r"(?:\s?[x×*✕]\s?|卡\s?|[\s\-]+(?:GPUs?|cards?)\s?\(?|[\s\-]+(?:of\s+)?(?:(?:our|the|owned|own|rented|"
        r"reserved|"
        r"cloud|on-demand|spot|dedicated|existing)\s+)*)"
    )
    memory_first = r"(?:(?P<gb_first>\d{2,3})\s?-?(?:GB|GiB)\s+)?"
    maker = r"(?:(?:NVIDIA|AMD|GeForce|Tesla)\s+)*"
    memory = r"(?:[\s\-(,]{0,3}(?P<gb>\d{2,3})\s?(?:GB|G|GiB|Go)?(?:\b|(?=s\b)))?\)?"
    after = r"s?(?:\s?\(?[x×*✕]\s?(?P<after>\d{1,3})\)?|\s\((?P<in_brackets>\d{1,2})\))?"
    return re.compile(
        rf"(?:(?<![\w.,])(?:{number}){link})?(?<![A-Za-z]){memory_first}{maker}(?P<name>{names})"
        rf"(?![A-Za-z0-9]*[A-RT-Za-rt-z])(?:s\b)?{memory}{after}",
        re.IGNORECASE,
    )


_WORDS = {"a": 1.0, "an": 1.0, "single": 1.0, "a single": 1.0, "the": None}
_OTHER_THINGS = re.compile(
    r"(?:\b(?:form|room|sheet|flight|size|road|section|route|gate|clause|page|exit|junction|drawing|building|"
    r"bus|line|"
    r"paper|hall|stand|seat|platform)s?\s)\Z",
    re.IGNORECASE,
)
_OTHER_THINGS_BEHIND = re.compile(
    r"-\d|\s(?:forms?|slips?|road|trunk|motorway|vertebra\w*|paper|pages?|bus|flight|junction|disc|"
    r"booklet)\b",
    re.IGNORECASE,
)
_NODES = re.compile(
    rf"\b(?P<n>{_SEVERAL}|a|an)\s(?:nodes?|machines?|servers?|boxes|hosts?|instances?)\s?(?:of|with|[x×]|,|"
    rf"at)\s?\Z",
    re.IGNORECASE,
)
_INSTANCE = re.compile(
    rf"(?:(?<![\w.,])(?P<before>{_SEVERAL}|an?)(?:\s?[x×]\s?|\s))?"
    r"\b(?P<name>(?:ml\.)?[a-z]\d\w{0,6}(?:-b200)?\.(?:\d{1,2}x?large|xlarge|metal)|a[234]-\w{3,8}gpu-\d{1,2}g|"
    r"g2-standard-\d{1,2}|Standard_N[CDV]\w+|gpu_\dx_\w+)",
    re.IGNORECASE,
)
_PRICE = re.compile(r"[^.;]{0,12}(?:\$|USD|€|£)\s?\d|\s?(?:-|:)?\s?hours?\b")


def gpus(segment: Segment) -> list[Gpu]:
    """GPU requests of a segment: `8×H100`, `two A100 80GB`, `a single L40S`, `A100 ×4`, `p5.48xlarge`."""
    text = segment.text
    found = [gpu for match in _instances(text) if (gpu := _machine(match, segment))]
    taken = [(gpu.start, gpu.end) for gpu in found]
    if _gpu_names()[0].may_match(text):
        for match in _gpu_pattern().finditer(text):
            if not any(a < match.end() and match.start() < b for a, b in taken) and not _is_other(match, text):
                found.append(_gpu(match, segment))
    return sorted(found, key=lambda gpu: gpu.start)


def _instances(text: str) -> Iterator[re.Match[str]]:
    return _INSTANCE.finditer(text) if "large" in text or "_" in text or "gpu-" in text or "metal" in text else iter(())


def _machine(match: re.Match[str], segment: Segment) -> Gpu | None:
    """The GPUs of a cloud machine type."""
    from knowledge import instance

    known = instance(match["name"])
    if known is None:
        return None
    count = known.gpus * (_count(match["before"]) or 1.0)
    return Gpu(
        known.gpu, count, count, segment, *match.span(), assertion(segment, *match.span()), _price(match, segment)
    )


def _is_other(match: re.Match[str], text: str) -> bool:
    """`room H100`, `the A100 trunk road`, `sheet A40-17`: a code that is no GPU."""
    if match["before"] and match["before"].lower() not in ("a", "an", "the"):
        return False
    before = text[: match.start("name")]
    return bool(_OTHER_THINGS.search(before) or _OTHER_THINGS_BEHIND.match(text, match.end("name")))


def _gpu(match: re.Match[str], segment: Segment) -> Gpu:
    name = next(name for name, pattern in _gpu_names()[1] if pattern.fullmatch(match["name"]))
    gb = match["gb"] or match["gb_first"]
    if name.startswith("A100"):
        name = "A100-40GB" if gb == "40" else "A100-80GB"
    if name.startswith("V100"):
        name = "V100-16GB" if gb == "16" else "V100-32GB"
    count = _count(match["before"]) or _count(match["after"]) or _count(match["in_brackets"])
    high = _count(match["high"]) or count
    nodes = _NODES.search(segment.text[: match.start()]) if count else None
    by = (_count(nodes["n"]) or 1.0) if nodes else 1.0
    said = assertion(segment, *match.span())
    price = _price(match, segment)
    return Gpu(name, count and count * by, high and high * by, segment, *match.span(), said, price)


def _price(match: re.Match[str], segment: Segment) -> bool:
    return bool(_PRICE.match(segment.text[match.end() :]))


def _count(words_: str | None) -> float | None:
    if not words_:
        return None
    key = re.sub(r"\s+", " ", words_.lower())
    return _WORDS[key] if key in _WORDS else value_of(words_, None)


_PLAIN = re.compile(
    rf"(?<![\w.,])(?P<n>{_SEVERAL}|a single|single|"
    rf"a)\s?[x×]?[\s\-]+(?P<gb>\d{{2,3}}[\s-]?GB[\s\-]+)?(?:[A-Za-z]\w*[\s\-]+)?"
    r"(?:GPUs?|cards?|accelerators?)\b(?:\s(?:with|of)\s(?P<gb_behind>\d{2,3})\s?GB)?",
    re.IGNORECASE,
)


def unnamed_gpus(segment: Segment) -> Iterator[tuple[float, float | None, int, int]]:
    """Counts of GPUs without a name: `a single GPU`, `8 GPUs`, `one 24 GB card`: (count, memory GB, start, end)."""
    for match in _PLAIN.finditer(segment.text):
        count = _count(match["n"])
        memory = match["gb"] or match["gb_behind"]
        if count:
            yield count, float(re.sub(r"\D", "", memory)) if memory else None, match.start(), match.end()
