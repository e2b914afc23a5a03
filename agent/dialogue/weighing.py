"""Whether an answer says what its question asks for, before it is given: from a brief alone, without the store.

A door that has to refuse a vague answer at once (a form in Slack) keeps the brief with the form.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from agent.dialogue.hear import PICKS, hear
from agent.dialogue.script import script
from agent.dialogue.turns import Answer, Turn, topic_of
from agent.models import Fact, Question


def brief(question: Question, document: Mapping[str, Fact], turns: Sequence[Turn]) -> str:
    """What must be known to weigh an answer.

    Args:
        question: as it is asked.
        document: the facts of the document.
        turns: everything said so far.

    Returns:
        JSON: the question, the facts on which it turns, and what was answered to it already.
    """
    base = question.id.split(":")[0]
    topic = script().topic.get(base)
    names = {question.about or ""} | (set(topic.facts) | set(topic.context) if topic else set())
    heard = hear(document, turns)
    facts = {n: _short(f) for n, f in (heard.doubt if base in PICKS else heard.facts).items() if n in names}
    said = [t.text for t in turns if isinstance(t, Answer) and t.key == topic_of(question)]
    asked = {"id": question.id, "about": question.about, "finding_codes": question.finding_codes}
    kept = {"question": asked, "facts": facts, "said": said}
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":"), default=list)


def missing(kept: str, text: str) -> tuple[str, ...]:
    """What an answer still leaves open; empty when it is sufficient.

    Args:
        kept: of `brief`.
        text: the answer.
    """
    known = json.loads(kept)
    question = Question(text="", why="", good_answer="", **known["question"])
    facts = {n: Fact.model_validate({"name": n} | f) for n, f in known["facts"].items()}
    answers = [Answer(seq=n, at="", who="", question=question, text=t) for n, t in enumerate((*known["said"], text))]
    (reply,) = hear(facts, answers).replies
    return reply.missing


def _short(fact: Fact) -> dict[str, object]:
    """A fact with its first quote alone."""
    kept = fact.model_dump(mode="json", include={"value", "source", "others"})
    kept["evidence"] = [e.model_dump(mode="json") for e in fact.evidence[:1]]
    return kept
