"""Runs of a DOCX cut at the ends of quotes, and comment ranges around them. Text, looks and tracked changes stay."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from copy import copy, deepcopy

from lxml.etree import _Element

from agent.annotate.xml import SPACE, Names

_SINGLE = ("tab", "noBreakHyphen", "cr", "ptab")
"""Elements of a run that count as one character, as in the reader."""


class Cuts:
    """Collects where runs are to be cut, cuts each once, and tells which piece begins or ends where."""

    def __init__(self, w: Names) -> None:
        """Takes the names of the part."""
        self._w = w
        self._at: dict[_Element, set[int]] = defaultdict(set)
        self._pieces: dict[_Element, list[tuple[int, int, _Element]]] = {}

    def want(self, run: _Element, at: int) -> None:
        """Asks for a cut before a character."""
        self._at[run].add(at)

    def cut(self) -> None:
        """Cuts all runs."""
        for run, at in self._at.items():
            total = sum(length for _, length in measured(run, self._w))
            inner = sorted(n for n in at if 0 < n < total)
            pieces, begin, rest = [], 0, run
            for n in inner:
                left, rest = rest, _split(rest, n - begin, self._w)
                pieces.append((begin, n, left))
                begin = n
            self._pieces[run] = [*pieces, (begin, total, rest)]

    def first(self, run: _Element, start: int) -> _Element:
        """The piece that begins at a character."""
        return next(piece for begin, end, piece in self._pieces[run] if begin <= start < end or begin == start)

    def tail(self, run: _Element) -> _Element:
        """The last piece of a run."""
        return self._pieces[run][-1][2] if run in self._pieces else run

    def last(self, run: _Element, end: int) -> _Element:
        """The piece that ends at a character."""
        return next(piece for begin, stop, piece in self._pieces[run] if begin < end <= stop or stop == end)


def measured(run: _Element, w: Names) -> Iterator[tuple[_Element, int]]:
    """The children of a run with their lengths in characters."""
    for child in run:
        if child.tag in (w("t"), w("delText")):
            yield child, len(child.text or "")
        elif child.tag == w("br"):
            yield child, int(child.get(w("type"), "textWrapping") == "textWrapping")
        else:
            yield child, int(child.tag in map(w, _SINGLE))


def _split(run: _Element, at: int, w: Names) -> _Element:
    """Moves what stands from character `at` on into a run of the same look behind it, and returns that."""
    second = copy(run)
    del second[:]
    look = run.find(w("rPr"))
    if look is not None:
        second.append(deepcopy(look))
    begin = 0
    for child, length in list(measured(run, w)):
        if child is look:
            continue
        if begin >= at:
            second.append(child)
        elif begin + length > at:
            second.append(_half(child, at - begin))
        begin += length
    run.addnext(second)
    return second


def _half(text: _Element, at: int) -> _Element:
    """Cuts a `w:t` in two and returns the second half."""
    second = copy(text)
    whole = text.text or ""
    text.text, second.text = whole[:at], whole[at:]
    for half in (text, second):
        half.set(SPACE, "preserve")
    return second


def embrace(first: _Element, last: _Element, identity: str, w: Names) -> None:
    """Puts a comment's range around two runs, and its reference behind whatever wraps the last one in its paragraph."""
    first.addprevious(first.makeelement(w("commentRangeStart"), {w("id"): identity}))
    end = last.makeelement(w("commentRangeEnd"), {w("id"): identity})
    last.addnext(end)
    outer = end
    while (parent := outer.getparent()) is not None and parent.tag != w("p"):
        outer = parent
    reference = last.makeelement(w("r"), {})
    reference.append(last.makeelement(w("commentReference"), {w("id"): identity}))
    (outer if outer.getparent() is not None else end).addnext(reference)
