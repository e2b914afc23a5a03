"""A file of answers: JSON by question id, or text in which a line names the question before each answer."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from agent.dialogue.script import script
from agent.errors import UsageError

if TYPE_CHECKING:
    from agent.models import Question

_NAMED = re.compile(r"\s*(?:#{1,6}\s*|[-*]\s+|\*\*|`)*([a-z]+(?:-[a-z]+)*(?::\d+)?)(?:\*\*|`)*\s*(?::|$)")
_NUMBERED = re.compile(r"\s*(?:#{1,6}\s*)?(\d{1,2})[.)]\s+")


def answers_of(text: str, questions: Sequence[Question]) -> dict[str, str]:
    """The answers by question id.

    Args:
        text: what stands in the file.
        questions: those of the review, in the order in which reports number them.

    Raises:
        UsageError: it names no question, one that is not asked, or one twice.
    """
    found = _from_json(text) if text.lstrip().startswith("{") else _from_text(text, questions)
    given = {name: said.strip() for name, said in found.items() if said.strip()}
    if not given:
        known = ", ".join(q.id for q in questions if q.status != "answered") or "none"
        raise UsageError("no answers in the file", f"open are: {known}", "Write `test-set:` before the answer to it.")
    return given


def id_of(word: str, questions: Sequence[Question]) -> str:
    """A question by its id, or by its number in the report."""
    number = int(word) if word.isdecimal() else 0
    return questions[number - 1].id if 0 < number <= len(questions) else word


def _from_json(text: str) -> dict[str, str]:
    try:
        found = json.loads(text)
    except json.JSONDecodeError as error:
        raise UsageError("the answers are not JSON", str(error)) from None
    if not isinstance(found, dict) or not all(isinstance(v, str) for v in found.values()):
        raise UsageError("the answers are not an object of texts", fix='Write {"test-set": "…"}.')
    return found


def _from_text(text: str, questions: Sequence[Question]) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    name = ""
    for line in text.splitlines():
        head = _head(line, questions)
        if head:
            name, line = head
            if name in found:
                raise UsageError(f"question {name} is answered twice in the file", fix="Put both into one answer.")
            found[name] = []
        if name:
            found[name].append(line)
    return {n: "\n".join(lines) for n, lines in found.items()}


def _head(line: str, questions: Sequence[Question]) -> tuple[str, str] | None:
    """The question that a line names, and the rest of the line."""
    named = _NAMED.match(line)
    if named and named[1].split(":")[0] in script().topic:
        return named[1], line[named.end() :].strip(" *`")
    numbered = _NUMBERED.match(line)
    if numbered and 1 <= int(numbered[1]) <= len(questions):
        return questions[int(numbered[1]) - 1].id, line[numbered.end() :]
    return None
