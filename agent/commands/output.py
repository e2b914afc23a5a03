"""Where results go: standard output or a file, whole or not at all; and what the terminal can show."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple, TextIO

from agent.errors import UsageError

WIDEST = 120
NO_TERMINAL = 100
"""Columns where no terminal says how many it has."""


class Screen(NamedTuple):
    """What may be written: ANSI colours or none, and so many columns."""

    color: bool
    width: int


def screen(stream: TextIO | None = None) -> Screen:
    """What standard output (or another stream) can show. Honours NO_COLOR, TERM=dumb and COLUMNS."""
    stream = stream or sys.stdout
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    width = shutil.get_terminal_size((NO_TERMINAL, 24)).columns
    return Screen(stream.isatty() and not plain, min(width, WIDEST))


def say(text: str) -> None:
    """Writes a result to standard output; what the terminal's encoding lacks is shown as `?`."""
    if (sys.stdout.encoding or "").lower().replace("-", "") != "utf8":
        text = text.encode(sys.stdout.encoding or "ascii", "replace").decode(sys.stdout.encoding or "ascii")
    sys.stdout.write(text)


def say_bytes(data: bytes) -> None:
    """Writes a result that is no text to standard output."""
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def progress(text: str) -> None:
    """Says on standard error what is going on, if someone is looking; "" wipes it."""
    if sys.stderr is not None and sys.stderr.isatty():
        shown = "".join(c if c.isprintable() else " " for c in text)[: shutil.get_terminal_size().columns - 1]
        sys.stderr.write(f"\r\x1b[K{shown}")
        sys.stderr.flush()


def write(path: Path, result: str | bytes) -> None:
    """Writes a file whole or not at all. A device or a pipe is written as it is.

    Raises:
        UsageError: the place cannot be written.
    """
    data = result.encode() if isinstance(result, str) else result
    try:
        target = path.resolve()
        if target.exists() and not target.is_file():
            target.write_bytes(data)
            return
        _replace(target, data)
    except OSError as error:
        why = (error.strerror or "unknown").lower()
        raise UsageError(f"cannot write {path}", why, "Give a place that you may write to.") from error


def _replace(target: Path, data: bytes) -> None:
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        with open(handle, "wb") as file:
            file.write(data)
        os.chmod(name, _mode(target))
        os.replace(name, target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _mode(target: Path) -> int:
    """The permissions of the file that is replaced, or what a new file would get."""
    if target.exists():
        return target.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
