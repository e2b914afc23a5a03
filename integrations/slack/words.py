"""What the app says about itself and about what Slack refuses."""

from __future__ import annotations

from slack_sdk.errors import SlackApiError

from integrations.slack.refusal import refusal

WORDS = {
    "not_in_channel": "I am not in that channel. Invite me there with /invite, then try again.",
    "channel_not_found": "I cannot see that channel. Invite me there with /invite, then try again.",
    "is_archived": "That channel is archived. Start the review in another one.",
    "file_not_found": "I cannot see that file. Invite me to its channel with /invite, then try again.",
    "file_deleted": "That file was deleted. Post it again.",
    "missing_scope": "The app lacks a permission{needed}. An admin must install it again with its manifest.",
    "invalid_auth": "Slack refuses the app's token. An admin must install it again.",
    "account_inactive": "Slack refuses the app's token. An admin must install it again.",
    "token_revoked": "Slack refuses the app's token. An admin must install it again.",
    "token_expired": "The app's token has run out. An admin must install it again.",
    "expired_trigger_id": "That took too long for Slack to open the form. Please click once more.",
    "ratelimited": "Slack lets me send no more for now, and I gave up after several tries. Try again in some minutes.",
    "no_such_subteam": "The user group of approvers is not there. Whoever runs this app must mend it.",
}
HELP = (
    "`/review-finetune` opens a form: a file, or a link to a file in Slack or a Google Doc, here or for you alone. "
    "`/review-finetune LINK` starts at once, `/review-finetune status` lists your reviews. In a thread, mention me "
    "under the file, or use the message shortcut “Review this proposal”. Answer with the buttons, or write `Q2: …` in "
    "the review's thread."
)
NO_FILE = (
    "I found no file there. Post the proposal as PDF, Word, Markdown, text or HTML, "
    "or give the link of a file in Slack or of a Google Doc."
)
STALE = "That button belongs to an older version of the review. The latest messages of the thread have the buttons."


def told(error: SlackApiError) -> str:
    """What Slack refused, and what to do."""
    found = refusal(error)
    code = found.code or str(found.status)
    said = WORDS.get(code, f"Slack refused it ({code}). Try again; if it stays, tell whoever runs this app.")
    return said.replace("{needed}", f" ({found.needed})" if found.needed else "")
