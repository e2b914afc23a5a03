"""The structure that a tagged PDF declares: which marked content is a heading, a list item, a table cell.

Tags say how text is meant, never what it says: text comes from the page alone.
"""

from __future__ import annotations

import ctypes
from typing import Any, NamedTuple

from agent.documents.pdf.raw import pdfium

_MOST = 20_000
_DEEPEST = 60
_NAME = 64
_LEAVES = {"P": "", "Caption": "", "LBody": "list_item", "Note": "footnote", "FENote": "footnote", "TOCI": "header"}
"""Elements that hold text; what else is inside them is inline."""
_GROUPS = {"BlockQuote": "quote", "LI": "list_item"}
_INLINE = frozenset(
    ("Span", "Link", "Em", "Strong", "Quote", "Sub", "Reference", "Annot", "Ruby", "Formula", "BibEntry")
)
_MOST_SPAN = 60


class Tag(NamedTuple):
    """What one piece of marked content is."""

    block: int
    """Number of the block element on its page."""
    kind: str = ""
    """`heading`, `list_item`, `quote`, `code`, `label`, `footnote`, `header`, or nothing in particular."""
    level: int = 0
    cell: tuple[int, int, int, int, int] | None = None
    """Table on the page, row, column, rows, columns."""
    header: bool = False


class _Place(NamedTuple):
    """Where the walk stands; inside a leaf everything is inline but another leaf."""

    tag: Tag = Tag(-1)
    table: int = -1
    leaf: bool = False


class TagTree:
    """Reads the structure tree of one page: `by_content` maps marked content ids to tags."""

    def __init__(self, page: Any) -> None:
        """Takes a pypdfium2 page."""
        self.by_content: dict[int, Tag] = {}
        self._nodes = self._blocks = self._tables = 0
        self._row: dict[int, int] = {}
        tree = pdfium.FPDF_StructTree_GetForPage(page)
        if not tree:
            return
        try:
            for i in range(max(pdfium.FPDF_StructTree_CountChildren(tree), 0)):
                self._walk(pdfium.FPDF_StructTree_GetChildAtIndex(tree, i), _Place(), 0)
        finally:
            pdfium.FPDF_StructTree_Close(tree)

    def _walk(self, element: Any, outer: _Place, depth: int) -> None:
        self._nodes += 1
        if not element or depth > _DEEPEST or self._nodes > _MOST:
            return
        place = self._enter(element, _role(element), outer)
        for i in range(max(pdfium.FPDF_StructElement_CountChildren(element), 0)):
            content = pdfium.FPDF_StructElement_GetChildMarkedContentID(element, i)
            if content >= 0:
                self.by_content[content] = place.tag
            else:
                self._walk(pdfium.FPDF_StructElement_GetChildAtIndex(element, i), place, depth + 1)

    def _enter(self, element: Any, role: str, outer: _Place) -> _Place:
        """The place inside an element of this role."""
        if role == "Table":
            self._tables += 1
            self._row[self._tables] = -1
            return _Place(outer.tag, self._tables)
        if role == "TR" and outer.table >= 0:
            self._row[outer.table] += 1
            self._column = 0
            return outer
        if role in ("TD", "TH") and outer.table >= 0:
            return self._cell(element, role, outer)
        return outer if outer.tag.cell else self._block(role, outer)

    def _cell(self, element: Any, role: str, outer: _Place) -> _Place:
        columns, rows = _span(element, b"ColSpan"), _span(element, b"RowSpan")
        cell = (outer.table, max(self._row[outer.table], 0), self._column, rows, columns)
        self._column += columns
        self._blocks += 1
        return _Place(Tag(self._blocks, cell=cell, header=role == "TH"), outer.table)

    def _block(self, role: str, outer: _Place) -> _Place:
        """The place inside an element outside of tables."""
        heading = len(role) == 2 and role[0] == "H" and role[1].isdigit()
        begins = heading or role in _LEAVES or role in _GROUPS or role in ("Lbl", "Title", "H")
        inline = outer.leaf or (role in _INLINE and outer.tag.block >= 0)
        if inline and not begins:
            return outer
        self._blocks += 1
        kind, leaf = outer.tag.kind, True
        if heading or role in ("Title", "H"):
            return outer._replace(tag=Tag(self._blocks, "heading", int(role[1]) if heading else 0), leaf=True)
        if role in ("Lbl", "Code"):
            kind = "label" if role == "Lbl" else "code"
        elif role in _GROUPS:
            kind = _GROUPS[role]
        elif role in _LEAVES:
            kind = _LEAVES[role] or kind
        else:
            leaf = False
        return outer._replace(tag=Tag(self._blocks, kind), leaf=leaf)


def _role(element: Any) -> str:
    buffer = ctypes.create_string_buffer(_NAME)
    size = pdfium.FPDF_StructElement_GetType(element, buffer, _NAME)
    return buffer.raw[: max(min(size, _NAME) - 2, 0)].decode("utf-16-le", "replace")


def _span(element: Any, name: bytes) -> int:
    """A `ColSpan` or `RowSpan` attribute, clamped; 1 without."""
    value = ctypes.c_float()
    for i in range(max(pdfium.FPDF_StructElement_GetAttributeCount(element), 0)):
        attribute = pdfium.FPDF_StructElement_GetAttributeAtIndex(element, i)
        found = pdfium.FPDF_StructElement_Attr_GetValue(attribute, name)
        if found and pdfium.FPDF_StructElement_Attr_GetNumberValue(found, value):
            return int(min(max(value.value, 1), _MOST_SPAN))
    return 1
