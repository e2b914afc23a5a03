"""The proposals into which attacks and look-alikes are put: made from templates, sound and flawed."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple


class Carrier(NamedTuple):
    """One proposal as Markdown."""

    slug: str
    sound: bool
    source: str


def data(name: str) -> dict[str, Any]:
    """One of the suite's word files."""
    return tomllib.loads((files("evals.injection") / f"{name}.toml").read_text(encoding="utf-8"))


LATER = ("", "_third", "_fourth")
"""The sets of texts in the order in which they were written; each later one was unknown to the reader before it."""


def rows(name: str, key: str) -> list[dict[str, Any]]:
    """The rows of a word file and of the sets that came later."""
    return [row for later in LATER for row in data(f"{name}{later}")[key]]


@cache
def carriers() -> tuple[Carrier, ...]:
    """All proposals, sound and flawed in turn, so that a few of them are of both kinds."""
    table = data("carriers")
    made = [
        Carrier(
            row["title"].lower().replace(" ", "-"), row["template"] == "sound", _filled(table[row["template"]], row)
        )
        for row in table["row"]
    ]
    sound, flawed = [c for c in made if c.sound], [c for c in made if not c.sound]
    return tuple(c for pair in zip(sound, flawed, strict=True) for c in pair)


def _filled(template: str, row: dict[str, Any]) -> str:
    return template.lstrip("\n").format(**row)
