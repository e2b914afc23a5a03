"""Text as a reader should see it: no control characters, one line, not too long. Escaping is each format's own."""

from __future__ import annotations

import re
import unicodedata

KEPT = "\u200c\u200d\ufe0e\ufe0f"
"""Joiners and selectors that Hindi, Persian and emoji need; they cannot reorder or hide text."""

INVISIBLE = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\uffa0\ufe00-\ufe0d\U000e0000-\U000e0fff]")
"""Characters that show nothing, though Unicode does not class them as control or format; variation, fillers, tags."""


def plain(text: object) -> str:
    """One line of visible text: control, format (bidi, zero-width, tags) and surrogate characters are left out.

    Args:
        text: anything; None gives "".
    """
    if text is None:
        return ""
    words = " ".join(str(text).split())
    return " ".join(INVISIBLE.sub("", "".join(c for c in words if _shows(c))).split())


def plain_lines(text: str) -> str:
    """`plain` line by line, indentation kept: for text that is pasted as it stands."""
    return "\n".join(_indent(line) + plain(line) for line in text.splitlines()).strip("\n")


def shorten(text: str, limit: int) -> str:
    """At most `limit` characters, cut between words, with " […]" for what is left out."""
    if len(text) <= limit:
        return text
    head, _, _ = text[: limit - 3].rpartition(" ")
    return f"{head or text[: limit - 4]} […]"


def _shows(char: str) -> bool:
    return char in KEPT or unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Co")


def _indent(line: str) -> str:
    return " " * (len(line) - len(line.lstrip(" ")))
