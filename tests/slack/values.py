"""What people fill into the forms, as Slack sends it."""

from __future__ import annotations

from typing import Any

from tests.slack.workspace import PM

TEST_SET = "We hold out 400 replies, carved out by the QA lead before training, locked."


def start(file: str = "F1", link: str = "", place: str = "here", approver: str | None = None) -> dict[str, Any]:
    files = [{"id": file, **FILE}] if file else []
    return {
        "file": {"file": {"type": "file_input", "files": files}},
        "link": {"link": {"type": "plain_text_input", "value": link or None}},
        "place": {"place": {"type": "radio_buttons", "selected_option": _option(place)}},
        "author": {"author": {"type": "users_select", "selected_user": PM}},
        "approver": {"approver": {"type": "users_select", "selected_user": approver}},
    }


def answer(text: str, *, as_is: bool = False) -> dict[str, Any]:
    chosen = [_option("as_is")] if as_is else []
    return {
        "answer": {"text": {"type": "plain_text_input", "value": text or None}},
        "as_is": {"as_is": {"type": "checkboxes", "selected_options": chosen}},
    }


def decision(which: str, reason: str = "It is a pilot, capped at $300.") -> dict[str, Any]:
    return {
        "decision": {"decision": {"type": "radio_buttons", "selected_option": _option(which)}},
        "reason": {"reason": {"type": "plain_text_input", "value": reason}},
    }


def target(channel: str) -> dict[str, Any]:
    return {"target": {"target": {"type": "conversations_select", "selected_conversation": channel}}}


def _option(value: str) -> dict[str, Any]:
    return {"text": {"type": "plain_text", "text": value, "emoji": False}, "value": value}


FILE = {
    "created": 1, "timestamp": 1, "name": "plan.md", "title": "plan", "mimetype": "text/plain", "filetype": "markdown",
    "pretty_type": "Markdown", "user": PM, "user_team": "T1", "editable": False, "size": 1, "mode": "hosted",
    "is_external": False, "external_type": "", "is_public": False, "public_url_shared": False, "display_as_bot": False,
    "username": "", "url_private": "https://files.slack.com/x", "permalink": "https://t.slack.com/files/x",
    "url_private_download": "https://files.slack.com/x/download", "permalink_public": "https://slack-files.com/x",
    "file_access": "visible",
}  # fmt: skip
