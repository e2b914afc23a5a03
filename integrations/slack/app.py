"""The doors: every listener keeps a job and acknowledges, nothing more. The same app for HTTP and Socket Mode.

`process_before_response`: a delivery is on disk before Slack hears that it was taken. It also avoids the loss of an
acknowledgement in bolt when a listener raises right after `ack()`; an error here is a 500, and Slack sends again.
"""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING, Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings

from integrations.slack.configuration import SlackSettings
from integrations.slack.forms import Forms
from integrations.slack.intake import Body, Intake, found_in
from integrations.slack.scopes import scopes
from integrations.slack.words import NO_FILE

if TYPE_CHECKING:
    from agent.settings import Settings
    from integrations.slack.crew import Crew
    from integrations.slack.installs import Installs
    from integrations.slack.worker import Worker
    from integrations.slack.workspaces import Workspaces

LOG = logging.getLogger(__name__)
"""Bolt's, too; it warns that it leaves SLACK_BOT_TOKEN alone, which is meant."""
NO_CHANGES = ("message_changed", "message_deleted", "channel_join", "bot_message")


def make_app(
    own: SlackSettings, workspaces: Workspaces, installs: Installs, worker: Crew | Worker, settings: Settings
) -> AsyncApp:
    """The bolt application of one workspace, or of every one that installs it."""
    from integrations.slack.workspaces import client

    LOG.addFilter(lambda record: "`token` will be unused" not in record.getMessage())
    app = AsyncApp(
        logger=LOG,
        name="review-finetune",
        client=client(own),
        signing_secret=own.signing_secret,
        authorize=workspaces,  # type: ignore[arg-type]  # bolt takes its own class as well, and says so in its code alone
        oauth_settings=_oauth(own, installs, settings) if own.installable else None,
        process_before_response=True,
    )
    intake = Intake(worker, settings)
    doors, forms = _Doors(intake, workspaces), Forms(intake)
    app.command("/review-finetune")(doors.command)
    app.shortcut("review_proposal")(doors.shortcut)
    app.action(re.compile(".+"))(doors.action)
    app.view("start")(forms.start)
    app.view("answer")(forms.answer)
    app.view("sign")(forms.sign)
    app.view("share")(forms.share)
    app.event("app_home_opened")(doors.home)
    app.event("app_mention")(doors.mention)
    app.event("message")(doors.message)
    app.event("tokens_revoked")(doors.removed)
    app.event("app_uninstalled")(doors.removed)
    return app


def _oauth(own: SlackSettings, installs: Installs, settings: Settings) -> AsyncOAuthSettings:
    from integrations.slack.installs import States

    return AsyncOAuthSettings(
        client_id=own.client_id,
        client_secret=own.client_secret,
        scopes=scopes(),
        installation_store=installs,
        state_store=States(settings.store),
    )


class _Doors:
    """From a payload to a job."""

    def __init__(self, intake: Intake, workspaces: Workspaces) -> None:
        self._intake, self._workspaces = intake, workspaces

    async def command(self, ack: Any, body: Body) -> None:
        said, channel, trigger = body.get("text", "").strip(), body["channel_id"], body["trigger_id"]
        found = found_in(said, (), google=self._intake.google)
        if isinstance(found, dict):
            await self._intake.keep(trigger, "start", body, channel=channel, **found)
        elif said in ("help", "status"):
            await self._intake.keep(trigger, said, body, channel=channel)
        elif said:
            await self._intake.keep(trigger, "help", body, channel=channel, say=found or NO_FILE)
        else:
            await self._intake.keep(trigger, "open_start", body, channel=channel, trigger=trigger)
        await ack()

    async def shortcut(self, ack: Any, body: Body) -> None:
        message, channel = body["message"], body["channel"]["id"]
        thread = message.get("thread_ts") or message["ts"]
        await self._review(body["trigger_id"], body, message, channel, thread)
        await ack()

    async def mention(self, ack: Any, body: Body) -> None:
        event = body["event"]
        channel, thread = event["channel"], event.get("thread_ts")
        if thread and not isinstance(self._found(event), dict):
            about = {"thread": thread, "text": event.get("text", ""), "channel": channel}
            await self._intake.keep(body["event_id"], "mention", body, f"{channel} {thread}", **about)
        else:
            await self._review(body["event_id"], body, event, channel, thread or event["ts"])
        await ack()

    def _found(self, message: Body) -> dict[str, str] | str:
        return found_in(message.get("text", ""), message.get("files") or (), google=self._intake.google)

    async def _review(self, delivery: str, body: Body, message: Body, channel: str, thread: str) -> None:
        """A review of the file or link in a message, in its thread."""
        found = self._found(message)
        if isinstance(found, dict):
            about = found | {"thread": thread, "author": message.get("user", "")}
            await self._intake.keep(delivery, "start", body, f"{channel} {thread}", channel=channel, **about)
        else:
            await self._intake.keep(delivery, "help", body, channel=channel, thread=thread, say=found or NO_FILE)

    async def message(self, ack: Any, body: Body, context: Any) -> None:
        event = body["event"]
        thread, files, text = event.get("thread_ts"), event.get("files") or [], event.get("text", "")
        ours = event.get("subtype") in NO_CHANGES or event.get("bot_id") or f"<@{context.bot_user_id}>" in text
        if thread and not ours:
            about = {"file": files[0]["id"]} if files else {"text": text}
            lane = f"{event['channel']} {thread}"
            about |= {"channel": event["channel"], "thread": thread}
            await self._intake.keep(body["event_id"], "reply", body, lane, **about)
        await ack()

    async def home(self, ack: Any, body: Body) -> None:
        await self._intake.keep(body["event_id"], "home", body, channel="")
        await ack()

    async def removed(self, ack: Any, body: Body) -> None:
        event, team, enterprise = body["event"], body.get("team_id") or "", body.get("enterprise_id") or ""
        if event["type"] == "app_uninstalled" or (event.get("tokens") or {}).get("bot"):
            self._workspaces.drop(team, enterprise)
            await self._intake.keep(body["event_id"], "removed", body, f"workspace {team}")
        await ack()

    async def action(self, ack: Any, body: Body) -> None:
        clicked, trigger = body["actions"][0], body["trigger_id"]
        message, channel = body.get("message") or {}, (body.get("channel") or {}).get("id", "")
        thread = message.get("thread_ts") or message.get("ts", "")
        about = {"channel": channel, "thread": thread, "value": clicked.get("value", "")}
        await self._intake.clicked(clicked["action_id"], trigger, body, about)
        await ack()
