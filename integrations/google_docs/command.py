"""`review-finetune gdocs`: the Google Docs bot by polling, for machines without a public address."""

from __future__ import annotations

import argparse
import time
from typing import TYPE_CHECKING

from agent.errors import ReviewError, UsageError
from integrations.google_docs.addresses import document_id

if TYPE_CHECKING:
    from agent.settings import Settings
    from integrations.google_docs.bot import Bot

LONGEST_PAUSE = 600.0
"""Seconds between two looks while Google cannot be reached."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument("--once", action="store_true", help="look once and end")
    parser.add_argument("--document", metavar="URL", help="look after this document only, once: review and comment it")


def run(args: argparse.Namespace) -> int:
    """Looks, again and again.

    Returns:
        0; 1 when a single look could not look after every document.

    Raises:
        UsageError: Google Docs are not configured, or reviews are not kept.
        DocumentError: the one document cannot be looked after.
    """
    only = document_id(args.document) if args.document else None
    from agent.settings import load

    settings = load(args.config)
    bot = bot_of(settings)
    try:
        if only:
            bot.attend(only)
            return 0
        if args.once:
            return int(bool(bot.look()))
        bot.tell(f"review-finetune looks every {bot.settings.seconds:.0f} s, as {bot.names()[0]}. Ctrl-C ends it.")
        return _watch(bot)
    finally:
        bot.google.close()
        if bot.model:
            bot.model.close()


def bot_of(settings: Settings) -> Bot:
    """The bot of a configuration.

    Raises:
        UsageError: Google Docs are not configured, or reviews are not kept.
    """
    from agent.service import Service
    from agent.settings import OFF
    from integrations.google_docs.bot import Bot
    from integrations.google_docs.client import WRITE
    from integrations.google_docs.configuration import google_settings
    from integrations.google_docs.source import connect

    if settings.store == OFF:
        raise UsageError("no reviews are kept here", "the store is off", "Set [store] path, or REVIEW_FINETUNE_STORE.")
    model = None
    if settings.model:
        from agent.llm import Model

        model = Model(settings.model)
    google = connect(settings, WRITE)
    return Bot(google, Service(settings), google_settings(settings), model)


def _watch(bot: Bot) -> int:
    pause = bot.settings.seconds
    while True:
        try:
            bot.look()
            pause = bot.settings.seconds
        except UsageError:
            raise
        except ReviewError as error:
            bot.tell(str(error))
            pause = min(2 * pause, LONGEST_PAUSE)
        time.sleep(pause)
