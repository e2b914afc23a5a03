"""Words as data: `knowledge/reading/*.toml` compiled into patterns, once, when first needed.

Compiling is the cost of a cold start, and most cues never come near most texts. So each cue knows letters of which
some must stand in a text that it matches; only a text that holds them makes it compile and search.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache, cached_property
from importlib.resources import files
from typing import Any

_LETTER = "(?-i:[a-zA-Z0-9À-ÿ])"
"""What bounds a word. Scripts without spaces bound themselves; wide ranges would make compiling slow."""
_ANY_LENGTH = 10**9


@cache
def table(name: str) -> dict[str, Any]:
    """One word file as a dictionary: `table("units")` is `knowledge/reading/units.toml`."""
    return tomllib.loads((files("knowledge") / "reading" / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def words(name: str, key: str) -> tuple[str, ...]:
    """The list under a dotted key of a word file."""
    value: Any = table(name)
    for part in key.split("."):
        value = value[part]
    return tuple(value)


def alternation(phrases: tuple[str, ...]) -> str:
    """Phrases as one pattern: a space matches white space or a hyphen; longest first so that none hides another."""
    return "(?:" + "|".join(_phrase(p) for p in sorted(phrases, key=len, reverse=True)) + ")"


def _phrase(phrase: str) -> str:
    """Spaces outside character classes become white space or hyphens; ` ?` makes them optional."""
    return re.sub(r"\[[^\]]*\]| \?| ", lambda m: _SPACES.get(m.group(), m.group()), phrase)


_SPACES = {" ": r"[\s\-‐-–]+", " ?": r"[\s\-]?"}


class Cue:
    """Phrases as a case-blind pattern of whole words, with the methods of a compiled pattern.

    A text that holds none of `letters` cannot match, and is not searched.
    """

    def __init__(self, phrases: Iterable[str]) -> None:
        """Compiles nothing yet."""
        self._phrases = sorted(phrases, key=len, reverse=True)

    @cached_property
    def letters(self) -> tuple[str, ...]:
        """Lower-case stretches, one of which stands in every text that matches; empty when that is not known."""
        found: set[str] = set()
        for phrase in self._phrases:
            needed = required(phrase)
            if not needed:
                return ()
            found |= needed
        return tuple(sorted(x for x in found if not any(y != x and y in x for y in found)))

    @cached_property
    def pattern(self) -> str:
        """The regular expression; a word's bounds are looked for once for all phrases that need them."""
        bound: dict[tuple[bool, bool], list[str]] = {}
        for phrase in self._phrases:
            ends = (
                bool(re.match(r"[\w(]", phrase)),
                bool(re.search(r"[\w)?]\Z", phrase)) and not _LOOKS_AHEAD.search(phrase),
            )
            bound.setdefault(ends, []).append(_phrase(phrase))
        return "|".join(
            (f"(?<!{_LETTER})" if before else "") + f"(?:{'|'.join(found)})" + (f"(?!{_LETTER})" if after else "")
            for (before, after), found in bound.items()
        )

    @cached_property
    def _compiled(self) -> re.Pattern[str]:
        return re.compile(self.pattern, re.IGNORECASE)

    def may_match(self, text: str) -> bool:
        """False when the text cannot hold any of the phrases; much cheaper than looking for them."""
        if not self.letters:
            return True
        lowered = text.lower()
        for letters in self.letters:  # noqa: SIM110  # the innermost loop of all: a generator costs a third more
            if letters in lowered:
                return True
        return False

    def search(self, text: str, start: int = 0, end: int = _ANY_LENGTH) -> re.Match[str] | None:
        """The first match, as `re.Pattern.search`."""
        return self._compiled.search(text, start, end) if self.may_match(text) else None

    def match(self, text: str, start: int = 0, end: int = _ANY_LENGTH) -> re.Match[str] | None:
        """A match at `start`, as `re.Pattern.match`."""
        return self._compiled.match(text, start, end) if self.may_match(text) else None

    def fullmatch(self, text: str) -> re.Match[str] | None:
        """A match of the whole text, as `re.Pattern.fullmatch`."""
        return self._compiled.fullmatch(text) if self.may_match(text) else None

    def finditer(self, text: str, start: int = 0, end: int = _ANY_LENGTH) -> Iterator[re.Match[str]]:
        """All matches, as `re.Pattern.finditer`."""
        return self._compiled.finditer(text, start, end) if self.may_match(text) else iter(())


