"""The nouns of a batch: a document to review, and what came of it."""

from __future__ import annotations

from typing import Any, NamedTuple

Row = dict[str, Any]
"""One line of the summary, by column; see `rows.COLUMNS`."""


class Found(NamedTuple):
    """A document that was named, not yet opened.

    Attributes:
        label: how the user knows it: its path, or `archive.zip/inner.pdf`.
        path: the file that holds it.
        member: its name inside that file, when it is an archive.
        stamp: changes with its content: size and time, or size and checksum in an archive.
        size: bytes, unpacked.
        metadata: what the list that names it says of it.
    """

    label: str
    path: str
    member: str = ""
    stamp: str = ""
    size: int = 0
    metadata: dict[str, str] = {}


class Item(NamedTuple):
    """A document of the plan.

    Attributes:
        found: where it is.
        name: of its files in OUT/reviews, without ending; no other item has it.
        same_as: the name of an earlier item with the same content, which is reviewed in its place.
    """

    found: Found
    name: str
    same_as: str = ""


class Done(NamedTuple):
    """What came of an item, by its name: a row of the summary, or the row of a failure."""

    name: str
    stamp: str
    row: Row | None
    failure: Row | None
