"""Is an instruction meant, or is it shown: quoted as an attack, or as a sample of what the product reads and says?"""

from __future__ import annotations

import re
from functools import lru_cache

from agent.documents.canonical import fold
from agent.facts.security.cues import MACHINE, cue, tagged
from agent.facts.security.units import Unit, around, lead
from agent.models import Document

_QUOTED = re.compile(r"\"[^\"]{6,}\"|`[^`]{6,}`|(?<!\w)'[^']{6,}'(?!\w)")
_ATTACKS = 3
"""So many words on attacks: they are what the document is about."""
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
    if unit.block.hidden is None and _is_about_attacks(document) and not cue("data.review").search(said):
        return True
    quoted = _quoted(document, unit, match)
    led = bool(cue("data.attack").search(lead(document, unit.number)))
    if not (disguised or quoted or led or unit.block.kind in _SHOWING):
        return False
    outside = around(document, unit)
    if cue("data.attack").search(tagged(f"{document.quote(unit.block)} {outside}")):
        return not cue("codes").search(said)
    words = f"{_unquoted(document.quote(unit.block))} {outside}" if quoted else outside
    return bool(cue("data.sample").search(tagged(words))) and not _about_this_review(said)


def _is_about_attacks(document: Document) -> bool:
    return _names_attacks(document.text)


@lru_cache(maxsize=2)
def _names_attacks(text: str) -> bool:
    return sum(1 for _ in cue("data.attack").finditer(text)) >= _ATTACKS


def _quoted(document: Document, unit: Unit, match: re.Match[str]) -> bool:
    """True when the match ends within quotation marks, which may span sentences."""
    end = unit.start - unit.block.start + match.end() - 1
    return any(m.start() < end < m.end() for m in _QUOTED.finditer(fold(document.quote(unit.block))))


def _unquoted(text: str) -> str:
    return _QUOTED.sub(" ", fold(text))


def _about_this_review(said: str) -> bool:
    return MACHINE in said or bool(cue("this_proposal").search(said))
