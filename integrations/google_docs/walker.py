"""Walks one tab of a Google Doc in reading order and gives its blocks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any

from agent.documents.draft import Draft, Place, Span
from integrations.google_docs.elements import Piece, pieces
from integrations.google_docs.suggestions import Suggestions

Node = Mapping[str, Any]
_LINE = "\x0b"
"""A line break inside a paragraph."""


class Walker:
    """One tab; `tables` counts the tables of the whole document, `warnings` say what was not read."""

    def __init__(self, tab: Node, tables: int = 0) -> None:
        """Takes a `Tab` and how many tables stand before it."""
        self.tables = tables
        self.warnings: set[str] = set()
        self._tab: Node = tab.get("documentTab", {})
        self._id = str(tab.get("tabProperties", {}).get("tabId", ""))
        self._suggested = Suggestions()

    def drafts(self) -> list[Draft]:
        """The blocks: header, body, footnotes, footer, and the pending suggestions."""
        found = self._segments("headers", "header")
        found += self._content(self._tab.get("body", {}).get("content", ()), self._id, "paragraph")
        found += self._segments("footnotes", "footnote")
        found += self._segments("footers", "footer")
        if pending := self._suggested.lines():
            noun = "suggestion is" if len(pending) == 1 else "suggestions are"
            self.warnings.add(
                f"{len(pending)} pending {noun} listed apart; the text was read as if none were accepted."
            )
        return [*found, *(Draft("comment", (Span(line),), note="pending suggestion") for line in pending)]

    def _segments(self, field: str, kind: str) -> list[Draft]:
        segments: Mapping[str, Node] = self._tab.get(field, {})
        each = (self._content(s.get("content", ()), f"{self._id}/{key}", kind) for key, s in segments.items())
        return list(chain.from_iterable(each))

    def _content(self, content: Iterable[Node], place: str, kind: str, above: Node | None = None) -> list[Draft]:
        """The blocks of a body, cell, header or footnote; `above` is what suggestions it stands in."""
        found: list[Draft] = []
        for node in content:
            if "paragraph" in node:
                found += self._paragraph(node["paragraph"], place, kind, above)
            elif "table" in node:
                found += self._table(node["table"], place, kind, above)
            elif "tableOfContents" in node:
                found += self._content(node["tableOfContents"].get("content", ()), place, "header", above)
        return found

    def _paragraph(self, paragraph: Node, place: str, kind: str, above: Node | None) -> list[Draft]:
        read = [_within(p, above) for p in pieces(paragraph.get("elements", ()), place)]
        self.warnings |= {f"An {p.unread} was not read." for p in read if p.unread}
        self._suggested.add(read)
        standing = [p for p in read if not p.inserted]
        kinds = (kind, 0) if kind != "paragraph" else _kind(paragraph)
        drafts = [
            Draft(_following(kinds[0], n), spans, 0 if n else kinds[1])
            for n, spans in enumerate(_lines(standing, whole=kinds[0] == "heading"))
        ]
        hidden = [p for p in standing if p.hidden and p.text.strip()]
        return [*drafts, *(Draft("paragraph", p.spans, hidden=p.hidden) for p in hidden)]

    def _table(self, table: Node, place: str, kind: str, above: Node | None) -> list[Draft]:
        """Cells in row-major order, each one block. A table of one cell is a box around text."""
        rows = table.get("tableRows", ())
        outer = _joined(above, table)
        if len(rows) == 1 and len(rows[0].get("tableCells", ())) == 1:
            return self._content(rows[0]["tableCells"][0].get("content", ()), place, kind, outer)
        number = self.tables
        self.tables += 1
        found: list[Draft] = []
        for r, row in enumerate(rows):
            header = True if row.get("tableRowStyle", {}).get("tableHeader") else None
            for c, cell in enumerate(row.get("tableCells", ())):
                style = cell.get("tableCellStyle", {})
                at = Place(number, r, c, style.get("columnSpan", 1), style.get("rowSpan", 1), header)
                found += self._cell(cell, at, place, kind, _joined(_joined(outer, row), cell))
        return found

    def _cell(self, cell: Node, at: Place, place: str, kind: str, above: Node | None) -> list[Draft]:
        inner = self._content(cell.get("content", ()), place, "paragraph", above)
        own = [d for d in inner if d.kind != "cell" and not d.hidden]
        spans: list[Span] = []
        for draft in own:
            spans += [Span(" "), *draft.spans] if spans else draft.spans
        bold = _all_bold(cell.get("content", ()))
        side = kind != "paragraph"
        whole = Draft(kind if side else "cell", tuple(spans), cell=None if side else at._replace(bold=bold))
        return [whole, *(d for d in inner if d.kind == "cell" or d.hidden)]


def _kind(paragraph: Node) -> tuple[str, int]:
    """Kind and level of a paragraph of the body."""
    style = str(paragraph.get("paragraphStyle", {}).get("namedStyleType", ""))
    if style == "TITLE":
        return "heading", 0
    if style.startswith("HEADING_"):
        return "heading", int(style.removeprefix("HEADING_"))
    if bullet := paragraph.get("bullet"):
        return "list_item", int(bullet.get("nestingLevel", 0))
    return "paragraph", 0


def _following(kind: str, line: int) -> str:
    """The kind of a paragraph's line; only the first of a list item is one."""
    return "paragraph" if line and kind == "list_item" else kind


def _lines(read: Sequence[Piece], *, whole: bool) -> list[tuple[Span, ...]]:
    """The visible spans, line by line; a heading is one line."""
    lines: list[list[Span]] = [[]]
    for span in chain.from_iterable(p.spans for p in read if not p.hidden):
        if whole or _LINE not in span.text:
            lines[-1].append(span)
            continue
        at = 0
        for n, part in enumerate(span.text.split(_LINE)):
            if n:
                lines.append([])
            lines[-1].append(span._replace(text=part, offset=(span.offset or 0) + at))
            at += len(part) + 1
    return [tuple(line) for line in lines if any(s.text.strip() for s in line)]


def _joined(above: Node | None, node: Node) -> Node | None:
    """The suggestions of a container and of what it stands in."""
    keys = ("suggestedInsertionIds", "suggestedDeletionIds")
    both = {k: [*(above or {}).get(k, ()), *node.get(k, ())] for k in keys}
    return both if any(both.values()) else None


def _within(piece: Piece, above: Node | None) -> Piece:
    if above is None:
        return piece
    inserted = (*piece.inserted, *above["suggestedInsertionIds"])
    return piece._replace(inserted=inserted, deleted=(*piece.deleted, *above["suggestedDeletionIds"]))


def _all_bold(content: Iterable[Node]) -> bool:
    runs = [r for n in content if "paragraph" in n for r in pieces(n["paragraph"].get("elements", ()), "")]
    worded = [r for r in runs if r.text.strip()]
    return bool(worded) and all(r.bold for r in worded)
