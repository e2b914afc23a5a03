"""What a person may say on a review, one frozen value each, in the order in which it was said."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter

from agent.models import Evidence, Fact, Frozen, Question

ROUNDS = 3
"""Answers to one question; then it says what stands."""


class Said(Frozen):
    """Base of every turn: its number in the review's history, the moment (RFC 3339, UTC), and who."""

    kind: str
    seq: int = 0
    at: str
    who: str


class Answer(Said):
    """An answer to a question, with the question as it was asked; `carried` from an earlier version of the proposal."""

    kind: Literal["answer"] = "answer"
    question: Question
    text: str
    carried: bool = False

    @property
    def key(self) -> tuple[str, str | None]:
        """What the question is about, however it was numbered."""
        return topic_of(self.question)


class Correction(Said):
    """A fact as it should have been read ("you misread me").

    `evidence` is the quote in the document; `read` says that our own reader finds the value in that quote.
    """

    kind: Literal["correct"] = "correct"
    fact: str
    value: Any
    evidence: Evidence | None = None
    read: bool = False


class Dispute(Said):
    """A finding that somebody does not accept."""

    kind: Literal["dispute"] = "dispute"
    code: str
    reason: str


class Waiver(Said):
    """An approver takes responsibility for a finding: until a day (YYYY-MM-DD), or for good."""

    kind: Literal["waive"] = "waive"
    code: str
    reason: str
    until: str | None = None
    evidence: str | None = None


class Lapse(Said):
    """A waiver has reached its end."""

    kind: Literal["lapse"] = "lapse"
    code: str


class Reopening(Said):
    """Somebody opens an answered question again: what was answered to it before counts no more."""

    kind: Literal["reopen"] = "reopen"
    question: Question

    @property
    def key(self) -> tuple[str, str | None]:
        """What the question is about."""
        return topic_of(self.question)


_Any = Answer | Correction | Dispute | Waiver | Lapse | Reopening
Turn = Annotated[_Any, Field(discriminator="kind")]
TURN: TypeAdapter[_Any] = TypeAdapter(Turn)


def counted(turns: Iterable[Turn]) -> list[Answer]:
    """The answers that count, in order: those to a question that nobody opened again since."""
    said = tuple(turns)
    again = {t.key: n for n, t in enumerate(said) if isinstance(t, Reopening)}
    return [t for n, t in enumerate(said) if isinstance(t, Answer) and n > again.get(t.key, -1)]


def topic_of(question: Question) -> tuple[str, str | None]:
    """The question's id of the contract without its number, and the fact that it is about."""
    return question.id.split(":")[0], question.about


class Reply(Frozen):
    """All answers to one question, read together.

    Attributes:
        question: as it was asked last.
        text: what was said, one paragraph an answer.
        rounds: answers given.
        missing: what is still to be said; empty when the answer is sufficient.
        aside: sentences that address the reviewer: set aside.
        supplied: the facts that it gave, by name.
        against: of these, the ones that contradict the document.
    """

    question: Question
    text: str
    rounds: int
    missing: tuple[str, ...] = ()
    aside: tuple[str, ...] = ()
    supplied: dict[str, Any] = {}
    against: tuple[str, ...] = ()
    carried: bool = False

    @property
    def key(self) -> tuple[str, str | None]:
        """What the question is about."""
        return topic_of(self.question)

    @property
    def over(self) -> bool:
        """True when no further answer is taken."""
        return self.rounds >= ROUNDS


class Changed(Frozen):
    """A fact that an answer or a correction reads otherwise than the document."""

    name: str
    before: Any
    after: Any
    by: str


class Heard(Frozen):
    """What people said, and what follows for the facts.

    Attributes:
        turns: everything said, in order.
        document: the facts of the document alone.
        facts: with answers and corrections.
        doubt: `facts` with the statements that contradict the document beside them.
        floor: `facts` without corrections that no quote bears out.
        replies: one for each question that was answered.
        changes: facts that are no longer what the document says.
    """

    turns: tuple[Turn, ...]
    document: dict[str, Fact]
    facts: dict[str, Fact]
    doubt: dict[str, Fact]
    floor: dict[str, Fact]
    replies: tuple[Reply, ...] = ()
    changes: tuple[Changed, ...] = ()

    def waiver(self, code: str) -> Waiver | None:
        """The waiver in force for a rule."""
        last = [t for t in self.turns if isinstance(t, Waiver | Lapse) and t.code == code]
        return last[-1] if last and isinstance(last[-1], Waiver) else None

    def dispute(self, code: str) -> Dispute | None:
        """The latest dispute of a rule's finding."""
        return next((t for t in reversed(self.turns) if isinstance(t, Dispute) and t.code == code), None)
