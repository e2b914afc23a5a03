"""Regular expressions as data: `knowledge/reading/readers.toml`, each compiled once, when first needed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, cached_property
from typing import Any

from agent.facts.lexicon import holds, lowered, required, table

_ANY_LENGTH = 10**9


class Pattern:
    """A case-blind regular expression with the methods of a compiled one.

    It knows letters of which some stand in every text that it matches; a text that has none of them is not searched,
    and until one has, nothing is compiled.
    """

    def __init__(self, pattern: str) -> None:
        """Compiles nothing yet."""
        self.pattern = pattern

    @cached_property
    def _letters(self) -> tuple[str, ...]:
        return tuple(required(self.pattern))

    @cached_property
    def _compiled(self) -> re.Pattern[str]:
        return re.compile(self.pattern, re.IGNORECASE)

    def may_match(self, text: str) -> bool:
        """False when the text cannot match."""
        return not self._letters or holds(lowered(text), self._letters)

    def search(self, text: str, start: int = 0, end: int = _ANY_LENGTH) -> re.Match[str] | None:
        """The first match, as `re.Pattern.search`."""
        return self._compiled.search(text, start, end) if self.may_match(text) else None

    def match(self, text: str, start: int = 0, end: int = _ANY_LENGTH) -> re.Match[str] | None:
        """A match at `start`, as `re.Pattern.match`."""
        return self._compiled.match(text, start, end) if self.may_match(text) else None

    def fullmatch(self, text: str) -> re.Match[str] | None:
        """A match of the whole text, as `re.Pattern.fullmatch`."""
        return self._compiled.fullmatch(text) if self.may_match(text) else None

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """All matches, as `re.Pattern.finditer`."""
        return self._compiled.finditer(text) if self.may_match(text) else iter(())


@cache
def pattern(name: str) -> Pattern:
    """The pattern under a dotted name: `pattern("data.goal")`.

    An entry is a list of alternatives, or a table of them (`any`) with what stands `before` and `after` them.
    """
    entry: Any = table("readers")
    for part in name.split("."):
        entry = entry[part]
    if isinstance(entry, dict):
        alternatives = "|".join(entry["any"])
        return Pattern(f"{entry.get('before', '')}(?:{alternatives}){entry.get('after', '')}")
    return Pattern("|".join(entry))


@cache
def whole_words(name: str) -> Pattern:
    """`pattern(name)` as whole words only."""
    return Pattern(rf"\b(?:{pattern(name).pattern})\b")
