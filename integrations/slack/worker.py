"""Takes jobs from the queue and does them; tries again what may pass, tells what will not.

Any number of workers may run on one store, on any number of machines.
"""

from __future__ import annotations

import asyncio
import logging
import uuid
from contextlib import suppress

import aiohttp
from slack_sdk.errors import SlackApiError

from agent.errors import ReviewError
from integrations.slack.desk import Desk
from integrations.slack.jobs import Job, Jobs, Lost
from integrations.slack.refusal import refusal
from integrations.slack.words import told

LOG = logging.getLogger(__name__)
TASKS = 4
TRIES = 10
PAUSE, LONGEST = 1.0, 60.0
"""Seconds before a job is tried again: doubled with every try, up to the longest."""
LOOK = 1.0
"""Seconds between two looks at the queue when nobody wakes us."""
PATIENCE = 60.0
"""Seconds for which the end of a worker waits for its tasks."""
BROKEN = "Something broke here. Try again, or tell whoever runs this app."
UNREACHED = "Slack cannot be reached from here. Try again; if it stays, tell whoever runs this app."


class Worker:
    """The jobs that this process does."""

    def __init__(self, jobs: Jobs, desk: Desk) -> None:
        self.jobs, self._desk = jobs, desk
        self._name = uuid.uuid4().hex
        self._woken = asyncio.Event()
        self._ending = False
        self._tasks: list[asyncio.Task[None]] = []

    def wake(self) -> None:
        """There is a new job."""
        self._woken.set()

    def begin(self) -> None:
        """Starts to work, with what others have left."""
        if not self._tasks:
            self._tasks = [asyncio.create_task(self._work()) for _ in range(TASKS)]

    async def leave(self) -> None:
        """Stops; what was begun is free for the next worker at once."""
        self._ending = True
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=PATIENCE)
        await asyncio.to_thread(self.jobs.leave, self._name)

    async def _work(self) -> None:
        while not self._ending:
            if await self._next():
                self.wake()
                continue
            self._woken.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK):
                    await self._woken.wait()

    async def _next(self) -> bool:
        """Does the next job; False where there is none, or the store cannot be used now."""
        try:
            job = await asyncio.to_thread(self.jobs.take, self._name)
            if job:
                await self._kept(job)
        except Exception as error:  # what was begun is taken up when its lease ends
            LOG.warning("the queue cannot be used: %s", error)
            return False
        return job is not None

    async def _kept(self, job: Job) -> None:
        """Does a job while its lease is renewed; one that was lost is left alone."""
        doing = asyncio.create_task(self._one(job))
        try:
            while not (await asyncio.wait([doing], timeout=self.jobs.lease / 3))[0]:
                await asyncio.to_thread(self.jobs.renew, job)
            await doing
        except Lost:
            LOG.warning("job %s: another worker has taken it over", job.kind)
        finally:
            doing.cancel()
            await asyncio.wait([doing], timeout=PATIENCE)

    async def _one(self, job: Job) -> None:
        try:
            await self._desk.do(job)
        except Lost:
            raise
        except ReviewError as error:
            await self._gave_up(job, str(error))
        except SlackApiError as error:
            await self._refused(job, error)
        except (aiohttp.ClientError, TimeoutError) as error:
            LOG.warning("job %s: %s", job.kind, type(error).__name__)
            await self._again(job, _pause(job), UNREACHED)
        except Exception as error:  # whatever it is, the next job must run
            LOG.warning("job %s failed: %s", job.kind, type(error).__name__, exc_info=LOG.isEnabledFor(logging.DEBUG))
            await self._again(job, _pause(job), BROKEN)
        else:
            await asyncio.to_thread(self.jobs.done, job)

    async def _refused(self, job: Job, error: SlackApiError) -> None:
        found = refusal(error)
        LOG.warning("job %s: Slack answered %s %s", job.kind, found.status, found.code)
        if found.passing:
            await self._again(job, _pause(job) if found.wait is None else found.wait, told(error))
        else:
            await self._gave_up(job, told(error))

    async def _again(self, job: Job, seconds: float, why: str) -> None:
        if job.tries < TRIES:
            await asyncio.to_thread(self.jobs.later, job, seconds)
        else:
            await self._gave_up(job, why)

    async def _gave_up(self, job: Job, why: str) -> None:
        """To tell whoever asked is a job of its own, so that it is tried again, too."""
        if job.kind != "tell":
            data = job.data | {"why": why, "of": job.id, "kind": job.kind}
            await asyncio.to_thread(self.jobs.put, f"tell {job.id}", job.lane, "tell", data)
        await asyncio.to_thread(self.jobs.done, job, "failed")


def _pause(job: Job) -> float:
    return min(PAUSE * 2.0**job.tries, LONGEST)
