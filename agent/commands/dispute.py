"""`review-finetune dispute ID CODE --reason TEXT`: a finding that somebody does not accept."""

from __future__ import annotations

import argparse

from agent.commands.outcome import tell
from agent.commands.stored import add_format, operator, service


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument("review_id", metavar="ID", help="the review")
    parser.add_argument("code", metavar="CODE", help="the finding's rule, such as AP1")
    parser.add_argument("--reason", required=True, metavar="TEXT", help="what is wrong with it")
    add_format(parser)


def run(args: argparse.Namespace) -> int:
    """Disputes the finding: it stays visible, for an approver to settle.

    Raises:
        UsageError: there is no such review or finding.
    """
    reviews = service(args)
    before = reviews.show(args.review_id)
    tell(args, before, reviews.dispute(args.review_id, args.code, args.reason, who=operator()))
    return 0
