"""Where in the HTML source each text node of the parsed tree stands; the parser itself does not tell."""

from __future__ import annotations

import html
import re
from array import array

from lxml.etree import _Element

from agent.documents.draft import Span

_TOKEN = re.compile(
    r"<!--.*?(?:-->|\Z)|<(script|style)\b.*?(?:</\1\s*>|\Z)|</?[a-zA-Z!?][^>]*>|&(?:#\d{1,7}|#[xX][\da-fA-F]{1,6}|\w{1,31});?|[^\s<&]+|.",
    re.DOTALL | re.IGNORECASE,
)
_WHITE = re.compile(r"\s+")
_UNSEEN = ("script", "style")
_FAR = 20_000


class SourceText:
    """The characters of the source outside its tags, without white space, and where each came from."""

    def __init__(self, source: str, offset: int) -> None:
        """Takes HTML source and the offset of its first character in the whole document."""
        self._offsets = array("I")
        self._comments: list[int] = []
        self._nodes: dict[tuple[_Element, str], int] = {}
        parts: list[str] = []
        for token in _TOKEN.finditer(source):
            text, start = token[0], token.start()
            if text.startswith("<!--"):
                self._comments.append(offset + start + len("<!--"))
            if (text[0] == "<" and len(text) > 1) or text.isspace():
                continue
            if text[0] == "&" and (decoded := html.unescape(text)) != text:
                decoded = _WHITE.sub("", decoded)
                parts.append(decoded)
                self._offsets.extend([offset + start] * len(decoded))
            else:
                parts.append(text)
                self._offsets.extend(range(offset + start, offset + start + len(text)))
        self._characters = "".join(parts)

    def align(self, root: _Element) -> None:
        """Walks the tree in document order and notes where each text node starts."""
        at = self._note(root, "text", root.text, 0)
        for element in root.iterdescendants():
            unseen = not isinstance(element.tag, str) or element.tag in _UNSEEN
            at = at if unseen else self._note(element, "text", element.text, at)
            if len(element) == 0:
                at = self._tails(element, root, at)

    def _tails(self, element: _Element, root: _Element, at: int) -> int:
        """Notes the tail of a childless element, and of each ancestor that ends with it."""
        node: _Element | None = element
        while node is not None and node is not root:
            at = self._note(node, "tail", node.tail, at)
            if node.getnext() is not None:
                break
            node = node.getparent()
        return at

    def _note(self, element: _Element, part: str, text: str | None, at: int) -> int:
        letters = _WHITE.sub("", text or "")
        if not letters:
            return at
        if not self._characters.startswith(letters, at):
            found = self._characters.find(letters, at, at + len(letters) + _FAR)
            if found < 0:
                return at
            at = found
        self._nodes[element, part] = at
        return at + len(letters)

    def spans(self, element: _Element, part: str, text: str) -> list[Span]:
        """The text of a node as spans, each contiguous in the source; without offsets when it was not found."""
        at = self._nodes.get((element, part))
        if at is None:
            return [Span(text)]
        spans: list[Span] = []
        for word in re.finditer(r"\S+|\s+", text):
            if word[0].isspace():
                spans.append(Span(word[0]))
                continue
            spans += self._word(word[0], at)
            at += len(word[0])
        return spans

    def comment(self, text: str) -> Span:
        """The text of the next comment in document order."""
        return Span(text, self._comments.pop(0) if self._comments else None)

    def _word(self, word: str, at: int) -> list[Span]:
        """One word: a single span, or one a character where an entity stands in it."""
        first, last = self._offsets[at], self._offsets[at + len(word) - 1]
        if last - first == len(word) - 1:
            return [Span(word, first)]
        return [Span(letter, self._offsets[at + i]) for i, letter in enumerate(word)]
