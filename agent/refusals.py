"""What may be said on a review, and what is refused, in one line each."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from agent.dialogue.turns import ROUNDS, topic_of
from agent.errors import UsageError
from agent.models import Question, Review
from agent.rules.registry import rule_of
from agent.store.history import Row


def asked(
    questions: Mapping[str, Question], question_id: str, rounds: Mapping[tuple[str, str | None], int]
) -> Question:
    """The question that is answered.

    Raises:
        UsageError: it is not asked, or no further answer is taken.
    """
    question = questions.get(question_id)
    if question is None:
        known = ", ".join(questions) or "none"
        raise UsageError(f"no question {question_id!r}", "not asked in this review", f"Asked are: {known}.")
    if rounds.get(topic_of(question), 0) >= ROUNDS:
        raise UsageError(
            f"question {question_id}",
            f"{ROUNDS} answers were given; what stands, stands",
            "Mend the document and review it again, or ask an approver.",
        )
    return question


def something(text: str, question_id: str) -> str:
    """An answer that is not empty."""
    if not text.strip():
        raise UsageError(f"question {question_id}", "the answer is empty")
    return text


def reason(text: str) -> str:
    """A reason on one line."""
    if len(text.strip()) < 3:
        raise UsageError("a reason is needed", fix="Say it with --reason.")
    return " ".join(text.split())


def found(review: Review, code: str, statuses: tuple[str, ...]) -> str:
    """The code of a finding with one of these statuses."""
    wanted = rule_of(code).code
    if not any(f.code == wanted and f.status in statuses for f in review.findings):
        there = ", ".join(f.code for f in review.findings if f.status in statuses) or "none"
        raise UsageError(f"{wanted} is no finding of this review", fix=f"Findings: {there}.")
    return wanted


def waivable(review: Review, code: str) -> str:
    """A rule with a live finding, or one that could not tell."""
    wanted = rule_of(code).code
    if any(c.code == wanted and c.outcome == "cannot_tell" for c in review.checks):
        return wanted
    return found(review, wanted, ("open", "unconfirmed", "disputed", "waived"))


def day(text: str, today: date) -> str:
    """A day to come, as YYYY-MM-DD."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"no day {text!r}", fix="Write it as 2027-01-31.") from None
    if day < today:
        raise UsageError(f"{text} is past", fix="Give a day to come.")
    return day.isoformat()


def may_sign(approvers: tuple[str, ...], row: Row, who: str, what: str = "a waiver") -> None:
    """Only an approver signs, and never the author.

    Raises:
        UsageError: they may not.
    """
    if who not in approvers:
        known = f"{who} is no approver" if approvers else "no approvers are configured"
        raise UsageError(what, known, 'They stand in review-finetune.toml: [signoff] approvers = ["NAME"].')
    if row.author and who.casefold() == row.author.casefold():
        raise UsageError(what, f"{who} is the author", "Another approver has to sign.")
