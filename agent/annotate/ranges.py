"""What the ranges of comments hold: a comment is there already when it says the same of the same words."""

from __future__ import annotations

from lxml.etree import _Element

from agent.annotate.runs import measured
from agent.annotate.xml import Names, squeezed


class Ranges:
    """The runs of the text in order; those of text boxes stand outside, since no comment is in them."""

    def __init__(self, root: _Element, w: Names) -> None:
        """Takes the root of the text and the names of its part."""
        self._root, self._w = root, w
        self._runs = [run for run in root.iter(w("r")) if next(run.iterancestors(w("txbxContent")), None) is None]
        self._index = {run: n for n, run in enumerate(self._runs)}

    def words(self, first: _Element, last: _Element, start: int | None, end: int | None) -> str:
        """The text from a character of one run up to one of another, without white space."""
        runs = self._runs[self._index[first] : self._index[last] + 1]
        texts = [self._text(run) for run in runs]
        if texts and end is not None:
            texts[-1] = texts[-1][:end]
        if texts and start is not None:
            texts[0] = texts[0][start:]
        return squeezed("".join(texts))

    def marked(self) -> dict[str | None, str]:
        """The text in the range of each comment that the text refers to, by its id."""
        w = self._w
        found = {r.get(w("id")): "" for r in self._root.iter(w("commentReference"))}
        open_: set[str | None] = set()
        for element in self._root.iter(w("commentRangeStart"), w("commentRangeEnd"), w("r")):
            identity = element.get(w("id"))
            if element.tag == w("commentRangeStart"):
                open_ |= {identity} & found.keys()
            elif element.tag == w("commentRangeEnd"):
                open_.discard(identity)
            elif open_ and element in self._index:
                found |= {one: found[one] + self._text(element) for one in open_}
        return {identity: squeezed(text) for identity, text in found.items()}

    def _text(self, run: _Element) -> str:
        return "".join((child.text or " ") if length else "" for child, length in measured(run, self._w))
