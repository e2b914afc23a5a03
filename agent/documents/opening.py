"""Opening a file that a user names, without being led to a device, a pipe or someone else's file."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from agent.documents.limits import Limits
from agent.errors import DocumentError, NotADocument, TooLargeDocument


def contents(path: Path, limits: Limits) -> bytes:
    """The bytes of a regular file of at most `limits.bytes`.

    Raises:
        DocumentError: because it is something else, too large, or cannot be opened.
    """
    name = path.name or str(path)
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        descriptor = os.open(path, flags)
    except OSError as error:
        raise _cannot_open(path, name, error) from error
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise NotADocument("not a document", f"it is a {_kind(status.st_mode)}", "Give a file.", name)
        if status.st_size > limits.bytes:
            raise too_large(status.st_size, limits, name)
        with open(descriptor, "rb", closefd=False) as file:
            return file.read(limits.bytes + 1)
    finally:
        os.close(descriptor)


def _cannot_open(path: Path, name: str, error: OSError) -> DocumentError:
    """A symbolic link is refused (a link is how a shared folder is made to give up other files); others say why."""
    if path.is_symlink():
        return NotADocument("not opened", "it is a symbolic link", "Give the file that it points to.", name)
    return NotADocument(
        "cannot be opened", (error.strerror or "unknown").lower(), "Check the path and its permissions.", name
    )


def _kind(mode: int) -> str:
    kinds = {stat.S_ISDIR: "folder", stat.S_ISFIFO: "pipe", stat.S_ISCHR: "device", stat.S_ISBLK: "device"}
    return next((word for test, word in kinds.items() if test(mode)), "special file")


def too_large(size: int, limits: Limits, name: str) -> DocumentError:
    """The error for a file over the size limit."""
    why = f"{size / 1e6:.0f} MB, the limit is {limits.bytes / 1e6:.0f} MB"
    return TooLargeDocument("too large", why, "Send the proposal alone, without its data.", name)
