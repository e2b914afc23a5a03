"""The steps in which a model helps a review: each gives what it adds and what it cost; a failed one costs no other."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from typing import NamedTuple

from agent.facts import quotes
from agent.facts.language import READABLE
from agent.facts.ledger import Facts
from agent.facts.merge import merge
from agent.facts.pointers import MOST, Pointer, answer_type, facts_at, told
from agent.llm import Model, ModelFailed
from agent.models import Document, Fact
from agent.rules.case import Case
from agent.usage import NOTHING, Usage
from prompts import prompt

LOG = logging.getLogger("review_finetune.model")
NOT_READ = "No language model read the document, so what only it would understand may be missing: {why}."
NOT_LOOKED = "The language model did not look for what the rules missed: {why}."
NOT_WORDED = "The questions stand in the templates' words: {why}."
ADDRESSED = "No language model was used: the document addresses its reviewer or holds text that a reader cannot see."
SOMETHING_ELSE = "a document about something else"
"""What the rules say of a document that is neither a proposal nor anything that they know."""
OVERLAP = 0.1
"""Of a part of a long document, repeated at the start of the next."""
RESERVED = 6000
"""Tokens of the context for the prompt and the answer."""


RESOURCES = ("base_model.name", "dataset.examples", "dataset.tokens", "hardware.gpu", "budget.usd", "timeline.weeks")
FEWEST_RESOURCES = 2
"""A plan of tuning says at least so much of what it takes, as the rules' own reader asks of it."""
FEWEST_POINTED = 3
"""So many, where the rules do not read the language and a model points at them; two when code reads one of them."""


class Read(NamedTuple):
    """The facts after a model pointed, and what that cost."""

    facts: Facts
    usage: Usage


def addressed(facts: Facts) -> bool:
    """True when SEC1 has reason to fire: then no model is asked anything."""
    return "x.reviewer_instruction" in facts or "x.hidden_text" in facts


def overlooked(facts: Facts) -> bool:
    """True when the rules took the document for no proposal and yet for nothing else in particular.

    A proposal in a language that they do not read, or in odd words, looks so; a tutorial or a post-mortem does not.
    """
    return facts.flag("x.proposal") is False and facts.text("x.seems_to_be") == SOMETHING_ELSE


def point(case: Case, model: Model, spent: Usage = NOTHING) -> Read:
    """Lets the model point at facts.

    Args:
        case: the document without what addresses a reviewer, and the rules' facts.
        model: whom to ask.
        spent: by this review so far.

    Raises:
        ModelFailed: no part of the document was answered.
    """
    text = prompt("point", facts=told())
    size = int((model.settings.context - RESERVED) * 3)
    used, pointers = NOTHING, list[Pointer]()
    for part in parts(case.document, size):
        try:
            answered = model.ask(
                text, framed(part), answer_type(), spent + used, RESERVED - 1500, about=case.document.sha256
            )
        except ModelFailed as failed:
            failed.usage = used + failed.usage
            raise
        used += answered.usage
        pointers += list(dict(answered.value)["pointers"])
    found = facts_at(case.document, pointers)
    used += Usage(dropped=found.dropped)
    facts = merge(case.facts, found.facts)
    if case.facts.flag("x.proposal") is False:
        plan = _plan(case.document, pointers, facts)
        return Read(Facts({**facts, plan.name: plan}) if plan else case.facts, used)
    return Read(facts, used)


def _plan(document: Document, pointers: Sequence[Pointer], facts: Facts) -> Fact | None:
    """That the document proposes something after all: the model points at a method, and code reads what it takes.

    What the rules then say rests on the model alone, so nothing is called missing and the best verdict has conditions.
    """
    wanted = ("method.primary", *RESOURCES)
    found = {p.fact: where for p in pointers[:MOST] if p.fact in wanted and (where := quotes.find(document, p.quote))}
    place = found.pop("method.primary", None)
    read = sum(name in facts for name in RESOURCES)
    foreign = facts.text("x.language") != READABLE and len(found) >= FEWEST_POINTED - bool(read)
    if place is None or not (foreign or read >= FEWEST_RESOURCES):
        return None
    shown = (quotes.evidence(document, place),)
    return Fact(name="x.proposal", value=True, basis="inferred", source="llm", evidence=shown)


def parts(document: Document, size: int) -> list[str]:
    """The visible text, one block a line with its number and place; cut into parts that overlap where it is too long.

    Args:
        document: hidden blocks and side notes are left out.
        size: characters of one part.
    """
    lines = [_line(document, n) for n in range(len(document.body))]
    made: list[list[str]] = [[]]
    length = 0
    for line in lines:
        if made[-1] and length + len(line) > size:
            made.append(_tail(made[-1], int(size * OVERLAP)))
            length = sum(map(len, made[-1]))
        made[-1].append(line[:size])
        length += len(line) + 1
    return ["\n".join(part) for part in made]


def framed(text: str) -> str:
    """Text of the document between two marks that it cannot hold, since they are made from its hash."""
    mark = f"=== document {hashlib.sha256(text.encode('utf-8', 'replace')).hexdigest()[:32]} ==="
    return f"{mark}\n{text}\n{mark}"


def _line(document: Document, number: int) -> str:
    block = document.body[number]
    text = " ".join(document.quote(block).split())
    heads = " / ".join(dict.fromkeys(h for h in (block.label, *block.headers) if h and h != text))
    where = f"{block.kind}: {heads}" if block.kind == "cell" and heads else block.kind
    return f"[{number + 1} {where}] {text}"


def _tail(lines: list[str], size: int) -> list[str]:
    kept: list[str] = []
    for line in reversed(lines):
        size -= len(line)
        if size < 0:
            break
        kept.insert(0, line)
    return kept


def language_of(case: Case) -> str:
    """The name of the document's language, English where it is not known."""
    from knowledge import language

    known = language(case.facts.text("x.language") or "")
    return known.name if known else "English"


def log(usage: Usage) -> None:
    """Tells the program's log what was refused of an answer: reasons and counts, no text of the document."""
    for reason, count in usage.dropped.items():
        LOG.info("refused of the model's answer: %s (%d)", reason, count)


def given_up(failed: ModelFailed, model: Model, line: str) -> Usage:
    """What a failed step leaves: its cost, and the line that says what is missing.

    Raises:
        ModelFailed: the model is required.
    """
    LOG.info("the model failed: %s", failed.why)
    if model.required:
        raise failed
    return failed.usage + Usage(degraded=(line.format(why=failed.why),))
