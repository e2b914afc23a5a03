"""A corrected or disputed review as a case for the evals: the document's text, and labels as the person has them.

A person looks at it before it joins the evals: a dispute may be wrong. What the review says and nobody disputed is not
scored: `fact_names` and `open` keep the labels to what was said.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, NamedTuple

from agent.dialogue.turns import Correction, Dispute, Turn
from agent.models import Document, Review
from agent.rules.registry import rules


class Case(NamedTuple):
    """The two files of a case; see `evals/CASES.md`."""

    text: str
    labels: str


def case_of(review: Review, document: Document, said: Iterable[Turn]) -> Case | None:
    """The case of one review; None when nobody corrected or disputed anything."""
    turns = tuple(said)
    facts = {t.fact: t for t in turns if isinstance(t, Correction)}
    codes = {t.code: t for t in turns if isinstance(t, Dispute)}
    if not facts and not codes:
        return None
    told = [f"{t.who} disputes {c}: {t.reason}" for c, t in codes.items()]
    told += [f"{t.who} corrects {n}" + ("" if t.read else ", unconfirmed") for n, t in facts.items()]
    lines = [
        f"slug = {_toml(review.review_id)}",
        'carrier = "md"',
        'kind = ["disputed"]',
        f"verdict = {_toml([review.verdict.value])}",
        f"silent = {_toml(sorted(codes))}",
        f"open = {_toml([r.code for r in rules() if r.code not in codes])}",
        f"fact_names = {_toml(sorted(facts))}",
        f"note = {_toml('; '.join(told))}",
        "[facts]",
        *(f"{_toml(n)} = {_toml(t.value)}" for n, t in facts.items()),
        "[quotes]",
        *(f"{_toml(n)} = {_toml(t.evidence.quote)}" for n, t in facts.items() if t.evidence),
    ]
    return Case(_markdown(document), "\n".join(lines) + "\n")


def _markdown(document: Document) -> str:
    """The visible text, headings marked; tables come as one cell a paragraph."""
    parts = []
    for block in document.body:
        head = f"{'#' * max(1, block.level)} " if block.kind == "heading" else "- " if block.kind == "list_item" else ""
        parts.append(head + document.quote(block))
    return "\n\n".join(parts) + "\n"


def _toml(value: Any) -> str:
    """A text, number, flag or list as TOML, which agrees with JSON on these."""
    return json.dumps(list(value) if isinstance(value, tuple) else value, ensure_ascii=False)
