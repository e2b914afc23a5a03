"""How a rule came to its outcome: all it read, what each mention was taken for, and the words that it looked for.

Made anew from the document, without a model, when somebody asks; no review carries it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from agent.facts.ledger import Facts
from agent.facts.mentions import Gpu, Mention, Model
from agent.facts.reading import Reading
from agent.models import Document, Evidence, Fact
from agent.rules.registry import Rule
from agent.rules.words import speaks_in_use, speaks_of, words

SPOKEN: Mapping[str, tuple[str, ...]] = {
    "AP5": ("test_set",),
    "NF2": ("prompting",),
    "NF5": ("target",),
    "OPS1": ("serving",),
    "OPS2": ("way_back", "way_back_in_use"),
    "OPS3": ("parity",),
}
"""The word lists that a rule holds against the text before it claims an absence."""
_IN_USE = "way_back_in_use"
_MOST = 14
"""So many mentions and words are shown; more would hide them."""


class Taken(NamedTuple):
    """One mention: its words, what they were taken for, the words that decided it (empty: none), and its sentence."""

    words: str
    status: str
    because: str
    sentence: Evidence


class Search(NamedTuple):
    """Words that were looked for, so many more beside them, and those found (None: not one of them)."""

    words: tuple[str, ...]
    more: int
    found: str | None
    in_use_only: bool


class Trace(NamedTuple):
    """What lies behind one outcome."""

    facts: Mapping[str, Fact]
    mentions: tuple[Taken, ...]
    searches: tuple[Search, ...]


def trace(rule: Rule, document: Document, facts: Facts) -> Trace:
    """Reads once more what the rule looks at.

    Args:
        rule: the rule to be explained.
        document: as the rules see it, without what addresses the reviewer.
        facts: everything that was read, the inner facts too.
    """
    mentions = tuple(_mentions(rule.needs, Reading(document)))
    return Trace(facts, mentions[:_MOST], tuple(_searches(rule.code, document)))


def _mentions(needs: tuple[str, ...], reading: Reading) -> Iterator[Taken]:
    seen: set[tuple[int, str]] = set()
    for found in _named(needs, reading):
        text = found.segment.text[found.start : found.end]
        at = (found.segment.start, text.casefold())
        if at not in seen:
            seen.add(at)
            yield Taken(text, found.said.status, found.said.because, found.segment.evidence())


def _named(needs: tuple[str, ...], reading: Reading) -> Iterator[Mention | Model | Gpu]:
    """Mentions of the kinds that the rule's facts are made of, in reading order."""
    kinds: tuple[tuple[str, Iterable[Mention | Model | Gpu]], ...] = (
        ("method.", reading.methods),
        ("base_model.", reading.models),
        ("hardware.", reading.gpus),
    )
    wanted = [m for prefix, found in kinds if any(n.startswith(prefix) for n in needs) for m in found]
    yield from sorted(wanted, key=lambda m: (m.segment.start, m.start))


def _searches(code: str, document: Document) -> Iterator[Search]:
    for thing in SPOKEN.get(code, ()):
        found = speaks_in_use(document, thing) if thing == _IN_USE else speaks_of(document, thing)
        every = readable(words(f"spoken.{thing}").pattern)
        yield Search(every[:_MOST], max(0, len(every) - _MOST), found, thing == _IN_USE)


def readable(pattern: str) -> tuple[str, ...]:
    """The alternatives of a word list's pattern as words: of optional and alternative parts the first reading."""
    inner = re.sub(r"\A\(\?<!\\w\)\(\?:(.*)\)\Z", r"\1", pattern)
    return tuple(dict.fromkeys(plain for part in _alternatives(inner) if (plain := _plain(part))))


def _alternatives(pattern: str) -> Iterator[str]:
    depth, start = 0, 0
    for at, character in enumerate(pattern):
        depth += {"(": 1, ")": -1}.get(character, 0)
        if character == "|" and depth == 0:
            yield pattern[start:at]
            start = at + 1
    yield pattern[start:]


def _plain(part: str) -> str:
    """`test[ -]?sets?` as "test set"; empty where no words can be made of it."""
    while (shorter := re.sub(r"\(\?:([^()|]*)(?:\|[^()|]*)*\)(\?|\{\d,\d\}\??)?", _first, part)) != part:
        part = shorter
    part = re.sub(r"\[[ -]+\]\??|\\s\??", " ", part)
    part = re.sub(r"\\b|\w\?", "", part)
    part = re.sub(r"\\[dw]\+?", "…", part)
    return " ".join(part.split()) if re.fullmatch(r"[\w\s…'/≥><=:-]{3,}", part) else ""


def _first(match: re.Match[str]) -> str:
    return "" if match[2] else match[1]
