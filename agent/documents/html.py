"""HTML through lxml: visible text by block, tables, and aside what a browser would not show."""

from __future__ import annotations

import re
from typing import NamedTuple

from lxml import etree
from lxml.html import HTMLParser, document_fromstring

from agent.documents.draft import Draft, Draught, Place, Span
from agent.documents.html_source import SourceText
from agent.documents.html_style import StyleSheet
from agent.documents.html_tables import Rows
from agent.documents.inline import ALTERNATIVE, WORDS
from agent.documents.shape import could_head, shaped
from agent.documents.text import decode

_DROPPED = frozenset(
    re.findall(
        r"\w+",
        """
    script style template noscript head svg math iframe object canvas video audio datalist map select
""",
    )
)
_BLOCKS = frozenset(
    re.findall(
        r"\w+",
        """
    p div h1 h2 h3 h4 h5 h6 li td th pre blockquote tr table ul ol dl dt dd section article header footer nav main aside
    figure figcaption form fieldset legend address details summary hr body html center caption thead tbody tfoot
""",
    )
)
_KINDS = {
    "li": "list_item",
    "pre": "code",
    "blockquote": "quote",
    "nav": "header",
    "footer": "footer",
    "p": "paragraph",
}
_BOLD = frozenset(("b", "strong", "th"))
_BOLD_ONLY = 7
_INVALID = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*>")


class _State(NamedTuple):
    """What holds at one place of the tree."""

    kind: str = "paragraph"
    level: int = 0
    hidden: str | None = None
    struck: bool = False
    bold: bool = False
    on_colour: bool = False
    cell: Place | None = None


def read_html(data: bytes, name: str) -> Draught:
    """Reads an HTML file."""
    reader = _Reader(decode(data, name), 0, 0)
    return Draught(shaped(reader.drafts), title=reader.title)


def read_fragment(source: str, offset: int, table: int) -> tuple[list[Draft], int]:
    """Reads a piece of HTML inside Markdown.

    Args:
        source: the piece.
        offset: where it starts in the whole source.
        table: the number its first table gets.

    Returns:
        Its blocks and the number of its tables.
    """
    reader = _Reader(source, offset, table)
    return reader.drafts, reader.tables


