"""An answer read like a small document: the facts that it may supply, in the light of the question.

The document readers do the work. What they are given is the answer without sentences that address the reviewer, that
ask back or that promise nothing; where it gives a bare value (`400`), the question's own words are put before it.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from agent.dialogue.script import cue, script
from agent.facts.extract import extract
from agent.facts.security import instruction_spans
from agent.facts.segments import sentences
from agent.models import Block, Document, Fact

LONGEST = 20_000
"""Characters of an answer; a longer one is a document."""
BARE = 60
"""Characters up to which an answer may be a bare value."""
EMPTY = re.compile(r"\W*(?:yes|no|ok(?:ay)?|sure|fine|done|soon|later|none|nothing|n/?a)\W*", re.IGNORECASE)
"""Answers that are no value of anything."""
NOTHING = "this"
"""Stands in for the value, to see what a lead says by itself."""


class Read(NamedTuple):
    """What an answer gives: facts by name, the text that was read, and the sentences that were set aside."""

    facts: dict[str, Fact]
    text: str
    aside: tuple[str, ...]


def read_answer(text: str, names: tuple[str, ...], wanted: tuple[str, ...], context: str = "") -> Read:
    """Reads an answer.

    Args:
        text: what was said.
        names: the facts that it can supply; all else is dropped.
        wanted: the facts that the question asks for: a bare value is tried as each of them.
        context: sentences of the document that are read with it.
    """
    said, aside = _listened(text)
    kept = _reworded("".join(f"{s} " if s != "\n" else s for s in said if not _promises_nothing(s)))
    facts = _facts(kept, names)
    if context:
        together = _facts(f"{context}\n{kept}", names)
        facts = {n: f for n, f in together.items() if n not in _facts(context, names)} | facts
    facts = _as_revised(facts, said, names)
    for paragraph in (p.strip() for p in kept.split("\n")):
        if 0 < len(paragraph) <= BARE and not set(_facts(paragraph, names)) & set(wanted):
            facts |= {n: f for n, f in _bare(paragraph, names, wanted).items() if n not in facts}
    return Read(facts, kept, aside)


def _as_revised(facts: dict[str, Fact], said: list[str], names: tuple[str, ...]) -> dict[str, Fact]:
    """What a sentence says of the new plan goes before what the others say of the old one."""
    for sentence in said:
        if not cue("revises").search(sentence) or _promises_nothing(sentence):
            continue
        revised = _facts(re.sub(r"\s+instead\b(?! of)", "", _reworded(sentence)), names)
        falls = {other for n in revised for other in script().goes_with.get(n, ())}
        facts = {n: f for n, f in facts.items() if n not in falls} | revised
    return facts


def _reworded(text: str) -> str:
    for pattern, replacement in script().reword.values():
        text = re.sub(pattern, replacement, text, flags=re.IGNORECASE | re.MULTILINE)
    return text


def as_document(text: str) -> Document:
    """A text as a document of one paragraph a line."""
    blocks, at = [], 0
    for line in text.split("\n"):
        if line.strip():
            blocks.append(Block(kind="paragraph", start=at, end=at + len(line)))
        at += len(line) + 1
    return Document(name="answer", format="text", sha256="", text=text, blocks=tuple(blocks))


def _listened(text: str) -> tuple[list[str], tuple[str, ...]]:
    """The sentences of an answer, and those that dictate the review."""
    document = as_document(re.sub(r"[^\S\n]+", " ", text)[:LONGEST])
    dictated = instruction_spans(document)
    said: list[str] = []
    aside: list[str] = []
    for block in document.blocks:
        whole = document.quote(block)
        for start, end in sentences(whole):
            a, b = block.start + start, block.start + end
            within = any(first < b and a < last for first, last in dictated)
            (aside if within else said).append(document.text[a:b])
        said.append("\n")
    return said, tuple(aside)


def _promises_nothing(sentence: str) -> bool:
    """`We will look into it`: a vague sentence without a figure, or a question asked back."""
    if sentence.rstrip().endswith("?"):
        return True
    return bool(cue("vague").search(sentence)) and not re.search(r"\d", sentence)


def _facts(text: str, names: tuple[str, ...]) -> dict[str, Fact]:
    if not text.strip():
        return {}
    found = extract(as_document(text))
    return {n: f for n, f in found.items() if n in names}


def _bare(text: str, names: tuple[str, ...], wanted: tuple[str, ...]) -> dict[str, Fact]:
    """A bare value with the leads of the wanted facts before it, until a reader knows it.

    What a lead says by itself is not said by the answer.
    """
    value = _lower(text.rstrip(".").strip())
    if not re.search(r"\w", value):
        return {}
    for name, lead in ((n, one) for n in wanted for one in script().lead.get(n, ())):
        found, empty = _facts(lead.format(value), names), _facts(lead.format(NOTHING), names)
        given = {n: f for n, f in found.items() if n not in empty or not same(f.value, empty[n].value)}
        if name in given and not _says_nothing(value):
            return given
    return {}


def _says_nothing(value: str) -> bool:
    return EMPTY.fullmatch(value) is not None


def _lower(value: str) -> str:
    """`The QA lead` inside a sentence; a name keeps its capital."""
    return value[0].lower() + value[1:] if re.match(r"(?:The|Our|A|An|By|With|On)\s", value) else value


def same(a: Any, b: Any) -> bool:
    """True when two values of a fact say the same: numbers within 1%, ranges end by end, words without case."""
    if isinstance(a, bool) or isinstance(b, bool):
        return bool(a) == bool(b)
    first, second = _ends(a), _ends(b)
    if first and second:
        return all(abs(x - y) <= 0.01 * max(abs(x), abs(y), 1e-9) for x, y in zip(first, second, strict=True))
    return bool(a == b) or str(a).casefold() == str(b).casefold()


def _ends(value: Any) -> tuple[float, float] | None:
    if isinstance(value, (int, float)):
        return float(value), float(value)
    if isinstance(value, (list, tuple)) and len(value) == 2 and all(isinstance(v, (int, float)) for v in value):
        return float(value[0]), float(value[1])
    return None
