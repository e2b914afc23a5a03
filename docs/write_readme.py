"""Writes the example in the README from a run: `python docs/write_readme.py` in a checkout."""

from __future__ import annotations

from pathlib import Path

from agent.documents import read_file
from agent.examples import PROPOSAL
from agent.reports import render
from agent.review import review_document

README = Path(__file__).parents[1] / "README.md"
BEGIN, END = "<!-- example:begin -->\n", "<!-- example:end -->\n"
CUT = "[…]"


def example() -> str:
    """What the terminal shows of the bundled proposal: the head, a question, a finding, the numbers."""
    lines = render(review_document(read_file(PROPOSAL)), "terminal", width=100).splitlines()
    head = lines[: _find(lines, " 2. ")]
    found = [*_part(lines, "FINDINGS", ""), ""]
    numbers = _part(lines, "NUMBERS", "  Assumed:")
    return "\n".join([*head, CUT, "", *found, CUT, "", *numbers, CUT])


def text(readme: str) -> str:
    """The README with the example as it is now."""
    before, rest = readme.split(BEGIN)
    return f"{before}{BEGIN}```\n{example()}\n```\n{END}{rest.split(END)[1]}"


def _part(lines: list[str], start: str, end: str) -> list[str]:
    first = _find(lines, start)
    return lines[first : first + _find(lines[first:], end)]


def _find(lines: list[str], start: str) -> int:
    """The first line that starts so; for "" the first empty one."""
    return next(n for n, line in enumerate(lines) if (line.startswith(start) if start else not line))


if __name__ == "__main__":
    README.write_text(text(README.read_text("utf-8")), "utf-8")
