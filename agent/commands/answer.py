"""`review-finetune answer REVIEW_ID`: the PM's answers; the verdict that follows from them."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from agent.commands.outcome import tell
from agent.commands.output import screen
from agent.commands.stored import add_format, operator, service
from agent.errors import UsageError

if TYPE_CHECKING:
    from agent.models import Review
    from agent.service import Service

LARGEST = 1_000_000
"""Bytes of a file of answers."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument("review_id", metavar="REVIEW_ID", help="the review, as it stands at its foot and in the list")
    parser.add_argument(
        "--file",
        metavar="ANSWERS",
        help="all answers at once (- for standard input): JSON by question id, or text with a line `test-set:` or `3.` "
        "before each answer",
    )
    parser.add_argument("--question", metavar="ID", action="append", help="the question, by id or number")
    parser.add_argument("--text", metavar="TEXT", action="append", help="the answer")
    add_format(parser)


def run(args: argparse.Namespace) -> int:
    """Takes the answers and shows the verdict that follows; asks one by one when none are given.

    Raises:
        UsageError: no such review or question, or nothing that can be answered.
    """
    reviews = service(args)
    before = reviews.show(args.review_id)
    given = _given(args, before)
    if given is None:
        return _ask(args, reviews, before)
    after = reviews.answer(args.review_id, given, who=operator())
    tell(args, before, after, tuple(given))
    return 0


def _given(args: argparse.Namespace, review: Review) -> dict[str, str] | None:
    """The answers of the options; None when there are none."""
    if args.file and (args.question or args.text):
        raise UsageError("--file and --question", "either is enough", "Give one of them.")
    if args.file:
        from agent.commands.answers import answers_of

        return answers_of(_contents(args.file), review.questions)
    if not (args.question or args.text):
        return None
    if len(args.question or ()) != len(args.text or ()):
        raise UsageError("--question and --text", "each question needs its text", "Give both.")
    from agent.commands.answers import id_of

    return {id_of(q, review.questions): text for q, text in zip(args.question, args.text, strict=True)}


def _contents(name: str) -> str:
    if name == "-":
        data = sys.stdin.buffer.read(LARGEST + 1)
    else:
        path = Path(name)
        if not path.is_file():
            raise UsageError(f"{name}", "no such file", "Give an existing file, or - for standard input.")
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise UsageError(f"{name}", "too large for answers", "Answers are text of at most a megabyte.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UsageError(f"{name}", "not UTF-8 text", "Save it as UTF-8.") from None


def _ask(args: argparse.Namespace, reviews: Service, review: Review) -> int:
    """Asks the open questions one by one; each answer is kept before the next question."""
    if not sys.stdin.isatty():
        raise UsageError("no answers", "there is no terminal to ask at", "Give --question and --text, or --file.")
    first, done, passed = review, [], set[str]()
    while waiting := [q for q in review.questions if q.status != "answered" and q.id not in passed]:
        question = waiting[0]
        passed.add(question.id)
        if (text := _prompt(question.text, question.good_answer, question.id, len(waiting))) is None:
            break
        if text:
            review = reviews.answer(args.review_id, {question.id: text}, who=operator())
            done.append(question.id)
            if any(q.id == question.id and q.status == "insufficient" for q in review.questions):
                passed.discard(question.id) if done.count(question.id) < 2 else None
    tell(args, first, review, tuple(dict.fromkeys(done)))
    return 0


def _prompt(text: str, good: str, name: str, left: int) -> str | None:
    """Asks at the terminal; "" to pass on, None to stop."""
    from agent.reports.console import Page

    color, width = screen(sys.stderr)
    page = Page(color=color, width=width)
    page.blank()
    page.lead(name, "bold cyan", f"({left} open)")
    page.say(text, style="bold")
    page.line("Good answer:", "green", good)
    sys.stderr.write("\n" + page.text())
    try:
        sys.stderr.write("Answer (empty to pass, Ctrl-D to stop): ")
        sys.stderr.flush()
        line = sys.stdin.readline()
    except KeyboardInterrupt:
        line = ""
    if not line:
        sys.stderr.write("\n")
        return None
    return line.strip()
