"""The word file of the security reader as patterns, compiled when first used."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from agent.documents.canonical import fold
from agent.facts.lexicon import alternation, table

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


@cache
def cue(key: str) -> re.Pattern[str]:
    """A group of the word file (`anywhere`, `data.attack` …) as one case-blind pattern over tagged text."""
    return re.compile(alternation(_group(key)), re.IGNORECASE | re.MULTILINE)


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


_FULL_WIDTH = str.maketrans("：，．！？；（）「」『』、。", ':,.!?;()"""",.')
_MACHINE_HINT = re.compile(
    r"review|evaluat|assess|screener|checker|read|process|pars(?:es|ing)|grad|judg|summari", re.IGNORECASE
)


def tagged(text: str) -> str:
    """Text with plain quotes and dashes, in which every naming of an automated reviewer is one sign; same offsets."""
    plain = fold(text).translate(_FULL_WIDTH)
    return _machine().sub(_tag, plain) if _MACHINE_HINT.search(plain) else plain


def _tag(match: re.Match[str]) -> str:
    return MACHINE + _FILL * (len(match[0]) - 1)


@cache
def _hints(key: str) -> tuple[str, ...]:
    return tuple(table("security")["hints"][key])


def hints(text: str, key: str = "own") -> bool:
    """True when a pattern may find something: one of the word file's stems stands in the text."""
    low = text.lower()
    return any(hint in low for hint in _hints(key))


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
