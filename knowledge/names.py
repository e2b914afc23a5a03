"""Names as people write them: a key that ignores case, spaces and punctuation, and the nearest known names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import TypeVar

from knowledge.errors import BadKnowledge
from knowledge.files import data_file, read_toml

T = TypeVar("T")
SIZE = re.compile(r"\d+(\.\d+)?[bm]|\d+x\d+b|a\d+(\.\d+)?b")
"""A token that states a size: 8b, 0.5b, 135m, 8x7b, a3b."""


EDITION = re.compile(r"v0\.\d|2\d{3}")
"""A token that states an edition of one model: v0.3, 2507."""


def key(name: str) -> str:
    """The letters, digits, full stops and plus signs of a name, in lower case: `Llama-3.1-8B` is `llama 3.1 8b`."""
    return "".join(c for c in _dotted(name) if c.isalnum() or c in ".+")


def nearest(name: str, known: Iterable[str], limit: int = 3) -> tuple[str, ...]:
    """The known names most like a name, the most alike first; empty when none is alike."""
    from difflib import get_close_matches

    by_key = {key(k): k for k in known}
    return tuple(by_key[k] for k in get_close_matches(key(name), by_key, limit, 0.6))


def by_alias(items: Iterable[tuple[T, Iterable[str]]]) -> dict[str, T]:
    """Every spelling's key to its item.

    Raises:
        BadKnowledge: one spelling stands for two items.
    """
    found: dict[str, T] = {}
    for item, spellings in items:
        for spelling in spellings:
            if found.setdefault(key(spelling), item) is not item:
                raise BadKnowledge(f"the spelling {spelling!r} stands for two things")
    return found


def resolve_model(name: str, known: Mapping[str, T]) -> T | None:
    """What a model's name stands for, whoever published it and however it is stored; None when unknown.

    Args:
        name: `meta-llama/Llama-3.1-8B-Instruct`, `qwen2.5:14b`, `Llama 3.1 (8 billion)`, …
        known: from `by_alias`.
    """
    tail = name.rsplit("/", 1)[-1]
    return next((known[k] for k in (key(name), key(tail), "".join(model_words(tail))) if k in known), None)


def resolve_gpu(name: str, known: Mapping[str, T]) -> T | None:
    """What a GPU's name stands for; makers' names, `GPU` and a plural s do not matter. None when unknown."""
    drop = _naming()["gpu_drop"]
    words = "".join(key(w) for w in _words(name) if w not in drop)
    return next((known[k] for k in (key(name), words, words.removesuffix("s")) if k in known), None)


def model_words(name: str) -> list[str]:
    """The words of a model's name that say which base model it is, in order, as keys."""
    naming = _naming()
    kept: list[str] = []
    for word in _words(name):
        if kept and word in naming["cut"]:
            break
        if word not in naming["drop"]:
            kept.append(key(word))
    return kept


def family_key(name: str) -> str:
    """The key of a model's name without size and edition: `Qwen 2.5 14B` gives `qwen2.5`."""
    words = model_words(name.rsplit("/", 1)[-1])
    return "".join(w for w in words if not SIZE.fullmatch(w) and not EDITION.fullmatch(w))


def _dotted(name: str) -> str:
    return re.sub(r"(?<=\d)[\s-]*billion", "b", re.sub(r"(?<=\d)_(?=\d)", ".", name.casefold()))


def _words(name: str) -> list[str]:
    return re.findall(r"[^\s\-_:/()\[\],]+", _dotted(name))


@cache
def _naming() -> dict[str, list[str]]:
    return read_toml(data_file("catalogues", "naming.toml"))
