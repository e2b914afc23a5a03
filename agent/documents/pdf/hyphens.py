"""Words broken at the end of a line: with or without their hyphen?"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

_ENDING = re.compile(r"(?:ings?|ers?|es|ed|ly|ity|ities|able|ments?|ness|est|ions?|ual|ural|ations?)$")
_TOKEN = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


@cache
def compounds() -> frozenset[str]:
    """First parts of words that are written with a hyphen."""
    text = (files("agent.documents.pdf") / "compounds.txt").read_text(encoding="utf-8")
    return frozenset(line for line in text.split("\n") if line and not line.startswith("#"))


def vocabulary(text: str) -> frozenset[str]:
    """The words of a document, in lower case, with their hyphens."""
    return frozenset(word.lower() for word in _TOKEN.findall(text))


def keeps_hyphen(before: str, after: str, known: frozenset[str]) -> bool:
    """True when a word broken after `before` is written with a hyphen.

    Args:
        before: the text of the line up to the hyphen.
        after: the text of the next line.
        known: the document's own words, which decide first.
    """
    first = re.search(r"[^\W\d_]+(?:-[^\W\d_]+)*$", before)
    second = _TOKEN.match(after)
    if not first or not second or not second[0][0].islower():
        return True
    a, b = first[0].lower(), second[0].lower()
    if a + b in known:
        return False
    return f"{a}-{b}" in known or (a.rpartition("-")[2] in compounds() and not _ENDING.fullmatch(b))
