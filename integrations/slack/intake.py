"""From what Slack sent to a job in the queue, and what a message or form names: a file, or a Google Doc."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from agent.errors import UsageError
from integrations.google_docs.addresses import document_id
from integrations.google_docs.configuration import is_configured

if TYPE_CHECKING:
    from agent.settings import Settings
    from integrations.slack.crew import Crew
    from integrations.slack.worker import Worker

Body = dict[str, Any]
FILE_LINK = re.compile(r"https://[\w.-]+\.slack\.com/files/[\w-]+/(F\w+)")
ADDRESS = re.compile(r"https?://docs\.google\.com/[^\s|<>]+", re.IGNORECASE)
NO_GOOGLE = "Google Docs are not set up here. Post the proposal as a file: in Google Docs, File, Download, Word or PDF."
NO_DOC = "That is no Google Docs document. Give its address: https://docs.google.com/document/d/…"
FORMS = {"answer": "open_answer", "sign": "open_sign", "share": "open_share"}
FIXED = ("unknown", "not_applicable")


def found_in(text: str, files: Sequence[Mapping[str, Any]], *, google: bool) -> dict[str, str] | str:
    """What is to be reviewed.

    Args:
        text: of a message, a command or a field.
        files: those of a message.
        google: whether Google Docs can be read here.

    Returns:
        `{"file": Slack's id}` or `{"doc": Google's id}`; else why not, or "" where nothing is named.
    """
    if files:
        return {"file": str(files[0]["id"])}
    if link := FILE_LINK.search(text):
        return {"file": link[1]}
    if not (address := ADDRESS.search(text)):
        return ""
    if not google:
        return NO_GOOGLE
    try:
        return {"doc": document_id(address[0])}
    except UsageError:
        return NO_DOC


class Intake:
    """Keeps jobs. It has threads of its own, for an acknowledgement must not wait behind reviews."""

    def __init__(self, worker: Crew | Worker, settings: Settings) -> None:
        self._worker, self._threads = worker, ThreadPoolExecutor(4, "slack-intake")
        self.google = is_configured(settings)

    async def keep(self, delivery: str, kind: str, body: Body, lane: str = "", **data: Any) -> None:
        """A job: what a delivery asks for, and who asks; on disk when this returns."""
        who = {"team": team_of(body), "enterprise": enterprise_of(body), "user": user_of(body)}
        await self.off(self._worker.jobs.put, delivery, lane or delivery, kind, who | data)
        self._worker.wake()

    async def clicked(self, what: str, trigger: str, body: Body, about: Body) -> None:
        """A button."""
        lane = f"{about['channel']} {about['thread']}"
        if what in FORMS:
            await self.keep(trigger, FORMS[what], body, trigger=trigger, **about)
        elif what in FIXED:
            await self.keep(trigger, "answer", body, lane, fixed=what, **about)
        elif what == "report":
            await self.keep(trigger, "report", body, lane, **about)
        elif what == "again":
            named, author = about["value"].split(" ")
            source = {"doc": named[4:]} if named.startswith("doc:") else {"file": named}
            await self.keep(trigger, "start", body, lane, **about | source | {"author": author})

    async def off(self, work: Any, *args: Any) -> Any:
        """Does something on a thread kept free for acknowledgements."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, work, *args)


def team_of(body: Body) -> str:
    """The workspace of a payload."""
    return str(body.get("team_id") or (body.get("team") or {}).get("id") or "")


def enterprise_of(body: Body) -> str:
    """The organisation of a payload, if it has one."""
    return str(body.get("enterprise_id") or (body.get("enterprise") or {}).get("id") or "")


def user_of(body: Body) -> str:
    """The person who did it."""
    if "event" in body:
        return str(body["event"].get("user") or "")
    return str(body.get("user_id") or (body.get("user") or {}).get("id") or "")
