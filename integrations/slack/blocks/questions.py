"""One message for each question, and the modal in which it is answered."""

from __future__ import annotations

from typing import Any

from agent.models import Review
from agent.reports.sheet import QuestionItem, sheet
from integrations.slack.blocks import text
from integrations.slack.blocks.text import Block

UNKNOWN = "We don't know yet."
NOT_APPLICABLE = "Not applicable."
AS_IS = {"text": text.plain_text("Keep it as it is; the question stays open", text.OPTION), "value": "as_is"}


def numbered(review: Review) -> dict[str, QuestionItem]:
    """The questions by id, with the numbers under which people see them."""
    ranked = sorted(review.questions, key=lambda q: (q.status == "answered", q.priority))
    return {q.id: item for q, item in zip(ranked, sheet(review).questions, strict=True)}


def question(review_id: str, question_id: str, item: QuestionItem, number: int, bond: str) -> dict[str, Any]:
    """A question with why it is asked and what a good answer says.

    Args:
        review_id: of the review.
        question_id: of the question.
        item: the question in words.
        number: under which it was first asked; it stays, so that `Q2: …` means one thing.
        bond: to what its buttons are bound.
    """
    blocks: list[Block] = [_asked(item, number)]
    if item.status == "answered":
        blocks.append(text.context("Answered."))
    else:
        value = f"{review_id} {number} {bond} {question_id}"
        blocks.append(
            text.actions(
                text.button("Answer", "answer", value, "primary"),
                text.button("We don't know", "unknown", value),
                text.button("Not applicable", "not_applicable", value),
            )
        )
    return {"text": text.escape(f"Q{number}. {item.text}"), "blocks": blocks}


def closed(item: QuestionItem, number: int, said: str) -> dict[str, Any]:
    """A question of a review that lives here no more, without its buttons."""
    return {"text": text.escape(f"Q{number}. {item.text}"), "blocks": [_asked(item, number), text.context(said)]}


def _asked(item: QuestionItem, number: int) -> Block:
    parts = [text.bold(f"Q{number}. {item.text}", text.FIELD)]
    for label, said in (("Why: ", item.why), ("A good answer: ", item.good_answer), ("Answered: ", item.answer)):
        parts += [text.LINE, {**text.bold(label), "text": label}, text.words(said, 600)] if said else []
    return text.rich(text.paragraph(*parts))


def modal(item: QuestionItem, private: str) -> dict[str, Any]:
    """The modal of one question; `private` comes back with it."""
    return {
        "type": "modal",
        "callback_id": "answer",
        "private_metadata": private,
        "title": text.plain_text("Answer", text.TITLE),
        "submit": text.plain_text("Answer", text.TITLE),
        "close": text.plain_text("Cancel", text.TITLE),
        "blocks": [
            text.section(item.text),
            {
                "type": "input",
                "block_id": "answer",
                "label": text.plain_text("Your answer", 2000),
                "hint": text.plain_text(item.good_answer or "A figure, a date, a name.", 2000),
                "element": {"type": "plain_text_input", "action_id": "text", "multiline": True, "max_length": 3000},
            },
            {
                "type": "input",
                "block_id": "as_is",
                "optional": True,
                "label": text.plain_text("If this form refuses your answer", 2000),
                "element": {"type": "checkboxes", "action_id": "as_is", "options": [AS_IS]},
            },
        ],
    }
