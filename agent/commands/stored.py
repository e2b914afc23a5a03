"""What the commands on stored reviews share: the service, the person at the terminal, and how a review is shown."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING, cast

from agent.commands.output import NO_TERMINAL, Screen, say, screen, write
from agent.errors import UsageError

if TYPE_CHECKING:
    from agent.models import Review
    from agent.reports import Format
    from agent.service import Service

FORMATS = ("terminal", "markdown", "json", "html")
ENDINGS = {".txt": "terminal", ".md": "markdown", ".json": "json", ".html": "html"}


def service(args: argparse.Namespace) -> Service:
    """The reviews that are kept under this configuration.

    Raises:
        UsageError: nothing is kept, by configuration or for want of a home folder.
    """
    from agent.service import Service
    from agent.settings import OFF, load

    settings = load(args.config)
    if settings.store == OFF:
        raise UsageError("no reviews are kept here", "the store is off", "Set [store] path, or REVIEW_FINETUNE_STORE.")
    return Service(settings)


def operator() -> str:
    """The user at the terminal as the operating system knows them; no variable of the environment is asked."""
    import pwd

    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"uid-{os.getuid()}"


def add_format(parser: argparse.ArgumentParser) -> None:
    """Declares `--format` and `-o`."""
    parser.add_argument(
        "--format", choices=FORMATS, metavar="FORMAT", help="terminal (default), markdown, json or html"
    )
    parser.add_argument(
        "-o",
        "--output",
        metavar="PATH",
        help="write to this file, whose ending gives the format when --format does not",
    )


def form_of(args: argparse.Namespace) -> Format:
    """The format that was asked for."""
    ending = Path(args.output).suffix.lower() if args.output else ""
    return cast("Format", args.format or ENDINGS.get(ending, "terminal"))


def present(args: argparse.Namespace, review: Review) -> None:
    """Shows a whole review as asked."""
    from agent.reports import render

    view = Screen(False, NO_TERMINAL) if args.output else screen()
    put(args, render(review, form_of(args), color=view.color, width=view.width))


def put(args: argparse.Namespace, text: str) -> None:
    """Writes a result to its file or to standard output."""
    if args.output:
        write(Path(args.output), text)
    else:
        say(text)
