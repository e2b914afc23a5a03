"""What a user names, as documents: files, folders, patterns, zip archives and lists."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from agent.commands.sources import STDIN, refuse_early
from agent.errors import DocumentError, UsageError
from integrations.batch.archives import hidden, members
from integrations.batch.items import Found
from integrations.batch.lists import ENDINGS, entries

_ARCHIVE = ".zip"


def find(paths: list[str], output: Path) -> tuple[list[Found], list[tuple[Found, DocumentError]]]:
    """All documents below the paths, each once, in a settled order; and the archives that cannot be opened.

    Args:
        paths: as the user gave them.
        output: the folder of the results; what is below it is no document.

    Raises:
        UsageError: a path does not exist, a pattern or folder holds nothing, or a list cannot be read.
    """
    refuse_early(paths)
    found: dict[tuple[str, str], Found] = {}
    broken: list[tuple[Found, DocumentError]] = []
    for path in paths:
        before = len(found) + len(broken)
        for one in _named(path, output.resolve()):
            for document in _documents(one, broken):
                found.setdefault((document.path, document.member), document)
        if len(found) + len(broken) == before and not found:
            raise UsageError(f"{path}", "holds no documents", "Give files, folders, zip archives or lists.")
    return list(found.values()), broken


def _named(path: str, output: Path) -> Iterator[Found]:
    """The files of one argument; an archive is still one file here."""
    if path == STDIN:
        raise UsageError("-", "a batch reads files, not standard input", "Use: review-finetune review -")
    if os.path.isdir(path):
        yield from _below(Path(path), output)
    elif os.path.lexists(path):
        if Path(path).suffix.lower() in ENDINGS:
            yield from (_file(p, rest) for p, rest in entries(Path(path)))
        else:
            yield _file(Path(path))
    elif glob.has_magic(path):
        for match in sorted(glob.glob(path, recursive=True)):
            yield from _below(Path(match), output) if os.path.isdir(match) else [_file(Path(match))]
    else:
        raise UsageError(f"{path}", "no such file or folder", "Check the path.")


def _below(folder: Path, output: Path) -> Iterator[Found]:
    """The files of a folder and its subfolders. Links to folders are not followed; hidden files are left out."""
    for where, folders, files in os.walk(folder):
        here = Path(where)
        folders[:] = sorted(f for f in folders if not hidden(PurePosixPath(f)) and (here / f).resolve() != output)
        yield from (_file(here / f) for f in sorted(files) if not hidden(PurePosixPath(f)))


def _file(path: Path, metadata: dict[str, str] | None = None) -> Found:
    """A file by its own name: a link is not followed, so that it is refused when it is opened."""
    try:
        status = path.lstat()
        stamp, size = f"{status.st_size}-{status.st_mtime_ns}", status.st_size
    except OSError:
        stamp, size = "missing", 0
    whole = path.parent.resolve() / path.name
    return Found(str(path), str(whole), "", stamp, size, metadata or {})


def _documents(one: Found, broken: list[tuple[Found, DocumentError]]) -> Iterator[Found]:
    if not one.path.lower().endswith(_ARCHIVE) or not os.path.isfile(one.path) or os.path.islink(one.path):
        yield one
        return
    try:
        for member in members(Path(one.path), one.label):
            yield member._replace(metadata=one.metadata)
    except DocumentError as error:
        broken.append((one, error))
