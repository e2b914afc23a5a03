"""Regular expressions as data: `knowledge/reading/readers.toml`, each compiled once, when first needed."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from agent.facts.lexicon import table


@cache
def pattern(name: str) -> re.Pattern[str]:
    """The case-blind pattern under a dotted name: `pattern("data.goal")`.

    An entry is a list of alternatives, or a table of them (`any`) with what stands `before` and `after` them.
    """
    entry: Any = table("readers")
    for part in name.split("."):
        entry = entry[part]
    if isinstance(entry, dict):
        alternatives = "|".join(entry["any"])
        return re.compile(f"{entry.get('before', '')}(?:{alternatives}){entry.get('after', '')}", re.IGNORECASE)
    return re.compile("|".join(entry), re.IGNORECASE)


@cache
def whole_words(name: str) -> re.Pattern[str]:
    """`pattern(name)` as whole words only."""
    return re.compile(rf"\b(?:{pattern(name).pattern})\b", re.IGNORECASE)
