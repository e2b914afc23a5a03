"""Is a reported value the labelled one? Numbers within 0.5%, ranges by their ends, names and lists normalised."""

from __future__ import annotations

import math
import re
from typing import Any

from agent.facts.names import PUBLIC
from knowledge import catalogue

TOLERANCE = 0.005
TEXT_OVERLAP = 0.5
_STEM = 5
"""Letters by which two words count as one: "accepted" and "acceptance"."""
_FREE_TEXT = frozenset({"serving.plan", "evaluation.metric", "budget.original"})
_HARDWARE = frozenset({"serving.hardware", "hardware.gpu"})
_SMALL = "a an and any as at be by for from in is it its of on or our that the their this to under upon we with"
_NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_PRECISIONS = {"bfloat16": "bf16", "float16": "fp16", "half": "fp16", "float32": "fp32", "int4": "4bit", "nf4": "4bit"}


def same(name: str, expected: Any, reported: Any) -> bool:
    """True when the reported value of a fact is the labelled one.

    Args:
        name: dotted name of the fact; it decides how values are compared.
        expected: the label. A label that is a range where the contract wants a number accepts any value inside it.
        reported: the review's value.
    """
    if reported is None:
        return False
    if name == "base_model.name":
        return _same_model(str(expected), str(reported))
    if name in _HARDWARE:
        return _same_hardware(str(expected), str(reported))
    if name == "constraints.languages":
        return _languages(expected) == _languages(reported)
    if name in _FREE_TEXT:
        return overlap(str(expected), str(reported)) >= TEXT_OVERLAP
    match PUBLIC[name].type if name in PUBLIC else "text":
        case "number" | "range":
            return _same_numbers(expected, reported, strict=PUBLIC[name].type == "range")
        case "flag":
            return bool(expected) is bool(reported)
        case "list":
            return set(map(_plain, expected)) == set(map(_plain, reported))
        case _:
            return _same_word(str(expected), str(reported))


def close(expected: float, reported: float) -> bool:
    """Equal within the tolerance."""
    return math.isclose(expected, reported, rel_tol=TOLERANCE, abs_tol=1e-9)


def overlap(expected: str, reported: str) -> float:
    """How much two texts say the same, 0 to 1: share of the shorter one's stems in the longer."""
    left, right = _content(expected), _content(reported)
    if not left or not right:
        return float(_plain(expected) == _plain(reported))
    return len(left & right) / min(len(left), len(right))


def _same_numbers(expected: Any, reported: Any, strict: bool) -> bool:
    try:
        want, got = _ends(expected), _ends(reported)
    except (TypeError, ValueError):
        return False
    if all(map(close, want, got)):
        return True
    return not strict and want[0] < want[1] and all(want[0] <= v <= want[1] for v in got)


def _ends(value: Any) -> tuple[float, float]:
    """Low and high; a single number is both."""
    if isinstance(value, list | tuple):
        low, high = value
        return float(low), float(high)
    return float(value), float(value)


def _same_word(expected: str, reported: str) -> bool:
    """One of a closed list of words, however it is dressed: `bf16` is `bfloat16`, a sentence may hold the word."""
    left, right = (_PRECISIONS.get(_plain(v), _plain(v)) for v in (expected, reported))
    return left == right or (len(expected.split()) > 2 and right in left)


def _same_model(expected: str, reported: str) -> bool:
    left, right = catalogue.model(expected), catalogue.model(reported)
    if left is not None and right is not None:
        return left == right
    want, got = (_model_words(v) for v in (expected, reported))
    return want == got or (bool(want) and bool(got) and (want <= got or got <= want))


def _model_words(name: str) -> set[str]:
    tail = name.rsplit("/", 1)[-1].casefold()
    tokens = re.findall(r"[a-z]+|\d+(?:\.\d+)?b?", tail)
    return set(tokens) - {"instruct", "chat", "it", "hf", "base", "model", "b"}


def _same_hardware(expected: str, reported: str) -> bool:
    """The same GPU, and the same count where both state one. The memory may go unsaid on one side."""
    want, got = _gpu(expected), _gpu(reported)
    counts = (_count(expected), _count(reported))
    if want is None or got is None:
        return overlap(expected, reported) >= TEXT_OVERLAP
    family = {g.split("-")[0] for g in (want, got)}
    stated = all(re.search(r"\d+\s*G", v) or "-" in v for v in (expected, reported))
    same_gpu = want == got or (len(family) == 1 and not stated)
    return same_gpu and (None in counts or counts[0] == counts[1])


def _gpu(text: str) -> str | None:
    """The catalogue's name of the GPU that a phrase holds."""
    words = text.replace("×", "x").split()
    for size in range(min(len(words), 4), 0, -1):
        for start in range(len(words) - size + 1):
            found = catalogue.gpu(re.sub(r"^\d+\s*x\s*", "", " ".join(words[start : start + size])).strip("()., "))
            if found is not None:
                return found.name
    return None


def _count(text: str) -> int | None:
    """How many GPUs a phrase says: `2x A100`, `two A100s`, `cluster of 8x H100`; None when it does not say."""
    plain = text.casefold().replace("×", "x").strip()
    match = re.match(rf"(\d+|{'|'.join(_NUMBERS)})(?:\s*x|\s)\s*(?!gb|gib)[a-z]", plain) or re.search(
        r"\b(\d+)\s*x\s*[a-z]", plain
    )
    if match is None:
        return None
    return _NUMBERS.index(match[1]) if match[1] in _NUMBERS else int(match[1])


def _languages(value: Any) -> frozenset[str]:
    """ISO codes where the catalogue knows the language, else the word itself."""
    given = [value] if isinstance(value, str) else list(value)
    found = ((str(v), catalogue.language(str(v))) for v in given)
    return frozenset(known.code if known is not None else _plain(word) for word, known in found)


def _content(text: str) -> set[str]:
    words = re.findall(r"[a-z0-9₹€£$.,]*[a-z0-9]", text.casefold())
    return {w[:_STEM] for w in words if w not in _SMALL.split()}


def _plain(text: Any) -> str:
    return re.sub(r"[^a-z0-9]+", "", str(text).casefold())
