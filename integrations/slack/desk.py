"""Does jobs: finds the workspace's client and the errand, and tells what went wrong."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from agent.service import Service
from integrations.slack.blocks import text, verdict
from integrations.slack.configuration import SlackSettings
from integrations.slack.errands import answering, asides, reviewing, signing
from integrations.slack.errands.showing import show
from integrations.slack.jobs import Job, Jobs
from integrations.slack.ledger import Ledger
from integrations.slack.speech import Speech
from integrations.slack.visit import Visit, off
from integrations.slack.workspaces import Workspaces

if TYPE_CHECKING:
    from agent.llm import Model

ERRANDS: dict[str, Callable[[Visit], Awaitable[None]]] = {
    "start": reviewing.start,
    "share": reviewing.share,
    "open_answer": answering.open_answer,
    "answer": answering.answer,
    "reply": answering.reply,
    "mention": answering.mention,
    "open_sign": signing.open_sign,
    "sign": signing.sign,
    "help": asides.help_,
    "status": asides.status,
    "open_start": asides.open_start,
    "open_share": asides.open_share,
    "report": asides.report,
    "home": asides.home,
}


class Desk:
    """Does the jobs of every workspace."""

    def __init__(self, service: Service, jobs: Jobs, workspaces: Workspaces, settings: SlackSettings) -> None:
        self._service, self._jobs, self._workspaces, self._settings = service, jobs, workspaces, settings
        self._ledger = Ledger(service.settings.store)
        self._model = _model_of(service)

    async def do(self, job: Job) -> None:
        """Does a job; the same one again posts nothing twice.

        Raises:
            ReviewError: it cannot be done, and why.
            SlackApiError: Slack refuses.
            Lost: another worker has it now.
        """
        if job.kind == "removed":
            await self._workspaces.removed(job.data["team"], job.data["enterprise"])
            return
        visit = await self._visit(job)
        await (self._told(visit) if job.kind == "tell" else ERRANDS[job.kind](visit))

    async def _told(self, visit: Visit) -> None:
        """Tells whoever asked what went wrong: never silence. A review that stands keeps its message."""
        of, why = visit.data["of"], visit.data["why"]
        parent, before = await off(self._ledger.post, f"parent {of}"), await off(self._ledger.post, f"before {of}")
        if before and before.ts == reviewing.NONE:
            before = None
        if parent and parent.ts and not before and visit.data["kind"] == "start":
            await visit.speech.rewrite(parent, verdict.failed(why))
            return
        await visit.whisper(text.escape(why))
        thread = await off(self._ledger.thread_of, before.ts) if before else None
        if thread:
            await show(visit, thread, await off(self._service.show, thread.review_id))

    async def _visit(self, job: Job) -> Visit:
        client = await self._workspaces.client(job.data["team"], job.data.get("enterprise", ""))
        speech = Speech(client, self._ledger, self._jobs, job)
        return Visit(self._service, self._ledger, self._jobs, client, speech, self._settings, self._model, job)


def _model_of(service: Service) -> Model | None:
    """The language model that is configured, or None."""
    if service.settings.model is None:
        return None
    from agent.llm import Model

    return Model(service.settings.model)
