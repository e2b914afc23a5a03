"""Bytes become a Document. `read` is the door: it takes bytes only, and trusts neither their name nor their content."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent.documents.limits import Limits
from agent.documents.ocr import available
from agent.errors import ScannedDocument

if TYPE_CHECKING:
    from agent.models import Document

__all__ = ["LIMITS", "Limits", "Reader", "parse", "read", "read_file"]

LIMITS = Limits()
Reader = Callable[..., "dict[str, Any]"]
"""Bytes, name, limits and `ocr=` to plain data, as `sandbox.extract_in_child`."""
_IN_PROCESS = 256_000
"""Plain text up to this size is read here: its reader is one pass of regular expressions without backtracking."""


def read(data: bytes, name: str, *, limits: Limits = LIMITS, reader: Reader | None = None) -> Document:
    """Reads a document safely: in a child process with caps on memory and time; small plain text in this one.

    Args:
        data: the file's bytes.
        name: its name, for errors and the review.
        limits: what it may cost.
        reader: another way to the child process, for many documents; see `warm`.

    Returns:
        The document: canonical text, blocks in reading order, anchors back to the file.

    Raises:
        DocumentError: a subclass for each reason; `str()` is one line with what, why and what to do.
    """
    from agent.documents.opening import too_large
    from agent.documents.sandbox import extract_in_child
    from agent.documents.sniff import sniff

    if len(data) > limits.bytes:
        raise too_large(len(data), limits, name)
    if len(data) <= _IN_PROCESS and data.strip() and sniff(data, name) == "text":
        return parse(data, name, limits=limits)
    extract = reader or extract_in_child
    try:
        raw = extract(data, name, limits)
    except ScannedDocument:
        if not available():
            raise
        raw = extract(data, name, limits, ocr=True)
    return _document(raw)


def parse(data: bytes, name: str, *, limits: Limits = LIMITS) -> Document:
    """Reads a document in this process, without caps on memory and time: for text that is trusted or small.

    Raises:
        DocumentError: as `read`.
    """
    from agent.documents.readers import extract

    return _document(extract(data, name, limits, ocr=True))


def read_file(path: str | Path, *, limits: Limits = LIMITS) -> Document:
    """Reads a regular file; devices, pipes, folders and symbolic links are refused before they are opened for reading.

    Args:
        path: where the file is.
        limits: what it may cost.

    Raises:
        DocumentError: as `read`, or because it is no regular file or cannot be opened.
    """
    from agent.documents.opening import contents

    return read(contents(Path(path), limits), Path(path).name, limits=limits)


def _document(raw: dict[str, Any]) -> Document:
    """Plain data as a Document. Imported here, so that the child never pays for the models."""
    from agent.models import Document

    return Document.model_validate(raw)
