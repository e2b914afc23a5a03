"""`knowledge/answers.toml`: which facts an answer to each question can supply, and what a sufficient one says."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files

from pydantic import Field

from agent.models import Frozen


class Part(Frozen):
    """One thing that a sufficient answer says: any of `facts` (with a value of `accept`), or the words of `cue`.

    `also`: words that must stand in the answer beside the facts. `rules`: asked only where one of these asks.
    """

    ask: str
    facts: tuple[str, ...] = ()
    accept: tuple[str, ...] = ()
    cue: str | None = None
    also: str | None = Field(default=None, alias="with")
    rules: tuple[str, ...] = ()


class Topic(Frozen):
    """One question of the contract."""

    facts: tuple[str, ...]
    changes: dict[str, tuple[str, ...]] = {}
    context: tuple[str, ...] = ()
    part: tuple[Part, ...]

    def wanted(self, codes: tuple[str, ...]) -> tuple[str, ...]:
        """The facts that the question asks for, in the order of its parts."""
        return tuple(dict.fromkeys(f for p in self.parts(codes) for f in p.facts))

    def parts(self, codes: tuple[str, ...]) -> tuple[Part, ...]:
        """What is asked where these rules ask."""
        return tuple(p for p in self.part if not p.rules or set(p.rules) & set(codes)) or self.part[:1]


class Script(Frozen):
    """The whole file."""

    cues: dict[str, str]
    lead: dict[str, tuple[str, ...]]
    weaker: dict[str, tuple[str, ...]]
    goes_with: dict[str, tuple[str, ...]]
    denied: dict[str, str]
    reword: dict[str, tuple[str, str]]
    topic: dict[str, Topic]


@cache
def script() -> Script:
    """The file, read once."""
    text = (files("knowledge") / "answers.toml").read_text(encoding="utf-8")
    return Script.model_validate(tomllib.loads(text))


@cache
def cue(name: str) -> re.Pattern[str]:
    """One of `[cues]`."""
    return re.compile(script().cues[name], re.IGNORECASE)


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """A pattern of a part."""
    return re.compile(pattern, re.IGNORECASE | re.DOTALL)
