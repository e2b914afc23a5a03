"""The word file of the security reader as patterns, compiled when first used."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache, cached_property
from typing import NamedTuple

from agent.documents.canonical import fold
from agent.facts.lexicon import alternation, holds, lowered, required, table

MACHINE, _FILL = "\ue001", "\ue002"
"""Stand in a tagged sentence for any naming of an automated reviewer: those namings are long, and sought only once."""
_PART = re.compile(r"\{([a-z_]+)\}")
_WORD_ENDS = re.compile(r"[A-Za-z)]\Z")


class Language(NamedTuple):
    """How a reviewer is told the result in one language."""

    reviewer: re.Pattern[str]
    told: re.Pattern[str]


def _expanded(phrase: str, *, tagged: bool = True) -> str:
    parts: dict[str, str] = table("security")["parts"]

    def part(match: re.Match[str]) -> str:
        if tagged and match[1] == "machine":
            return f"{MACHINE}{_FILL}*"
        return _expanded(parts[match[1]], tagged=tagged) if match[1] in parts else match[0]

    return _PART.sub(part, phrase)


def _bounded(phrase: str) -> str:
    """Whole words, where the phrase begins or ends with a letter."""
    before = "" if phrase.startswith("^") else r"(?<![^\W_])"
    return f"{before}{phrase}" + (r"(?![^\W_])" if _WORD_ENDS.search(phrase) else "")


def _group(key: str) -> tuple[str, ...]:
    section, _, name = key.rpartition(".")
    return tuple(_bounded(_expanded(p)) for p in table("security")[section or "groups"][name])


class Phrases:
    """Phrases as one case-blind pattern, with its methods: it finds what `alternation(phrases)` finds.

    Each phrase knows letters of which some stand in every match. Only those phrases are compiled and searched whose
    letters the text has, which are few, where the alternation would try all of them at every character.
    """

    def __init__(self, phrases: tuple[str, ...]) -> None:
        """Compiles nothing yet."""
        self._phrases = sorted(phrases, key=len, reverse=True)
        self._compiled: dict[int, re.Pattern[str]] = {}

    @cached_property
    def pattern(self) -> str:
        """The alternation."""
        return alternation(tuple(self._phrases))

    @cached_property
    def _letters(self) -> list[tuple[str, ...]]:
        return [tuple(required(phrase)) for phrase in self._phrases]

    def search(self, text: str, start: int = 0) -> re.Match[str] | None:
        """The first match from `start` on, as `re.Pattern.search`."""
        return self._first(self._possible(text), text, start)

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """All matches, as `re.Pattern.finditer`."""
        possible, start = self._possible(text), 0
        while match := self._first(possible, text, start):
            yield match
            start = max(match.end(), match.start() + 1)

    def match(self, text: str) -> re.Match[str] | None:
        """A match at the start."""
        found = (p.match(text) for p in self._possible(text))
        return next((m for m in found if m), None)

    def fullmatch(self, text: str) -> re.Match[str] | None:
        """A match of the whole text."""
        found = (p.fullmatch(text) for p in self._possible(text))
        return next((m for m in found if m), None)

    def _possible(self, text: str) -> list[re.Pattern[str]]:
        low = lowered(text)
        return [self._one(n) for n, letters in enumerate(self._letters) if not letters or holds(low, letters)]

    def _one(self, number: int) -> re.Pattern[str]:
        if number not in self._compiled:
            pattern = alternation((self._phrases[number],))
            self._compiled[number] = re.compile(pattern, re.IGNORECASE | re.MULTILINE)
        return self._compiled[number]

    def _first(self, patterns: list[re.Pattern[str]], text: str, start: int) -> re.Match[str] | None:
        """The leftmost match, of several at one place that of the first phrase."""
        found = [match for pattern in patterns if (match := pattern.search(text, start))]
        return min(found, key=lambda match: match.start(), default=None)


@cache
def cue(key: str) -> Phrases:
    """A group of the word file (`anywhere`, `data.attack` …) as one case-blind pattern over tagged text."""
    return Phrases(_group(key))


@cache
def own_keys() -> tuple[re.Pattern[str], ...]:
    """Keys and values that stand in a review of ours."""
    return tuple(re.compile(p, re.IGNORECASE) for p in table("security")["json"]["own"])


@cache
def shared_keys() -> tuple[re.Pattern[str], ...]:
    """Keys and values that a review of ours shares with other programs' output."""
    return tuple(re.compile(p, re.IGNORECASE) for p in table("security")["json"]["shared"])


_CLAUSE = (
    r"(?:^|[.!?:;,…>\])}|\"'`*(\[–—=#]\s*|(?:^|\s)[-•]+\s+"
    r"|(?-i:(?<=[a-z0-9)%] )(?=[A-Z][a-z]))"
    r"|(?<![^\W_])(?:please|kindly|now|simply|just|then|therefore|instead|so)\s+(?:also\s+|kindly\s+|simply\s+)?)"
)


