"""The questions after an answer: answered, insufficient with what is missing, or new."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from agent.dialogue.turns import ROUNDS, Heard, Reply, topic_of
from agent.models import Question

SHOWN = 160
"""Characters of an answer that a follow-up question repeats."""


def replied(asked: Sequence[Question], heard: Heard) -> tuple[Question, ...]:
    """Puts the answers to their questions: what was answered stays in the list, with its answer.

    Args:
        asked: what the rules ask now.
        heard: everything said.
    """
    before = {r.key: r for r in heard.replies}
    now = {topic_of(q): q for q in asked}
    taken = {r.question.id for r in heard.replies}
    questions = [_answered(r, now.get(r.key)) for r in heard.replies]
    questions += _new([q for k, q in now.items() if k not in before], taken)
    return tuple(sorted(questions, key=lambda q: (q.status == "answered", q.priority)))


def _answered(reply: Reply, again: Question | None) -> Question:
    question = (again or reply.question).model_copy(update={"id": reply.question.id, "answer": reply.text})
    if not reply.missing:
        return question.model_copy(update={"status": "answered"})
    asked = "; ".join(reply.missing)
    said = " ".join(reply.text.split())
    said = said if len(said) <= SHOWN else f"{said[:SHOWN].rstrip()}…"
    update = {
        "status": "insufficient",
        "text": f"You answered “{said}”. Still missing: {asked}.",
        "why": _why(reply),
        "good_answer": reply.question.good_answer,
    }
    return question.model_copy(update=update)


def _why(reply: Reply) -> str:
    if reply.over:
        return f"After {ROUNDS} answers no further one is taken: Mend the document, or ask an approver."
    aside = " What addresses the reviewer was set aside." if reply.aside else ""
    return f"An answer counts when it can be held against the guide: a figure, a date, a name.{aside}"


def _new(asked: Iterable[Question], taken: set[str]) -> list[Question]:
    """Questions not asked before, under ids that are free."""
    made = []
    for one in asked:
        base = one.id.split(":")[0]
        free = next(i for i in (base, *(f"{base}:{n}" for n in range(2, 99))) if i not in taken)
        taken.add(free)
        made.append(one.model_copy(update={"id": free}))
    return made
