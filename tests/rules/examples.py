"""Reads `tests/rules/CODE.md`: a heading, the proposal in a quote or fence, then what the rule must make of it.

The bullets after the text: `fires: SEVERITY`, `silent`, or `asks: QUESTION-ID`; then any number of `quote: WORDS`,
which must stand in a quoted evidence, and `says: WORDS`, which must stand in the finding's message.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).parent


class Example(NamedTuple):
    """One case of a rule."""

    code: str
    title: str
    text: str
    expected: str
    quotes: tuple[str, ...]
    says: tuple[str, ...]


def examples() -> list[Example]:
    """Every case of every file, in order."""
    return [one for path in sorted(FOLDER.glob("*.md")) for one in of_file(path)]


def of_file(path: Path) -> list[Example]:
    """The cases of one file."""
    parts = re.split(r"^## ", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return [_example(path.stem, part) for part in parts[1:]]


def _example(code: str, part: str) -> Example:
    title, body = part.split("\n", 1)
    fence = re.search(r"^```\w*\n(.*?)^```$", body, re.DOTALL | re.MULTILINE)
    quoted = re.findall(r"^> ?(.*)$", body, re.MULTILINE)
    text = fence[1] if fence else "\n".join(quoted)
    rest = body.replace(fence[0], "") if fence else body
    bullets = re.findall(r"^- (.+)$", rest, re.MULTILINE)
    outcomes = [b for b in bullets if re.match(r"fires: |silent$|asks: ", b)]
    if len(outcomes) != 1 or not text.strip():
        raise ValueError(f"{code}: {title!r} needs one proposal and one of fires, silent, asks")
    quotes = tuple(b.removeprefix("quote: ") for b in bullets if b.startswith("quote: "))
    says = tuple(b.removeprefix("says: ") for b in bullets if b.startswith("says: "))
    return Example(code, title.strip(), text, outcomes[0], quotes, says)
