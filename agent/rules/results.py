"""The four outcomes of a rule, and nothing else that a rule may say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from agent.models import Evidence, Severity

Outcome = Literal["fires", "passes", "not_applicable", "cannot_tell"]
Status = Literal["open", "unconfirmed"]


@dataclass(frozen=True)
class Result:
    """What one rule says of one case. `why` is the finding's message when it fires.

    Attributes:
        outcome: one of the contract's four.
        why: one or two sentences with the proposal's own figures.
        severity: of this finding, where it differs from the rule's own.
        evidence: the quotes that show it.
        absence: the judgement rests on something that the document does not say.
        status: `unconfirmed` when only a model's reading stands against it.
        redirect: what to do instead, where the rule's own text is too general.
        questions: question ids, where they differ from the rule's own.
        about: the fact that a confirming question is about.
    """

    outcome: Outcome
    why: str
    severity: Severity | None = None
    evidence: tuple[Evidence, ...] = ()
    absence: bool = False
    status: Status = "open"
    redirect: str | None = None
    questions: tuple[str, ...] | None = None
    about: str | None = None


@dataclass(frozen=True)
class Ask:
    """A question that a rule raises: its contract id, the rule, whether a blocker hangs on it, and the fact."""

    question: str
    code: str
    required: bool
    outcome: Outcome
    about: str | None
    why: str


def fires(
    message: str,
    *,
    severity: Severity | None = None,
    evidence: tuple[Evidence, ...] = (),
    absence: bool = False,
    status: Status = "open",
    redirect: str | None = None,
    questions: tuple[str, ...] | None = None,
) -> Result:
    """The pattern is there. `absence`: it rests (also) on what the document does not say."""
    return Result("fires", message, severity, evidence, absence, status, redirect, questions)


def passes(why: str) -> Result:
    """Looked at, and sound."""
    return Result("passes", why)


def not_applicable(why: str) -> Result:
    """The rule has nothing to look at in this proposal."""
    return Result("not_applicable", why)


def cannot_tell(why: str, question: str, *, about: str | None = None) -> Result:
    """Two readings are possible, or a figure is missing: a question, never a finding."""
    return Result("cannot_tell", why, questions=(question,), about=about)
