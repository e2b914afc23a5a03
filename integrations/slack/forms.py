"""Submitted forms: their fields are checked at once and without a disk, since the answer to Slack is the refusal."""

from __future__ import annotations

import json
from typing import Any

from agent.dialogue.weighing import missing
from integrations.slack.intake import Body, Intake, found_in

NOTHING = "Give a file or a link."
NO_LINK = "That is no link of a file in Slack or of a Google Doc."
SHORT = "A figure, a date or a name, please."
LIMIT = 900
"""Characters of an error below a field; ours, so that it can be read."""


class Forms:
    """From a submitted form to a job."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake

    async def start(self, ack: Any, body: Body) -> None:
        """A review is asked for."""
        values = _values(body)
        link = values.get("link") or ""
        found = found_in(link, values.get("file") or (), google=self._intake.google)
        if not isinstance(found, dict):
            what = found or (NO_LINK if link else NOTHING)
            await ack(response_action="errors", errors={"link" if link else "file": what})
            return
        about = found | {"author": values["author"], "approver": values.get("approver") or ""}
        private = values.get("place") == "private"
        await self._intake.keep(_submitted(body), "start", body, **_private(body), **about, private=private)
        await ack()

    async def answer(self, ack: Any, body: Body) -> None:
        """A question is answered; an answer that does not say what is asked is refused, with what is missing."""
        values, private = _values(body), _private(body)
        said = (values.get("text") or "").strip()
        kept = private.pop("brief", "")
        lacking: tuple[str, ...] = ()
        if kept and not values.get("as_is"):
            lacking = await self._intake.off(missing, kept, said)
        if len(said) < 2 or lacking:
            why = f"Still missing: {'; '.join(lacking)}."[:LIMIT] if lacking else SHORT
            await ack(response_action="errors", errors={"answer": why})
            return
        await self._intake.keep(_submitted(body), "answer", body, _lane(private), **private, text=said)
        await ack()

    async def sign(self, ack: Any, body: Body) -> None:
        """A review is decided on."""
        values, private = _values(body), _private(body)
        if len((values.get("reason") or "").strip()) < 3:
            await ack(response_action="errors", errors={"reason": "A reason is needed."})
            return
        about = {"decision": values["decision"], "reason": values["reason"]}
        await self._intake.keep(_submitted(body), "sign", body, _lane(private), **private, **about)
        await ack()

    async def share(self, ack: Any, body: Body) -> None:
        """A private review is to be shown in a channel."""
        private, target = _private(body), _values(body)["target"]
        await self._intake.keep(_submitted(body), "share", body, _lane(private), **private, target=target)
        await ack()


def _values(body: Body) -> dict[str, Any]:
    """What was filled in, by action id."""
    fields = (f for block in body["view"]["state"]["values"].values() for f in block.items())
    return {n: _value(f) for n, f in fields}


def _value(field: Body) -> Any:
    option, options = field.get("selected_option"), field.get("selected_options")
    chosen = field.get("selected_user") or field.get("selected_conversation")
    return field.get("value") or field.get("files") or chosen or (option["value"] if option else options)


def _private(body: Body) -> Body:
    return dict(json.loads(body["view"]["private_metadata"]))


def _submitted(body: Body) -> str:
    """A form can be submitted once: its id is that of the delivery."""
    return f"view {body['view']['id']}"


def _lane(private: Body) -> str:
    return f"{private['channel']} {private['thread']}"
