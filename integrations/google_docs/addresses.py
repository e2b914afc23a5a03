"""Addresses of Google Docs."""

from __future__ import annotations

import re

from agent.errors import UsageError

_ADDRESS = re.compile(
    r"https?://docs\.google\.com/(?:a/[^/]+/)?document/(?:u/\d+/)?d/([A-Za-z0-9_-]{10,})", re.IGNORECASE
)
KIND = "application/vnd.google-apps.document"
SOURCE = "gdoc:"
"""Before the id in the store's `source`."""


def document_id(address: str) -> str:
    """The id of the document that an address names.

    Raises:
        UsageError: it names none: a sheet, a published page.
    """
    if found := _ADDRESS.match(address):
        return found[1]
    raise UsageError(
        f"{address} is no Google Docs document",
        "no id in it",
        "Give https://docs.google.com/document/d/… of a document.",
    )


def address(document: str) -> str:
    """The address of a document."""
    return f"https://docs.google.com/document/d/{document}/edit"
