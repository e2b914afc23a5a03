"""Words as data: `knowledge/reading/*.toml` compiled into patterns, once, when first used."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

_LETTER = "[a-z0-9à-ÿ]"
"""What bounds a word. Scripts without spaces bound themselves; wide ranges would make compiling slow."""


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


_SPACES = {" ": r"[\s\-‑–]+", " ?": r"[\s\-]?"}


@cache
def cue(name: str, key: str) -> re.Pattern[str]:
    """The phrases under a key as a case-blind pattern of whole words (scripts without spaces need no bounds)."""
    return re.compile("|".join(_bounded(p) for p in sorted(words(name, key), key=len, reverse=True)), re.IGNORECASE)


def _bounded(phrase: str) -> str:
    before = f"(?<!{_LETTER})" if re.match(r"[\w(]", phrase) else ""
    after = f"(?!{_LETTER})" if re.search(r"[\w)?]\Z", phrase) else ""
    return f"{before}(?:{_phrase(phrase)}){after}"
