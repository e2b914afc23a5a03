"""What people fill into the forms."""

from __future__ import annotations

from typing import Any

from tests.slack.workspace import PM

TEST_SET = "We hold out 400 replies, carved out by the QA lead before training, locked."


def start(file: str = "F1", link: str = "", place: str = "here", approver: str | None = None) -> dict[str, Any]:
    files = [{"id": file}] if file else []
    return {
        "file": {"file": {"type": "file_input", "files": files}},
        "link": {"link": {"value": link or None}},
        "place": {"place": {"selected_option": {"value": place}}},
        "author": {"author": {"selected_user": PM}},
        "approver": {"approver": {"selected_user": approver}},
    }


def answer(text: str, *, as_is: bool = False) -> dict[str, Any]:
    chosen = [{"value": "as_is"}] if as_is else []
    return {"answer": {"text": {"value": text}}, "as_is": {"as_is": {"selected_options": chosen}}}


def decision(which: str, reason: str = "It is a pilot, capped at $300.") -> dict[str, Any]:
    return {
        "decision": {"decision": {"selected_option": {"value": which}}},
        "reason": {"reason": {"value": reason}},
    }
