"""Words broken at the end of a line: with or without their hyphen?"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from itertools import pairwise

from agent.documents.pdf.segments import Segment

_CODE = re.compile(r"[/\\_@:\d]")
_ENDING = re.compile(r"(?:ings?|ers?|es|ed|ly|ity|ities|able|ments?|ness|est|ions?|ual|ural|ations?)$")
_TOKEN = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_LAST = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*$")
_OFTEN = 0.04
"""Share of lines that end with a hyphen, from which the document is hyphenated."""


@cache
def compounds() -> frozenset[str]:
    """First parts of words that are written with a hyphen."""
    text = (files("agent.documents.pdf") / "compounds.txt").read_text(encoding="utf-8")
    return frozenset(line for line in text.split("\n") if line and not line.startswith("#"))


class Hyphens:
    """Decides from the document's own words; whether it breaks words at all is seen from its line ends."""

    def __init__(self, lines: list[Segment]) -> None:
        """Takes the lines of the body."""
        texts = [line.text.strip() for line in lines]
        self._known = frozenset(word.lower() for text in texts for word in _TOKEN.findall(text))
        broken = [(a[:-1], b) for a, b in pairwise(texts) if a.endswith("-") and b[:1].islower()]
        joined = sum(_joined(a, b) in self._known for a, b in broken)
        self._breaks = joined > 0 or len(broken) > max(_OFTEN * len(texts), 2)

    def keeps(self, before: str, after: str) -> bool:
        """True when the word broken between two lines is written with a hyphen.

        Args:
            before: the end of the upper line, without the hyphen.
            after: the beginning of the lower line.
        """
        if _CODE.search(before.split()[-1] if before.split() else ""):
            return True
        first, second = _LAST.search(before), _TOKEN.match(after)
        if not self._breaks or not first or not second or not second[0][0].islower():
            return True
        a, b = first[0].lower(), second[0].lower()
        if a + b in self._known:
            return False
        return f"{a}-{b}" in self._known or (a.rpartition("-")[2] in compounds() and not _ENDING.fullmatch(b))


def _joined(before: str, after: str) -> str:
    first, second = _LAST.search(before), _TOKEN.match(after)
    return (first[0] + second[0]).lower() if first and second else ""
