"""What a model points at: code finds the quote in the visible text and reads the value with the rules' own parsers.

Two readings are possible. *Firm*: the rules' reader of that fact finds it in the quoted sentence, out of its
surroundings. *Inferred*: it finds nothing, but the sentence holds one value of the right kind, and the model says what
it is about.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from importlib.resources import files
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, create_model

from agent.facts import (
    budget,
    constraints,
    data,
    economics,
    evaluation,
    evidence,
    experiments,
    hardware,
    method,
    model,
    quotes,
    serving,
    targets,
    timeline,
)
from agent.facts.inferred import NEGATED, inferred
from agent.facts.language import READABLE, written_in
from agent.facts.quotes import Found
from agent.facts.reading import Reading
from agent.facts.segments import Segment
from agent.models import Document, Fact

READERS: dict[str, tuple[Callable[[Reading], Iterator[Fact]], ...]] = {
    "method": (method.read,),
    "run": (hardware.read,),
    "base_model": (model.read,),
    "dataset": (data.read,),
    "hardware": (hardware.read,),
    "budget": (budget.read,),
    "timeline": (timeline.read,),
    "experiments": (experiments.read,),
    "evaluation": (evaluation.read, targets.read),
    "economics": (economics.read,),
    "lora_evidence": (evidence.read,),
    "alternatives": (evidence.read,),
    "knowledge": (constraints.read,),
    "constraints": (constraints.read,),
    "serving": (serving.read, economics.read),
    "ownership": (serving.read,),
    "task": (lambda reading: constraints.scope(reading, None),),
}
"""The readers of each group of facts, by the first part of its names."""
MOST = 120
"""Pointers of one answer that are looked at."""
NOT_FOUND, UNREAD = "quote not in the visible text", "no such value in the quote"


class Way(NamedTuple):
    """One row of `pointed.toml`."""

    say: str
    read: str = ""
    ask: str = ""
    units: tuple[str, ...] = ()
    least: float = 0.0


class Pointer(BaseModel):
    """One fact's name and the words that state it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    fact: str
    quote: str = Field(max_length=4 * quotes.LONGEST)


class Pointed(NamedTuple):
    """The facts that were read at pointers, and how many pointers were refused, by reason."""

    facts: tuple[Fact, ...]
    dropped: dict[str, int]


@cache
def ways() -> dict[str, Way]:
    """The facts that may be pointed at."""
    table = tomllib.loads((files("agent.facts") / "pointed.toml").read_text(encoding="utf-8"))
    return {name: Way(**row | {"units": tuple(row.get("units", ()))}) for name, row in table.items()}


@cache
def pointer_type() -> type[Pointer]:
    """A pointer whose fact is one of the known names: the schema that a model is held to."""
    name: Any = Literal[tuple(ways())]
    return create_model("Pointer", __base__=Pointer, fact=(name, ...))


@cache
def answer_type() -> type[BaseModel]:
    """A list of pointers and nothing else."""
    pointers: Any = list[pointer_type()]  # type: ignore[misc]
    return create_model("Pointers", __config__=ConfigDict(extra="forbid", frozen=True), pointers=(pointers, ...))


def told() -> str:
    """The facts for the prompt, one a line."""
    return "\n".join(f"- {name}: {way.say}" for name, way in ways().items())


class Stretch(Reading):
    """A reading of some segments of a document, which keep their place in it."""

    def __init__(self, document: Document, chosen: list[Segment]) -> None:
        """Takes the segments that a reader may see."""
        super().__init__(document)
        self.__dict__["segments"] = chosen


def facts_at(document: Document, pointers: Iterable[Pointer]) -> Pointed:
    """What stands at the pointers.

    Args:
        document: without what addresses the reviewer.
        pointers: untrusted: an unknown name, a quote that is not there and one without a value are dropped and counted.
    """
    whole, dropped = Reading(document), Counter[str]()
    english = written_in(document) == READABLE
    found: dict[tuple[str, int, int], Fact] = {}
    for pointer in list(pointers)[:MOST]:
        place = quotes.find(document, pointer.quote) if pointer.fact in ways() else None
        if place is None:
            dropped[NOT_FOUND] += 1
            continue
        read = _at(whole, pointer.fact, place, english)
        if not read:
            dropped[UNREAD] += 1
        for one in read:
            found.setdefault((one.name, place.start, place.end), one)
    return Pointed(tuple(found.values()), dict(dropped))


def _at(whole: Reading, name: str, place: Found, english: bool) -> list[Fact]:
    """The fact at a place, with what the same reader says of its group there; or the one inferred value.

    The rules' readers know negation in English only, so in another language a sentence with one is not read.
    """
    chosen = [s for s in whole.segments if s.start < place.end and place.start < s.end]
    if not chosen or (not english and any(NEGATED.search(s.text) for s in chosen)):
        return []
    stretch = Stretch(whole.document, chosen)
    group = name.removeprefix("x.").split(".")[0]
    read = {f.name: f for reader in READERS[group] for f in reader(stretch)}
    if name in read:
        if read[name].others:
            return []
        beside = [f for f in read.values() if f.name in BESIDE.get(name, ())]
        return [_pointed(f, whole.document, place) for f in (read[name], *beside)]
    value = inferred(name, ways()[name].read, ways()[name].units, ways()[name].least, chosen, place)
    return [] if value is None else [_pointed(Fact(name=name, value=value, basis="inferred"), whole.document, place)]


BESIDE = {
    "evaluation.test_set": ("x.evaluation.violation",),
    "evaluation.metric": ("x.evaluation.proportion",),
    "lora_evidence.measured": (
        "x.lora_evidence.result",
        "x.lora_evidence.held_out",
        "x.lora_evidence.plateau",
        "x.lora_evidence.diagnosed",
        "lora_evidence.gap_points",
        "lora_evidence.experiments",
    ),
}
"""Facts of ours that go with one that is pointed at: without them its rule could not judge it."""


def _pointed(fact: Fact, document: Document, place: Found) -> Fact:
    """A fact as a model's: its evidence is the quote that the model gave."""
    shown = fact.evidence[:1] if fact.basis == "stated" and fact.evidence else (quotes.evidence(document, place),)
    return Fact(name=fact.name, value=_plain(fact.value), basis=fact.basis, source="llm", evidence=shown)


def _plain(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
