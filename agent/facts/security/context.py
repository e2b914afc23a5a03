"""Is an instruction meant, or is it shown: quoted as an attack, or as a sample of what the product reads and says?"""

from __future__ import annotations

import re

from agent.facts.security.cues import MACHINE, cue, tagged
from agent.facts.security.units import Unit, around
from agent.models import Document

_QUOTED = re.compile(r"\"[^\"]{6,}\"|`[^`]{6,}`|(?<!\w)'[^']{6,}'(?!\w)")
_SHOWING = ("code", "quote", "list_item", "cell")


def shown(document: Document, unit: Unit, said: str, match: re.Match[str], *, disguised: bool = False) -> bool:
    """True when the matched words are an example of something, not the author's own.

    Args:
        document: the document.
        unit: the sentence.
        said: the tagged sentence, as it was searched.
        match: what was found in it.
        disguised: the sentence was unmasked first; a disguise is as good as quotation marks.
    """
    if not (disguised or unit.block.kind in _SHOWING or _quoted(said, match)):
        return False
    words = tagged(around(document, unit))
    if cue("data.attack").search(words):
        return not cue("codes").search(said)
    return bool(cue("data.sample").search(words)) and not _about_this_review(said)


def _quoted(said: str, match: re.Match[str]) -> bool:
    return any(m.start() < match.end() - 1 < m.end() for m in _QUOTED.finditer(said))


def _about_this_review(said: str) -> bool:
    return MACHINE in said or bool(cue("this_proposal").search(said))
