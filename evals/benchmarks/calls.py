"""A model on the loopback that takes its time, and what a batch made of it: calls a second, and at once."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

from evals.scripted import Asked, Said, Server


class Calls:
    """When each call came; every one lasts the same time."""

    def __init__(self, seconds: float) -> None:
        self.seconds, self.at, self._lock = seconds, list[float](), threading.Lock()

    def say(self, asked: Asked) -> Said:
        with self._lock:
            self.at.append(time.monotonic())
        answer = {"pointers": []} if asked.form == "Pointers" else {"texts": []}
        return Said(answer, seconds=self.seconds)

    @property
    def a_second(self) -> float:
        """From the first call's start to the last one's end."""
        return len(self.at) / (max(self.at) + self.seconds - min(self.at))

    @property
    def steady(self) -> float:
        """Of the middle 80% of the calls: without the start of the processes and the last documents' tail."""
        at = sorted(self.at)
        tenth = len(at) // 10
        middle = at[tenth : len(at) - tenth]
        return (len(middle) - 1) / (middle[-1] - middle[0])

    @property
    def most_at_once(self) -> int:
        edges = sorted([*((t, 1) for t in self.at), *((t + self.seconds, -1) for t in self.at)])
        now = most = 0
        for (_, step), _ in pairwise([*edges, (0.0, 0)]):
            now += step
            most = max(most, now)
        return most


@contextmanager
def configured(folder: Path, seconds: float, at_once: int) -> Iterator[Calls]:
    """The environment and the configuration of a model that answers after so many seconds, `at_once` calls allowed."""
    calls = Calls(seconds)
    server = Server(calls.say)
    (folder / "review-finetune.toml").write_text(f"[model]\nname = 'm'\nat_once = {at_once}\ncache = false\n", "utf-8")
    known = {
        "OPENAI_BASE_URL": server.url,
        "OPENAI_API_KEY": "none",
        "REVIEW_FINETUNE_CONFIG": str(folder / "review-finetune.toml"),
    }
    before = {name: os.environ.get(name) for name in known}
    os.environ.update(known)
    try:
        yield calls
    finally:
        server.close()
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
