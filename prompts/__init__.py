"""Prompts as data: one Markdown file each, with what it is for, its version, its inputs and what it must never do."""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

FENCE = "+++"


@dataclass(frozen=True)
class Prompt:
    """One prompt: the constant text that stands before everything that changes, so that a server can keep its prefix.

    Attributes:
        name: of the file.
        purpose: what it is for.
        version: raised by whoever changes the meaning.
        inputs: what the message after it holds.
        never: what no answer to it may do; code holds the model to each, the prompt only says so.
        text: as it is sent.
    """

    name: str
    purpose: str
    version: int
    inputs: tuple[str, ...]
    never: tuple[str, ...]
    text: str

    @property
    def stamp(self) -> str:
        """Version and a hash of the text: what the review says of it."""
        return f"{self.version}-{hashlib.sha256(self.text.encode()).hexdigest()[:8]}"


def prompt(name: str, **constants: str) -> Prompt:
    """The prompt of a file.

    Args:
        name: of the file, without its ending.
        constants: what stands for `{name}` in it: lists that belong to the program, never text of a document.
    """
    header, text = _read(name)
    for key, value in constants.items():
        text = text.replace("{" + key + "}", value)
    return Prompt(
        name=name,
        purpose=header["purpose"],
        version=header["version"],
        inputs=tuple(header["inputs"]),
        never=tuple(header["never"]),
        text=text,
    )


def names() -> tuple[str, ...]:
    """Every prompt there is."""
    found = (path.name for path in files(__name__).iterdir())
    return tuple(sorted(name.removesuffix(".md") for name in found if name.endswith(".md")))


@cache
def _read(name: str) -> tuple[dict[str, Any], str]:
    raw = (files(__name__) / f"{name}.md").read_text(encoding="utf-8")
    _, header, text = raw.split(FENCE, 2)
    return tomllib.loads(header), text.strip() + "\n"
