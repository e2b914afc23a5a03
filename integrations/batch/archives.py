"""Zip archives: their documents are read where they are. Nothing is unpacked to disk: no name in one is a path."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from agent.documents import LIMITS
from agent.errors import CorruptDocument, DocumentError, EncryptedDocument, TooLargeDocument
from integrations.batch.items import Found

MOST_MEMBERS = 100_000
_ENCRYPTED = 0x1
_RATIO = 200
_SMALL = 1_000_000
"""Bytes below which no ratio of packing is looked at."""


def members(path: Path, label: str) -> Iterator[Found]:
    """The documents of an archive; folders, hidden files and those of macOS are left out.

    Raises:
        DocumentError: it is no archive, or holds too much.
    """
    with _opened(path, label) as archive:
        infos = [i for i in archive.infolist() if not i.is_dir() and not hidden(PurePosixPath(i.filename))]
    if len(infos) > MOST_MEMBERS:
        why = f"{len(infos):,} files, the limit is {MOST_MEMBERS:,}"
        raise TooLargeDocument("too many files in the archive", why, "Split it.", label)
    for info in infos:
        name = f"{label}/{info.filename}"
        yield Found(name, str(path), info.filename, f"{info.file_size}-{info.CRC:08x}", info.file_size)


def contents(path: Path, member: str) -> bytes:
    """The bytes of one document of an archive, counted while they are unpacked.

    Raises:
        DocumentError: too large, encrypted, packed suspiciously well, or damaged.
    """
    name = PurePosixPath(member).name
    with _opened(path, path.name) as archive:
        try:
            info = archive.getinfo(member)
            _refuse(info, name)
            with archive.open(info) as file:
                data = file.read(LIMITS.bytes + 1)
        except DocumentError:
            raise
        except Exception as error:
            raise CorruptDocument("cannot be unpacked", f"the archive is damaged ({type(error).__name__})",
                                  "Pack it again.", name) from error  # fmt: skip
    if len(data) > LIMITS.bytes:
        raise _too_large(len(data), name)
    return data


def hidden(path: PurePosixPath) -> bool:
    """True for what no one means as a document: dot files, lock files of Word, the shadow files of macOS."""
    return any(p.startswith((".", "~$")) or p == "__MACOSX" for p in path.parts if p not in (".", ".."))


def _opened(path: Path, label: str) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise CorruptDocument("cannot be unpacked", "it is no zip archive, or a damaged one", "Pack it again.",
                              label) from error  # fmt: skip


def _refuse(info: zipfile.ZipInfo, name: str) -> None:
    if info.flag_bits & _ENCRYPTED:
        raise EncryptedDocument("needs a password", "the archive is encrypted", "Pack it without a password.", name)
    if info.file_size > LIMITS.bytes:
        raise _too_large(info.file_size, name)
    if info.file_size > _SMALL and info.file_size > _RATIO * max(1, info.compress_size):
        why = f"it is packed more than {_RATIO} to 1"
        raise TooLargeDocument("too large", why, "Send the proposal alone.", name)


def _too_large(size: int, name: str) -> DocumentError:
    from agent.documents.opening import too_large

    return too_large(size, LIMITS, name)
