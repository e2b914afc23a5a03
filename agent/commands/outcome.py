"""What a turn did to a review, in a few lines: the verdict before and after, what was settled, what is still asked."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from agent.commands.output import say, screen
from agent.commands.stored import form_of, present
from agent.reports.console import Page
from agent.reports.labels import word
from agent.reports.plain import plain

if TYPE_CHECKING:
    from agent.models import Question, Review

LABEL = len("Still missing:")


def tell(args: argparse.Namespace, before: Review, after: Review, names: tuple[str, ...] = ()) -> None:
    """Shows the outcome; with `--format` or `-o` the whole review instead.

    Args:
        args: the command's arguments.
        before: the review before.
        after: the review after.
        names: the questions that were answered now.
    """
    if args.format or args.output or form_of(args) != "terminal":
        present(args, after)
        return
    color, width = screen()
    page = Page(color=color, width=width)
    moved = before.verdict.value != after.verdict.value
    said = f"· was: {word('verdicts', before.verdict.value).lower()}" if moved else "· as before"
    page.lead(word("verdicts", after.verdict.value).upper(), "bold", said)
    page.say(plain(after.verdict.summary))
    page.blank()
    for question in (q for q in after.questions if q.id in names):
        _question(page, question)
    _findings(page, before, after)
    for note in after.notes:
        if note not in before.notes:
            page.line("Note:", "bold", plain(note), 0, LABEL)
    _open(page, after)
    say(page.text())


def _question(page: Page, one: Question) -> None:
    if one.status == "answered":
        page.line("Answered:", "green", one.id, 0, LABEL)
    else:
        page.line("Not settled:", "yellow", f"{one.id}. {plain(one.text)}", 0, LABEL)


def _findings(page: Page, before: Review, after: Review) -> None:
    known = {f.code: f.status for f in before.findings}
    for one in after.findings:
        if known.get(one.code) != one.status:
            state = one.status if one.code in known or one.status != "open" else "new"
            page.line(f"{state.capitalize()}:", "bold", f"{one.code}. {plain(one.message)}", 0, LABEL)


def _open(page: Page, review: Review) -> None:
    waiting = [q for q in review.questions if q.status != "answered"]
    page.blank()
    if not waiting:
        page.say(f"No question is open. The whole review: review-finetune show {review.review_id}", style="dim")
        return
    ids = ", ".join(q.id for q in waiting)
    page.line("Still open:", "bold", ids, 0, LABEL)
    page.say(f"Go on: review-finetune answer {review.review_id}", style="dim")
