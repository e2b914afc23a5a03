"""Places of a quote in the file, as plain data for the child process."""

from __future__ import annotations

from typing import Any

from agent.documents.places import run_parts
from agent.models import Anchor, Document

STORIES = ("body/", "footnotes/", "endnotes/")
"""Parts of a DOCX that a comment can lead to; Word takes none in a running header or footer."""


def in_word(document: Document, start: int, end: int) -> list[Any]:
    """`[path, run, start, end]` of each run part that holds `text[start:end]`; none where no comment can be."""
    parts = run_parts(document, start, end)
    return [list(part) for part in parts] if parts and all(p.path.startswith(STORIES) for p in parts) else []


def in_pdf(document: Document, start: int, end: int) -> list[Any]:
    """`[page, box, word, from, to]` of each word in `text[start:end]`; from and to cut the first and the last one."""
    found: list[Any] = []
    words: list[list[Anchor]] = []
    for anchor in document.anchors:
        if anchor.box is None or anchor.page is None:
            continue
        last = words[-1][-1] if words else None
        if last and (last.page, last.box, last.end) == (anchor.page, anchor.box, anchor.start):
            words[-1].append(anchor)
        else:
            words.append([anchor])
    for word in words:
        begins, ends = word[0].start, word[-1].end
        if ends > start and begins < end:
            cut = [max(start - begins, 0), min(end, ends) - begins]
            found.append([word[0].page, word[0].box, document.text[begins:ends], *cut])
    return found
