"""`review-finetune diff OLD NEW`: what became of the findings from one review to the next."""

from __future__ import annotations

import argparse
import json
import os
from typing import TYPE_CHECKING, Any

from agent.commands.output import screen
from agent.commands.sources import read_source, refuse_early
from agent.commands.stored import put, service

if TYPE_CHECKING:
    from agent.dialogue.versions import Difference
    from agent.models import Finding, Review


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument("old", metavar="OLD", help="a review by id, or a document")
    parser.add_argument("new", metavar="NEW", help="a review by id, or a document")
    parser.add_argument("--format", choices=("terminal", "json"), metavar="FORMAT", help="terminal (default) or json")
    parser.add_argument("-o", "--output", metavar="PATH", help="write to this file")


def run(args: argparse.Namespace) -> int:
    """Shows findings resolved, new and still open, and the facts that are read otherwise.

    Raises:
        UsageError: there is no such review or document.
    """
    from agent.dialogue.versions import difference

    found = difference(_review(args, args.old), _review(args, args.new))
    put(args, _json(found) if args.format == "json" else _page(found))
    return 0


def _review(args: argparse.Namespace, name: str) -> Review:
    """A stored review by its id; a document is reviewed and not kept."""
    if not (name == "-" or "." in name or os.sep in name or os.path.lexists(name)):
        return service(args).show(name)
    from agent.review import review_document
    from agent.settings import load

    refuse_early([name])
    return review_document(read_source(name), policy=load(args.config).policy)


def _json(found: Difference) -> str:
    def brief(review: Review) -> dict[str, Any]:
        return {
            "review_id": review.review_id,
            "document": review.document.model_dump(mode="json"),
            "verdict": review.verdict.model_dump(mode="json"),
        }

    def codes(findings: tuple[Finding, ...]) -> list[dict[str, Any]]:
        return [f.model_dump(mode="json") for f in findings]

    said = {
        "old": brief(found.old),
        "new": brief(found.new),
        "resolved": codes(found.resolved),
        "new_findings": codes(found.added),
        "still_open": codes(found.still),
        "facts": {name: {"old": old, "new": new} for name, old, new in found.facts},
    }
    return json.dumps(said, ensure_ascii=False, indent=2) + "\n"


def _page(found: Difference) -> str:
    from agent.reports.console import Page
    from agent.reports.labels import fact_label, word
    from agent.reports.plain import plain

    color, width = screen()
    page = Page(color=color, width=width)
    old, new = found.old.verdict.value, found.new.verdict.value
    before = f"· was: {word('verdicts', old).lower()}" if old != new else "· as before"
    page.lead(word("verdicts", new).upper(), "bold", before)
    page.say(plain(found.new.verdict.summary))
    groups = (
        ("Resolved", "green", found.resolved),
        ("New", "bold red", found.added),
        ("Still open", "yellow", found.still),
    )
    for title, style, findings in groups:
        page.heading(title, "" if findings else "nothing")
        for one in findings:
            page.line(one.code, style, plain(one.message), 2, 5)
    page.heading("Facts read otherwise", "" if found.facts else "none")
    if found.facts:
        rows = ((fact_label(n), _value(found.old, n), _value(found.new, n)) for n, _, _ in found.facts)
        page.table(("Fact", "Before", "Now"), rows)
    return page.text()


def _value(review: Review, name: str) -> str:
    from agent.reports.labels import fact_value
    from agent.reports.plain import plain, shorten

    return shorten(plain(fact_value(review.facts[name])), 60) if name in review.facts else "not said"
