"""A quote that someone gives is found in the document or is none: to the letter, but for spaces, dashes and quotes."""

from __future__ import annotations

import re
from typing import NamedTuple

from agent.documents.canonical import fold, plain
from agent.models import Block, Document, Evidence

LONGEST = 1000
"""Characters: a paragraph. Whoever quotes more points at nothing."""
FEWEST_WORDS = 2
"""A shorter quote counts only when it is a whole block that stands once."""
UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]{4}")
"""Scripts that set no spaces between words: four letters in a row are more than one word."""


class Found(NamedTuple):
    """Where a quote stands: offsets in the document's text, inside one visible block."""

    block: Block
    start: int
    end: int


def find(document: Document, quote: str) -> Found | None:
    """The place of a quote in the visible body, the first when there are several.

    Ligatures, kinds of white space, of dashes and of quotation marks do not count; letters, digits and their order do.
    It begins and ends with whole words and whole numbers, and lies in one block.
    """
    words = fold(plain(quote)).split()
    if not words or len(quote) > LONGEST:
        return None
    pattern = re.compile(
        _edge(words[0][0], r"(?<!\w)(?<!\d[.,])") + r"\s+".join(map(re.escape, words)) + _end(words[-1][-1])
    )
    if len(words) < FEWEST_WORDS and not UNSPACED.search(quote):
        return _whole(document, pattern)
    for block in document.body:
        if match := pattern.search(fold(document.quote(block))):
            return Found(block, block.start + match.start(), block.start + match.end())
    return None


def evidence(document: Document, found: Found) -> Evidence:
    """The place as evidence, in the document's own letters."""
    return Evidence(
        quote=document.text[found.start : found.end],
        page=found.block.page,
        section=" › ".join(found.block.section) or None,
        start=found.start,
        end=found.end,
    )


def _whole(document: Document, pattern: re.Pattern[str]) -> Found | None:
    """The one block that is the quote."""
    found = [b for b in document.body if pattern.fullmatch(fold(document.quote(b)).strip())]
    return Found(found[0], found[0].start, found[0].end) if len(found) == 1 else None


def _edge(first: str, boundary: str) -> str:
    return boundary if first.isalnum() else ""


def _end(last: str) -> str:
    return r"(?![.,]?\d)(?!\w)" if last.isalnum() else ""
