"""One job at work: who asks, in which workspace, and what it is done with."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from slack_sdk.web.async_client import AsyncWebClient

from agent.errors import UsageError
from agent.models import Review
from agent.service import Service
from integrations.slack.configuration import SlackSettings
from integrations.slack.jobs import Job, Jobs
from integrations.slack.ledger import Ledger, Thread
from integrations.slack.speech import Speech
from integrations.slack.words import STALE

if TYPE_CHECKING:
    from agent.llm import Model

T = TypeVar("T")


@dataclass(frozen=True)
class Visit:
    """What an errand needs.

    Attributes:
        service: the reviews.
        ledger: what stands in Slack.
        jobs: the queue, to move the job into another lane.
        client: with the workspace's token.
        speech: posts and rewrites.
        settings: Slack's side of the configuration.
        model: the language model that is configured, or None.
        job: what is asked.
    """

    service: Service
    ledger: Ledger
    jobs: Jobs
    client: AsyncWebClient
    speech: Speech
    settings: SlackSettings
    model: Model | None
    job: Job

    @property
    def data(self) -> Mapping[str, Any]:
        """What the delivery was about."""
        return self.job.data

    @property
    def who(self) -> str:
        """The person who asks, as the service knows them."""
        return self.person(self.data["user"])

    def person(self, user: str) -> str:
        """A Slack user as the service knows them: `T0…/U0…`, as written in [signoff] approvers."""
        return f"{self.data['team']}/{user}"

    async def whisper(self, text: str) -> None:
        """A line for whoever asks."""
        data = self.data
        channel = data["channel"] or await self.speech.direct(data["user"])
        await self.speech.whisper(channel, data["user"], text, data.get("thread", ""))

    async def living(self, review_id: str) -> tuple[Thread, Review]:
        """A review that is the latest of its thread.

        Raises:
            UsageError: another version has taken its place, or it was deleted.
        """
        thread = await off(self.ledger.thread_of, review_id)
        if thread is None:
            raise UsageError(STALE)
        return thread, await off(self.service.show, review_id)


async def off(work: Callable[..., T], *args: Any, **named: Any) -> T:
    """Does something that waits for a disk, off the loop."""
    return await asyncio.to_thread(work, *args, **named)
