"""The inside of a paragraph: visible runs with their places, and aside what is deleted, hidden, or noted elsewhere."""

from __future__ import annotations

from itertools import takewhile
from typing import NamedTuple

from lxml.etree import _Element

from agent.documents.docx.names import GONE, MATH, MC, WRAPPERS, W, choice
from agent.documents.docx.screen import hidden_run
from agent.documents.docx.styles import MONO, Look, Styles
from agent.documents.draft import Draft, Span

_MARKS = {W + "tab": "\t", W + "noBreakHyphen": "-", W + "cr": "\n", W + "ptab": "\t"}
_NOTES = {W + "footnoteReference": "footnotes", W + "endnoteReference": "endnotes"}
_BOXES = (W + "drawing", W + "pict", W + "object")


class Note(NamedTuple):
    """A reference to a footnote or endnote."""

    part: str
    identity: str


class Content:
    """Reads one `w:p`.

    `lines` are its visible runs, split at line breaks; `asides` the deleted and hidden ones; `boxes` the text boxes in
    it; `notes` what it refers to. Places are `PATH#runN+OFFSET`: N counts all `w:r` below the paragraph.
    """

    def __init__(self, element: _Element, path: str, styles: Styles, look: Look, *, on_colour: bool) -> None:
        """Takes the paragraph, its path, and the look that it has from its style and surroundings."""
        self.lines: list[list[Span]] = [[]]
        self.asides: list[Draft] = []
        self.boxes: list[_Element] = []
        self.notes: list[Note] = []
        self.inserted = False
        self.bold = True
        self.mono = True
        self.size = 0
        self._path, self._styles, self._look, self._on_colour = path, styles, look, on_colour
        self._numbers = {run: n for n, run in enumerate(element.iter(W + "r"))}
        self._aside: tuple[str | None, list[Span]] = (None, [])
        self._offset = 0
        self._run = ""
        self._seen = False
        self._descend(element, gone=False)
        self._end_aside()
        self.mono = self.mono and self.size > 0

    @property
    def spans(self) -> tuple[Span, ...]:
        """All visible runs, with line breaks as white space."""
        joined: list[Span] = []
        for line in self.lines:
            joined += [Span("\n"), *line] if joined else line
        return tuple(joined)

    @property
    def text(self) -> str:
        """The visible text as it stands in the file."""
        return "".join(s.text for s in self.spans).strip()

    def _descend(self, element: _Element, *, gone: bool) -> None:
        for child in element:
            if child.tag == W + "r":
                self._read_run(child, gone=gone)
            elif child.tag in WRAPPERS:
                self.inserted = self.inserted or child.tag in (W + "ins", W + "moveTo")
                self._descend(child, gone=gone)
            elif child.tag in GONE:
                self._descend(child, gone=True)
            elif child.tag == MC + "AlternateContent":
                branch = choice(child)
                if branch is not None:
                    self._descend(branch, gone=gone)
            elif child.tag in (MATH + "oMath", MATH + "oMathPara"):
                text = "".join(t.text or "" for t in child.iter(MATH + "t"))
                self._put(Span(text), None, gone=gone)
            elif child.tag in _BOXES:
                self.boxes += _boxes(child)

    def _read_run(self, run: _Element, *, gone: bool) -> None:
        properties = run.find(W + "rPr")
        look = self._styles.run(properties, self._look)
        hidden = hidden_run(look, properties, on_colour=self._on_colour)
        self._run, self._offset = f"{self._path}#run{self._numbers[run]}", 0
        self._seen = False
        for child in run:
            self._read_piece(child, hidden, gone=gone or bool(look.strike))
        if self._seen:
            self.bold = self.bold and bool(look.bold)
            self.mono = self.mono and bool(MONO.search(look.font or ""))
            self.size = max(self.size, look.size or 0)

    def _read_piece(self, child: _Element, hidden: str | None, *, gone: bool) -> None:
        if child.tag in (W + "t", W + "delText"):
            self._take(child.text or "", hidden, gone=gone or child.tag == W + "delText")
        elif child.tag in _MARKS:
            self._take(_MARKS[child.tag], hidden, gone=gone)
        elif child.tag == W + "br" and child.get(W + "type", "textWrapping") != "textWrapping":
            self._put(Span("\n"), hidden, gone=gone)
        elif child.tag == W + "br":
            self._take("\n", hidden, gone=gone)
            if not gone and not hidden:
                self.lines.append([])
        elif child.tag in _NOTES:
            self.notes.append(Note(_NOTES[child.tag], child.get(W + "id", "")))
        elif child.tag in _BOXES:
            self.boxes += _boxes(child)
        elif child.tag == MC + "AlternateContent" and (branch := choice(child)) is not None:
            self.boxes += _boxes(branch)

    def _take(self, text: str, hidden: str | None, *, gone: bool) -> None:
        """Text of the current run; offsets count as python-docx counts `run.text`."""
        self._put(Span(text, self._offset, self._run), hidden, gone=gone)
        self._offset += len(text)

    def _put(self, span: Span, hidden: str | None, *, gone: bool) -> None:
        if not hidden and not gone:
            self.lines[-1].append(span)
            self._seen = self._seen or any(c.isalnum() for c in span.text)
            return
        reason = hidden if not gone else None
        if self._aside[1] and self._aside[0] != reason:
            self._end_aside()
        self._aside = (reason, [*self._aside[1], span])

    def _end_aside(self) -> None:
        reason, spans = self._aside
        if any(s.text.strip() for s in spans):
            self.asides.append(Draft("paragraph" if reason else "deleted", tuple(spans), hidden=reason))
        self._aside = (None, [])


def _boxes(element: _Element) -> list[_Element]:
    """The outermost text boxes below an element, each once."""
    found = []
    for box in element.iter(W + "txbxContent"):
        between = takewhile(lambda a: a is not element, box.iterancestors())
        if all(a.tag not in (MC + "Fallback", W + "txbxContent") for a in between):
            found.append(box)
    return found
