"""Any exception as the one line that a user reads, and its exit code."""

from __future__ import annotations

import sys
from typing import NamedTuple

from agent.errors import ReviewError, UsageError

BROKEN = 3
"""Exit code when the program itself is at fault: as if the document could not be read."""


class Failure(NamedTuple):
    """What is told of an error."""

    line: str
    exit_code: int


def report(error: Exception, source: str = "") -> int:
    """Writes the line of an error to standard error.

    Args:
        error: what happened.
        source: the document at hand, named when the error does not name it.

    Returns:
        The exit code.
    """
    known = told(error, source)
    sys.stderr.write(f"{known.line}\n")
    return known.exit_code


def note(text: str) -> None:
    """Writes a line to standard error that a user should know of, though nothing failed."""
    sys.stderr.write(f"{clean(f'note: {text}')}.\n")


def told(error: Exception, source: str = "") -> Failure:
    """The line and the exit code of an error; no control character of a file's name reaches the terminal."""
    if not isinstance(error, ReviewError):
        error = _ours(error)
    if isinstance(error, ReviewError):
        return Failure(clean(f"error: {error}"), error.exit_code)
    where = f"{source}: " if source else ""
    what = f"unexpected {type(error).__name__}: {error}".rstrip(": .")
    return Failure(clean(f"error: {where}{what}. Run it again with --debug and report what it prints."), BROKEN)


def clean(line: str) -> str:
    """One line of printable text."""
    return "".join(c if c.isprintable() else " " for c in line)


def _ours(error: Exception) -> Exception:
    """An error of the knowledge base or of the file system as one of ours."""
    from knowledge import BadKnowledge, UnknownName

    if isinstance(error, UnknownName):
        return UsageError(str(error), fix="The list of all: review-finetune guide")
    if isinstance(error, BadKnowledge):
        return UsageError("the knowledge cannot be used", str(error))
    if isinstance(error, OSError) and error.filename:
        return UsageError(
            f"{error.filename}", (error.strerror or "cannot be used").lower(), "Check path and permissions."
        )
    return error
