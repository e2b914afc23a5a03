"""`review-finetune list`: the stored reviews, the latest first."""

from __future__ import annotations

import argparse
import json

from agent.commands.output import screen
from agent.commands.stored import put, service


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument(
        "--format",
        choices=("terminal", "json"),
        metavar="FORMAT",
        help="terminal (default), or json: one review a line",
    )
    parser.add_argument("-o", "--output", metavar="PATH", help="write to this file")


def run(args: argparse.Namespace) -> int:
    """Prints the list."""
    from agent.reports.console import Page
    from agent.reports.figures import count
    from agent.reports.labels import word
    from agent.reports.plain import plain, shorten

    rows = service(args).list()
    if args.format == "json":
        put(args, "".join(json.dumps(r._asdict(), ensure_ascii=False) + "\n" for r in rows))
        return 0
    color, width = screen()
    page = Page(color=color, width=width)
    if not rows:
        page.say("No review is stored here. One is with each: review-finetune FILE")
    for row in rows:
        asked = f"; {count(row.open_questions, 'question')} open" if row.open_questions else ""
        said = f"{word('verdicts', row.verdict)}{asked}. {shorten(plain(row.title), 60)} ({row.touched_at[:10]})"
        page.line(row.id, "bold", said)
    put(args, page.text())
    return 0
