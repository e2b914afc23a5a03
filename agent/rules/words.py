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


def speaks_of(document: Document, thing: str) -> str | None:
    """The words by which the visible text, headings apart, speaks of a thing (a key under `spoken`); None if not.

    A guard before an absence is claimed: what is spoken of may have been missed by the reader.
    """
    pattern = words(f"spoken.{thing}")
    found = (pattern.search(document.quote(block)) for block in document.body if block.kind != "heading")
    return next((match[0] for match in found if match), None)
