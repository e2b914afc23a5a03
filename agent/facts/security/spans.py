"""What belongs to an instruction to the reviewer, so that its words are not read as the author's plan."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import NamedTuple

from agent.facts.security import steering
from agent.facts.security.cues import MACHINE, cue, tagged
from agent.facts.security.dictation import instructions
from agent.facts.security.units import Unit
from agent.models import Block, Document

REASON, CARRIED = "instruction to the reviewer", "under an instruction to the reviewer"
"""Why `without_instructions` sets a stretch aside: it dictates, or it only stands under words that do."""
_COLON = re.compile(r"[:：][\s*_\"')]*$")
_FIRST_COLON = re.compile(r"[:：]\s*")
_LISTED = ("list_item", "cell", "quote", "code")


class Span(NamedTuple):
    """A stretch of the body; `carried` when it is no instruction itself."""

    start: int
    end: int
    carried: bool = False


def instruction_spans(document: Document) -> tuple[tuple[int, int], ...]:
    """Start and end of every stretch of the body that belongs to an instruction to the reviewer, in order.

    A sentence that dictates is one. After words that only say whom the following is for, so is the rest of the
    paragraph and the list, table or quotation that it introduces; under such a heading, the paragraph or list that
    follows; under such a column header, its table; beside such a label, its row.
    """
    return tuple((s.start, s.end) for s in _merged(_spans(document)))


def without_instructions(document: Document) -> Document:
    """The same document, same text and offsets, with those stretches as hidden blocks: readers pass over them."""
    spans = _spans(document)
    if not spans:
        return document
    own = _merged([s for s in spans if not s.carried])
    blocks = tuple(part for block in document.blocks for part in _parted(document, block, own, REASON))
    blocks = tuple(part for block in blocks for part in _parted(document, block, _merged(spans), CARRIED))
    return _with(document, blocks) if any(b.is_body for b in blocks) else document


def with_instructions(document: Document, *, dictating: bool = False) -> Document:
    """The document with what was set aside visible again; the same object where nothing was.

    Args:
        document: as `without_instructions` gives it.
        dictating: the sentences that dictate too, not only what stands under them.
    """
    reasons = (REASON, CARRIED) if dictating else (CARRIED,)
    if not any(b.hidden in reasons for b in document.blocks):
        return document
    shown = (b.model_copy(update={"hidden": None}) if b.hidden in reasons else b for b in document.blocks)
    return _with(document, tuple(shown))


def _with(document: Document, blocks: tuple[Block, ...]) -> Document:
    return Document.model_construct(
        **{name: getattr(document, name) for name in Document.model_fields} | {"blocks": blocks}
    )


def _spans(document: Document) -> list[Span]:
    return [span for unit in instructions(document) if unit.length for span in _belonging(document, unit)]


def _merged(spans: list[Span]) -> list[Span]:
    merged: list[Span] = []
    for span in sorted(spans):
        if merged and span.start <= merged[-1].end:
            merged[-1] = merged[-1]._replace(end=max(span.end, merged[-1].end))
        else:
            merged.append(span)
    return merged


def _parted(document: Document, block: Block, spans: list[Span], reason: str) -> Iterator[Block]:
    """The block itself where no span touches it; else what stays and what is set aside, without white space around."""
    inside = [(max(s.start, block.start), min(s.end, block.end)) for s in spans]
    inside = [(start, end) for start, end in inside if start < end]
    if block.hidden is not None or not inside:
        yield block
        return
    edges = [block.start, *(edge for span in inside for edge in span), block.end]
    for number, (start, end) in enumerate(itertools.pairwise(edges)):
        words = document.text[start:end]
        if words.strip():
            start += len(words) - len(words.lstrip())
            update = {"start": start, "end": start + len(words.strip()), "hidden": reason if number % 2 else None}
            yield block.model_copy(update=update)


def _belonging(document: Document, unit: Unit) -> Iterator[Span]:
    block = unit.block
    opens = _opens(unit)
    told = _FIRST_COLON.search(unit.text) if opens else None
    yield Span(unit.start + unit.told, unit.start + told.end() if told else unit.end)
    yield Span(unit.start, block.end if opens else unit.end, True)
    rest = document.blocks[unit.number + 1 :]
    alone = opens and unit.start <= block.start and unit.end >= block.end and not _COLON.search(unit.text)
    if block.kind == "heading" or (alone and block.kind != "cell"):
        yield from _section(document, rest)
    elif block.kind == "cell":
        yield from _row(document, block, opens=opens)
    elif (opens or unit.end == block.end) and _COLON.search(document.quote(block)):
        yield from _listed(rest)


def _opens(unit: Unit) -> bool:
    """True for a unit that only says whom the following is for; one that says more takes nothing along."""
    said = tagged(unit.text)
    note = cue("notes").search(said)
    return bool(
        _COLON.search(said)
        or (note and ("|" in note[0] or not re.search(r"\w", said[note.end() :].strip(MACHINE))))
        or steering.is_note(unit.text)
    )


def _section(document: Document, rest: tuple[Block, ...]) -> Iterator[Span]:
    """The list, or else the paragraph, under a heading: no more, lest a false heading take the plan along."""
    seen = tuple(b for b in rest if b.hidden is None and re.search(r"\w", document.quote(b)))
    if seen and seen[0].kind == "paragraph":
        yield Span(seen[0].start, seen[0].end, True)
    else:
        yield from _listed(seen)


def _row(document: Document, cell: Block, *, opens: bool) -> Iterator[Span]:
    """Under a header the whole table; beside a label the row."""
    for block in document.blocks:
        if block.kind == "cell" and block.table == cell.table and opens and (cell.is_header or block.row == cell.row):
            yield Span(block.start, block.end, True)


def _listed(rest: tuple[Block, ...]) -> Iterator[Span]:
    """The list, table, quotation or code that directly follows."""
    kind = next((b.kind for b in rest if not b.hidden), "paragraph")
    for block in rest:
        if block.kind != kind or kind not in _LISTED:
            return
        yield Span(block.start, block.end, True)
