"""Uses of a held-out set that spoil it: it is trained on, tuned on, or the winner among runs is chosen on it.

What names the set in a sentence (`the test letters`, `the 400 letters` where 400 were set aside) is put as one word; a
sentence of choosing, adding or adjusting around that word is a violation, unless it is denied, past or a question.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from agent.facts.assertions import assertion
from agent.facts.patterns import pattern
from agent.facts.segments import Segment

_SET = "SET"
_KINDS = ("trained", "tuned", "selected")


def violations(segment: Segment, sizes: frozenset[float]) -> Iterator[str]:
    """The kinds of violation that a sentence speaks of.

    Args:
        segment: a sentence or cell.
        sizes: how many items the document sets aside; a count of as many names the set.
    """
    text = _marked(segment, sizes)
    if _SET not in text or pattern("violations.harmless").search(segment.text):
        return
    for kind in _KINDS:
        for match in pattern(f"violations.{kind}").finditer(text):
            denied = pattern("evaluation.negation").search(text[: match.start()]) or re.search(
                r"\b(?:not|never|no|nor|without|nobody|none)\b|n['’]t\b", match.group(), re.IGNORECASE
            )
            if not denied:
                yield kind


def _marked(segment: Segment, sizes: frozenset[float]) -> str:
    """The text with every name of the set that is part of the plan put as one word."""
    spans = [m.span() for m in pattern("violations.set").finditer(segment.text)]
    for q in segment.quantities:
        if q.kind == "count" and q.high in sizes and not any(a <= q.start < b for a, b in spans):
            article = re.search(r"(?:\b(?:the|those|these|our) )?\Z", segment.text[: q.start], re.IGNORECASE)
            spans.append((article.start() if article else q.start, q.end))
    text = segment.text
    for start, stop in sorted(spans, reverse=True):
        if assertion(segment, start, stop).status not in ("past", "other", "rejected", "comparison"):
            text = text[:start] + _SET + text[stop:]
    return text
