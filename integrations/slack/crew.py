"""Workers in processes of their own: a review computes, and in the same process acknowledgements would wait for it.

A process that dies is started again; one whose parent is gone ends. What it had begun is taken up when its lease ends.
"""

from __future__ import annotations

import asyncio
import logging
import os
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING

from agent.service import Service
from agent.settings import Settings
from integrations.slack.configuration import SlackSettings
from integrations.slack.jobs import Jobs

if TYPE_CHECKING:
    from multiprocessing.context import SpawnProcess

    from integrations.slack.worker import Worker

LOG = logging.getLogger(__name__)
LOOK = 1.0
"""Seconds between two looks at whether everybody is alive."""
PATIENCE = 20.0
NICE = 5
"""Lower priority than the process that acknowledges."""
WAKE, END = b"w", b"e"


class Crew:
    """As a `Worker`, in other processes."""

    def __init__(self, settings: Settings, own: SlackSettings, jobs: Jobs, size: int) -> None:
        self.jobs, self._settings, self._own, self._size = jobs, settings, own, size
        self._members: list[tuple[SpawnProcess, Connection]] = []
        self._watching: asyncio.Task[None] | None = None

    def wake(self) -> None:
        """There is a new job."""
        self._tell(WAKE)

    def begin(self) -> None:
        """Starts the processes."""
        if self._watching is None:
            self._members = [self._hired() for _ in range(self._size)]
            self._watching = asyncio.create_task(self._watch())

    async def leave(self) -> None:
        """Ends them in good order."""
        if self._watching is None:
            return
        self._watching.cancel()
        self._tell(END)
        for process, line in self._members:
            await asyncio.to_thread(process.join, PATIENCE)
            process.kill()
            line.close()

    def _tell(self, word: bytes) -> None:
        for _, line in self._members:
            try:
                line.send_bytes(word)
            except OSError:
                continue  # it is started again, and looks by itself

    def _hired(self) -> tuple[SpawnProcess, Connection]:
        spawn = get_context("spawn")
        theirs, ours = spawn.Pipe(duplex=False)
        process = spawn.Process(target=_work, args=(self._settings, self._own, theirs), daemon=True)
        process.start()
        theirs.close()
        return process, ours

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(LOOK)
            for n, (process, line) in enumerate(self._members):
                if not process.is_alive():
                    LOG.warning("a worker ended (%s); another begins", process.exitcode)
                    line.close()
                    self._members[n] = self._hired()


def _work(settings: Settings, own: SlackSettings, line: Connection) -> None:
    """A process of the crew."""
    os.nice(NICE)
    asyncio.run(_until_told(settings, own, line))


async def _until_told(settings: Settings, own: SlackSettings, line: Connection) -> None:
    from integrations.slack.http import worker_of, working

    worker: Worker = worker_of(own, Service(settings))
    over = asyncio.Event()

    def heard() -> None:
        try:
            word = line.recv_bytes()
        except EOFError:  # the parent is gone
            word = END
        if word == END:
            asyncio.get_running_loop().remove_reader(line.fileno())
            over.set()
        worker.wake()

    asyncio.get_running_loop().add_reader(line.fileno(), heard)
    async with working(worker):
        await over.wait()