_LOOKS_AHEAD = re.compile(r"\(\?[!=](?:[^()]|\([^()]*\))*\)\Z")


def lowered(text: str) -> str:
    """The text in small letters, as far as a case-blind pattern sees them: it takes ſ for s, and İ and ı for i."""
    return text.lower() if text.isascii() else text.translate(_SAME_LETTER).lower()


_SAME_LETTER = {0x17F: "s", 0x130: "i", 0x131: "i"}


def holds(text: str, stretches: Iterable[str]) -> bool:
    """True when one of the stretches stands in the text."""
    for stretch in stretches:  # noqa: SIM110  # a generator costs a third more
        if stretch in text:
            return True
    return False


@cache
def cue(name: str, key: str) -> Cue:
    """The phrases under a key of a word file."""
    return Cue(words(name, key))


def required(phrase: str) -> frozenset[str]:
    """Lower-case stretches, one of which every match of the phrase holds; empty when none can be told."""
    return _Letters(phrase).alternatives()


_OPTIONAL = re.compile(r"[?*]|\{0?,|\{0\}")
_QUANTIFIER = re.compile(r"(?:[?*+]|\{[\d,]*\})\??\+?")


class _Letters:
    """One pass over a phrase's regular expression, to find the letters that it cannot do without."""

    def __init__(self, phrase: str) -> None:
        self.phrase, self.at = phrase, 0

    def alternatives(self) -> frozenset[str]:
        """The union over `a|b|c`, empty as soon as one of them needs nothing."""
        found, whole = frozenset[str](), True
        while True:
            branch = self._branch()
            whole, found = whole and bool(branch), found | branch
            if self.phrase[self.at : self.at + 1] != "|":
                return found if whole else frozenset()
            self.at += 1

    def _branch(self) -> frozenset[str]:
        best, run = frozenset[str](), ""
        while self.at < len(self.phrase) and self.phrase[self.at] not in "|)":
            letter, group = self._item()
            optional = self._quantifier()
            if letter and optional is None:
                run += letter
                continue
            best = _better(best, frozenset({run} if run else ()))
            run = letter if letter and optional is False else ""
            best = best if optional else _better(best, group)
        return _better(best, frozenset({run} if run else ()))

    def _item(self) -> tuple[str, frozenset[str]]:
        """A literal letter, or what a group needs; both empty for anything else."""
        char = self.phrase[self.at]
        self.at += 1
        if char == "\\":
            self.at += 1
            escaped = self.phrase[self.at - 1]
            return ("" if escaped.isalnum() else escaped), frozenset()
        if char == "[":
            self.at = self.phrase.index("]", self.at + 1) + 1
            return "", frozenset()
        if char != "(":
            return ("" if char in " .^$" else char.lower()), frozenset()
        kind = re.compile(r"\?(?:[:=!]|<[=!])?").match(self.phrase, self.at)
        self.at = kind.end() if kind else self.at
        inner = self.alternatives()
        self.at += 1
        return "", inner if not kind or kind.group() == "?:" else frozenset()

    def _quantifier(self) -> bool | None:
        """Whether what was read may be missing; None when nothing is said of it."""
        match = _QUANTIFIER.match(self.phrase, self.at)
        if not match:
            return None
        self.at = match.end()
        return bool(_OPTIONAL.match(match.group()))


def _better(a: frozenset[str], b: frozenset[str]) -> frozenset[str]:
    """The one whose shortest stretch is longer, as it holds back more texts."""
    return max(a, b, key=lambda found: (min(map(len, found), default=0), -len(found)))
