"""A review as one line of the summary: figures as numbers, words as in the report."""

from __future__ import annotations

import math
from typing import Any

from agent.errors import DocumentError, ReviewError
from agent.models import Review
from agent.reports.plain import plain, shorten
from agent.reports.sheet import SEVERITIES
from integrations.batch.items import Item, Row

COLUMNS = (
    *("document", "title", "verdict", "blockers", "major", "minor", "questions", "codes", "approach", "base_model"),
    *("asked_usd_low", "asked_usd_high", "computed_usd_low", "computed_usd_high"),
    *("asked_gpus", "computed_gpus", "asked_gpu", "computed_gpu"),
    *("asked_weeks_low", "asked_weeks_high", "computed_weeks_low", "computed_weeks_high"),
    *("pages", "words", "same_as", "degraded", "summary", "report", "annotated", "review_id", "sha256", "seconds"),
)
FAILURE_COLUMNS = ("document", "reason", "what_to_do", "kind", "same_as")
LISTED = "list."
"""What stands before a column that comes from the user's list."""
_TITLE = 200
"""Characters of a title."""
_LIVE = ("open", "disputed", "unconfirmed")


def row(review: Review, item: Item) -> Row:
    """One line of the summary. Where the document or the estimate says nothing the value is None."""
    live = [f for f in review.findings if f.status in _LIVE]
    section = review.estimate
    computed = section.as_recommended if section else None
    return {
        "document": item.found.label,
        "title": shorten(plain(review.document.title), _TITLE),
        "verdict": review.verdict.value,
        **{_many(s): sum(f.severity == s for f in live) for s in SEVERITIES},
        "questions": sum(q.status != "answered" for q in review.questions),
        "codes": " ".join(dict.fromkeys(f.code for f in live)),
        "approach": review.recommendation.instead or review.recommendation.approach,
        "base_model": _stated(review, "base_model.name"),
        **_range("asked_usd", _stated(review, "budget.usd")),
        **_range("computed_usd", computed.compute_usd if computed else None),
        "asked_gpus": _number(_stated(review, "hardware.count")),
        "computed_gpus": computed.gpus if computed else None,
        "asked_gpu": _stated(review, "hardware.gpu"),
        "computed_gpu": computed.gpu if computed else None,
        **_range("asked_weeks", _stated(review, "timeline.weeks")),
        **_range("computed_weeks", computed.weeks if computed else None),
        "pages": review.document.pages,
        "words": review.document.words,
        "same_as": "",
        "degraded": " ".join(review.engine.degraded),
        "summary": review.verdict.summary,
        "report": f"reviews/{item.name}.html",
        "annotated": None,
        "review_id": review.review_id,
        "sha256": review.document.sha256,
        "seconds": review.engine.seconds,
        **listed(item),
    }


def failure(error: Exception, item: Item) -> Row:
    """One line of the failures: the reason and what to do, as the error says them."""
    if not isinstance(error, ReviewError):
        error = DocumentError("cannot be reviewed", f"unexpected {type(error).__name__}: {error}".rstrip(": "),
                              "Run review-finetune review on it with --debug, and report what it prints.")  # fmt: skip
    reason = f"{error.what}: {error.why}" if error.why else error.what
    return {
        "document": item.found.label,
        "reason": " ".join(reason.split()),
        "what_to_do": error.fix,
        "kind": type(error).__name__,
        "same_as": "",
        **listed(item),
    }


def listed(item: Item) -> Row:
    """What the user's list says of the document."""
    return {f"{LISTED}{name}": value for name, value in item.found.metadata.items()}


def _many(severity: str) -> str:
    return "blockers" if severity == "blocker" else severity


def _stated(review: Review, name: str) -> Any:
    fact = review.facts.get(name)
    return fact.value if fact else None


def _range(name: str, value: Any) -> Row:
    low, high = value if isinstance(value, (list, tuple)) and len(value) == 2 else (value, value)
    return {f"{name}_low": _number(low), f"{name}_high": _number(high)}


def _number(value: Any) -> float | None:
    """A finite number; None for what is none."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        return None
    return round(value, 2)
