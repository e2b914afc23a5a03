"""The modals to start a review and to sign it off."""

from __future__ import annotations

from typing import Any

from agent.reports import figures
from integrations.slack.blocks import text
from integrations.slack.blocks.text import Block


def start(private: str, user: str) -> dict[str, Any]:
    """Link or file, and whose proposal it is; both fields may be empty here, the submission is checked."""
    link: Block = {"type": "plain_text_input", "action_id": "link", "max_length": 500}
    file: Block = {"type": "file_input", "action_id": "file", "max_files": 1, "filetypes": list(FILETYPES)}
    here, alone = _option("In this channel", "here"), _option("Only me first", "private")
    place: Block = {"type": "radio_buttons", "action_id": "place", "options": [here, alone], "initial_option": here}
    approver: Block = {"type": "users_select", "action_id": "approver"}
    author: Block = {"type": "users_select", "action_id": "author", "initial_user": user}
    return _modal(
        "start",
        private,
        "Review a proposal",
        "Review",
        [
            _input("file", "File", file, "PDF, Word, Markdown, text or HTML, at most 10 MB. A larger one: post it, "
                   "then use the shortcut “Review this proposal” on the message.", optional=True),
            _input("link", "or a link to a file in Slack, or to a Google Doc", link, "", optional=True),
            _input("place", "Where?", place, "A private review can be shared in a channel later."),
            _input("author", "Whose proposal is it?", author, "They answer the questions, and can never sign off."),
            _input("approver", "Who is asked to sign it off?", approver, "", optional=True),
        ],
    )  # fmt: skip


def sign(private: str, blockers: int) -> dict[str, Any]:
    """Approve or refuse, with a reason."""
    choices = [_option("Approve", "approved"), _option("Refuse", "refused")]
    asked = f"Reason for an exception: {figures.count(blockers, 'blocker')} still open" if blockers else "Reason"
    return _modal(
        "sign",
        private,
        "Sign off",
        "Decide",
        [
            _input("decision", "Decision", {"type": "radio_buttons", "action_id": "decision", "options": choices}, ""),
            _input("reason", asked, {"type": "plain_text_input", "action_id": "reason", "multiline": True,
                                     "min_length": 3, "max_length": 3000}, "It is kept with the review."),
        ],
    )  # fmt: skip


def share(private: str) -> dict[str, Any]:
    """Into which channel a private review goes."""
    only: Block = {"include": ["public", "private"], "exclude_bot_users": True}
    target: Block = {"type": "conversations_select", "action_id": "target", "filter": only}
    hint = "I must be a member: /invite me first. Everybody there sees verdict, quotes and answers."
    return _modal("share", private, "Share the review", "Share", [_input("target", "Channel", target, hint)])


FILETYPES = ("pdf", "docx", "md", "markdown", "txt", "text", "html")


def _modal(callback: str, private: str, title: str, submit: str, blocks: list[Block]) -> dict[str, Any]:
    return {
        "type": "modal",
        "callback_id": callback,
        "private_metadata": private,
        "title": text.plain_text(title, text.TITLE),
        "submit": text.plain_text(submit, text.TITLE),
        "close": text.plain_text("Cancel", text.TITLE),
        "blocks": blocks,
    }


def _input(block: str, label: str, element: Block, hint: str, *, optional: bool = False) -> Block:
    made = {"type": "input", "block_id": block, "label": text.plain_text(label, 2000), "element": element}
    return made | ({"hint": text.plain_text(hint, 2000)} if hint else {}) | ({"optional": True} if optional else {})


def _option(label: str, value: str) -> Block:
    return {"text": text.plain_text(label, text.OPTION), "value": value}
