"""What a user names as SOURCE, as a document."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

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
        if re.match(r"https?://docs\.google\.com/", source, re.IGNORECASE):
            raise UsageError(
                "a Google Docs address",
                "this version does not read Google Docs",
                "Download it (File > Download > Microsoft Word) and give the file.",
            )
        if re.match(r"[a-z][a-z0-9+.-]+://", source, re.IGNORECASE):
            raise UsageError("an address", "only files and - are read", "Download it and give the file.")
    if sources.count(STDIN) > 1:
        raise UsageError("- is given twice", "standard input can be read once only", "Give - once.")


def read_source(source: str) -> Document:
    """Reads a file, or standard input for `-`.

    Raises:
        DocumentError: it cannot be read.
    """
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
