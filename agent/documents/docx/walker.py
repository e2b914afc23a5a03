"""Walks a part of a DOCX in document order and gives its blocks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from lxml.etree import _Element

from agent.documents.docx.names import GONE, MC, WRAPPERS, W, attribute, children, choice
from agent.documents.docx.paragraph import Content, Note
from agent.documents.docx.styles import Styles, is_shaded
from agent.documents.docx.tables import cells_of, rows_of
from agent.documents.draft import Draft, Place, Span

_CODE = ("code", "source code", "html preformatted", "html code", "preformatted text", "plain text", "verbatim")


class Guess(NamedTuple):
    """A paragraph that may turn out to be a heading: where it is among the drafts, size in half points, boldness."""

    at: int
    size: int
    bold: bool


class Walker:
    """Collects `drafts`; `guesses` are for the search for headings; `notes` tells which notes the text refers to."""

    def __init__(self, styles: Styles, kind: str = "paragraph", note: str | None = None) -> None:
        """Takes the style sheet, and the kind and note of every block of a side part (header, footnote, comment)."""
        self.drafts: list[Draft] = []
        self.guesses: list[Guess] = []
        self.notes: list[Note] = []
        self.sizes: Counter[int] = Counter()
        self.warnings: set[str] = set()
        self.tables = 0
        self._styles, self._kind, self._note = styles, kind, note

    def walk(self, container: _Element, path: str, *, on_colour: bool = False) -> None:
        """Reads all blocks in a body, cell, text box, note or header."""
        for index, child in enumerate(children(container)):
            place = f"{path}/{index}"
            if child.tag == W + "p":
                self._paragraph(child, place, on_colour=on_colour)
            elif child.tag == W + "tbl":
                self._table(child, place)
            elif child.tag in WRAPPERS:
                self.walk(child, place, on_colour=on_colour)
            elif child.tag in GONE:
                self._deleted(child)
            elif child.tag == MC + "AlternateContent" and (branch := choice(child)) is not None:
                self.walk(branch, f"{place}/{children(child).index(branch)}", on_colour=on_colour)
            elif child.tag == W + "altChunk":
                self.warnings.add("An embedded part of the document was not read.")

    def _content(self, element: _Element, path: str, *, on_colour: bool) -> Content:
        properties = element.find(W + "pPr")
        look = self._styles.look(self._styles.paragraph(properties))
        coloured = on_colour or is_shaded(properties)
        content = Content(element, path, self._styles, look, on_colour=coloured)
        if content.inserted or any(d.kind == "deleted" for d in content.asides):
            self.warnings.add("The document has tracked changes; it was read as if all were accepted.")
        self.notes += content.notes
        return content

    def _paragraph(self, element: _Element, path: str, *, on_colour: bool) -> None:
        content = self._content(element, path, on_colour=on_colour)
        properties = element.find(W + "pPr")
        self.sizes[content.size] += 0 if content.mono else len(content.text)
        for line, (kind, level) in zip(
            self._lines(content, properties), self._kinds(content, properties), strict=False
        ):
            if kind == "paragraph" and self._kind == "paragraph":
                self.guesses.append(Guess(len(self.drafts), content.size, content.bold))
            self._add(Draft(kind, line, level, note=self._note))
        self.drafts += content.asides
        for box in content.boxes:
            self.walk(box, f"{path}/{_steps(element, box)}", on_colour=True)

    def _add(self, draft: Draft) -> None:
        """Adds a block; paragraphs of code that follow each other are one block."""
        last = self.drafts[-1] if self.drafts else None
        if draft.kind == "code" and last and last.kind == "code":
            self.drafts[-1] = last._replace(spans=(*last.spans, Span("\n"), *draft.spans))
        else:
            self.drafts.append(draft)

    def _lines(self, content: Content, properties: _Element | None) -> list[tuple[Span, ...]]:
        """A heading is one line; other paragraphs are split at their line breaks."""
        if self._styles.heading(properties) is not None or self._code(properties):
            return [content.spans] if content.text else []
        return [tuple(line) for line in content.lines if any(s.text.strip() for s in line)]

    def _code(self, properties: _Element | None) -> bool:
        return self._styles.name(self._styles.paragraph(properties)) in _CODE

    def _kinds(self, content: Content, properties: _Element | None) -> Iterator[tuple[str, int]]:
        """Kind and level of the first line, then of those after it."""
        name = self._styles.name(self._styles.paragraph(properties))
        heading, item = self._styles.heading(properties), self._styles.list_level(properties)
        if self._kind != "paragraph":
            first = (self._kind, 0)
        elif name.startswith(("toc ", "table of figures")):
            first = ("header", 0)
        elif heading is not None:
            first = ("heading", heading)
        elif item is not None:
            first = ("list_item", item)
        elif self._code(properties) or content.mono:
            first = ("code", 0)
        else:
            first = ("quote" if "quote" in name else "paragraph", 0)
        yield first
        while True:
            yield first if first[0] in ("code", "quote", "header", self._kind) else ("paragraph", 0)

    def _table(self, table: _Element, path: str) -> None:
        """Cells in row-major order, each one block; what was set aside in a cell follows it."""
        grid = list(cells_of(rows_of(table, path), self.tables))
        if len(grid) == 1:
            self.walk(grid[0].element, grid[0].path, on_colour=True)
            return
        self.tables += 1
        coloured = self._styles.shades_tables(attribute(table, "tblPr/tblStyle")) or is_shaded(table.find(W + "tblPr"))
        for cell in grid:
            if cell.deleted:
                self._deleted(cell.element)
                continue
            self._cell(
                cell.element, cell.path, cell.place, on_colour=coloured or is_shaded(cell.element.find(W + "tcPr"))
            )

    def _cell(self, element: _Element, path: str, place: Place, *, on_colour: bool) -> None:
        inner = Walker(self._styles)
        inner.tables = self.tables
        inner.walk(element, path, on_colour=on_colour)
        own = [d for d in inner.drafts if d.kind not in ("cell", "deleted") and not d.hidden]
        spans: list[Span] = []
        for draft in own:
            spans += [Span(" "), *draft.spans] if spans else draft.spans
        bold = bool(inner.guesses) and all(g.bold for g in inner.guesses)
        kind = "cell" if self._kind == "paragraph" else self._kind
        self.drafts.append(
            Draft(kind, tuple(spans), cell=place._replace(bold=bold) if kind == "cell" else None, note=self._note)
        )
        self.drafts += [d for d in inner.drafts if d not in own]
        self.tables, self.notes = inner.tables, [*self.notes, *inner.notes]
        self.warnings |= inner.warnings
        self.sizes.update(inner.sizes)

    def _deleted(self, element: _Element) -> None:
        text = "".join(t.text or "" for t in element.iter(W + "t", W + "delText"))
        if text.strip():
            self.drafts.append(Draft("deleted", (Span(text),)))
            self.warnings.add("The document has tracked changes; it was read as if all were accepted.")


def _steps(top: _Element, below: _Element) -> str:
    """Child indices that lead from an element down to one below it."""
    steps: list[str] = []
    node = below
    while node is not top and (parent := node.getparent()) is not None:
        steps.insert(0, str(children(parent).index(node)))
        node = parent
    return "/".join(steps)
