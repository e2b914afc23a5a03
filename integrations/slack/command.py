"""`review-finetune slack`: the Slack app over Socket Mode, for machines without a public address."""

from __future__ import annotations

import argparse
import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agent.settings import Settings
    from integrations.slack.configuration import SlackSettings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares no arguments of its own: tokens stand in the environment, see docs/slack.md."""


def run(args: argparse.Namespace) -> int:
    """Works until Ctrl-C.

    Raises:
        UsageError: a token or a package is missing.
    """
    from agent.commands.output import progress
    from agent.errors import UsageError
    from agent.settings import load
    from integrations.slack.configuration import needed, slack_settings

    own = slack_settings()
    needed(own, "bot_token", "app_token")
    try:
        import aiohttp  # noqa: F401
    except ImportError as error:
        why = "the package aiohttp is not installed"
        raise UsageError("Slack", why, "Install it: pip install 'review-finetune[slack]'.") from error
    progress("Connecting to Slack. Ctrl-C ends it; what it has begun goes on at the next start.")
    try:
        asyncio.run(serve(load(args.config), own))
    except KeyboardInterrupt:
        return 0
    return 0


async def serve(settings: Settings, own: SlackSettings) -> None:
    """Works over Socket Mode until it is cancelled."""
    from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler

    from agent.service import Service
    from integrations.slack.http import assemble, working
    from integrations.slack.workspaces import client

    app, worker = assemble(own, Service(settings))
    async with working(worker):
        handler = AsyncSocketModeHandler(app, own.app_token, web_client=client(own))
        try:
            await handler.start_async()  # type: ignore[no-untyped-call]
        finally:
            await handler.close_async()  # type: ignore[no-untyped-call]
