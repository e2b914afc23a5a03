"""Slack's side of the configuration: variables of the environment, so that no token stands in a file.

SLACK_BOT_TOKEN         xoxb-…: the bot of one workspace
SLACK_CLIENT_ID, SLACK_CLIENT_SECRET    instead of a token: any workspace may install the app, over HTTP
SLACK_SIGNING_SECRET    signs Slack's requests, over HTTP
SLACK_APP_TOKEN         xapp-…: Socket Mode
SLACK_APPROVERS_GROUP   S0…: the user group whose members may sign off; without it only [signoff] approvers may
SLACK_CONFIG_TOKEN      xoxe…: lets `doctor --slack` read which events the app hears; nothing else uses it
SLACK_WORKERS           processes that review, 1 where it is not set; 0 for none beside the one that acknowledges
SLACK_API_URL           another address of Slack, for tests
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field

from agent.errors import UsageError

API = "https://slack.com/api/"
FILES = "https://files.slack.com/"
MOST_WORKERS = 64


@dataclass(frozen=True)
class SlackSettings:
    """What was configured; tokens are never shown."""

    bot_token: str = field(default="", repr=False)
    signing_secret: str = field(default="", repr=False)
    app_token: str = field(default="", repr=False)
    group: str = ""
    api: str = API
    files: str = FILES
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    config_token: str = field(default="", repr=False)
    workers: int = 0

    @property
    def installable(self) -> bool:
        """True when workspaces install the app themselves."""
        return bool(self.client_id and self.client_secret and not self.bot_token)


def slack_settings(environ: Mapping[str, str] = os.environ) -> SlackSettings:
    """Reads the environment."""
    api = environ.get("SLACK_API_URL", API)

    def given(name: str) -> str:
        return environ.get(f"SLACK_{name}", "")

    return SlackSettings(
        bot_token=given("BOT_TOKEN"),
        signing_secret=given("SIGNING_SECRET"),
        app_token=given("APP_TOKEN"),
        group=given("APPROVERS_GROUP"),
        api=api,
        files=FILES if api == API else api.removesuffix("api/"),
        client_id=given("CLIENT_ID"),
        client_secret=given("CLIENT_SECRET"),
        config_token=given("CONFIG_TOKEN"),
        workers=_workers(environ.get("SLACK_WORKERS", "1")),
    )


def needed(settings: SlackSettings, *names: str) -> None:
    """Refuses to start without what is needed.

    Raises:
        UsageError: says which variable is missing.
    """
    for name in names:
        if not getattr(settings, name):
            raise UsageError(f"SLACK_{name.upper()}", "it is not set", "docs/slack.md says where Slack shows it.")


def _workers(said: str) -> int:
    if not said.isdigit() or int(said) > MOST_WORKERS:
        raise UsageError(
            f"SLACK_WORKERS {said!r}", f"it is no number up to {MOST_WORKERS}", "Write 1, or leave it out."
        )
    return int(said)
