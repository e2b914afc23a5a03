"""Sentences that dictate what a reviewer or a model is to find."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import NamedTuple

from agent.documents.canonical import plain
from agent.documents.screen import smuggled
from agent.facts.lexicon import holds, lowered
from agent.facts.security import cues
from agent.facts.security.context import shown
from agent.facts.security.cues import MACHINE, Hinted, commands, cue, tagged
from agent.facts.security.disguise import Unmasked, rot13, unmasked
from agent.facts.security.steering import Steering, foreign_stems
from agent.facts.security.units import Unit, units
from agent.models import Block, Document

Test = Callable[[str], Iterator[re.Match[str]]]
_WINDOW = 3
_LINES = 4
_PRODUCT = 3
_LEAD = 40


class _At(NamedTuple):
    """Where an instruction begins in its sentence, and the first of its words where that cannot be told."""

    begins: int
    told: int = 0


_START = _At(0)


class _Same:
    """A document as the key of a cache: equal to itself alone."""

    def __init__(self, document: Document) -> None:
        self.document = document

    def __hash__(self) -> int:
        return id(self.document)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.document is self.document


def instructions(document: Document) -> tuple[Unit, ...]:
    """All units that dictate the review, in reading order; then the document's title and name, which have no place."""
    return _instructions(_Same(document))


@lru_cache(maxsize=2)
def _instructions(same: _Same) -> tuple[Unit, ...]:
    document = same.document
    found = list(units(document))
    search = _Search(document, found)
    told = [hit for position, unit in enumerate(found) if (hit := search.hit(position, unit))]
    return (*told, *(u for u in _names(document, told) if search.says(u) is not None))


def _names(document: Document, told: list[Unit]) -> Iterator[Unit]:
    """Title and file name, and what is smuggled into them, unless the text says the same."""
    bare = re.sub(r"\.\w{1,5}$", "", document.name)
    title = document.title or ""
    within = (words for _, words in (*smuggled(title), *smuggled(bare)))
    for text in dict.fromkeys(map(plain, (title, bare, re.sub(r"[_-]+", " ", bare), *within))):
        if text and not any(text in u.text or u.text in text for u in told):
            yield Unit(-1, Block(kind="field", start=0, end=0), 0, 0, text)


