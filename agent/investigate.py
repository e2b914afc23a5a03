"""A model looks for what the rules missed, with tools that only read; it points and proposes, and rules decide."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from functools import cache
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, create_model

from agent.facts import quotes
from agent.facts.ledger import Facts
from agent.facts.merge import merge
from agent.facts.pointers import facts_at, pointer_type, told
from agent.llm import Call, Model, Tool
from agent.llm.client import strict
from agent.models import Check
from agent.questions import SINGULAR, templates
from agent.rules.case import Case
from agent.rules.results import Ask
from agent.tracing import span
from agent.usage import NOTHING, Usage
from prompts import Prompt, prompt

ROUNDS = 3
"""Requests in which tools are offered; one more asks for the answer."""
MOST_QUESTIONS = 3
LONGEST = 6000
"""Characters of one tool's answer."""
NO_RULE = ""
"""Code of a question that no rule asks."""


class Found(NamedTuple):
    """The facts with what was pointed at, the questions that are proposed, and what it cost."""

    facts: Facts
    asks: tuple[Ask, ...]
    usage: Usage


def investigate(
    case: Case, checks: Sequence[Check], asked: Sequence[Ask], model: Model, spent: Usage = NOTHING
) -> Found:
    """Lets the model look.

    Args:
        case: the proposal as read so far.
        checks: what every rule said.
        asked: questions that are asked anyway.
        model: whom to ask.
        spent: by this review so far.

    Raises:
        ModelFailed: no answer.
    """
    from agent.tools import ARGUMENTS, tools

    known = {tool.name: tool for tool in tools(case)}
    offered = tuple(Tool(t.name, t.description, strict(ARGUMENTS[t.name].model_json_schema())) for t in known.values())

    def run(call: Call) -> str:
        with span("execute_tool", call.name if call.name in known else "unknown"):
            return _answer(known, call)

    answered = model.converse(
        _prompt(),
        _state(case, checks),
        answer_type(),
        spent,
        tools=offered,
        run=run,
        most_calls=ROUNDS,
        about=case.document.sha256,
    )
    value: dict[str, Any] = dict(answered.value)
    found = facts_at(case.document, value["pointers"])
    asks, refused = _proposed(case, value["questions"], {a.question for a in asked})
    usage = answered.usage + Usage(dropped=found.dropped) + Usage(dropped=refused)
    return Found(merge(case.facts, found.facts), asks, usage)


class Proposal(BaseModel):
    """A question of the guide and the words that prompt it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    quote: str


@cache
def answer_type() -> type[BaseModel]:
    """Pointers and proposed questions, nothing else."""
    ids: Any = Literal[tuple(askable())]
    proposal: Any = create_model("Proposal", __base__=Proposal, id=(ids, ...))
    pointers: Any = list[pointer_type()]  # type: ignore[misc]
    return create_model(
        "Leads",
        __config__=ConfigDict(extra="forbid", frozen=True),
        pointers=(pointers, ...),
        questions=(list[proposal], ...),
    )


def askable() -> tuple[str, ...]:
    """The questions that may be proposed: those that stand on their own."""
    return tuple(name for name in templates() if name not in SINGULAR)


def _proposed(case: Case, given: Sequence[Proposal], asked: set[str]) -> tuple[tuple[Ask, ...], dict[str, int]]:
    """The proposals whose quote is in the document and whose question is not asked yet."""
    made: dict[str, Ask] = {}
    refused = Counter[str]()
    for one in given:
        place = quotes.find(case.document, one.quote)
        if place is None:
            refused["quote not in the visible text"] += 1
        elif one.id in asked or one.id in made or len(made) == MOST_QUESTIONS:
            refused["question asked already, or too many"] += 1
        else:
            words = case.document.text[place.start : place.end]
            made[one.id] = Ask(one.id, NO_RULE, False, "cannot_tell", None, f"You write “{words}”.")
    return tuple(made.values()), dict(refused)


def _answer(known: dict[str, Any], call: Call) -> str:
    """A tool's answer as text; a wrong call is answered with what is wrong."""
    if call.name not in known:
        return f"There is no tool {call.name[:50]!r}; there are {', '.join(known)}."
    try:
        given = json.loads(call.arguments or "{}")
        said = known[call.name].invoke(given)
    except (ValueError, TypeError) as error:
        return f"These arguments do not fit: {type(error).__name__}."
    return json.dumps(said, ensure_ascii=False, default=str)[:LONGEST]


def _prompt() -> Prompt:
    from agent.rules.registry import rules

    asked = "\n".join(f"- {name}: {templates()[name].why}" for name in askable())
    listed = "\n".join(f"- {r.code} {r.name}: {r.description}" for r in rules())
    return prompt("investigate", facts=told(), questions=asked, rules=listed)


def _state(case: Case, checks: Sequence[Check]) -> str:
    facts = "\n".join(f"- {name}: {str(fact.value)[:200]}" for name, fact in case.facts.public().items())
    said = "\n".join(f"- {c.code} {c.outcome}: {c.why}" for c in checks)
    return f"Facts read so far\n{facts or '- none'}\n\nOutcome of the rules\n{said}"
