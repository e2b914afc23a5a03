"""Drafts become the document: canonical text, blocks with offsets, sections, table headers, anchors."""

from __future__ import annotations

from itertools import count
from typing import Any

from agent.documents.canonical import canonical
from agent.documents.draft import Draft, Draught, Span
from agent.documents.limits import Limits
from agent.documents.screen import TAGS, as_it_looks, smuggled
from agent.documents.tables import Grid, grids
from agent.documents.title import title_of
from agent.errors import EmptyDocument, TooLargeDocument

_ASIDE = ("header", "footer", "comment", "deleted", "footnote")


def assemble(draught: Draught, name: str, form: str, sha256: str, limits: Limits) -> dict[str, Any]:
    """The document as plain data, ready for `Document.model_validate`.

    Args:
        draught: what the reader found.
        name: the document's name, for errors and the title.
        form: one of the formats of `Document.format`.
        sha256: of the bytes.
        limits: caps on characters and blocks.

    Raises:
        EmptyDocument: no visible text.
        TooLargeDocument: too many characters or blocks.
    """
    writer = _Writer(draught.drafts)
    for index, draft in enumerate(draught.drafts):
        writer.add(index, draft)
        if writer.length > limits.characters or len(writer.blocks) > limits.blocks:
            raise TooLargeDocument(
                "too much text",
                f"more than {limits.characters:,} characters or {limits.blocks:,} paragraphs and cells",
                "Send the proposal without its appendices and data.",
                name,
            )
    body = [
        b for b in writer.blocks if "hidden" not in b and b["kind"] not in ("header", "footer", "comment", "deleted")
    ]
    if not body:
        raise EmptyDocument(
            "nothing to read", "the file holds no visible text", "Check that it is the right file.", name
        )
    text = "".join(writer.parts)
    return {
        "name": name,
        "format": form,
        "sha256": sha256,
        "title": title_of(draught.title, body, text),
        "pages": draught.pages,
        "text": text,
        "blocks": writer.blocks,
        "anchors": writer.anchors,
        "warnings": [*draught.warnings, *writer.warnings()],
    }


class _Writer:
    """The growing text with its blocks and anchors."""

    def __init__(self, drafts: list[Draft]) -> None:
        self.parts: list[str] = []
        self.length = 0
        self.blocks: list[dict[str, Any]] = []
        self.anchors: list[dict[str, Any]] = []
        self.lookalikes: list[str] = []
        self._ranks = _ranks(drafts)
        self._grids: dict[int, Grid] = grids(drafts)
        self._sections: list[tuple[int, str]] = []

    def add(self, index: int, draft: Draft) -> None:
        """Writes one draft, and what was smuggled into it, unless nothing is left of it."""
        written, pieces = canonical(draft.spans, code=draft.kind == "code")
        text = as_it_looks(written)
        if text != written:
            self.lookalikes.append(next(a for a, b in zip(written.split(), text.split(), strict=True) if a != b))
        if text:
            block = self._block(index, draft, text)
            start = block["start"]
            for piece in pieces:
                if place := _place(draft.spans[piece.span], piece.offset):
                    ends = {"start": start + piece.start, "end": start + piece.start + piece.length}
                    self.anchors.append(ends | place)
        for reason, words in smuggled(draft.source):
            if not draft.hidden or reason == TAGS:
                self._block(index, Draft("paragraph", (), page=draft.page, hidden=reason), words)

    def warnings(self) -> list[str]:
        """What was found while writing."""
        if not self.lookalikes:
            return []
        word = self.lookalikes[0][:40]
        return [f"Letters of another alphabet stand in Latin words ({word}); they were read as they look."]

    def _block(self, index: int, draft: Draft, text: str) -> dict[str, Any]:
        if self.parts:
            self.parts.append("\n")
            self.length += 1
        block: dict[str, Any] = {"kind": draft.kind, "start": self.length, "end": self.length + len(text)}
        self.parts.append(text)
        self.length += len(text)
        level = self._ranks.get(draft.level, 0) if draft.kind == "heading" else draft.level
        if draft.kind == "heading" and not draft.hidden:
            self._sections = [s for s in self._sections if s[0] < level] + [(level, text)]
        block |= {"page": draft.page, "level": level, "hidden": draft.hidden, "note": draft.note}
        if draft.kind not in _ASIDE:
            block["section"] = [title for _, title in self._sections]
        if draft.cell:
            block |= self._grids[draft.cell.table].describe(draft.cell)
        block = {k: v for k, v in block.items() if v or (v == 0 and k in _WITH_ZERO)}
        self.blocks.append(block)
        return block


_WITH_ZERO = ("start", "table", "row", "column")


def _ranks(drafts: list[Draft]) -> dict[int, int]:
    """Heading levels as used in this document, from 1 without gaps: Title, Heading 1 and # , ## then agree."""
    used = sorted({d.level for d in drafts if d.kind == "heading" and not d.hidden})
    return dict(zip(used, count(1), strict=False))


def _place(span: Span, offset: int) -> dict[str, Any]:
    """The place of a character of a span; empty when the reader could not tell."""
    if span.box:
        return {"page": span.page, "box": span.box}
    if span.offset is None:
        return {}
    if span.path is not None:
        return {"path": f"{span.path}+{span.offset + offset}"}
    return {"offset": span.offset + offset}
