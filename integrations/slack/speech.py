"""What goes out to Slack: every message once, rewritten after, and errors in words.

Slack has no idempotency key for posts. So every post carries its key in the message's metadata, and is claimed in the
ledger first. Where a process died, or Slack did not answer, nobody knows whether the message is there: then the
channel's or thread's latest messages are read for that key before anything is posted again.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import time
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from integrations.slack.jobs import Job, Jobs
from integrations.slack.ledger import Ledger, Post
from integrations.slack.refusal import refusal

MARK = "review_finetune_post"
"""`event_type` of our messages' metadata; `event_payload` is `{"key": …}`."""
CLOCKS = 120.0
"""Seconds by which Slack's clock may be behind ours."""
SETTLE = 2.0
"""Seconds that Slack has to show a message that it took, before we look for it."""
PAGE = 100
FANCY = ("table", "plan", "data_visualization")
"""New kinds of blocks, which some workspaces refuse; the message says the same without them."""
OUTSIDE = ("not_in_channel", "channel_not_found", "user_not_in_channel")
GONE = ("message_not_found", "cant_update_message", "channel_not_found", "is_inactive")
"""Answers to a rewrite of a message that somebody deleted, or of a channel that was archived."""


class Speech:
    """The voice of one job in one workspace."""

    def __init__(self, client: AsyncWebClient, ledger: Ledger, jobs: Jobs, job: Job) -> None:
        self.client, self._ledger, self._jobs, self._job = client, ledger, jobs, job

    async def once(self, key: str, channel: str, message: dict[str, Any], number: int = 0, **where: Any) -> Post:
        """Posts a message; one that stands under this key stays as it is.

        Args:
            key: what the message is, for good.
            channel: where.
            message: `text` and `blocks`.
            number: that of its question.
            where: `thread_ts`.

        Raises:
            Lost: the job is another worker's now; nothing was sent.
            SlackApiError: Slack refuses.
        """
        if found := await self._claimed(key, channel, number, where.get("thread_ts"), _is(_mark(key))):
            return found
        meta = {"event_type": MARK, "event_payload": {"key": _mark(key)}}
        answer = await self._settled(
            key, self._sent(self.client.chat_postMessage, channel=channel, metadata=meta, **where, **message)
        )
        post = Post(str(answer["channel"]), str(answer["ts"]), number, shown=_digest(message))
        await asyncio.to_thread(self._ledger.posted, key, post)
        return post

    async def upload(self, key: str, channel: str, thread: str, name: str, content: str, title: str) -> bool:
        """Posts a file into a thread, once; False where it is there already. `name` is nobody else's."""

        def same(message: dict[str, Any]) -> bool:
            return any(f.get("name") == name for f in message.get("files") or [])

        if await self._claimed(key, channel, 0, thread, same):
            return False
        await self._settled(
            key,
            self.client.files_upload_v2(channel=channel, thread_ts=thread, filename=name, content=content, title=title),
        )
        await asyncio.to_thread(self._ledger.posted, key, Post(channel, thread))
        return True

    async def rewrite(self, post: Post, message: dict[str, Any]) -> None:
        """Replaces a message, unless it says just that; the same twice does no harm."""
        if post.shown == _digest(message):
            return
        try:
            await self._sent(self.client.chat_update, channel=post.channel, ts=post.ts, **message)
        except SlackApiError as error:
            if refusal(error).code not in GONE:
                raise
        await asyncio.to_thread(self._ledger.shown, post.ts, post.channel, _digest(message))

    async def whisper(self, channel: str, user: str, text: str, thread: str = "") -> None:
        """A line for one person, once; by direct message where the bot is not in the channel.

        Slack does not let an app read such lines, so after a crash between sending and its record one may come twice.
        """
        key = f"whisper {self._job.id} {_mark(text)}"
        if await asyncio.to_thread(self._ledger.post, key):
            return
        try:
            await self.client.chat_postEphemeral(channel=channel, user=user, text=text, thread_ts=thread or None)
        except SlackApiError as error:
            if refusal(error).code not in OUTSIDE:
                raise
            await self.once(f"dm {key}", await self.direct(user), {"text": text})
        await asyncio.to_thread(self._ledger.posted, key, Post(channel, "whispered"))

    async def direct(self, user: str) -> str:
        """The channel of direct messages with somebody."""
        return str((await self.client.conversations_open(users=user))["channel"]["id"])

    async def _claimed(self, key: str, channel: str, number: int, thread: str | None, same: Any) -> Post | None:
        """The message that is there; None when it is ours to send, now."""
        await asyncio.to_thread(self._jobs.renew, self._job)
        known = await asyncio.to_thread(self._ledger.claim, key, channel, number)
        if known is None or known.ts:
            return known
        await asyncio.sleep(max(0.0, known.claimed + SETTLE - time.time()))
        found = await self._look(channel, thread, known.claimed - CLOCKS, same)
        if found is None:
            await asyncio.to_thread(self._ledger.again, key)
            await asyncio.to_thread(self._jobs.renew, self._job)
            return None
        post = Post(channel, found, number)
        await asyncio.to_thread(self._ledger.posted, key, post)
        return post

    async def _look(self, channel: str, thread: str | None, since: float, same: Any) -> str | None:
        """The `ts` of a message that Slack has."""
        about: dict[str, Any] = {"channel": channel, "oldest": f"{since:.6f}", "limit": PAGE}
        read = self.client.conversations_replies if thread else self.client.conversations_history
        about |= {"include_all_metadata": True} | ({"ts": thread} if thread else {})
        cursor = ""
        while True:
            page = await read(**about | ({"cursor": cursor} if cursor else {}))
            if found := next((m for m in page["messages"] if same(m)), None):
                return str(found["ts"])
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return None

    async def _settled(self, key: str, sending: Any) -> Any:
        """Waits for Slack's answer; a refusal says that the message is not there, anything else leaves it open."""
        try:
            return await sending
        except SlackApiError as error:
            if not refusal(error).unsure:
                await asyncio.to_thread(self._ledger.disclaim, key)
            raise

    async def _sent(self, send: Any, **message: Any) -> Any:
        """New kinds of blocks are not known everywhere: where they are refused, the message goes without them."""
        try:
            return await send(**message)
        except SlackApiError as error:
            kept = [b for b in message.get("blocks", ()) if b["type"] not in FANCY]
            if refusal(error).code != "invalid_blocks" or len(kept) == len(message.get("blocks", ())):
                raise
            return await send(**message | {"blocks": kept})


def _mark(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:32]


def _digest(message: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(message, sort_keys=True).encode()).hexdigest()[:32]


def _is(mark: str) -> Any:
    def same(message: dict[str, Any]) -> bool:
        meta = message.get("metadata") or {}
        return meta.get("event_type") == MARK and (meta.get("event_payload") or {}).get("key") == mark

    return same