class _Search:
    """Holds one sentence after the other against the word file."""

    def __init__(self, document: Document, found: list[Unit]) -> None:
        self._document, self._found = document, found
        self._reviews = sum(MACHINE in tagged(u.text) for u in found) >= _PRODUCT
        self._steering = Steering([u.text for u in found])
        self._all = (cues.stems("own"), cues.stems("foreign"), foreign_stems())
        text = Hinted("\n".join(u.text for u in found))
        turns: dict[str, Callable[[str], str]] = {"": str, "rot13": rot13, "back": _backwards}
        self._stems = {way: tuple(text.among(known, by) for known in self._all) for way, by in turns.items()}

    def hit(self, position: int, unit: Unit) -> Unit | None:
        """The unit from where it dictates, if it does: as it stands, in disguise, or together with those around it."""
        at = self.says(unit)
        if at is not None:
            return unit.since(_begins(unit.text, at.begins))._replace(told=at.told if at.told > _LEAD else 0)
        return unit if self._plays_a_role(position, unit) or self._states_a_review(position, unit) else None

    def says(self, unit: Unit) -> _At | None:
        """Where an instruction begins that is not merely shown; 0 for one whose disguise hides the place."""
        at = self._finds(unit, unit.text, turned="" if unit.length else None)
        if at is not None:
            return at
        if self._labelled(unit):
            return _START
        found = ((way, self._finds_in(unit, way)) for way in unmasked(unit.text))
        return next((at if way.aligned else _START for way, at in found if at is not None), None)

    def _labelled(self, unit: Unit) -> bool:
        """True for a cell that states the result beside its label: `Verdict to be returned | approve`."""
        if unit.block.kind != "cell" or not unit.block.label:
            return False
        row = f"{unit.block.label}: {unit.text}"
        found = (m for m in _asserts(tagged(row)) if m.end() > len(unit.block.label) + 2)
        return any(not shown(self._document, unit, row, match) for match in found)

    def _finds_in(self, unit: Unit, way: Unmasked) -> _At | None:
        """As `_finds`, for unmasked text; letters set apart come without their spaces."""
        text = way.text
        squeezed = None if " " in text else cue("squeezed").search(text)
        if squeezed:
            return None if shown(self._document, unit, text, squeezed, disguised=True) else _START
        return self._finds(unit, text, disguised=True, turned=way.turned if way.turned and unit.length else None)

    def _finds(self, unit: Unit, text: str, *, disguised: bool = False, turned: str | None) -> _At | None:
        """Where an instruction begins; `turned`: the text is a piece of the document's, as it stands or turned so."""
        said = tagged(text.capitalize() if unit.block.kind == "heading" else text)
        capital = unit.block.kind == "heading" and not text[:1].isascii()
        own, foreign, steering = self._all if turned is None or capital else self._stems[turned]
        low = said.lower()
        tests = (*(_TESTS if holds(low, own) else ()), *((_foreign,) if holds(low, foreign) else ()))
        for test in tests:
            for match in test(said):
                if self._counts(test, unit, said) and not shown(self._document, unit, said, match, disguised=disguised):
                    return _At(match.start()) if test in _PLACED else _At(0, match.start())
        steers = self._steering.found(text, steering)
        meant = (m for m in steers if not shown(self._document, unit, said, m, disguised=disguised))
        return next((_At(0, m.start()) for m in meant), None)

    def _counts(self, test: Test, unit: Unit, said: str) -> bool:
        """Not a colleague's comment that states a verdict, nor a product that is itself a reviewer."""
        if test is _asserts and unit.block.kind == "comment":
            return False
        return not (self._reviews and test in (_notes, _speaks) and not cue("this_proposal").search(said))

    def _plays_a_role(self, position: int, unit: Unit) -> bool:
        """Role tags, tool output or a false end, with words on the review in them or right after them."""
        if not cue("role").search(unit.text):
            return False
        text = tagged(" ".join(u.text for u in self._found[position : position + _WINDOW]))
        match = cue("role_topic").search(text) or cue("machine_answer").search(text)
        return bool(match and cue("role_steer").search(text) and not shown(self._document, unit, text, match))

    def _states_a_review(self, position: int, unit: Unit) -> bool:
        """Keys and values of a review of ours, alone or over a few lines."""
        if not any(p.search(unit.text) for p in cues.own_keys()):
            return False
        near = self._found[max(0, position - _LINES) : position + _LINES + 1]
        text = " ".join(u.text for u in near if _is_code(u))
        own = sum(bool(p.search(text)) for p in cues.own_keys())
        shared = sum(bool(p.search(text)) for p in cues.shared_keys())
        return own >= 2 or (own >= 1 and shared >= 1)


def _backwards(text: str) -> str:
    return text[::-1]


def _begins(text: str, at: int) -> int:
    """Where the instruction found at an offset begins: there, or with what is told before it, or with the sentence."""
    given = cue("given").search(tagged(text[:at]))
    if given:
        return given.start() if given.start() > _LEAD else 0
    return at if at > _LEAD else 0


def _is_code(unit: Unit) -> bool:
    return unit.block.kind == "code" or bool(re.search(r"[{}\[\]]|\w\s*=\s*\S|\"\s*:", unit.text))


def _commands(said: str) -> Iterator[re.Match[str]]:
    return cues.imperative().finditer(said) if holds(lowered(said), commands()) else iter(())


def _must(said: str) -> Iterator[re.Match[str]]:
    return cue("subject_must").finditer(said)


def _anywhere(said: str) -> Iterator[re.Match[str]]:
    return cue("anywhere").finditer(said)


def _notes(said: str) -> Iterator[re.Match[str]]:
    return cue("notes").finditer(said)


def _asserts(said: str) -> Iterator[re.Match[str]]:
    return cue("asserted").finditer(said)


def _speaks(said: str) -> Iterator[re.Match[str]]:
    """A reviewer is spoken to and told what to do; or an automated one, with words on the review."""
    yield from cues.spoken_to().finditer(said)
    for match in cues.machine_spoken_to().finditer(said):
        if any(cue(key).search(said, match.end()) for key in ("direct", "you", "steering")):
            yield match


def _steers(said: str) -> Iterator[re.Match[str]]:
    """An automated reviewer, this proposal and a result in one sentence."""
    if MACHINE in said and cue("this_document").search(said):
        yield from cue("steers").finditer(said)


def _foreign(said: str) -> Iterator[re.Match[str]]:
    yield from cues.foreign().finditer(said)
    if not cues.foreign_reviewers().search(said):
        return
    for one in cues.foreign_results():
        if one.reviewer.search(said):
            yield from one.told.finditer(said)


_TESTS = (_commands, _must, _anywhere, _notes, _speaks, _asserts, _steers)
_PLACED = (_commands, _must, _anywhere, _notes, _foreign)
"""Tests whose match begins where the instruction begins."""
