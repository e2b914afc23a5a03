"""What goes out to Slack: messages posted once and rewritten after, and errors in words."""

from __future__ import annotations

from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from integrations.slack.ledger import Ledger, Post

WORDS = {
    "not_in_channel": "I am not in that channel. Invite me there with /invite, then try again.",
    "channel_not_found": "I cannot see that channel. Invite me there with /invite, then try again.",
    "file_not_found": "I cannot see that file. Invite me to its channel with /invite, then try again.",
    "missing_scope": "The app lacks a permission. An admin must install it again with its manifest.",
    "invalid_auth": "Slack refuses the app's token. An admin must install it again.",
    "token_revoked": "Slack refuses the app's token. An admin must install it again.",
    "expired_trigger_id": "That took too long for Slack to open the form. Please click once more.",
}
HELP = (
    "`/review-finetune` opens a form: a file, or a link to a file in Slack. `/review-finetune LINK` starts at once, "
    "`/review-finetune status` lists your reviews. In a thread, mention me under the file, or use the message shortcut "
    "“Review this proposal”. Answer with the buttons, or write `Q2: …` in the review's thread."
)


class Speech:
    """A client of one workspace with the ledger of what was posted."""

    def __init__(self, client: AsyncWebClient, ledger: Ledger) -> None:
        self.client, self._ledger = client, ledger

    async def once(self, key: str, channel: str, message: dict[str, Any], number: int = 0, **where: Any) -> Post:
        """Posts a message; one that stands under this key stays as it is."""
        if known := self._ledger.post(key):
            return known
        answer = await self._sent(self.client.chat_postMessage, channel=channel, **where, **message)
        post = Post(str(answer["channel"]), str(answer["ts"]), number)
        self._ledger.posted(key, post)
        return post

    async def rewrite(self, post: Post, message: dict[str, Any]) -> None:
        """Replaces a message."""
        await self._sent(self.client.chat_update, channel=post.channel, ts=post.ts, **message)

    async def whisper(self, channel: str, user: str, text: str, thread: str = "") -> None:
        """A line for one person; by direct message where the bot is not in the channel."""
        try:
            await self.client.chat_postEphemeral(channel=channel, user=user, text=text, thread_ts=thread or None)
        except SlackApiError as error:
            if error.response.get("error") not in ("not_in_channel", "channel_not_found", "user_not_in_channel"):
                raise
            await self.client.chat_postMessage(channel=user, text=text)

    async def _sent(self, send: Any, **message: Any) -> Any:
        """Tables are new in Slack: where one is refused, the message goes without it."""
        try:
            return await send(**message)
        except SlackApiError as error:
            if error.response.get("error") != "invalid_blocks":
                raise
            kept = [b for b in message["blocks"] if b["type"] != "table"]
            return await send(**message | {"blocks": kept})


def told(error: SlackApiError) -> str:
    """What Slack refused, and what to do."""
    code = str(error.response.get("error"))
    return WORDS.get(code, f"Slack refused it ({code}). Try again; if it stays, tell whoever runs this app.")
