"""`review-finetune waive ID CODE --reason TEXT`: an approver takes responsibility for a finding."""

from __future__ import annotations

import argparse

from agent.commands.outcome import tell
from agent.commands.stored import add_format, operator, service


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument("review_id", metavar="ID", help="the review")
    parser.add_argument("code", metavar="CODE", help="the finding's rule, such as AP1")
    parser.add_argument("--reason", required=True, metavar="TEXT", help="why; it stands in every report")
    parser.add_argument("--until", metavar="DATE", help="the last day on which it holds, such as 2027-01-31")
    parser.add_argument(
        "--evidence", metavar="TEXT", help="what shows that an exception is justified, such as the measured gap"
    )
    add_format(parser)


def run(args: argparse.Namespace) -> int:
    """Waives the finding in the name of the user at the terminal.

    Raises:
        UsageError: they may not, or there is nothing to waive.
    """
    reviews = service(args)
    before = reviews.show(args.review_id)
    after = reviews.waive(
        args.review_id, args.code, args.reason, who=operator(), until=args.until, evidence=args.evidence
    )
    tell(args, before, after)
    return 0
