"""Slack's side of the configuration: five variables of the environment, so that no token stands in a file.

SLACK_BOT_TOKEN         xoxb-…: the bot
SLACK_SIGNING_SECRET    signs Slack's requests, over HTTP
SLACK_APP_TOKEN         xapp-…: Socket Mode
SLACK_APPROVERS_GROUP   S0…: the user group whose members may sign off; without it only [signoff] approvers may
SLACK_API_URL           another address of Slack, for tests
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field

from agent.errors import UsageError

API = "https://slack.com/api/"
FILES = "https://files.slack.com/"


@dataclass(frozen=True)
class SlackSettings:
    """What was configured; tokens are never shown."""

    bot_token: str = field(default="", repr=False)
    signing_secret: str = field(default="", repr=False)
    app_token: str = field(default="", repr=False)
    group: str = ""
    api: str = API
    files: str = FILES


def slack_settings(environ: Mapping[str, str] = os.environ) -> SlackSettings:
    """Reads the environment."""
    api = environ.get("SLACK_API_URL", API)
    return SlackSettings(
        environ.get("SLACK_BOT_TOKEN", ""),
        environ.get("SLACK_SIGNING_SECRET", ""),
        environ.get("SLACK_APP_TOKEN", ""),
        environ.get("SLACK_APPROVERS_GROUP", ""),
        api,
        FILES if api == API else api.removesuffix("api/"),
    )


def needed(settings: SlackSettings, *names: str) -> None:
    """Refuses to start without what is needed.

    Raises:
        UsageError: says which variable is missing.
    """
    for name in names:
        if not getattr(settings, name):
            raise UsageError(f"SLACK_{name.upper()}", "it is not set", "docs/slack.md says where Slack shows it.")
