"""Words that dictate a reviewer's verdict, and words that a reader cannot see. Reported by SEC1; they change nothing else."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator

from agent.facts.lexicon import cue
from agent.facts.reading import fact
from agent.facts.segments import sentences
from agent.models import Block, Document, Evidence, Fact

_BASE64 = re.compile(r"[A-Za-z0-9+/]{40,}={0,2}")


def read(document: Document) -> Iterator[Fact]:
    """Facts `x.reviewer_instruction` and `x.hidden_text`; looks at every block, hidden ones and side notes included."""
    instructions = [e for b in document.blocks for e in _instructions(document, b)]
    if instructions:
        yield fact("x.reviewer_instruction", instructions[0].quote, *instructions[:3])
    hidden = [b for b in document.blocks if b.hidden and document.quote(b).strip()]
    if hidden:
        reasons = ", ".join(dict.fromkeys(b.hidden or "" for b in hidden))
        yield fact("x.hidden_text", reasons, *(_evidence(document, b, b.start, b.end) for b in hidden[:3]))


def _instructions(document: Document, block: Block) -> Iterator[Evidence]:
    text = document.quote(block)
    for a, b in sentences(text):
        sentence = text[a:b]
        if _dictates(sentence) or _dictates(_decoded(sentence)):
            yield _evidence(document, block, block.start + a, block.start + b)


def _dictates(sentence: str) -> bool:
    if not sentence or not cue("security", "dictate").search(sentence):
        return False
    quoted = re.search(r"[\"“‘'`][^\"”’'`]{8,}[\"”’'`]", sentence)
    inside = quoted and cue("security", "dictate").search(quoted.group())
    outside = cue("security", "dictate").search(sentence.replace(quoted.group(), "")) if quoted else None
    speaks_of_attacks = cue("security", "innocent").search(sentence)
    if inside and not outside:
        return not speaks_of_attacks
    return not (speaks_of_attacks and not cue("security", "addressee").search(sentence))


def _decoded(sentence: str) -> str:
    """Base64 in a sentence as text, so that an instruction cannot hide in it."""
    for match in _BASE64.finditer(sentence):
        try:
            return base64.b64decode(match.group() + "==", validate=False).decode("utf-8")
        except ValueError:
            continue
    return ""


def _evidence(document: Document, block: Block, start: int, end: int) -> Evidence:
    return Evidence(
        quote=document.text[start:end],
        page=block.page,
        section=" › ".join(block.section) or None,
        start=start,
        end=end,
    )
