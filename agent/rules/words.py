"""The word lists of `words.toml` as patterns, and where a document speaks of a thing."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from agent.models import Document


@cache
def words(key: str) -> re.Pattern[str]:
    """A case-blind pattern of the words under a dotted key, each at the start of a word."""
    table: Any = tomllib.loads((files("agent.rules") / "words.toml").read_text(encoding="utf-8"))
    for part in key.split("."):
        table = table[part]
    return re.compile(rf"(?<!\w)(?:{'|'.join(table)})", re.IGNORECASE)


_IN_USE = re.compile(
    r"serv(?:e|ing)|deploy|roll.?out|launch|running|\bruns?\b|\buse\b|usage|operation|switch|going live|go.?live|"
    r"production|"
    r"tool ?chain|afterwards|\bthen\b|\blater\b|release|change.?over|on the machine",
    re.IGNORECASE,
)
"""Headings of sections that say how a model is used."""


def speaks_in_use(document: Document, thing: str) -> str | None:
    """Like `speaks_of`, only in sections on how the model is used, where looser words already say something."""
    pattern = words(f"spoken.{thing}")
    blocks = (b for b in document.body if b.kind != "heading" and _IN_USE.search(" ".join(b.section[-1:])))
    found = (pattern.search(document.quote(block)) for block in blocks)
    return next((match[0] for match in found if match), None)


def speaks_of(document: Document, thing: str) -> str | None:
    """The words by which the visible text, headings apart, speaks of a thing (a key under `spoken`); None if not.

    A guard before an absence is claimed: what is spoken of may have been missed by the reader.
    """
    pattern = words(f"spoken.{thing}")
    found = (pattern.search(document.quote(block)) for block in document.body if block.kind != "heading")
    return next((match[0] for match in found if match), None)
