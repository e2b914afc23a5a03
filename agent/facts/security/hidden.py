"""Which of the words that a reader cannot see tell something that the reader ought to see."""

from __future__ import annotations

import re

from agent.facts.security.cues import cue
from agent.facts.security.units import evidence
from agent.models import Block, Document, Evidence

_ASIDES = ("HTML comment", "hidden annotation", "alternative text of a picture", "cut off at the edge of the page")
"""Hidden by their nature, or by a line that is too long for the page; only an instruction in them is reported."""
_FURNITURE = ("display:none", "visibility:hidden", "hidden attribute", "clipped text", "text off the page")
"""Ways in which web pages hide their own furniture: reported when the words are about the proposal or its review."""
_SPLIT = "zero-width characters inside a word"
_TAGS = "tag characters"
_FEWEST_WORDS = 3
_FEWEST_SPLIT = 4


def unseen(document: Document) -> list[Block]:
    """The hidden blocks that say something of their own.

    Not: comments in the source, what is also said visibly, single words, and what layout programs leave behind.
    """
    hidden = [b for b in document.blocks if b.hidden and b.hidden not in _ASIDES]
    if not hidden:
        return []
    seen = _squeezed(" ".join(document.quote(b) for b in document.blocks if b.hidden is None))
    split = [b for b in hidden if b.hidden == _SPLIT]
    others = [b for b in hidden if b.hidden != _SPLIT and _tells(document.quote(b), b.hidden or "", seen)]
    return [*others, *(split if _is_trick(document, split) else [])]


def hidden_evidence(document: Document, block: Block) -> Evidence:
    """A hidden block as verbatim evidence; a long one by its beginning."""
    return evidence(document, block, block.start, block.end)


def _tells(text: str, reason: str, seen: str) -> bool:
    words = re.findall(r"[^\W\d_]{2,}", text)
    if reason == _TAGS:
        return bool(words)
    if _squeezed(text) in seen or _is_boilerplate(text):
        return False
    if reason in _FURNITURE and not cue("hidden.suspicious").search(text):
        return False
    unspaced = re.search(r"[\u3040-\u30ff\u3400-\u9fff]{6}", text)
    return len(words) >= _FEWEST_WORDS or bool(unspaced)


def _is_boilerplate(text: str) -> bool:
    pieces = [p for p in re.split(r"[\n|·•]+", text) if p.strip()]
    return bool(pieces) and all(cue("hidden.boilerplate").fullmatch(p.strip(" .…»«›‹:")) for p in pieces)


def _is_trick(document: Document, split: list[Block]) -> bool:
    """One split word comes with copied text; a word of the review, or many of them, are set on purpose."""
    words = {document.quote(b).lower() for b in split}
    return len(words) >= _FEWEST_SPLIT or any(cue("hidden.suspicious").match(w) for w in words)


def _squeezed(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).casefold()
