"""Everything that people said, as facts: answers are merged with the document's facts, corrections go over both.

An answer counts when it is sufficient: whole, or not at all. Where it says otherwise than the document, without saying
that the plan has changed and without having been asked to change it, the document stands until somebody says which is
so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any

from agent.dialogue.choose import chosen
from agent.dialogue.reading import Read, read_answer, same
from agent.dialogue.script import Part, compiled, cue, script
from agent.dialogue.turns import Answer, Changed, Correction, Heard, Reply, Turn, counted
from agent.facts.names import ALL
from agent.models import Evidence, Fact, Question

PICKS = ("numbers-conflict", "confirm-fact")
"""Questions that ask which of two readings holds, or whether one does."""


class _Ledger:
    """The facts while people speak: what holds, and the statements that contradict it."""

    def __init__(self, facts: Mapping[str, Fact]) -> None:
        self.facts = dict(facts)
        self.against: dict[str, Fact] = {}
        self.changes: list[Changed] = []

    def supply(self, fact: Fact, by: str, words: str, *, revises: bool) -> bool:
        """Takes a fact of an answer; False when it contradicts the document."""
        old = self.facts.get(fact.name)
        if old is not None and same(old.value, fact.value):
            if old.source == "llm" or old.others:
                self.facts[fact.name] = old.model_copy(update={"source": "answer", "evidence": (), "others": ()})
            return True
        picked = old is not None and any(same(o.value, fact.value) for o in old.others)
        if old is None or revises or picked or old.source == "answer" or old.value in script().weaker.get(old.name, ()):
            self.put(fact.name, fact.value, by)
            return True
        quote = Evidence(quote=words, section="answer", start=-1, end=-1)
        self.against[fact.name] = Fact(name=fact.name, value=fact.value, source="answer", evidence=(quote,))
        return False

    def put(self, name: str, value: Any, by: str, evidence: tuple[Evidence, ...] = ()) -> None:
        """Sets a fact; what goes with the old one falls."""
        old = self.facts.get(name)
        if old is not None and not same(old.value, value):
            self.changes.append(Changed(name=name, before=old.value, after=value, by=by))
            for other in script().goes_with.get(name, ()):
                self.facts.pop(other, None)
        self.against.pop(name, None)
        self.facts[name] = Fact(name=name, value=value, source="answer", evidence=evidence)

    def take_back(self, name: str, by: str) -> None:
        """Removes a fact that an answer denies."""
        old = self.facts.pop(name)
        self.changes.append(Changed(name=name, before=old.value, after=False, by=by))

    def doubtful(self) -> dict[str, Fact]:
        """The facts with what contradicts them beside them."""
        beside = {n: self.facts[n].model_copy(update={"others": (o,)}) for n, o in self.against.items()}
        return self.facts | beside


def hear(document: Mapping[str, Fact], turns: Iterable[Turn]) -> Heard:
    """What follows from everything said.

    Args:
        document: the facts of the document alone.
        turns: in the order in which they were said.
    """
    said = tuple(turns)
    ledger = _Ledger(document)
    answers = sorted(counted(said), key=lambda a: (a.key[0] in PICKS, _first(a, said)))
    replies = tuple(_reply(ledger, list(group)) for _, group in groupby(answers, key=lambda a: a.key))
    corrections = [t for t in said if isinstance(t, Correction)]
    for one in (c for c in corrections if c.read):
        _correct(ledger, one)
    floor = dict(ledger.facts)
    for one in (c for c in corrections if not c.read):
        _correct(ledger, one)
    return Heard(
        turns=said,
        document=dict(document),
        facts=ledger.facts,
        doubt=ledger.doubtful(),
        floor=floor,
        replies=replies,
        changes=tuple(ledger.changes),
    )


def _first(answer: Answer, said: tuple[Turn, ...]) -> int:
    """Where the question was answered first."""
    return next(n for n, t in enumerate(said) if isinstance(t, Answer) and t.key == answer.key)


def _correct(ledger: _Ledger, one: Correction) -> None:
    ledger.put(one.fact, one.value, f"correction by {one.who}", (one.evidence,) if one.evidence else ())


def _reply(ledger: _Ledger, answers: list[Answer]) -> Reply:
    """All answers to one question, read together; its facts are taken when nothing is missing."""
    question = answers[0].question
    text = "\n".join(a.text.strip() for a in answers)
    base = question.id.split(":")[0]
    reply = Reply(question=question, text=text, rounds=len(answers), carried=all(a.carried for a in answers))
    if base in PICKS and question.about:
        return _picked(ledger, reply, question.about)
    topic = script().topic[base]
    read = read_answer(text, topic.facts, topic.wanted(question.finding_codes), _context(ledger, topic.context))
    missing = tuple(p.ask for p in topic.parts(question.finding_codes) if not _covered(p, read, ledger.facts))
    reply = reply.model_copy(update={"aside": read.aside, "missing": missing})
    return reply if missing else _taken(ledger, reply, read)


def _context(ledger: _Ledger, names: tuple[str, ...]) -> str:
    known = (ledger.facts[n].evidence[0].quote for n in names if n in ledger.facts and ledger.facts[n].evidence)
    return "\n".join(known)


def _covered(part: Part, read: Read, known: Mapping[str, Fact]) -> bool:
    """True when the answer says it; a part that the document says need not be said again beside another."""
    if part.cue and compiled(part.cue).search(read.text):
        return True
    if part.also and not compiled(part.also).search(read.text):
        return False
    news = [f for n, f in read.facts.items() if n not in known or not same(f.value, known[n].value)]
    beside = [f for n, f in known.items() if news and n not in read.facts and part.accept == ()]
    said = [f for f in (*news, *beside, *_repeated(part, read, news)) if f.name in part.facts]
    return any(not part.accept or f.value in part.accept for f in said)


def _repeated(part: Part, read: Read, news: list[Fact]) -> list[Fact]:
    """What the answer says as the document does counts beside something new, and where a certain value is asked for."""
    return list(read.facts.values()) if news or part.accept else []


def _taken(ledger: _Ledger, reply: Reply, read: Read) -> Reply:
    base = reply.question.id.split(":")[0]
    topic = script().topic[base]
    asked = {n for c in reply.question.finding_codes for n in topic.changes.get(c, ())}
    revised = bool(cue("revises").search(read.text))
    for name in topic.facts:
        denial = script().denied.get(name)
        if name in ledger.facts and denial and (revised or name in asked) and compiled(denial).search(read.text):
            ledger.take_back(name, f"answer to {reply.question.id}")
    against = []
    for fact in read.facts.values():
        words = fact.evidence[0].quote if fact.evidence else reply.text
        changes = revised or fact.name in asked
        if not ledger.supply(fact, f"answer to {reply.question.id}", words, revises=changes):
            against.append(fact.name)
    supplied = {n: f.value for n, f in read.facts.items()}
    return reply.model_copy(update={"supplied": supplied, "against": tuple(against)})


def _picked(ledger: _Ledger, reply: Reply, name: str) -> Reply:
    """Which reading of a fact holds."""
    question: Question = reply.question
    fact = ledger.facts.get(name)
    if fact is None:
        return reply
    against = ledger.against.get(name)
    readings = (fact.value, *(o.value for o in fact.others), *((against.value,) if against else ()))
    found = chosen(reply.text, name, readings)
    if found is None:
        ask = "which of the two holds" if len(readings) > 1 else f"what it says instead ({ALL[name].meaning})"
        return reply.model_copy(update={"missing": (ask,)})
    if same(found, fact.value):
        ledger.against.pop(name, None)
        ledger.facts[name] = fact.model_copy(update={"source": "answer", "evidence": (), "others": ()})
    else:
        ledger.put(name, found, f"answer to {question.id}")
    return reply.model_copy(update={"supplied": {name: found}})
