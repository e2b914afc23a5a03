"""What the app asks of a workspace, as its manifest says it."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def manifest() -> dict[str, Any]:
    """The manifest that docs/slack.md tells people to paste."""
    return dict(json.loads((files("integrations.slack") / "manifest.json").read_text("utf-8")))


def scopes() -> tuple[str, ...]:
    """The bot's permissions."""
    return tuple(manifest()["oauth_config"]["scopes"]["bot"])


def events() -> tuple[str, ...]:
    """What Slack tells us of."""
    return tuple(manifest()["settings"]["event_subscriptions"]["bot_events"])
