"""For `doctor --slack`: token, permissions, the way in, events, approvers; and, on demand, our layouts."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.client import WebClient

from agent.settings import OFF, Settings, load
from integrations.slack.blocks import modals, questions, verdict
from integrations.slack.blocks.home import home
from integrations.slack.configuration import SlackSettings, slack_settings
from integrations.slack.installs import Installs
from integrations.slack.jobs import Jobs
from integrations.slack.scopes import events, scopes
from integrations.slack.words import told

Line = tuple[str, str, str]
"""State (`ok`, `optional`, `broken`), what was looked at, what was found."""
TIMEOUT = 10
AGAIN = "an admin must install the app again with its manifest"
HEARD = {"mention": "app_mention", "start": "app_mention", "reply": "message.channels", "home": "app_home_opened"}


def check(config: str | None, *, online: bool = False) -> Iterator[Line]:
    """Looks, and says what to mend.

    Args:
        config: the configuration file that `--config` names.
        online: sends our layouts, made from the bundled example, to Slack's `blocks.validate`.
    """
    own, settings = slack_settings(), load(config)
    if not own.bot_token and not own.installable:
        yield "broken", "Slack", "not configured: set SLACK_BOT_TOKEN; docs/slack.md says where Slack shows it"
        return
    client = WebClient(own.bot_token, base_url=own.api, timeout=TIMEOUT, retry_handlers=[])
    yield _store(settings)
    if own.bot_token:
        yield from _token(client)
        yield _tried("Slack approvers", lambda: _approvers(client, own, settings))
    else:
        kept = Installs(settings.store).count() if settings.store != OFF else 0
        yield "ok", "Slack workspaces", f"{kept} installed the app; others do at /slack/install"
    yield _tried("Slack, the way in", lambda: _way_in(client, own))
    yield _tried("Slack events", lambda: _events(client, own, settings))
    if online:
        for name, kind, payload in layouts():
            yield _valid(client, f"Slack layout, {name}", kind, payload)


def layouts() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Name, `message` or `view`, and payload of everything that we show, made from the bundled example."""
    from agent.documents import read_file
    from agent.examples import PROPOSAL
    from agent.review import review_document

    review = review_document(read_file(PROPOSAL))
    yield "progress", "message", verdict.progress("plan.pdf", ("Fetch", "Read"), 0)
    yield "verdict", "message", verdict.verdict(review, verdict.Seat(3, "0" * 12))
    for number, (ident, item) in enumerate(list(questions.numbered(review).items())[:1], 1):
        yield "question", "message", questions.question(review.review_id, ident, item, number, "0" * 12)
        yield "answer form", "view", questions.modal(item, "{}")
    yield "start form", "view", modals.start("{}", "U0")
    yield "sign-off form", "view", modals.sign("{}", 1)
    yield "share form", "view", modals.share("{}")
    yield "Home tab", "view", home((), (), ())


def _tried(what: str, look: Callable[[], Line]) -> Line:
    try:
        return look()
    except SlackApiError as error:
        return "broken", what, told(error)
    except OSError as error:
        return "broken", what, f"Slack cannot be reached: {error}"


def _store(settings: Settings) -> Line:
    if settings.store == OFF:
        return "broken", "Slack jobs", "the store of reviews is off: give [store] path a file"
    waiting = "nothing waits" if Jobs(settings.store).idle() else "some deliveries wait for a worker"
    return "ok", "Slack jobs", waiting


def _token(client: WebClient) -> Iterator[Line]:
    try:
        answer = client.auth_test()
    except SlackApiError as error:
        yield "broken", "Slack token", told(error)
        return
    except OSError as error:
        yield "broken", "Slack token", f"Slack cannot be reached: {error}"
        return
    yield "ok", "Slack token", f"acts as {answer['user']} in {answer['team']} ({answer['team_id']})"
    given = {s.strip() for s in _header(answer.headers, "x-oauth-scopes").split(",")}
    if missing := [s for s in scopes() if s not in given]:
        yield "broken", "Slack permissions", f"{', '.join(missing)} missing: {AGAIN}"
    else:
        yield "ok", "Slack permissions", f"all {len(scopes())} are given"


def _header(headers: Any, name: str) -> str:
    found = next((v for k, v in headers.items() if k.lower() == name), "")
    return ",".join(found) if isinstance(found, list) else str(found)


def _approvers(client: WebClient, own: SlackSettings, settings: Settings) -> Line:
    named = len(settings.approvers)
    if own.group:
        named += len(client.usergroups_users_list(usergroup=own.group)["users"])
    if not named:
        return (
            "optional",
            "Slack approvers",
            "none: nobody can sign off; set SLACK_APPROVERS_GROUP, or [signoff] approvers",
        )
    return "ok", "Slack approvers", f"{named} may sign off"


def _way_in(client: WebClient, own: SlackSettings) -> Line:
    what = "Slack, the way in"
    if own.app_token:
        client.apps_connections_open(app_token=own.app_token)
        return "ok", what, "Socket Mode: review-finetune slack"
    if own.signing_secret:
        return "ok", what, "HTTP: review-finetune serve, POST /slack/events"
    return "broken", what, "neither SLACK_APP_TOKEN (Socket Mode) nor SLACK_SIGNING_SECRET (HTTP) is set"


def _events(client: WebClient, own: SlackSettings, settings: Settings) -> Line:
    """Which events the app hears: only a configuration token may read it; without one, what has come in tells."""
    what = "Slack events"
    if own.config_token and own.bot_token:
        app = client.bots_info(bot=client.auth_test()["bot_id"])["bot"]["app_id"]
        found = client.apps_manifest_export(token=own.config_token, app_id=app)["manifest"]
        heard = (found.get("settings", {}).get("event_subscriptions") or {}).get("bot_events") or []
        if missing := [e for e in events() if e not in heard]:
            return "broken", what, f"{', '.join(missing)} not subscribed: paste the manifest again"
        return "ok", what, f"all {len(events())} are subscribed"
    seen = sorted({HEARD[k] for k in Jobs(settings.store).seen() if k in HEARD}) if settings.store != OFF else []
    said = (
        f"have come in: {', '.join(seen)}" if seen else "none has come in yet: open the app's Home tab, then look again"
    )
    return "ok" if seen else "optional", what, f"{said}. To check all, set SLACK_CONFIG_TOKEN"


def _valid(client: WebClient, what: str, kind: str, payload: dict[str, Any]) -> Line:
    try:
        client.api_call("blocks.validate", data={kind: json.dumps(payload)})
    except OSError as error:
        return "broken", what, f"Slack cannot be reached: {error}"
    except SlackApiError as error:
        found = error.response.get("errors") or [{"pointer": "", "message": told(error)}]
        return "broken", what, "; ".join(f"{kind}{e.get('pointer')}: {e.get('message')}" for e in found)
    return "ok", what, f"Slack takes the {kind}"
