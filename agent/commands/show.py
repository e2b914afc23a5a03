"""`review-finetune show ID [--history]`: a stored review as it stands, or what happened to it."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

from agent.commands.output import screen
from agent.commands.stored import add_format, form_of, present, put, service
from agent.errors import UsageError

if TYPE_CHECKING:
    from agent.store.history import Event


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument("review_id", metavar="ID", help="the review")
    parser.add_argument("--history", action="store_true", help="everything that happened to it; JSON Lines with json")
    add_format(parser)


def run(args: argparse.Namespace) -> int:
    """Shows the review, or its history.

    Raises:
        UsageError: there is none, or a history is wanted as a page.
    """
    reviews = service(args)
    if not args.history:
        present(args, reviews.show(args.review_id))
        return 0
    form = form_of(args)
    if form not in ("terminal", "json"):
        raise UsageError(f"--history as {form}", "it is shown as text or as JSON Lines", "Leave out --format.")
    events = reviews.history(args.review_id)
    put(args, _lines(events) if form == "json" else _page(events))
    return 0


def _lines(events: tuple[Event, ...]) -> str:
    return "".join(json.dumps(e._asdict(), ensure_ascii=False) + "\n" for e in events)


def _page(events: tuple[Event, ...]) -> str:
    from agent.reports.console import Page
    from agent.reports.plain import plain

    color, width = screen()
    page = Page(color=color, width=width)
    for one in events:
        page.line(f"{one.seq:>3}  {one.at}  {plain(one.who)}", "dim", f"{one.kind}: {plain(_said(one))}")
    return page.text()


def _said(event: Event) -> str:
    data = event.data
    if event.kind == "started":
        earlier = f"; a version of {data['earlier']}" if data["earlier"] else ""
        return f"{data['name']}, sha256 {data['sha256']}, engine {data['engine']['version']}{earlier}"
    if event.kind == "reviewed":
        review = data["review"]
        codes = ", ".join(f"{f['code']} {f['status']}" for f in review["findings"]) or "no findings"
        return f"{review['verdict']['value']}; {codes}; engine {data['engine']}"
    if event.kind == "answer":
        return f"{data['question']['id']}: {data['text']}{' (carried over)' if data['carried'] else ''}"
    if event.kind == "correct":
        quote = f", quote “{data['evidence']['quote']}”" if data["evidence"] else ""
        return f"{data['fact']} is {data['value']}{quote}"
    until = f" until {data['until']}" if data.get("until") else ""
    return f"{data['code']}{until}{': ' + data['reason'] if data.get('reason') else ''}"
