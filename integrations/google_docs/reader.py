"""The answer of `documents.get` as our document: all tabs, tables, lists, headings, chips, footnotes.

The text is what stands if every pending suggestion is refused: suggested insertions are left out, suggested deletions
are still in. Each suggestion is listed after its tab, as a block that is no part of the plan. Not read: images and
equations; a warning says so.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any

from agent.documents import LIMITS
from agent.documents.assemble import assemble
from agent.documents.draft import Draft, Draught, Span
from agent.models import Document
from integrations.google_docs.walker import Walker

FORMAT = "gdoc"
UNTITLED = "Google Doc"
_TAB_LEVEL = -20
"""Titles of tabs rank above every heading."""


def read(answer: Mapping[str, Any]) -> Document:
    """The document.

    Args:
        answer: of `documents.get` with `includeTabsContent` and `SUGGESTIONS_INLINE`.

    Returns:
        Text, blocks, and for every character its index in the document (`integrations.google_docs.places`). `sha256` is
        that of what was read: the same text with the same suggestions gives the same, whatever its revision.

    Raises:
        EmptyDocument: no visible text.
        TooLargeDocument: too many characters or blocks.
    """
    tabs = list(_tabs(answer.get("tabs", ())))
    drafts: list[Draft] = []
    warnings: set[str] = set()
    tables = 0
    for tab, depth in tabs:
        if len(tabs) > 1:
            title = tab.get("tabProperties", {}).get("title", "")
            drafts.append(Draft("heading", (Span(title),), _TAB_LEVEL + depth))
        walker = Walker(tab, tables)
        drafts += walker.drafts()
        tables, warnings = walker.tables, warnings | walker.warnings
    title = str(answer.get("title") or "")
    draught = Draught(drafts, title=title, warnings=tuple(sorted(warnings)))
    return Document.model_validate(assemble(draught, title or UNTITLED, FORMAT, fingerprint(drafts), LIMITS))


def fingerprint(drafts: list[Draft]) -> str:
    """SHA-256 of everything that was read, without the places."""
    told = [(d.kind, d.level, d.hidden, d.cell and list(d.cell), d.source) for d in drafts]
    return sha256(json.dumps(told, ensure_ascii=False).encode("utf-8", "surrogatepass")).hexdigest()


def _tabs(tabs: Any, depth: int = 0) -> Iterator[tuple[Mapping[str, Any], int]]:
    """Every tab with its depth, children after their parent."""
    for tab in tabs:
        yield tab, depth
        yield from _tabs(tab.get("childTabs", ()), depth + 1)
