"""`review-finetune export`: stored reviews with their history as JSON Lines; disputes as cases for the evals."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from agent.commands.output import say, write
from agent.commands.stored import put, service
from agent.errors import UsageError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument("review_ids", nargs="*", metavar="ID", help="the reviews (default: every one)")
    parser.add_argument(
        "--disputes", action="store_true", help="corrected and disputed reviews as eval cases, into the folder -o"
    )
    parser.add_argument("-o", "--output", metavar="PATH", help="write to this file, or this folder with --disputes")


def run(args: argparse.Namespace) -> int:
    """Writes the reviews.

    Raises:
        UsageError: there is no such review, or no folder for cases.
    """
    from agent.reports.json import contract

    reviews = service(args)
    ids = args.review_ids or [row.id for row in reviews.list()]
    if args.disputes:
        return _disputes(args, ids)
    lines = []
    for one in ids:
        events = [e._asdict() for e in reviews.history(one)]
        lines.append(json.dumps({"review": contract(reviews.show(one)), "history": events}, ensure_ascii=False))
    put(args, "".join(f"{line}\n" for line in lines))
    return 0


def _disputes(args: argparse.Namespace, ids: list[str]) -> int:
    """One case a review: its text, and labels with what the person says."""
    from agent.dialogue.cases import case_of
    from agent.dialogue.turns import TURN

    if not args.output:
        raise UsageError("--disputes", "cases are files", "Give a folder with -o.")
    folder, reviews = Path(args.output), service(args)
    folder.mkdir(parents=True, exist_ok=True)
    written = 0
    for one in ids:
        said = [TURN.validate_python(e.data) for e in reviews.history(one) if e.kind in ("correct", "dispute")]
        case = case_of(reviews.show(one), reviews.document(one), said)
        if case is not None:
            write(folder / f"{one}.md", case.text)
            write(folder / f"{one}.toml", case.labels)
            written += 1
    say(f"{written} {'case' if written == 1 else 'cases'} in {folder}\n")
    return 0
