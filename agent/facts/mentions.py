"""Mentions of methods, models and GPUs in segments, each with what is asserted of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from agent.facts.assertions import Assertion, assertion
from agent.facts.lexicon import alternation, cue, table, words
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
    version = r"(?:[\s\-]?(?:v?\d(?:\.\d{1,2})?(?!\d)(?!\.\d)(?![\s\-]?[BM](?![A-Za-z]))|R1|V[23](?:\.\d)?|NeMo|Coder|Math|VL|Instruct|Base|Chat|it|mini|small|medium|large|base|xl|xxl|nano|E\db?|Distill|Small|Scout|Maverick|OCR|R\+?)(?![a-z])){0,4}"
    size = r"(?:[\s:\-–_]{0,2}\(?(?P<moe>\d+x)?(?P<size>\d+(?:\.\d+)?)[\s\-]?(?P<unit>[BM])(?:illion)?(?![A-Za-z0-9]))?"
    active = r"(?:-A\d+(?:\.\d+)?B)?"
    tail = r"(?:[\-_ ](?:Instruct|Chat|Base|it|IT|hf|v\d(?:\.\d)?|GPTQ|AWQ|8k|4k|128k|2507|mini|medium|small))*"
    return re.compile(
        rf"(?<![\w.])(?:[\w.\-]+/)?(?:(?P<hosted>{hosted})|(?P<open>(?:Meta[\s\-]|DeepSeek-R1-Distill-|Nous-?Hermes-\d-?)?{open_names}){version}{size}{active}{tail})"
        rf"(?![A-Za-z0-9])",
        re.IGNORECASE,
    )


_AMBIGUOUS = re.compile(
    r"(?:yi|phi|opt|solar|saul|aya|falcon|orca|bloom|granite|arctic|titan|sailor|glm|mamba|whisper|dolly|o[134]|ernie|zephyr|typhoon|minerva|lucie|gemma|kimi|pythia)",
    re.IGNORECASE,
)


def models(segment: Segment) -> list[Model]:
    """Model names of a segment with their size."""
    found = []
    for match in _model_pattern().finditer(segment.text):
        name = match.group().strip(" -_:")
        bare = _AMBIGUOUS.fullmatch(name)
        if bare and not (name[0].isupper() and len(name) > 3 and not match.group("hosted")):
            continue
        if bare and not re.search(r"model|LLM|tun|base|billion|\bB\b", segment.context, re.IGNORECASE):
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
    """The name without its repository owner."""
    return name.rsplit("/", 1)[-1]


class Gpu(NamedTuple):
    """GPUs named in a segment. `count` is None when not said; `memory_gb` when the name or words give it."""

    name: str
    count: float | None
    count_high: float | None
    segment: Segment
    start: int
    end: int
    said: Assertion
    price: bool


@cache
def _gpu_pattern() -> re.Pattern[str]:
    names = table("gpus")["names"]
    names = dict(sorted(names.items(), key=lambda kv: -len(kv[1])))
    alternatives = "|".join(f"(?P<g{i}>{alternation((p,))})" for i, p in enumerate(names.values()))
    number = r"(?P<before>\d{1,4}|one|two|three|four|five|six|seven|eight|sixteen|thirty[\s-]two|twelve|ten|a single|single|a|an|the)(?:\s?(?:-|–|to|or)\s?(?P<high>\d{1,4}|two|four|eight))?"
    vendor = r"(?:\s?[x×*✕]\s?|[\s\-]+(?:of\s+)?(?:our\s+|the\s+|own(?:ed)?\s+|rented\s+|reserved\s+|cloud\s+|on-demand\s+|spot\s+|dedicated\s+|existing\s+)*)"
    maker = r"(?:NVIDIA\s+|Nvidia\s+|AMD\s+|GeForce\s+|Tesla\s+)*"
    memory = r"(?:[\s\-(,]{0,3}(?P<gb>\d{2,3})\s?(?:GB|G|GiB|Go)?(?:\b|(?=s\b)))?\)?"
    after = r"s?(?:\s?\(?[x×*✕]\s?(?P<after>\d{1,3})\)?)?"
    return re.compile(
        rf"(?:(?<![\w.])(?:{number})(?:{vendor}))?(?<![A-Za-z])(?:{maker})(?:{alternatives})(?![A-Za-z0-9]*[A-RT-Za-rt-z])(?:s\b)?{memory}{after}",
        re.IGNORECASE,
    )


_WORDS = {"a": 1.0, "an": 1.0, "single": 1.0, "a single": 1.0, "the": None}


def gpus(segment: Segment) -> list[Gpu]:
    """GPU requests of a segment: `8×H100`, `two A100 80GB`, `a single L40S`, `A100 ×4`."""
    return [_gpu(match, segment) for match in _gpu_pattern().finditer(segment.text)]


def _gpu(match: re.Match[str], segment: Segment) -> Gpu:
    names = list(dict(sorted(table("gpus")["names"].items(), key=lambda kv: -len(kv[1]))))
    name = names[next(int(k[1:]) for k, v in match.groupdict().items() if re.fullmatch(r"g\d+", k) and v)]
    gb = match.group("gb")
    if name.startswith("A100"):
        name = "A100-40GB" if gb == "40" else "A100-80GB"
    if name.startswith("V100"):
        name = "V100-16GB" if gb == "16" else "V100-32GB"
    count = _count(match.group("before")) or _count(match.group("after"))
    high = _count(match.group("high")) or count
    price = bool(re.match(r"[^.;]{0,12}(?:\$|USD|€|£)\s?\d|\s?(?:-|:)?\s?hours?\b", segment.text[match.end() :]))
    return Gpu(name, count, high, segment, *match.span(), assertion(segment, *match.span()), price)


def _count(words_: str | None) -> float | None:
    if not words_:
        return None
    key = re.sub(r"\s+", " ", words_.lower())
    return _WORDS[key] if key in _WORDS else value_of(words_, None)


_PLAIN = re.compile(
    r"(?<![\w.,])(?P<n>\d{1,4}|one|two|three|four|five|six|eight|sixteen|a single|single|a)\s?[x×]?[\s\-]+(?P<gb>\d{2,3}\s?GB[\s\-]+)?(?:\w+[\s\-]+)?(?:GPUs?|cards?|accelerators?)\b",
    re.IGNORECASE,
)


def unnamed_gpus(segment: Segment) -> Iterator[tuple[float, float | None, int, int]]:
    """Counts of GPUs without a name: `a single GPU`, `8 GPUs`, `one 24 GB card`: (count, memory GB, start, end)."""
    for match in _PLAIN.finditer(segment.text):
        count = _count(match.group("n"))
        memory = match.group("gb")
        if count:
            yield count, float(re.sub(r"\D", "", memory)) if memory else None, match.start(), match.end()
