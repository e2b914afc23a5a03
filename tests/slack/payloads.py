"""What Slack sends to an app, whole: every payload is held against the official types before it goes out."""

from __future__ import annotations

from typing import Any

from tests.slack.contract import broken, properties
from tests.slack.workspace import BOT

Payload = dict[str, Any]
TOKEN = "verification"
RESPONSE = "https://hooks.slack.com/commands/1/2/3"


def checked(name: str, payload: Payload) -> Payload:
    """The payload, if Slack could have sent it."""
    if wrong := broken(name, payload):
        raise AssertionError(f"Slack would not send this: {wrong}")
    return payload


def command(text: str, user: str, channel: str, team: str, trigger: str, response: str = RESPONSE) -> Payload:
    made = {
        "token": TOKEN, "api_app_id": "A1", "command": "/review-finetune", "text": text, "response_url": response,
        "trigger_id": trigger, "user_id": user, "user_name": user.lower(), "team_id": team, "team_domain": "t",
        "channel_id": channel, "channel_name": "reviews",
    }  # fmt: skip
    return checked("Command", made)


def click(button: Payload, user: str, team: str, trigger: str, message: Payload) -> Payload:
    thread = {"thread_ts": message["thread_ts"]} if "thread_ts" in message else {}
    about = {"type": "message", "message_ts": message["ts"], "channel_id": message["channel"], "is_ephemeral": False}
    made = {
        "type": "block_actions", "token": TOKEN, "api_app_id": "A1", "trigger_id": trigger, "response_url": RESPONSE,
        "team": {"id": team, "domain": "t"}, "user": {"id": user, "username": user.lower(), "team_id": team},
        "channel": {"id": message["channel"], "name": "reviews"}, "container": about,
        "message": {"type": "message", "ts": message["ts"], "user": BOT, "text": message["text"], **thread},
        "actions": [{"block_id": "b1", "action_ts": "1.1"} | {k: v for k, v in button.items() if k != "style"}],
    }  # fmt: skip
    return checked("Click", made)


def submission(view: Payload, values: Payload, user: str, team: str, trigger: str) -> Payload:
    made = {
        "type": "view_submission", "token": TOKEN, "api_app_id": "A1", "trigger_id": trigger,
        "team": {"id": team, "domain": "t"}, "user": {"id": user, "name": user.lower(), "team_id": team},
        "view": shown(view, team) | {"state": {"values": values}},
    }  # fmt: skip
    return checked("Submission", made)


def shown(view: Payload, team: str) -> Payload:
    """A view as Slack keeps it."""
    kept = {
        "app_id": "A1", "team_id": team, "app_installed_team_id": team, "bot_id": "B1", "hash": "1.a",
        "root_view_id": view["id"], "previous_view_id": None, "clear_on_close": False, "notify_on_close": False,
        "state": {"values": {}}, "private_metadata": "", "callback_id": "", "external_id": "",
    }  # fmt: skip
    return kept | view


def shortcut(message: Payload, user: str, team: str, trigger: str) -> Payload:
    made = {
        "type": "message_action", "callback_id": "review_proposal", "token": TOKEN, "trigger_id": trigger,
        "message_ts": message["ts"], "response_url": RESPONSE, "action_ts": "1.1",
        "message": {"type": "message"} | message,
        "user": {"id": user, "name": user.lower(), "team_id": team},
        "channel": {"id": message["channel"], "name": "reviews"}, "team": {"id": team, "domain": "t"},
    }  # fmt: skip
    return checked("Shortcut", made)


EVENTS = {
    "app_mention": "AppMentionEvent", "app_home_opened": "AppHomeOpenedEvent", "app_uninstalled": "AppUninstalledEvent",
    "tokens_revoked": "TokensRevokedEvent", "message": "GenericMessageEvent", "file_share": "FileShareMessageEvent",
}  # fmt: skip


def event(ident: str, team: str, happened: Payload) -> Payload:
    """An envelope; it is checked around an event without fields, for the event is checked by its own type."""
    made = {
        "type": "event_callback", "token": TOKEN, "team_id": team, "api_app_id": "A1", "event_id": ident,
        "event_time": 1, "event": {"type": "app_uninstalled"},
    }  # fmt: skip
    kind = EVENTS[happened.get("subtype") or happened["type"]]
    return checked("Event", made) | {"event": checked(kind, _whole(kind, happened, team))}


def _whole(kind: str, happened: Payload, team: str) -> Payload:
    if kind in ("AppUninstalledEvent", "TokensRevokedEvent"):
        return {k: v for k, v in happened.items() if k in ("type", "tokens")}
    made = {"channel": "C1", "ts": "1.1", "event_ts": "1.1"} | happened
    if kind == "AppHomeOpenedEvent":
        made = {"channel": "D1"} | {k: v for k, v in happened.items() if k != "ts"} | {"event_ts": "1.1"}
    made |= {"channel_type": "channel"} if made["type"] == "message" else {}
    if "files" in made:
        known = properties(kind, "files")
        files = [_file(f["id"], made["user"], team) for f in made["files"]]
        made["files"] = [{k: v for k, v in f.items() if k in known} for f in files]
    return made


def _file(ident: str, user: str, team: str) -> Payload:
    return {
        "id": ident, "created": 1, "timestamp": 1, "name": "plan.md", "title": "plan", "mimetype": "text/plain",
        "filetype": "markdown", "pretty_type": "Markdown", "user": user, "user_team": team, "editable": False,
        "size": 1, "mode": "hosted", "is_external": False, "external_type": "", "is_public": True,
        "public_url_shared": False, "display_as_bot": False, "username": "", "url_private": "https://files.slack.com/x",
        "url_private_download": "https://files.slack.com/x/download", "permalink": "https://t.slack.com/files/x",
        "permalink_public": "https://slack-files.com/x", "is_starred": False, "has_rich_preview": False,
        "file_access": "visible", "media_display_type": "unknown", "channels": ["C1"], "groups": [],
    }  # fmt: skip
