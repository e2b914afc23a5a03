"""A rich console that writes to a string. Only Text objects go in, so no markup of a document is ever read as such."""

from __future__ import annotations

import io
from collections.abc import Iterable

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

NARROWEST = 40


class Page:
    """Paragraphs, labelled lines and tables; what the environment says of colours and width is not asked."""

    def __init__(self, *, color: bool, width: int) -> None:
        self._out = io.StringIO()
        self._console = Console(
            file=self._out,
            width=max(width, NARROWEST),
            height=100,
            force_terminal=color,
            no_color=not color,
            color_system="standard" if color else None,
            force_jupyter=False,
            legacy_windows=False,
            markup=False,
            emoji=False,
            highlight=False,
        )

    def text(self) -> str:
        """What was written, without the blanks that pad lines."""
        return "\n".join(line.rstrip() for line in self._out.getvalue().split("\n")).strip("\n") + "\n"

    def blank(self) -> None:
        """An empty line."""
        self._console.print()

    def say(self, text: str, indent: int = 0, style: str = "") -> None:
        """One paragraph; nothing when it is empty."""
        if text.strip():
            self._print(Text(text, style, overflow="fold"), indent)

    def lead(self, label: str, style: str, text: str, indent: int = 0) -> None:
        """One paragraph that opens with a styled label."""
        self._print(Text.assemble((label, style), f" {text}", overflow="fold"), indent)

    def line(self, label: str, style: str, text: str, indent: int = 0, column: int = 0, body: str = "") -> None:
        """A styled label and a paragraph that keeps to its right; nothing when there is no text.

        `column` is the least width of the label, so that lines below each other align; `body` is the text's style.
        """
        if not text.strip():
            return
        grid = Table.grid(padding=(0, 1, 0, 0))
        grid.add_column(no_wrap=True, min_width=column)
        grid.add_column(overflow="fold")
        grid.add_row(Text(label, style), Text(text, body))
        self._print(grid, indent)

    def heading(self, text: str, note: str = "") -> None:
        """A section title with a blank line before it."""
        self.blank()
        self.lead(text.upper(), "bold", f" {note}" if note else "")

    def table(self, columns: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
        """A table whose cells are plain text."""
        grid = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold")
        for n, name in enumerate(columns):
            grid.add_column(Text(name), overflow="fold", style="" if n else "bold")
        for row in rows:
            grid.add_row(*(Text(cell) for cell in row))
        self._print(grid, 2)

    def _print(self, what: Text | Table, indent: int) -> None:
        self._console.print(Padding(what, (0, 0, 0, indent), expand=False))
