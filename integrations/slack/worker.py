"""Takes jobs from the ledger and does them; tries again what may pass, tells what will not."""

from __future__ import annotations

import asyncio
import logging

from slack_sdk.errors import SlackApiError

from agent.errors import ReviewError
from integrations.slack.desk import Desk
from integrations.slack.ledger import Job, Ledger
from integrations.slack.speech import told

LOG = logging.getLogger(__name__)
TASKS = 4
TRIES = 5
LOOK = 1.0
"""Seconds between two looks at the ledger when nobody wakes us."""
PASSING = ("ratelimited", "internal_error", "fatal_error", "service_unavailable", "request_timeout")


class Worker:
    """The jobs of this process."""

    def __init__(self, ledger: Ledger, desk: Desk) -> None:
        self.ledger, self._desk = ledger, desk
        self._woken = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    def wake(self) -> None:
        """There is a new job."""
        self._woken.set()

    def begin(self) -> None:
        """Starts to work, with what an earlier process left."""
        self.ledger.release()
        self._tasks = [asyncio.create_task(self._work()) for _ in range(TASKS)]

    async def leave(self) -> None:
        """Stops; what was begun is taken up by the next process."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _work(self) -> None:
        while True:
            job = await asyncio.to_thread(self.ledger.take)
            if job:
                await self._one(job)
                self.wake()
                continue
            self._woken.clear()
            try:
                await asyncio.wait_for(self._woken.wait(), LOOK)
            except TimeoutError:
                continue

    async def _one(self, job: Job) -> None:
        try:
            await self._desk.do(job)
        except ReviewError as error:
            await self._gave_up(job, str(error))
        except SlackApiError as error:
            await self._refused(job, error)
        except Exception as error:  # whatever it is, the next job must run
            LOG.warning("job %s failed: %s", job.kind, type(error).__name__)
            await self._again(job, 2.0**job.tries, "Something broke here. Try again, or tell whoever runs this app.")
        else:
            await asyncio.to_thread(self.ledger.done, job)

    async def _refused(self, job: Job, error: SlackApiError) -> None:
        LOG.warning("job %s: Slack answered %s", job.kind, error.response.get("error"))
        if error.response.get("error") in PASSING or error.response.status_code >= 429:
            wait = float(error.response.headers.get("Retry-After") or 2**job.tries)
            await self._again(job, wait, told(error))
        else:
            await self._gave_up(job, told(error))

    async def _again(self, job: Job, seconds: float, why: str) -> None:
        if job.tries < TRIES:
            await asyncio.to_thread(self.ledger.later, job, seconds)
        else:
            await self._gave_up(job, why)

    async def _gave_up(self, job: Job, why: str) -> None:
        try:
            await self._desk.failed(job, why)
        except Exception as error:  # there is nobody left to tell
            LOG.warning("job %s: could not tell: %s", job.kind, type(error).__name__)
        await asyncio.to_thread(self.ledger.done, job, "failed")
