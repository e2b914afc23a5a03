"""The doors: every listener keeps a job and acknowledges, nothing more. The same app for HTTP and Socket Mode.

`process_before_response`: a delivery is on disk before Slack hears that it was taken. It also avoids the loss of an
acknowledgement in bolt when a listener raises right after `ack()`; an error here is a 500, and Slack sends again.
"""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from integrations.slack.configuration import SlackSettings
from integrations.slack.desk import FILE_LINK, FIXED, NO_FILE
from integrations.slack.worker import Worker

Body = dict[str, Any]
NO_CHANGES = ("message_changed", "message_deleted", "channel_join", "bot_message")


def make_app(settings: SlackSettings, client: AsyncWebClient, worker: Worker) -> AsyncApp:
    """The bolt application of one workspace."""
    known: list[AuthorizeResult] = []

    async def authorize() -> AuthorizeResult:
        """Asks Slack who we are once, not with every request."""
        if not known:
            known.append(
                AuthorizeResult.from_auth_test_response(
                    auth_test_response=await client.auth_test(), bot_token=settings.bot_token
                )
            )
        return known[0]  # fmt: skip

    app = AsyncApp(
        client=client, signing_secret=settings.signing_secret, authorize=authorize, process_before_response=True
    )
    doors = _Doors(worker)
    app.command("/review-finetune")(doors.command)
    app.shortcut("review_proposal")(doors.shortcut)
    app.action(re.compile(".+"))(doors.action)
    app.view("start")(doors.start)
    app.view("answer")(doors.answer)
    app.view("sign")(doors.sign)
    app.event("app_home_opened")(doors.home)
    app.event("app_mention")(doors.mention)
    app.event("message")(doors.message)
    return app


class _Doors:
    """From a payload to a job."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker

    async def _keep(self, delivery: str, kind: str, body: Body, lane: str = "", **data: Any) -> None:
        who = {"team": _team(body), "user": _user(body)}
        await asyncio.to_thread(self._worker.ledger.put, delivery, lane or delivery, kind, who | data)
        self._worker.wake()

    async def command(self, ack: Any, body: Body) -> None:
        said, channel, trigger = body.get("text", "").strip(), body["channel_id"], body["trigger_id"]
        if link := FILE_LINK.search(said):
            await self._keep(trigger, "start", body, channel=channel, file=link[1])
        elif said in ("help", "status"):
            await self._keep(trigger, said, body, channel=channel)
        elif said:
            await self._keep(trigger, "help", body, channel=channel, say=NO_FILE)
        else:
            await self._keep(trigger, "open_start", body, channel=channel, trigger=trigger)
        await ack()

    async def shortcut(self, ack: Any, body: Body) -> None:
        message, channel = body["message"], body["channel"]["id"]
        await self._found(body["trigger_id"], body, message, channel, message.get("thread_ts") or message["ts"])
        await ack()

    async def mention(self, ack: Any, body: Body) -> None:
        event = body["event"]
        await self._found(body["event_id"], body, event, event["channel"], event.get("thread_ts") or event["ts"])
        await ack()

    async def _found(self, delivery: str, body: Body, message: Body, channel: str, thread: str) -> None:
        """A review of the file or link in a message, in its thread."""
        files = message.get("files") or []
        link = FILE_LINK.search(message.get("text", ""))
        file = files[0]["id"] if files else link[1] if link else ""
        if file:
            lane, author = f"{channel} {thread}", message.get("user", "")
            await self._keep(delivery, "start", body, lane, channel=channel, thread=thread, file=file, author=author)
        else:
            await self._keep(delivery, "help", body, channel=channel, say=NO_FILE)

    async def message(self, ack: Any, body: Body) -> None:
        event = body["event"]
        thread, files = event.get("thread_ts"), event.get("files") or []
        if thread and event.get("subtype") not in NO_CHANGES and not event.get("bot_id"):
            about = {"file": files[0]["id"]} if files else {"text": event.get("text", "")}
            lane = f"{event['channel']} {thread}"
            await self._keep(body["event_id"], "reply", body, lane, channel=event["channel"], thread=thread, **about)
        await ack()

    async def home(self, ack: Any, body: Body) -> None:
        await self._keep(body["event_id"], "home", body, channel=_user(body))
        await ack()

    async def action(self, ack: Any, body: Body) -> None:
        clicked, trigger = body["actions"][0], body["trigger_id"]
        message, channel = body.get("message") or {}, (body.get("channel") or {}).get("id", "")
        thread = message.get("thread_ts") or message.get("ts", "")
        what, about = clicked["action_id"], {"channel": channel, "thread": thread, "value": clicked.get("value", "")}
        lane = f"{channel} {thread}"
        if what in ("answer", "sign"):
            await self._keep(trigger, f"open_{what}", body, trigger=trigger, **about)
        elif what in FIXED:
            await self._keep(trigger, "answer", body, lane, fixed=what, **about)
        elif what == "report":
            await self._keep(trigger, "report", body, lane, **about)
        elif what == "again":
            file, author = about["value"].split(" ")
            await self._keep(trigger, "start", body, lane, **about | {"file": file, "author": author})
        await ack()

    async def start(self, ack: Any, body: Body) -> None:
        values = _values(body)
        files, link = values.get("file") or [], values.get("link") or ""
        found = FILE_LINK.search(link)
        if not files and not found:
            what = "That is no link of a file in Slack." if link else "Give a file or a link."
            await ack(response_action="errors", errors={"link" if link else "file": what})
            return
        private = json.loads(body["view"]["private_metadata"])
        file = files[0]["id"] if files else found[1] if found else ""
        await self._keep(_submitted(body), "start", body, **private, file=file, author=values["author"])
        await ack()

    async def answer(self, ack: Any, body: Body) -> None:
        said = (_values(body).get("text") or "").strip()
        if len(said) < 2:
            await ack(response_action="errors", errors={"answer": "A figure, a date or a name, please."})
            return
        private = json.loads(body["view"]["private_metadata"])
        await self._keep(_submitted(body), "answer", body, _lane(private), **private, text=said)
        await ack()

    async def sign(self, ack: Any, body: Body) -> None:
        values, private = _values(body), json.loads(body["view"]["private_metadata"])
        if len((values.get("reason") or "").strip()) < 3:
            await ack(response_action="errors", errors={"reason": "A reason is needed."})
            return
        await self._keep(
            _submitted(body), "sign", body, _lane(private), **private,
            decision=values["decision"], reason=values["reason"],
        )  # fmt: skip
        await ack()


def _values(body: Body) -> dict[str, Any]:
    """What was filled in, by action id."""
    fields = (f for block in body["view"]["state"]["values"].values() for f in block.items())
    return {n: f.get("value") or f.get("files") or f.get("selected_user") or _chosen(f) for n, f in fields}


def _chosen(field: Body) -> str | None:
    option = field.get("selected_option")
    return option["value"] if option else None


def _submitted(body: Body) -> str:
    """A form can be submitted once: its id is that of the delivery."""
    return f"view {body['view']['id']}"


def _lane(private: Body) -> str:
    return f"{private['channel']} {private['thread']}"


def _team(body: Body) -> str:
    return str(body.get("team_id") or (body.get("team") or {}).get("id") or "")


def _user(body: Body) -> str:
    user = (
        body.get("user_id") or (body.get("user") or {}).get("id") if "event" not in body else body["event"].get("user")
    )
    return str(user or "")
