"""What is done, one line a document, appended as soon as its files are written: the memory of a batch.

A line that a killed process left half written is not read; its document is in flight, and is done again. Each writer
has a file of its own, so that many machines can write to one shared folder.
"""

from __future__ import annotations

import json
import threading
from pathlib import Path
from types import TracebackType

from integrations.batch.items import Done
from integrations.batch.plan import STATE

_ENDING = ".journal"


class Journal:
    """Appends lines to one file; safe for the threads of one process."""

    def __init__(self, output: Path, writer: str) -> None:
        """Opens the file of this writer, unbuffered; a torn last line is closed first."""
        self._lock = threading.Lock()
        path = output / STATE / f"{writer}{_ENDING}"
        self._file = open(path, "ab", buffering=0)  # noqa: SIM115
        self._file.write(b"\n" * (path.stat().st_size > 0))

    def add(self, done: Done) -> None:
        """Writes one line with one system call."""
        line = json.dumps(done, ensure_ascii=True).encode() + b"\n"
        with self._lock:
            self._file.write(line)

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._file.close()


def read(output: Path, writers: str = "*") -> dict[str, Done]:
    """Everything that is done, by name; of two lines about one document the later file's last one counts.

    Args:
        output: the folder of the batch.
        writers: a pattern for the writers whose files are read.
    """
    done: dict[str, Done] = {}
    for path in sorted((output / STATE).glob(f"{writers}{_ENDING}")):
        with path.open("rb") as file:
            for line in file:
                one = _line(line)
                if one:
                    done[one.name] = one
    return done


def _line(line: bytes) -> Done | None:
    try:
        one = Done(*json.loads(line))
    except (ValueError, TypeError):
        return None
    return one if isinstance(one.name, str) else None
