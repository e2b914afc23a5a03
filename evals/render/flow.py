"""The flow of a document: what its Markdown says, free of Markdown, ready to be set in any format."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

_HIDING = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0|opacity\s*:\s*0(?![.\d])|\bhidden\b"
    r"|color\s*:\s*(?:white|#fff(?:fff)?\b|rgb\(255,\s*255,\s*255\))",
    re.IGNORECASE,
)
_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?\n)---[ \t]*\n", re.DOTALL)


@dataclass(frozen=True)
class Run:
    """A stretch of equally set text. `hidden` text is in the file, but no reader sees it."""

    text: str
    bold: bool = False
    italic: bool = False
    code: bool = False
    hidden: bool = False


@dataclass(frozen=True)
class Piece:
    """One block: heading, paragraph, item, quote, code, table or rule. `level`: a heading's rank, a list's depth."""

    kind: str
    runs: tuple[Run, ...] = ()
    level: int = 1
    number: int | None = None
    rows: tuple[tuple[tuple[Run, ...], ...], ...] = ()
    attrs: dict[str, str] = field(default_factory=dict)


def parse(source: str) -> tuple[Piece, ...]:
    """The pieces of a Markdown text in order; front matter becomes one paragraph a line, as when it is pasted."""
    front = _FRONT_MATTER.match(source)
    lines = front[1].splitlines() if front else []
    body = source[front.end() :] if front else source
    markdown = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    root = SyntaxTreeNode(markdown.parse(body))
    return (*(Piece("paragraph", (Run(line),)) for line in lines), *_blocks(root, "paragraph", 0))


def words(runs: tuple[Run, ...]) -> str:
    """The text of some runs, hidden ones included."""
    return "".join(r.text for r in runs)


def _blocks(node: SyntaxTreeNode, kind: str, depth: int) -> Iterator[Piece]:
    for child in node.children:
        yield from _block(child, kind, depth)


def _block(node: SyntaxTreeNode, kind: str, depth: int) -> Iterator[Piece]:
    match node.type:
        case "heading":
            yield Piece("heading", _runs(node), int(node.tag[1]))
        case "paragraph":
            yield Piece(kind, _runs(node), max(depth, 1))
        case "bullet_list" | "ordered_list":
            yield from _items(node, depth + 1)
        case "blockquote":
            yield from _blocks(node, "quote", depth)
        case "table":
            yield Piece("table", rows=tuple(_rows(node)))
        case "fence" | "code_block":
            yield Piece("code", (Run(node.content.rstrip("\n")),))
        case "html_block":
            yield from _html_block(node.content)
        case "hr":
            yield Piece("rule")
        case _:
            yield from _blocks(node, kind, depth)


def _items(node: SyntaxTreeNode, depth: int) -> Iterator[Piece]:
    start = int(node.attrs.get("start", 1)) if node.type == "ordered_list" else None
    for index, item in enumerate(node.children):
        number = None if start is None else start + index
        for place, child in enumerate(item.children):
            for piece in _block(child, "item", depth):
                own = place == 0 and piece.kind == "item" and piece.level == depth
                yield Piece(
                    piece.kind, piece.runs, piece.level, number if own else piece.number, piece.rows, piece.attrs
                )


def _rows(node: SyntaxTreeNode) -> Iterator[tuple[tuple[Run, ...], ...]]:
    for part in node.children:
        for row in part.children:
            yield tuple(_runs(cell) for cell in row.children)


def _html_block(content: str) -> Iterator[Piece]:
    """A comment becomes hidden text; other HTML keeps its words, hidden where its style hides them."""
    runs = tuple(_html_runs(content))
    if any(r.text.strip() for r in runs):
        yield Piece("paragraph", tuple(r for r in runs if r.text.strip()))


def _html_runs(content: str) -> Iterator[Run]:
    hidden = 0
    for token in re.findall(r"<!--.*?-->|<[^>]*>|[^<]+", content, re.DOTALL):
        if token.startswith("<!--"):
            yield Run(" ".join(token[4:-3].split()), hidden=True)
        elif token.startswith("</"):
            hidden = max(0, hidden - 1)
        elif token.startswith("<"):
            hidden += 1 if hidden or _HIDING.search(token) else 0
        else:
            yield Run(" ".join(token.split()), hidden=hidden > 0)


def _runs(node: SyntaxTreeNode) -> tuple[Run, ...]:
    inline = next((c for c in node.children if c.type == "inline"), None)
    if inline is None:
        return ()
    tokens = inline.token.children if inline.token is not None else None
    return tuple(_inline(tokens or []))


def _inline(tokens: list[Token]) -> Iterator[Run]:
    bold = italic = 0
    hidden: list[bool] = []
    for token in tokens:
        step = token.nesting
        bold += step if token.type.startswith("strong") else 0
        italic += step if token.type.startswith("em_") else 0
        if token.type == "html_inline":
            yield from _tag(token.content, hidden)
        elif token.type in ("softbreak", "hardbreak"):
            yield Run("\n" if token.type == "hardbreak" else " ", hidden=any(hidden))
        elif token.type in ("text", "code_inline"):
            yield Run(token.content, bold > 0, italic > 0, token.type == "code_inline", any(hidden))


def _tag(content: str, hidden: list[bool]) -> Iterator[Run]:
    """An inline tag: a comment is hidden text, an opening tag may hide what follows, `<br>` breaks the line."""
    if content.startswith("<!--"):
        yield Run(content[4:-3].strip(), hidden=True)
    elif content.lower().startswith("<br"):
        yield Run("\n", hidden=any(hidden))
    elif content.startswith("</"):
        if hidden:
            hidden.pop()
    elif not content.endswith("/>"):
        hidden.append(bool(_HIDING.search(content)))
