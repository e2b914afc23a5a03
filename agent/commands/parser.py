"""An argument parser whose errors are one line, and the options that every command has."""

from __future__ import annotations

import argparse
import importlib
from typing import NoReturn

from agent.commands import COMMANDS
from agent.errors import UsageError

PROGRAM = "review-finetune"


class OneLineParser(argparse.ArgumentParser):
    """Raises instead of printing its usage and leaving."""

    def error(self, message: str) -> NoReturn:
        """Says what is wrong and where to look.

        Raises:
            UsageError: always.
        """
        raise UsageError(message, fix=f"See: {self.prog} --help")


def parser_of(name: str) -> OneLineParser:
    """The parser of one command."""
    command = COMMANDS[name]
    parser = OneLineParser(
        prog=f"{PROGRAM} {name}",
        description=f"{command.summary[:1].upper()}{command.summary[1:]}.",
        allow_abbrev=False,
    )
    importlib.import_module(command.module).add_arguments(parser)
    common = parser.add_argument_group("every command")
    common.add_argument(
        "--config", metavar="PATH", help="configuration file (default: the nearest review-finetune.toml)"
    )
    common.add_argument("--debug", action="store_true", help="show the traceback of an error")
    return parser
