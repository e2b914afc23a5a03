"""What a reader hands over: source text with their places, in reading order. Plain tuples: cheap to import."""

from __future__ import annotations

from typing import NamedTuple

Rect = tuple[float, float, float, float]
"""Left, bottom, right, top."""


class Span(NamedTuple):
    """Text as the source has it, with its place.

    `path` (DOCX run) and `offset` (source, or position within the run) count source characters; `box` bounds the whole
    span on its page.
    """

    text: str
    offset: int | None = None
    path: str | None = None
    page: int | None = None
    box: Rect | None = None


class Place(NamedTuple):
    """Where a cell stands: number of the table as the reader counts, row, column, and how far it reaches."""

    table: int
    row: int
    column: int
    columns: int = 1
    rows: int = 1
    header: bool | None = None
    """True or False when the format says so, None when it must be guessed."""
    bold: bool = False


class Draft(NamedTuple):
    """One block to be: `kind` as in `agent.models.Block`; `level` of a heading (any integers, in order of rank)."""

    kind: str
    spans: tuple[Span, ...]
    level: int = 0
    page: int | None = None
    cell: Place | None = None
    hidden: str | None = None
    note: str | None = None

    @property
    def source(self) -> str:
        """The text before canonicalisation."""
        return "".join(s.text for s in self.spans)


class Draught(NamedTuple):
    """All that a reader found in one document."""

    drafts: list[Draft]
    title: str | None = None
    """From the file's own metadata, unchecked."""
    pages: int | None = None
    warnings: tuple[str, ...] = ()
