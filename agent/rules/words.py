"""The word lists of `words.toml` as patterns."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files


@cache
def words(key: str) -> re.Pattern[str]:
    """A case-blind pattern of the words under `key`, each at the start of a word."""
    table = tomllib.loads((files("agent.rules") / "words.toml").read_text(encoding="utf-8"))
    return re.compile(rf"\b(?:{'|'.join(table[key])})", re.IGNORECASE)
