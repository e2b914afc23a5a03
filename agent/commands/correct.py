"""`review-finetune correct ID FACT VALUE [--quote TEXT]`: "you misread me"."""

from __future__ import annotations

import argparse

from agent.commands.outcome import tell
from agent.commands.stored import add_format, operator, service


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument("review_id", metavar="ID", help="the review")
    parser.add_argument("fact", metavar="FACT", help="its dotted name, such as dataset.examples")
    parser.add_argument("value", metavar="VALUE", help="as it should have been read: 30, 5-15, yes, lora")
    parser.add_argument("--quote", metavar="TEXT", help="the words of the document that show it, exactly")
    add_format(parser)


def run(args: argparse.Namespace) -> int:
    """Corrects the fact; both readings stay visible.

    Raises:
        UsageError: there is no such review, fact or quote.
    """
    reviews = service(args)
    before = reviews.show(args.review_id)
    tell(args, before, reviews.correct(args.review_id, args.fact, args.value, who=operator(), quote=args.quote))
    return 0
