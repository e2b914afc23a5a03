"""The Home tab: my reviews, and those of others that wait."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from agent.reports import figures, labels
from agent.store.history import Row
from integrations.slack.blocks import text

SHOWN = 15
"""Reviews in a list: the whole Home tab holds 100 blocks."""


def home(waiting: Sequence[Row], mine: Sequence[Row], to_sign: Sequence[Row]) -> dict[str, Any]:
    """The view of one person."""
    lists = (("Waiting for your answer", waiting), ("Your reviews", mine), ("Waiting for your sign-off", to_sign))
    blocks = [text.section("Start one with /review-finetune, or with the shortcut on a message that has a file.")]
    for title, rows in lists:
        blocks += [text.header(title), *(text.section(line(r)) for r in rows[:SHOWN])]
        blocks += [] if rows else [text.section("Nothing.")]
    return {"type": "home", "blocks": blocks}


def line(row: Row) -> str:
    """One review in a line."""
    asked = f", {figures.count(row.open_questions, 'question')} to answer" if row.open_questions else ""
    return f"{text.fit(row.title, 150)}: {labels.word('verdicts', row.verdict)}{asked} ({row.id})"
