"""The one message of a review in a channel: progress first, then the verdict with figures and the gravest findings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from agent.dialogue.versions import Difference
from agent.models import Finding, Review
from agent.reports import figures
from agent.reports.numbers import Numbers, glance, numbers
from agent.reports.sheet import FindingItem, Sheet, sheet
from integrations.slack.blocks import text
from integrations.slack.blocks.text import Block

FINDINGS = 5
"""Shown in the channel; all of them are in the report."""
DEGRADED = 3
"""Lines on what this review went without."""
Message = dict[str, Any]


class Seat(NamedTuple):
    """Where and how a review is shown.

    Attributes:
        version: the number of the history's entry that it is.
        bond: its document's hash, shortened; its buttons are bound to both.
        signed: who decided what, or "" while nobody did.
        private: True where only its author sees it.
        doc: the id of its Google Doc, or "".
        author: the Slack user whose proposal it is.
    """

    version: int
    bond: str
    signed: str = ""
    private: bool = False
    doc: str = ""
    author: str = ""


def progress(name: str, steps: tuple[str, ...], at: int) -> Message:
    """What is done, what is being done, and what comes; `at` is the step at work."""
    line = f"Reviewing “{text.fit(name, 200)}”: {steps[at].lower()} …"
    states = ["complete"] * at + ["in_progress"] + ["pending"] * (len(steps) - at - 1)
    title = text.fit(f"Reviewing “{text.fit(name, 80)}”", text.HEADER)
    return {
        "text": text.escape(line),
        "blocks": [text.plan(title, zip(steps, states, strict=True))],
    }


def failed(why: str) -> Message:
    """What went wrong and what to do, in place of the progress."""
    return {"text": text.escape(why), "blocks": [text.section(f"No review: {why}")]}


def closed(review: Review, said: str) -> Message:
    """A review's message after it went elsewhere, without its buttons."""
    one = sheet(review)
    head = text.fit(f"{one.verdict_word}: {one.title}", text.HEADER)
    return {"text": text.escape(f"{head}. {said}"), "blocks": [text.header(head), text.context(said)]}


def compared(between: Difference) -> Message:
    """What another version of the document has changed, in a line."""

    def codes(found: Sequence[Finding]) -> str:
        return ", ".join(f.code for f in found) or "none"

    before, now = sheet(between.old).verdict_word, sheet(between.new).verdict_word
    said = (
        f"New version: {before} → {now}. Resolved: {codes(between.resolved)}. New: {codes(between.added)}. "
        f"Still open: {codes(between.still)}. Answers that still hold were taken over."
    )
    return {"text": text.escape(said), "blocks": [text.section(said)]}


def verdict(review: Review, seat: Seat) -> Message:
    """The verdict of a review.

    Args:
        review: the review as it stands.
        seat: where it is shown, and to what its buttons are bound.

    Returns:
        `text` and `blocks` of a message.
    """
    one, found = sheet(review), numbers(review)
    head = text.fit(f"{one.verdict_word}: {one.title}", text.HEADER)
    blocks = [text.header(head), text.section(f"{one.summary} {one.counts}." if one.is_proposal else one.summary)]
    blocks += _figures(one, found) if one.is_proposal else []
    blocks += [_finding(item) for item in one.findings[:FINDINGS]]
    if len(one.findings) > FINDINGS:
        blocks.append(text.context(f"And {figures.count(len(one.findings) - FINDINGS, 'more finding')} in the report."))
    blocks += [text.section(seat.signed)] if seat.signed else []
    blocks += [text.context(d) for d in one.unread[:DEGRADED]]
    blocks.append(_buttons(review.review_id, seat, one.is_proposal))
    alone = ". Only you see this." if seat.private else ""
    blocks.append(text.context(f"{one.stamp}, version {seat.version}. {one.source}{alone}"))
    return {"text": _fallback(one, found), "blocks": blocks}


def _fallback(one: Sheet, found: Numbers) -> str:
    parts = [f"{one.verdict_word}: {one.title}.", one.summary, glance(found) if found.glance else ""]
    return text.escape(" ".join(p for p in parts if p))


def _figures(one: Sheet, found: Numbers) -> list[Block]:
    blocks = [text.rich(text.paragraph(text.bold("Recommended: "), text.LINE, text.words(one.advice.what)))]
    if found.rows:
        blocks.append(text.table([found.columns, *found.cells]))
    return blocks


def _finding(item: FindingItem) -> Block:
    status = f" ({item.status})" if item.status else ""
    parts = [
        text.paragraph(
            text.bold(f"{item.severity_word}: {item.code} {item.title}{status}", 300),
            text.LINE,
            text.words(item.message, 600),
        )
    ]
    parts += [text.quotation(q.text, q.place) for q in item.quotes[:1]]
    return text.rich(*parts)


def _buttons(review_id: str, seat: Seat, proposal: bool) -> Block:
    bound = f"{review_id} {seat.version} {seat.bond}"
    shown = [text.button("Full report", "report", bound)]
    if proposal and not seat.signed and not seat.private:
        shown.append(text.button("Sign off", "sign", bound, "primary"))
    if seat.private:
        shown.append(text.button("Share in a channel", "share", bound, "primary"))
    if seat.doc:
        shown.append(text.button("Read it again", "again", f"doc:{seat.doc} {seat.author}"))
    return text.actions(*shown)
