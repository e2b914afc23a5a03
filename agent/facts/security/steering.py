"""Sentences that steer an automated reviewer, found by their parts: who is meant, this document, the result, an order.

Phrases are endless, parts are few. A part alone is ordinary: products review, people approve, machines are ordered. So
a sentence counts only when it holds the parts of one of `_WAYS`, each of which needs someone who is not the product.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

from agent.documents.canonical import fold
from agent.facts.lexicon import Cue, holds, lowered, required, table

_PART = re.compile(r"\{([a-z_]+)\}")
_PRODUCT = 3
"""So many sentences on a machine that reviews: it is what the document proposes."""


class Foreign(NamedTuple):
    """The parts in one other language."""

    machine: re.Pattern[str]
    this: re.Pattern[str]
    result: re.Pattern[str]
    ignore: re.Pattern[str] | None

    @property
    def stems(self) -> tuple[str, ...]:
        """Letters of which some stand in every sentence that names a machine, or lets instructions be left aside."""
        return _stems(self.machine.pattern, self.ignore.pattern if self.ignore else None)


class Steering:
    """Holds the sentences of one document against the parts."""

    def __init__(self, sentences: list[str]) -> None:
        """Takes all sentences: what the document speaks of again and again is its product, not its reviewer."""
        told = [fold(s) for s in sentences]
        self._product = sum(bool(cue("machine").search(s)) for s in told) >= _PRODUCT
        self._named = [{_stem(m[0]) for m in cue("stranger").finditer(s)} for s in told]

    def found(self, sentence: str, stems: tuple[str, ...]) -> Iterator[re.Match[str]]:
        """The part on which the finding turns, once, if the sentence steers a reviewer.

        Args:
            sentence: as it stands, or unmasked.
            stems: those of `foreign_stems` that may stand in it.
        """
        text = fold(sentence)
        yield from self._english(text)
        yield from _staged(text)
        if holds(lowered(text), stems):
            yield from _foreign(text)

    def _english(self, text: str) -> Iterator[re.Match[str]]:
        who = self._who(text)
        if who is None:
            return
        said = Said(text)
        if any(way(who.how, said) for way in _WAYS):
            yield who.match

    def _who(self, text: str) -> Who | None:
        """Who is meant; the surest naming of it."""
        for how in ("note", "reads_this", "spoken", "machine_apparatus", "stop"):
            if match := cue(how).search(text):
                return Who(how, match)
        if not self._product and (match := cue("machine").search(text)):
            return Who("machine", match)
        for match in cue("stranger").finditer(text):
            if sum(_stem(match[0]) in named for named in self._named) <= 1:
                return Who("stranger", match)
        return None


class Who(NamedTuple):
    """Someone who reviews: how the sentence names them, and where."""

    how: str
    match: re.Match[str]


class Said:
    """What else a sentence says; each part is sought when it is asked for."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __call__(self, *parts: str) -> bool:
        """True when all of the parts are in it; `a|b` is either."""
        return all(any(cue(one).search(self._text) for one in part.split("|")) for part in parts)


def _reader_of_this(how: str, said: Said) -> bool:
    """The machine that reads this document, with a result or with an order that is about our fields."""
    return how == "reads_this" and said("good|nothing|rules_off|order")


def _note(how: str, said: Said) -> bool:
    """A note to a machine that reviews; to another machine, with a result or a field."""
    return how == "note" and (said("note_to_reviewer") or said("good|nothing|rules_off|own|field"))


def _spoken_to(how: str, said: Said) -> bool:
    """A machine spoken to, with a result or a field."""
    return how == "spoken" and said("order|you|this|told", "good|nothing|rules_off|own|field")


def _named(how: str, said: Said) -> bool:
    """A machine that the document does not propose, with this document and a result, or our own fields."""
    if how not in ("machine", "stranger"):
        return False
    judged = said("this", "good|nothing|rules_off") and (how == "machine" or said("order|rules_off|nothing"))
    return judged or (said("order", "field", "told|nothing")) or said("order", "own", "nothing|rules_off|told")


def _loosened(how: str, said: Said) -> bool:
    """The reviewer's own rules, put out of force; or the reading ended, with a result."""
    if how == "stop":
        return said("good|nothing")
    return how == "machine_apparatus" and said("rules_off|told|order", "rules_off|own|field|this")


_WAYS = (_note, _reader_of_this, _spoken_to, _named, _loosened)


def _staged(text: str) -> Iterator[re.Match[str]]:
    """A turn, a boundary of trust or a tool of ours, and what a review says; or its keys with its values."""
    keys = list(cue("staged.keyed").finditer(text))
    if keys and (cue("staged.counted").search(text) or cue("staged.about").search(text[: keys[0].start()])):
        yield keys[0]
    frame = cue("staged.frame").search(text)
    if frame and cue("staged.says").search(text) and cue("staged.about").search(text):
        yield frame


def _foreign(text: str) -> Iterator[re.Match[str]]:
    low = lowered(text)
    for one in languages():
        if not holds(low, one.stems):
            continue
        match = one.machine.search(text)
        if match and one.result.search(text) and one.this.search(text):
            yield match
            return
        if one.ignore and (match := one.ignore.search(text)):
            yield match
            return


@cache
def foreign_stems() -> tuple[str, ...]:
    """Letters of which some stand in every sentence that another language's parts are found in."""
    return tuple(frozenset().union(*(one.stems for one in languages())))


@cache
def _stems(*patterns: str | None) -> tuple[str, ...]:
    """Letters of which some stand in every text that one of the patterns matches; none can be told: in any text."""
    needed = [required(p) for p in patterns if p]
    return tuple(frozenset().union(*needed)) if all(needed) else ("",)


def is_note(sentence: str) -> bool:
    """True for words that only say that a note to a reviewing machine follows: a heading, or what ends with a colon."""
    note = cue("note").search(fold(sentence))
    return bool(note and cue("note_to_reviewer").search(note[0]) and not re.search(r"\w", sentence[note.end() :]))


def _stem(word: str) -> str:
    return word.lower().rstrip("s")


@cache
def cue(key: str) -> Cue:
    """A group of the word file, `cues` unless another table is named."""
    section, _, name = key.rpartition(".")
    return Cue(_expanded(p) for p in table("steering")[section or "cues"][name])


def _expanded(phrase: str) -> str:
    return _PART.sub(lambda m: _expanded(table("steering")["parts"].get(m[1], m[0])), phrase)


@cache
def languages() -> tuple[Foreign, ...]:
    """The parts by language."""
    rows = table("steering")["language"].values()
    return tuple(Foreign(*(_phrase(row.get(part)) for part in Foreign._fields)) for row in rows)


def _phrase(phrase: str | None) -> Any:
    return re.compile(phrase.replace(" ", r"\s+"), re.IGNORECASE) if phrase else None
