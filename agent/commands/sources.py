"""What a user names as SOURCE, as a document."""

from __future__ import annotations

import importlib
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from agent.commands import GOOGLE_DOCS
from agent.errors import UsageError

if TYPE_CHECKING:
    from agent.models import Document

STDIN = "-"
STDIN_NAME = "standard input"


def refuse_early(sources: list[str]) -> None:
    """Refuses what can be seen to be wrong before anything is read.

    Raises:
        UsageError: an address, or standard input twice.
    """
    for source in sources:
        if not is_google(source) and re.match(r"[a-z][a-z0-9+.-]+://", source, re.IGNORECASE):
            raise UsageError("an address", "only files, - and Google Docs are read", "Download it and give the file.")
    if sources.count(STDIN) > 1:
        raise UsageError("- is given twice", "standard input can be read once only", "Give - once.")


def is_google(source: str) -> bool:
    """True for the address of something in Google Docs."""
    return bool(re.match(r"https?://docs\.google\.com/", source, re.IGNORECASE))


def read_source(source: str, config: str | None = None) -> Document:
    """Reads a file, a Google Doc, or standard input for `-`.

    Args:
        source: path, address or `-`.
        config: the configuration file that was named; it says how to reach Google.

    Raises:
        UsageError: Google Docs are not configured.
        DocumentError: it cannot be read.
    """
    if is_google(source):
        read_address = importlib.import_module(GOOGLE_DOCS).read_address
        read: Document = read_address(source, config)
        return read
    from agent import documents

    return documents.read(*source_bytes(source))


def source_bytes(source: str) -> tuple[bytes, str]:
    """The bytes and the name of a file, or of standard input for `-`.

    Raises:
        DocumentError: it cannot be opened, or is too large.
    """
    from agent.documents import LIMITS
    from agent.documents.opening import contents

    if source != STDIN:
        return contents(Path(source), LIMITS), Path(source).name
    if sys.stdin is None or sys.stdin.isatty():
        raise UsageError("nothing on standard input", "- reads what is piped in", "Pipe a document in, or give a file.")
    return sys.stdin.buffer.read(LIMITS.bytes + 1), STDIN_NAME
