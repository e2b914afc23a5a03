"""The author's own file with the review in it: comments in a Word file, highlights and notes in a PDF.

`annotate` finds the places in the document that was read; the file itself is opened again in a child process only.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from agent.documents.limits import Limits
from agent.errors import UsageError

if TYPE_CHECKING:
    from agent.annotate.marks import Locate
    from agent.models import Document, Review

FORMATS = ("docx", "pdf")
_WORKER = "agent.annotate.worker"
_KINDS = {
    "pdf": "a PDF",
    "docx": "a Word file",
    "markdown": "Markdown",
    "html": "HTML",
    "text": "plain text",
}
_INSTEAD = {"pdf": "Use --format pdf", "docx": "Use --format docx"}


class Annotated(NamedTuple):
    """The file with its marks; `notes` say what its owner should know of it. Nothing new: the same bytes."""

    data: bytes
    added: int
    notes: tuple[str, ...] = ()


def check_kind(data: bytes, name: str, form: str) -> None:
    """Refuses to give a document back in a format that is not its own.

    Raises:
        UsageError: it is of another format; says what to do.
        DocumentError: it is of none.
    """
    from agent.documents.sniff import sniff

    kind = sniff(data, name) if data.strip() else form
    if kind == form:
        return
    what = "Word" if form == "docx" else "PDF"
    raise UsageError(
        f"{name} is {_KINDS[kind]}",
        f"--format {form} puts comments into the author's own {what} file",
        f"{_INSTEAD.get(kind, f'Export it as {what} and review that')}, or --format html for a page of its own.",
    )


def annotate(data: bytes, document: Document, review: Review, *, limits: Limits | None = None) -> Annotated:
    """The file with the review's comments; what is in it already is left as it is and not added again.

    Args:
        data: the bytes that `document` was read from, PDF or DOCX.
        document: as read.
        review: of it.
        limits: what it may cost.

    Raises:
        DocumentError: the file cannot be written to; says why.
    """
    from agent.annotate.marks import marks_of, texts
    from agent.documents.sandbox import answer_of, run_in_child

    marks = marks_of(review, document, _locate(document))
    plan = {
        "form": document.format,
        "date": review.created_at,
        "texts": texts(),
        "marks": [mark._asdict() for mark in marks.marks],
        "summary": marks.summary,
        "top": marks.top,
    }
    caps = limits or Limits()
    sent = json.dumps(plan).encode() + b"\n" + data
    output = run_in_child(_WORKER, [document.name, json.dumps(caps)], sent, document.name, caps)
    head, _, made = output.partition(b"\n")
    told = answer_of(head, document.name, caps)
    return Annotated(made if told["added"] else data, told["added"], tuple(told["notes"]))


def _locate(document: Document) -> Locate:
    from agent.annotate import places

    by_format: dict[str, Any] = {"pdf": places.in_pdf, "docx": places.in_word}
    find = by_format[document.format]
    return lambda start, end: find(document, start, end)
