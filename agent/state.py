"""The state of a review in the graph: plain, frozen values that a checkpointer can keep."""

from __future__ import annotations

import operator
from dataclasses import dataclass, field
from typing import Annotated

from langgraph.channels import UntrackedValue

from agent.dialogue.turns import Heard, Turn
from agent.facts.ledger import Facts
from agent.models import (
    Check,
    Document,
    EstimateSection,
    Fact,
    Finding,
    Question,
    Recommendation,
    Review,
    Situation,
    Verdict,
)
from agent.policy import Policy
from agent.rules.registry import Ran
from agent.rules.results import Ask
from agent.stages import Draft, case_of
from agent.usage import NOTHING, Usage


@dataclass(kw_only=True)
class Input:
    """What a run starts from: a file's bytes with its name, or a document that is already read."""

    name: str = "document"
    """The file's name, for the report."""

    data: Annotated[bytes, UntrackedValue] = b""
    """The file itself. No checkpoint carries it on; the input that starts a thread does, so a store that must not hold
    files is given `document`."""

    document: Document | None = None
    """The text with its places; set by `read`."""


@dataclass(kw_only=True)
class State(Input):
    """Grows from left to right: each node adds its own fields and changes no other."""

    facts: dict[str, Fact] = field(default_factory=dict)
    """What was read of the document, by name; set by `extract`."""

    estimate: EstimateSection | None = None
    """The run as proposed and as recommended; set by `estimate`."""

    findings: tuple[Finding, ...] = ()
    """What the rules found; set by `check`, as are the next three."""

    checks: tuple[Check, ...] = ()
    """What every rule said."""

    asks: tuple[Ask, ...] = ()
    """The questions that the rules raise, before they are worded."""

    situations: tuple[Situation, ...] = ()
    """The guide's situations, the best match first."""

    recommendation: Recommendation | None = None
    """The approach that the guide would take; set by `recommend`."""

    questions: tuple[Question, ...] = ()
    """The open questions, the most important first; set by `ask`."""

    verdict: Verdict | None = None
    """Set by `decide`, from the findings and the questions alone."""

    review: Review | None = None
    """The whole, by the contract; set by `report`."""

    turns: tuple[Turn, ...] = ()
    """What people said since, in order; added to by `wait`."""

    heard: Heard | None = None
    """What follows from it for the facts; set by `hear`."""

    usage: Usage = NOTHING
    """What a language model cost, and what was refused of its answers."""

    seconds: Annotated[float, operator.add] = 0.0
    """Time that the nodes worked; waiting for people is not in it."""


def draft(state: State, policy: Policy) -> Draft:
    """The state as the stages take it.

    Raises:
        ValueError: nothing was read yet.
    """
    if state.document is None:
        raise ValueError("no document was read yet")
    return Draft(
        case=case_of(state.document, Facts(state.facts), policy),
        policy=policy,
        estimate=state.estimate,
        ran=Ran(state.findings, state.checks, state.asks),
        recommendation=state.recommendation,
        situations=state.situations,
        questions=state.questions,
        verdict=state.verdict,
        heard=state.heard,
        usage=state.usage,
    )
