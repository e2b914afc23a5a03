"""The text as the reviewer sees it, for the `text` command: each block with its place."""

from __future__ import annotations

from agent.models import Block, Document


def listing(document: Document) -> str:
    """A listing for people; for programs there is `document.model_dump(mode="json")`.

    Each line gives the offsets to which the evidence of a review refers, the place, and the text.
    """
    head = [document.title or document.name, _about(document)]
    notes = [f"Note: {warning}" for warning in document.warnings]
    width = len(str(len(document.text)))
    lines = [_line(document, block, width) for block in document.blocks]
    return "\n".join([*head, *notes, "", *lines]) + "\n"


def _about(document: Document) -> str:
    pages = f", {document.pages} page{'s' if document.pages != 1 else ''}" if document.pages else ""
    hidden = sum(b.hidden is not None for b in document.blocks)
    return f"{document.name}: {document.format}{pages}, {document.words:,} words, {hidden} hidden"


def _line(document: Document, block: Block, width: int) -> str:
    text = document.quote(block).replace("\n", f"\n{' ' * (2 * width + 3)}")
    return f"{block.start:>{width}}-{block.end:<{width}}  [{place(block)}]  {text}"


def place(block: Block) -> str:
    """Where a block stands, in words: page, section, table cell, and why it is hidden or set apart."""
    parts = [f"page {block.page}"] if block.page else []
    if block.section:
        parts.append(" > ".join(block.section))
    if block.table is not None and block.row is not None and block.column is not None:
        parts.append(f"table {block.table + 1}, row {block.row + 1}, column {block.column + 1}")
        parts += [f"under {' / '.join(block.headers)}"] if any(block.headers) else []
    elif block.kind != "paragraph":
        parts.append(block.kind.replace("_", " ") + (f" by {block.note}" if block.note else ""))
    if block.hidden:
        parts.append(f"HIDDEN: {block.hidden}")
    return "; ".join(parts) or "text"
