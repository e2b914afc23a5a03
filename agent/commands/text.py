"""`review-finetune text SOURCE`: the text as the reviewer sees it."""

from __future__ import annotations

import argparse
from pathlib import Path

from agent.commands.output import say, write
from agent.commands.sources import read_source, refuse_early


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument(
        "source", metavar="SOURCE", help="PDF, DOCX, Markdown, HTML, text or the address of a Google Doc; - for stdin"
    )
    parser.add_argument(
        "--format", choices=("terminal", "json"), default="terminal", help="a listing, or the document as JSON"
    )
    parser.add_argument("-o", "--output", type=Path, metavar="PATH", help="write to this file")


def run(args: argparse.Namespace) -> int:
    """Prints the blocks with their places; `start` and `end` of evidence refer to the text of `--format json`."""
    refuse_early([args.source])
    document = read_source(args.source, args.config)
    if args.format == "json":
        text = document.model_dump_json(indent=2) + "\n"
    else:
        from agent.documents.listing import listing

        text = listing(document)
    if args.output:
        write(args.output, text)
    else:
        say(text)
    return 0
