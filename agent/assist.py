"""The steps in which a model helps a review: each gives what it adds and what it cost; a failed one costs no other."""

from __future__ import annotations

import hashlib
import logging
from typing import NamedTuple

from agent.facts.ledger import Facts
from agent.facts.merge import merge
from agent.facts.pointers import Pointer, answer_type, facts_at, told
from agent.llm import Model, ModelFailed
from agent.models import Document
from agent.rules.case import Case
from agent.usage import NOTHING, Usage
from prompts import prompt

LOG = logging.getLogger("review_finetune.model")
NOT_READ = "No language model read the document, so what only it would understand may be missing: {why}."
NOT_LOOKED = "The language model did not look for what the rules missed: {why}."
NOT_WORDED = "The questions stand in the templates' words: {why}."
ADDRESSED = "No language model was used: the document addresses its reviewer or holds text that a reader cannot see."
OVERLAP = 0.1
"""Of a part of a long document, repeated at the start of the next."""
RESERVED = 6000
"""Tokens of the context for the prompt and the answer."""


class Read(NamedTuple):
    """The facts after a model pointed, and what that cost."""

    facts: Facts
    usage: Usage


def addressed(facts: Facts) -> bool:
    """True when SEC1 has reason to fire: then no model is asked anything."""
    return "x.reviewer_instruction" in facts or "x.hidden_text" in facts


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
    return Read(merge(case.facts, found.facts), used + Usage(dropped=found.dropped))


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
