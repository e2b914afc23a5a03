"""A process with all that it started: its memory, and its desks to kill. Linux only: it reads /proc."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import NamedTuple


class Process(NamedTuple):
    """One line of the process table: resident and shared-out ("proportional") memory in MiB."""

    pid: int
    parent: int
    command: str


def tree(root: int) -> list[Process]:
    """The process and everything below it."""
    found = {one.pid: one for one in _all()}
    below = {root}
    while more := {p.pid for p in found.values() if p.parent in below} - below:
        below |= more
    return [found[pid] for pid in sorted(below) if pid in found]


def desks(root: int) -> list[int]:
    """The processes that review, which a batch started."""
    return [p.pid for p in tree(root) if p.parent == root and "spawn_main" in p.command]


class Memory:
    """Samples the proportional memory of a tree every second: `samples` are pairs of seconds and MiB."""

    def __init__(self, root: int) -> None:
        self.samples: list[tuple[float, float]] = []
        self._root, self._stop, self._began = root, threading.Event(), time.monotonic()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stop.wait(1.0):
            total = sum(_mebibytes(p.pid) for p in tree(self._root))
            self.samples.append((time.monotonic() - self._began, total))


def _all() -> list[Process]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            stat = (folder / "stat").read_text()
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
        except OSError:
            continue
        found.append(Process(int(folder.name), int(stat.rpartition(")")[2].split()[1]), command))
    return found


def _mebibytes(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
