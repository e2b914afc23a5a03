"""What is searched: sentences, and whole code blocks, each with the words around it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from agent.facts.segments import sentences
from agent.models import Block, Document, Evidence

_LONGEST_QUOTE = 400
_LONGEST = 1500
_RESTART = re.compile(r"(?<=[^\W\d_]{3}[.!?])\s+(?=[^\W\d_])")


class Unit(NamedTuple):
    """A sentence, or a piece of code: `text == document.text[start:end]`. `number` is its block's.

    `told` is the offset at which its dictating words begin, where that is far from its start.
    """

    number: int
    block: Block
    start: int
    end: int
    text: str
    told: int = 0

    @property
    def length(self) -> int:
        """Characters; none for what is not in the document's text, such as its title."""
        return self.end - self.start

    def since(self, at: int) -> Unit:
        """The unit from an offset of its text on, white space and clause marks left out."""
        while 0 < at < len(self.text) - 1 and not self.text[at].isalnum():
            at += 1
        return self._replace(start=self.start + at, text=self.text[at:])

    def quote(self, document: Document) -> str:
        """The words to show."""
        return self.evidence(document).quote if self.length else self.text

    def evidence(self, document: Document) -> Evidence:
        """The unit as verbatim evidence; a long one by its beginning."""
        return evidence(document, self.block, self.start, self.end)


def evidence(document: Document, block: Block, start: int, end: int) -> Evidence:
    """A stretch of a block as verbatim evidence; a long one by its beginning, up to a word's end."""
    if end - start > _LONGEST_QUOTE:
        cut = document.text.rfind(" ", start, start + _LONGEST_QUOTE)
        end = cut if cut > start else start + _LONGEST_QUOTE
    return Evidence(
        quote=document.text[start:end], page=block.page, section=" › ".join(block.section) or None, start=start, end=end
    )


def units(document: Document) -> Iterator[Unit]:
    """Every unit of every block that the author left in the document."""
    for index, block in enumerate(document.blocks):
        text = document.quote(block)
        if block.kind == "deleted" or not text.strip():
            continue
        whole = (
            [(0, len(text))] if block.kind == "code" else _sentences(text, _value(text) if block.kind == "field" else 0)
        )
        for a, b in (piece for span in whole for piece in _pieces(text, *span)):
            yield Unit(index, block, block.start + a, block.start + b, text[a:b])


def _value(text: str) -> int:
    """Where the value of a `key: value` line begins."""
    key = re.match(r"\s*[\w -]+:[\s\"']*(?=\S)", text)
    return key.end() if key else 0


def _sentences(text: str, begin: int = 0) -> Iterator[tuple[int, int]]:
    """Sentences as the fact readers cut them, and again where a new one begins without a capital letter."""
    for start, end in sentences(text):
        at = max(start, min(begin, end))
        for match in _RESTART.finditer(text, at, end):
            yield at, match.start()
            at = match.end()
        yield at, end


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A very long sentence in pieces, so that time stays in proportion; cut at white space if there is some."""
    while end - start > _LONGEST:
        cut = max(text.rfind(" ", start, start + _LONGEST), text.rfind("\n", start, start + _LONGEST))
        cut = cut if cut > start else start + _LONGEST
        yield start, cut
        start = cut
    yield start, end


def around(document: Document, unit: Unit) -> str:
    """The words that say what a unit is: the line that introduces it, its headings and headers."""
    block = unit.block
    return " ".join([*block.section, *block.headers, block.label, lead(document, unit.number)])


def lead(document: Document, index: int) -> str:
    """The sentence that ends with a colon before a list, table, quotation or code, or directly before the block."""
    kind = document.blocks[index].kind if index >= 0 else None
    for earlier in reversed(document.blocks[: max(index, 0)]):
        text = document.quote(earlier)
        if earlier.kind == kind and kind in ("list_item", "cell", "quote", "code"):
            continue
        return text[-300:] if re.search(r"[:：]\s*$", text) else ""
    return ""
