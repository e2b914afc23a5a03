"""What belongs to an instruction to the reviewer, so that its words are not read as the author's plan."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from agent.facts.security.cues import MACHINE, cue, tagged
from agent.facts.security.dictation import instructions
from agent.facts.security.units import Unit
from agent.models import Block, Document

REASON = "instruction to the reviewer"
"""Why `without_instructions` sets a stretch aside."""
_COLON = re.compile(r"[:：][\s*_\"')]*$")
_LISTED = ("list_item", "cell", "quote", "code")


def instruction_spans(document: Document) -> tuple[tuple[int, int], ...]:
    """Start and end of every stretch of the body that belongs to an instruction to the reviewer, in order.

    A sentence that dictates is one. After words that only say whom the following is for, so is the rest of the
    paragraph and the list, table or quotation that it introduces; under such a heading, the paragraph or list that
    follows; under such a column header, its table; beside such a label, its row.
    """
    spans = sorted(span for unit in instructions(document) if unit.length for span in _belonging(document, unit))
    merged: list[tuple[int, int]] = []
    for start, end in spans:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def without_instructions(document: Document) -> Document:
    """The same document, same text and offsets, with those stretches as hidden blocks: readers pass over them."""
    spans = instruction_spans(document)
    if not spans:
        return document
    blocks = tuple(part for block in document.blocks for part in _parted(document, block, spans))
    if not any(b.is_body for b in blocks):
        return document
    return Document.model_construct(
        **{name: getattr(document, name) for name in Document.model_fields} | {"blocks": blocks}
    )


def _parted(document: Document, block: Block, spans: tuple[tuple[int, int], ...]) -> Iterator[Block]:
    """The block itself where no span touches it; else what stays and what is set aside, without white space around."""
    inside = [(max(a, block.start), min(b, block.end)) for a, b in spans if a < block.end and block.start < b]
    if block.hidden is not None or not inside:
        yield block
        return
    edges = [block.start, *(edge for span in inside for edge in span), block.end]
    for number, (start, end) in enumerate(itertools.pairwise(edges)):
        words = document.text[start:end]
        if words.strip():
            start += len(words) - len(words.lstrip())
            update = {"start": start, "end": start + len(words.strip()), "hidden": REASON if number % 2 else None}
            yield block.model_copy(update=update)


def _belonging(document: Document, unit: Unit) -> Iterator[tuple[int, int]]:
    block = unit.block
    opens = _opens(unit)
    yield unit.start, block.end if opens else unit.end
    rest = document.blocks[unit.number + 1 :]
    if block.kind == "heading":
        yield from _section(rest)
    elif block.kind == "cell":
        yield from _row(document, block, opens=opens)
    elif (opens or unit.end == block.end) and _COLON.search(document.quote(block)):
        yield from _listed(rest)


def _opens(unit: Unit) -> bool:
    """True for a unit that only says whom the following is for; one that says more takes nothing along."""
    said = tagged(unit.text)
    note = cue("notes").search(said)
    return bool(_COLON.search(said) or (note and not re.search(r"\w", said[note.end() :].strip(MACHINE))))


def _section(rest: tuple[Block, ...]) -> Iterator[tuple[int, int]]:
    """The list, or else the paragraph, under a heading: no more, lest a false heading take the plan along."""
    kind = next((b.kind for b in rest if not b.hidden), "heading")
    if kind == "paragraph":
        yield rest[0].start, rest[0].end
    else:
        yield from _listed(rest)


def _row(document: Document, cell: Block, *, opens: bool) -> Iterator[tuple[int, int]]:
    """Under a header the whole table; beside a label the row."""
    for block in document.blocks:
        if block.kind == "cell" and block.table == cell.table and opens and (cell.is_header or block.row == cell.row):
            yield block.start, block.end


def _listed(rest: tuple[Block, ...]) -> Iterator[tuple[int, int]]:
    """The list, table, quotation or code that directly follows."""
    kind = next((b.kind for b in rest if not b.hidden), "paragraph")
    for block in rest:
        if block.kind != kind or kind not in _LISTED:
            return
        yield block.start, block.end
