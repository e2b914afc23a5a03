"""`review-finetune guide [ENTRY|--search WORDS]`: the knowledge base on the screen."""

from __future__ import annotations

import argparse
from itertools import groupby
from typing import TYPE_CHECKING

from agent.commands.output import say, screen
from agent.errors import UsageError

if TYPE_CHECKING:
    from agent.reports.console import Page
    from knowledge import Entry, Guide

BY_KIND = 12
"""Columns for "Search", "Source" and the like."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument(
        "entry", nargs="?", metavar="ENTRY", help="id of an entry (cost/…, situation/…), or a kind of them"
    )
    parser.add_argument("--search", metavar="WORDS", help="entries about these words, the best first")
    parser.add_argument("--limit", type=int, default=8, metavar="N", help="results of a search (default: 8)")


def run(args: argparse.Namespace) -> int:
    """Shows one entry, the results of a search, or the list of all.

    Raises:
        UsageError: both are asked for.
        UnknownName: there is no such entry; names the nearest.
    """
    from agent.reports.console import Page
    from agent.settings import load

    if args.entry and args.search is not None:
        raise UsageError("ENTRY and --search", "only one can be shown", "Leave one out.")
    settings = load(args.config)
    book = settings.organisation.guide() if settings.organisation else _guide()
    color, width = screen()
    page = Page(color=color, width=width)
    if args.search is not None:
        _results(page, book, args.search, args.limit)
    elif args.entry and "/" in args.entry:
        _entry(page, book.entry(args.entry))
    else:
        _list(page, book.entries(args.entry))
    say(page.text())
    return 0


def _guide() -> Guide:
    from knowledge import guide

    return guide()


def _list(page: Page, entries: tuple[Entry, ...]) -> None:
    for kind, group in groupby(entries, key=lambda e: e.kind):
        page.heading(kind)
        width = max(len(e.id) for e in entries) + 2
        for entry in group:
            page.line(entry.id, "bold", entry.title, 2, width)


def _results(page: Page, book: Guide, words: str, limit: int) -> None:
    hits = book.search(words, limit)
    if not hits:
        page.say("Nothing found. The list of all entries: review-finetune guide")
    for hit in hits:
        page.lead(hit.entry.id, "bold", hit.entry.title)
        page.say(hit.entry.text, 2)
        page.blank()


def _entry(page: Page, entry: Entry) -> None:
    page.lead(entry.title, "bold", f"({entry.id})")
    page.blank()
    for line in entry.text.splitlines():
        page.say(line)
    for note in entry.notes:
        page.blank()
        page.line("Note:", "bold", f"{note.text} ({note.source})")
    page.blank()
    for label, text in _rest(entry):
        page.line(f"{label}:", "dim", text, 0, BY_KIND)


def _rest(entry: Entry) -> list[tuple[str, str]]:
    """What stands below the text of an entry: where it comes from, and what it belongs to."""
    said = {
        "guide": "the guide's own sentence",
        "restored": "restored: the guide's list was lost; reasons and sources below",
        "organisation": "the organisation's own policy",
    }
    quotes = [("Sentence", q) for q in entry.quotes] if entry.provenance == "guide" else []
    return [
        ("Provenance", said[entry.provenance]),
        *quotes,
        ("Reasons", entry.reasons),
        *(("Source", f"{s.title}, {s.ref}") for s in entry.sources),
        ("Rules", ", ".join(entry.codes)),
        ("See also", ", ".join(entry.refs)),
    ]
