"""What a button is bound to. What it was bound to and what stands now must be the same, or it is refused."""

from __future__ import annotations

import hashlib

from agent.errors import UsageError
from agent.models import Question, Review
from integrations.slack.words import STALE

LENGTH = 12
"""Characters of a hash; a button's value may hold 2,000."""


def document_bond(review: Review) -> str:
    """Changes with the document."""
    return review.document.sha256[:LENGTH]


def question_bond(review: Review, question: Question) -> str:
    """Changes with the document, and with every answer to the question."""
    kept = "\0".join((review.document.sha256, question.id, question.status, question.answer or ""))
    return hashlib.sha256(kept.encode()).hexdigest()[:LENGTH]


def same_document(review: Review, bond: str) -> None:
    """Refuses a button of another document.

    Raises:
        UsageError: it is stale.
    """
    if document_bond(review) != bond:
        raise UsageError(STALE)


def asked(review: Review, question_id: str, bond: str) -> Question:
    """The question of a button.

    Raises:
        UsageError: it is no longer asked, or was answered meanwhile.
    """
    question = next((q for q in review.questions if q.id == question_id), None)
    if question is None:
        raise UsageError("That question is no longer asked.")
    if question_bond(review, question) != bond:
        raise UsageError("Somebody answered that question meanwhile. Its message in the thread says how it stands.")
    return question
