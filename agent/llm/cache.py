"""Answers that were given before: the same model, prompt and document need no second call.

The folder is the user's alone, since quotes of documents are in it: each document's answers lie in a folder of their
own, which goes when its review is deleted. It is also how an eval is recorded and replayed.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import os
import shutil
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

_LOOK = 3_600.0


class Kept:
    """A folder of answers, by the hash of what was asked; without a folder it keeps nothing."""

    def __init__(self, folder: Path | None, days: int | None = None) -> None:
        """Creates nothing until there is something to keep; what is older than `days` is removed."""
        self.folder, self.days = folder, days
        self._looked = -_LOOK

    def get(self, asked: Mapping[str, Any], about: str = "") -> dict[str, Any] | None:
        """What was answered, or None. A damaged file counts as none.

        Args:
            asked: the request.
            about: SHA-256 of the document that it is about; empty for none.
        """
        if self.folder is None:
            return None
        try:
            found = json.loads((_of(self.folder, about) / name(asked)).read_text("utf-8"))
        except (OSError, ValueError):
            return None
        return found if isinstance(found, dict) else None

    def put(self, asked: Mapping[str, Any], answered: Mapping[str, Any], about: str = "") -> None:
        """Keeps an answer; a folder that cannot be written is no reason to fail."""
        if self.folder is None:
            return
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._forget()
            path = _of(self.folder, about) / name(asked)
            path.parent.mkdir(mode=0o700, exist_ok=True)
            part = path.with_suffix(f".{os.getpid()}")
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
                json.dump(answered, file, ensure_ascii=False)
            part.replace(path)
        except OSError:
            return

    def _forget(self) -> None:
        """Looks through the folder once an hour: it may hold the answers of a large batch."""
        if self.folder is None or self.days is None or time.monotonic() - self._looked < _LOOK:
            return
        self._looked = time.monotonic()
        oldest = time.time() - self.days * 86_400
        for path in self.folder.rglob("*.json"):
            if path.stat().st_mtime < oldest:
                path.unlink(missing_ok=True)


def forget(folders: Iterable[Path], about: Iterable[str]) -> None:
    """Removes every answer about some documents.

    Args:
        folders: where answers may lie.
        about: SHA-256 of each document.
    """
    for folder, one in itertools.product(folders, tuple(about)):
        if one:
            shutil.rmtree(_of(folder, one), ignore_errors=True)


def _of(folder: Path, about: str) -> Path:
    return folder / hashlib.sha256(about.encode()).hexdigest()[:40] if about else folder


def name(asked: Mapping[str, Any]) -> str:
    """The file of a request."""
    text = json.dumps(asked, sort_keys=True, ensure_ascii=False)
    return f"{hashlib.sha256(text.encode()).hexdigest()[:40]}.json"