@cache
def imperative() -> re.Pattern[str]:
    """Commands at the start of a clause, or after someone who reviews and "must"."""
    must = alternation((_expanded("{subject} {must}"),)) + r"\s+(?:(?:now|therefore|only|simply|just|always|all)\s+)*"
    commands = alternation(tuple(_expanded(p) for p in table("security")["groups"]["imperative"]))
    return re.compile(rf"(?:{_CLAUSE}|(?<![^\W_]){must}){commands}", re.IGNORECASE | re.MULTILINE)


@cache
def spoken_to() -> re.Pattern[str]:
    """A reviewer spoken to at the start, and told what to do."""
    return re.compile(rf"^\W*(?:\d{{1,2}}\W+)?{cue('vocative').pattern}\W*{cue('direct').pattern}", re.IGNORECASE)


@cache
def machine_spoken_to() -> re.Pattern[str]:
    """An automated reviewer spoken to at the start of a sentence."""
    return re.compile(rf"^[^\w{MACHINE}]*(?:\d{{1,2}}[^\w{MACHINE}]+)?{cue('machine_vocative').pattern}", re.IGNORECASE)


@cache
def _machine() -> re.Pattern[str]:
    return re.compile(
        r"(?<![^\W_])" + alternation((_expanded("{machine}", tagged=False),)) + r"(?![^\W_])", re.IGNORECASE
    )


@cache
def commands() -> tuple[str, ...]:
    """Letters of which some stand in every command."""
    needed = [required(_expanded(p)) for p in table("security")["groups"]["imperative"]]
    return tuple(frozenset().union(*needed)) if all(needed) else ("",)


_FULL_WIDTH = str.maketrans("：，．！？；（）「」『』、。", ':,.!?;()"""",.')
_MACHINE_HINTS = (
    "review",
    "evaluat",
    "assess",
    "screener",
    "checker",
    "read",
    "process",
    "parses",
    "parsing",
    "grad",
    "judg",
    "summari",
)


def tagged(text: str) -> str:
    """Text with plain quotes and dashes, in which every naming of an automated reviewer is one sign; same offsets."""
    plain = text if text.isascii() else fold(text).translate(_FULL_WIDTH)
    return _machine().sub(_tag, plain) if holds(lowered(plain), _MACHINE_HINTS) else plain


def _tag(match: re.Match[str]) -> str:
    return MACHINE + _FILL * (len(match[0]) - 1)


@cache
def stems(key: str) -> tuple[str, ...]:
    """Stems of which one stands in every sentence that a pattern finds: `own` language, or `foreign` ones."""
    return tuple(table("security")["hints"][key])


class Hinted:
    """A quick look at the pieces of one text: most stems stand nowhere in it, and are not looked for in each piece."""

    def __init__(self, text: str) -> None:
        """Takes the whole text, before it is tagged."""
        self._low = fold(text).translate(_FULL_WIDTH).lower()
        self._threes = set(zip(self._low, self._low[1:], self._low[2:], strict=False))
        self._certain = not _SHIFTY.intersection(text)

    def among(self, known: tuple[str, ...], turned: Callable[[str], str]) -> tuple[str, ...]:
        """The stems that may stand in pieces of the text once those are turned; `turned` is its own inverse."""
        return tuple(h for h in known if h == MACHINE or not self._certain or self._may_hold(turned(h)))

    def _may_hold(self, stem: str) -> bool:
        if len(stem) < 3:
            return stem in self._low
        return all(three in self._threes for three in zip(stem, stem[1:], stem[2:], strict=False))


_SHIFTY = frozenset("İΣſı")
"""Letters whose small form depends on where they stand, or that a case-blind pattern takes for others."""


@cache
def foreign() -> re.Pattern[str]:
    """Instructions to leave one's instructions aside, and addresses to an automated reviewer, in other languages."""
    rows = table("security")["language"].values()
    return _phrases([row[key] for row in rows for key in ("ignore", "machine") if key in row])


@cache
def foreign_reviewers() -> re.Pattern[str]:
    """Anyone who reviews, in other languages: a quick test."""
    return _phrases([row["reviewer"] for row in table("security")["language"].values() if "reviewer" in row])


@cache
def foreign_results() -> tuple[Language, ...]:
    """Per language: a reviewer; and that this proposal be approved, or that there be no findings."""
    rows = [row for row in table("security")["language"].values() if {"reviewer", "this", "approve"} <= row.keys()]
    return tuple(Language(_phrases([row["reviewer"]]), _phrases(list(_told(row)))) for row in rows)


def _told(row: dict[str, str]) -> Iterator[str]:
    yield f"({row['this']})[^.;,]{{0,30}}({row['approve']})"
    yield f"({row['approve']})[^.;,]{{0,30}}({row['this']})"
    if "nothing" in row:
        yield row["nothing"]


def _phrases(phrases: list[str]) -> re.Pattern[str]:
    return re.compile("|".join("(?:" + p.replace(" ", r"\s+") + ")" for p in phrases), re.IGNORECASE)
