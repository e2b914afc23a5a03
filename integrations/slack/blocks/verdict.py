"""The one message of a review in a channel: progress first, then the verdict with figures and the gravest findings."""

from __future__ import annotations

from typing import Any

from agent.models import Review
from agent.reports import figures
from agent.reports.numbers import Numbers, glance, numbers
from agent.reports.sheet import FindingItem, Sheet, sheet
from integrations.slack.blocks import text
from integrations.slack.blocks.text import Block

FINDINGS = 5
"""Shown in the channel; all of them are in the report."""
Message = dict[str, Any]


def progress(name: str, step: str) -> Message:
    """What is being done."""
    line = f"{step} “{text.fit(name, 200)}” …"
    return {"text": text.escape(line), "blocks": [text.section(line)]}


def failed(why: str) -> Message:
    """What went wrong and what to do, in place of the progress."""
    return {"text": text.escape(why), "blocks": [text.section(f"No review: {why}")]}


def verdict(review: Review, version: int, signed: str = "") -> Message:
    """The verdict of a review.

    Args:
        review: the review as it stands.
        version: the number of the history's entry that it is; its buttons are bound to it.
        signed: who decided what, or "" while nobody did.

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
    blocks += [text.section(signed)] if signed else []
    blocks.append(_buttons(review.review_id, version, signed, one.is_proposal))
    blocks.append(text.context(f"{one.stamp}, version {version}. {one.source}"))
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


def _buttons(review_id: str, version: int, signed: str, proposal: bool) -> Block:
    bound = f"{review_id} {version}"
    shown = [text.button("Full report", "report", bound)]
    if proposal and not signed:
        shown.append(text.button("Sign off", "sign", bound, "primary"))
    return text.actions(*shown)
