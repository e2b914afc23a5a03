"""`review-finetune delete ID…`: really deletes stored reviews."""

from __future__ import annotations

import argparse

from agent.commands.output import say
from agent.commands.stored import service


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument(
        "review_ids",
        nargs="+",
        metavar="ID",
        help="the reviews, with document, history, answers and what a model answered",
    )


def run(args: argparse.Namespace) -> int:
    """Deletes them.

    Raises:
        UsageError: there is no such review; those before it are gone.
    """
    reviews = service(args)
    for one in args.review_ids:
        reviews.delete(one)
        say(f"Deleted {one}: document, history, checkpoints and the model's kept answers.\n")
    return 0