class _Reader:
    """Walks the element tree of one HTML text."""

    def __init__(self, source: str, offset: int, table: int) -> None:
        self.drafts: list[Draft] = []
        self.tables = 0
        self.title: str | None = None
        self._first_table = table
        self._spans: list[Span] = []
        self._asides: list[tuple[str | None, list[Span]]] = []
        self._plain = False
        root = _parsed(source)
        if root is None:
            return
        self._text = SourceText(source, offset)
        self._text.align(root)
        self._style = StyleSheet(root)
        self.title = root.findtext(".//title")
        self._visit(root, _State(), None)
        self._flush(_State())

    def _visit(self, element: etree._Element, state: _State, rows: Rows | None) -> None:
        """One element with all that it holds; its tail belongs to its parent."""
        tag = element.tag.lower() if isinstance(element.tag, str) else ""
        if not tag:
            self._comment(element)
        elif tag == "br":
            self._break(state)
        elif tag == "img" and WORDS.search(element.get("alt") or ""):
            self._asides.append((ALTERNATIVE, [Span(element.get("alt") or "")]))
        elif tag not in _DROPPED:
            self._element(element, tag, state, rows)

    def _element(self, element: etree._Element, tag: str, state: _State, rows: Rows | None) -> None:
        inner = self._state(element, tag, state)
        if tag in _BLOCKS:
            self._boundary(state)
        if tag == "table":
            rows = self._open_table(element)
        elif tag == "tr" and rows:
            rows.next_row()
        cell = tag in ("td", "th") and rows is not None
        if cell and rows:
            self._flush(state)
            inner = inner._replace(kind="cell", cell=rows.place(element), level=0)
        self._put(element, "text", inner)
        for child in element:
            self._visit(child, inner, rows)
            self._put(child, "tail", inner)
        if cell:
            self._flush(inner)
        elif tag in _BLOCKS:
            self._boundary(inner)

    def _state(self, element: etree._Element, tag: str, outer: _State) -> _State:
        kind, level = outer.kind, outer.level
        if outer.cell is None:
            if re.fullmatch("h[1-6]", tag):
                kind, level = "heading", int(tag[1])
            elif tag in _KINDS and not (tag == "p" and kind in ("list_item", "quote", "header", "footer")):
                kind, level = _KINDS[tag], level + (kind == "list_item") if tag == "li" else 0
        return _State(
            kind,
            level,
            outer.hidden or self._style.hides(element, on_colour=outer.on_colour),
            outer.struck or tag in ("del", "s", "strike"),
            outer.bold or tag in _BOLD or self._style.bold(element),
            outer.on_colour or self._style.colours(element),
            None if tag == "table" else outer.cell,
        )

    def _open_table(self, element: etree._Element) -> Rows | None:
        """A counter for a table's cells; None for a table that only lays out the page."""
        cells = sum(1 for _ in element.iter("td", "th"))
        if element.get("role") == "presentation" or cells < 2:
            return None
        self.tables += 1
        return Rows(self._first_table + self.tables - 1)

    def _put(self, element: etree._Element, part: str, state: _State) -> None:
        text = element.text if part == "text" else element.tail
        if not text:
            return
        spans = self._text.spans(element, part, text)
        if state.hidden or state.struck:
            self._put_aside(text, state.hidden, spans)
            return
        self._spans += spans
        self._plain = self._plain or (not state.bold and any(c.isalnum() for c in text))

    def _put_aside(self, text: str, reason: str | None, spans: list[Span]) -> None:
        """Text that is hidden, or struck when there is no reason; neighbours of one kind stay together."""
        if self._asides and self._asides[-1][0] == reason:
            self._asides[-1][1].extend(spans)
        elif text.strip():
            self._asides.append((reason, spans))

    def _comment(self, element: etree._Element) -> None:
        if isinstance(element, etree._Comment) and element.text:
            span = self._text.comment(element.text)
            if not element.text.lstrip().startswith("["):
                self._asides.append(("HTML comment", [span]))

    def _break(self, state: _State) -> None:
        if state.cell or state.kind in ("heading", "code"):
            self._spans.append(Span("\n"))
        else:
            self._flush(state)

    def _boundary(self, state: _State) -> None:
        """The edge of a block: a space within a cell, a new block elsewhere."""
        if state.cell:
            self._spans.append(Span(" "))
        else:
            self._flush(state)

    def _flush(self, state: _State) -> None:
        """Writes the block collected so far, and what was set aside in it."""
        text = "".join(s.text for s in self._spans).strip()
        if text:
            kind, level = state.kind, state.level
            if kind == "paragraph" and not self._plain and could_head(text):
                kind, level = "heading", _BOLD_ONLY
            self.drafts.append(Draft(kind, tuple(self._spans), level, cell=state.cell))
        for reason, spans in self._asides:
            self.drafts.append(Draft("paragraph" if reason else "deleted", tuple(spans), hidden=reason))
        self._spans, self._asides, self._plain = [], [], False


def _parsed(source: str) -> etree._Element | None:
    """The tree, or None when there is nothing in it. No network, no entities but HTML's own, depth at most 256."""
    clean = _INVALID.sub(" ", _DECLARATION.sub(lambda m: " " * len(m[0]), source))
    if not clean.strip():
        return None
    whole = re.search(r"<(?:html|body|head)\b", clean, re.IGNORECASE)
    try:
        return document_fromstring(
            clean if whole else f"<div>{clean}</div>", parser=HTMLParser(encoding=None, huge_tree=False, recover=True)
        )
    except etree.LxmlError:
        return None
