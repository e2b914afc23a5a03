"""Markdown through markdown-it: text without its markup, every piece with its place in the source."""

from __future__ import annotations

import re
from collections.abc import Iterator

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

from agent.documents.draft import Draft, Draught, Place, Span
from agent.documents.html import read_fragment
from agent.documents.inline import Inline, split_pairs
from agent.documents.shape import shaped
from agent.documents.text import decode

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?\n)(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_WIDE_ROW = re.compile(r"^(?:[^|\n]*\|){300}.*$", re.MULTILINE)
_BOLD_ONLY = 7
"""Rank of a heading that is only a bold line."""


def read_markdown(data: bytes, name: str) -> Draught:
    """Reads Markdown: front matter as fields, tables as cells, comments and hidden HTML as hidden blocks."""
    source = decode(data, name)
    front = _FRONT_MATTER.match(source)
    fields = list(_fields(front[1], front.start(1))) if front else []
    title = next((d.source.partition(":")[2].strip(" \"'\n") for d in fields if d.source.startswith("title:")), None)
    reader = _Reader(source, front.end() if front else 0)
    return Draught([*fields, *shaped(list(reader.drafts()))], title=title)


def _fields(text: str, at: int) -> Iterator[Draft]:
    """Front matter: one field an entry, with the indented lines that continue it."""
    for match in re.finditer(r"^(?=\S).*(?:\n(?=[ \t-]).*)*", text, re.MULTILINE):
        yield Draft("field", (Span(match[0], at + match.start()),))


class _Reader:
    """Walks the syntax tree of one Markdown text."""

    def __init__(self, source: str, start: int) -> None:
        self._source = source
        body = _WIDE_ROW.sub(lambda m: m[0].replace("|", " "), source[start:])
        self._lines = [start]
        for line in body.split("\n"):
            self._lines.append(self._lines[-1] + len(line) + 1)
        markdown = MarkdownIt("commonmark").enable(["table", "strikethrough"]).disable("text_join")
        self._root = SyntaxTreeNode(markdown.parse(body))
        self._at = start
        self._table = -1

    def drafts(self) -> Iterator[Draft]:
        """All blocks in order."""
        yield from self._children(self._root, "paragraph", 0)

    def _children(self, node: SyntaxTreeNode, kind: str, depth: int) -> Iterator[Draft]:
        for child in node.children:
            yield from self._block(child, kind, depth)

    def _block(self, node: SyntaxTreeNode, kind: str, depth: int) -> Iterator[Draft]:
        """One block node; `kind` is what its paragraphs are, `depth` how deep the lists are."""
        if node.map:
            self._at = max(self._at, self._lines[node.map[0]])
        match node.type:
            case "heading":
                yield from self._text(node, "heading", int(node.tag[1]))
            case "paragraph":
                yield from self._text(node, kind, depth if kind == "list_item" else 0)
            case "list_item":
                yield from self._item(node, depth)
            case "bullet_list" | "ordered_list":
                yield from self._children(node, kind, depth + 1)
            case "blockquote":
                yield from self._children(node, "quote", depth)
            case "table":
                yield from self._cells(node)
            case "fence" | "code_block":
                yield Draft("code", tuple(self._verbatim(node.content)))
            case "html_block":
                yield from self._html(node)

    def _item(self, node: SyntaxTreeNode, depth: int) -> Iterator[Draft]:
        """The first paragraph of an item is the item; what follows in it are paragraphs of their own."""
        for index, child in enumerate(node.children):
            yield from self._block(
                child, "list_item" if index == 0 else "paragraph", depth - 1 if index == 0 else depth
            )

    def _text(self, node: SyntaxTreeNode, kind: str, level: int) -> Iterator[Draft]:
        inline = self._inline(node)
        lines = inline.lines if kind in ("heading", "list_item") else split_pairs(inline.lines)
        if kind == "heading":
            lines = [[span for line in lines for span in line]]
        for index, spans in enumerate(lines):
            if kind == "paragraph" and inline.is_bold_heading(len(lines)):
                yield Draft("heading", tuple(spans), level=_BOLD_ONLY)
            else:
                yield Draft("paragraph" if index and kind == "list_item" else kind, tuple(spans), level=level)
        yield from inline.asides

    def _inline(self, node: SyntaxTreeNode) -> Inline:
        tokens: list[Token] = []
        for child in node.children:
            tokens += child.token.children or [] if child.token else []
        inline = Inline(self._source, self._at)
        inline.read(tokens)
        self._at = inline.at
        return inline

    def _cells(self, table: SyntaxTreeNode) -> Iterator[Draft]:
        self._table += 1
        rows = [row for part in table.children for row in part.children]
        for r, row in enumerate(rows):
            if row.map:
                self._at = max(self._at, self._lines[row.map[0]])
            for c, cell in enumerate(row.children):
                inline = self._inline(cell)
                place = Place(self._table, r, c, header=cell.type == "th")
                yield Draft("cell", tuple(span for line in inline.lines for span in line), cell=place)
                yield from inline.asides

    def _verbatim(self, content: str) -> Iterator[Span]:
        """Lines of a code block, each found in the source."""
        for line in content.splitlines(keepends=True):
            found = self._source.find(line.strip(), self._at) if line.strip() else -1
            if found < 0:
                yield Span(line)
                continue
            lead = len(line) - len(line.lstrip())
            yield Span(line, max(found - lead, 0))
            self._at = found + len(line.strip())

    def _html(self, node: SyntaxTreeNode) -> Iterator[Draft]:
        start = self._source.find(node.content.strip(), self._at)
        drafts, tables = read_fragment(node.content.strip(), max(start, 0), self._table + 1)
        self._table += tables
        yield from drafts
