"""Which of two readings a person picks, or what they say instead."""

from __future__ import annotations

import re
from typing import Any

from agent.dialogue.reading import read_answer, same
from agent.dialogue.script import cue


def chosen(text: str, name: str, readings: tuple[Any, ...]) -> Any:
    """The reading that an answer picks, a new value that it gives, or None when it does neither.

    Args:
        text: the answer.
        name: the fact.
        readings: as the document says it first, then what contradicts it.
    """
    read = read_answer(text, (name,), (name,))
    named = [r for r in readings if _named(read.text, r)]
    if named:
        return named[0] if len(named) == 1 else None
    if name in read.facts:
        given = read.facts[name].value
        return next((r for r in readings if same(r, given)), given)
    if len(readings) == 1:
        return readings[0] if cue("yes").search(read.text) else None
    first, second = bool(cue("first").search(read.text)), bool(cue("second").search(read.text))
    return readings[int(second)] if first != second else None


def _named(text: str, reading: Any) -> bool:
    """True when the reading itself stands in the answer: a number as a number, a word as a word."""
    if isinstance(reading, bool):
        return False
    if isinstance(reading, (int, float)):
        return any(same(reading, float(n.replace(",", ""))) for n in re.findall(r"\d[\d,]*(?:\.\d+)?", text))
    if isinstance(reading, (list, tuple)):
        return bool(reading) and all(_named(text, end) for end in reading)
    return bool(re.search(rf"(?<!\w){re.escape(str(reading))}(?!\w)", text, re.IGNORECASE))
