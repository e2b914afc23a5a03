"""The inside of a Markdown paragraph: visible text with source offsets; struck, hidden and commented text set aside."""

from __future__ import annotations

import re

from markdown_it.token import Token

from agent.documents.draft import Draft, Span
from agent.documents.screen import hiding_style
from agent.documents.shape import TYPED_BULLET, could_head
from agent.documents.text import KEY_VALUE

WORDS = re.compile(r"\w\s+\w|[\u3040-\u9fff\uac00-\ud7af]{4}")
"""More than a name."""
ALTERNATIVE = "alternative text of a picture"
_LINK_END = re.compile(r"\](?:\((?:[^()\n]|\([^()\n]*\))*\)|\[[^\]\n]*\])?")
_TAG = re.compile(r"<(/?)([a-zA-Z][\w-]*)([^>]*)>")


class Inline:
    """Reads inline tokens into `lines` (split at hard breaks) and `asides`; `at` is how far the source was read."""

    def __init__(self, source: str, at: int) -> None:
        """Takes the source and where in it the inline content starts."""
        self.at = at
        self.lines: list[list[Span]] = []
        self.asides: list[Draft] = []
        self._source = source
        self._line: list[Span] = []
        self._aside: list[Span] = []
        self._struck = 0
        self._hidden: tuple[str, str] | None = None
        self._bold = 0
        self._plain = False

    def is_bold_heading(self, lines: int) -> bool:
        """True for a short paragraph of one line that is bold throughout."""
        text = "".join(s.text for line in self.lines for s in line)
        return lines == 1 and not self._plain and could_head(text)

    def read(self, tokens: list[Token]) -> None:
        """Reads all tokens and ends the last line."""
        for token in tokens:
            self._token(token)
        self._end_aside()
        self._end_line()

    def _token(self, token: Token) -> None:
        match token.type:
            case "text" | "code_inline":
                self._put(token.content, token.content)
            case "text_special":
                self._put(token.content, token.markup)
            case "softbreak":
                self._put("\n", "\n")
            case "hardbreak":
                self._end_line()
            case "link_close":
                self._skip_link(token)
            case "image":
                self._picture(token)
            case "html_inline":
                self._html(token.content)
            case _:
                self._mark(token)

    def _mark(self, token: Token) -> None:
        """Bold and struck text; struck text is what the author took back."""
        if token.tag == "strong":
            self._bold += token.nesting
        elif token.tag == "s":
            self._struck += token.nesting
            if token.nesting < 0:
                self._end_aside()

    def _put(self, text: str, markup: str) -> None:
        found = self._source.find(markup, self.at)
        span = Span(text, found if found >= 0 else None)
        if found >= 0:
            self.at = found + len(markup)
        if self._struck or self._hidden:
            self._aside.append(span)
            return
        self._line.append(span)
        self._plain = self._plain or (not self._bold and any(c.isalnum() for c in text))

    def _picture(self, token: Token) -> None:
        """A picture's alternative text of more than a word, which is shown only where the picture is not."""
        if WORDS.search(token.content):
            found = self._source.find(token.content, self.at)
            span = Span(token.content, found if found >= 0 else None)
            self.asides.append(Draft("paragraph", (span,), hidden=ALTERNATIVE))
        self._skip_link(token)

    def _skip_link(self, token: Token) -> None:
        """Moves past the address of a link or picture; an autolink has none."""
        if token.markup != "autolink" and (end := _LINK_END.search(self._source, self.at)):
            self.at = end.end()

    def _html(self, content: str) -> None:
        """Inline HTML: line breaks, comments, and tags that hide what they hold."""
        found = self._source.find(content, self.at)
        if found >= 0:
            self.at = found + len(content)
        if content.startswith("<!--"):
            self.asides.append(Draft("paragraph", (Span(content[4:-3], found + 4),), hidden="HTML comment"))
            return
        tag = _TAG.match(content)
        if not tag:
            return
        name = tag[2].lower()
        if name == "br":
            self._end_line()
        elif tag[1] and self._hidden and self._hidden[0] == name:
            self._end_aside()
            self._hidden = None
        elif name in ("del", "s", "strike"):
            self._struck += -1 if tag[1] else 1
            if tag[1]:
                self._end_aside()
        elif not tag[1] and not self._hidden and (reason := hiding_style(tag[3])):
            self._hidden = (name, reason)

    def _end_aside(self) -> None:
        if self._aside:
            reason = self._hidden[1] if self._hidden else None
            self.asides.append(Draft("paragraph" if reason else "deleted", tuple(self._aside), hidden=reason))
        self._aside = []

    def _end_line(self) -> None:
        if any(s.text.strip() for s in self._line):
            self.lines.append(self._line)
        self._line = []


def split_pairs(lines: list[list[Span]]) -> list[list[Span]]:
    """Lines that all read `Key: value`, or all begin with a bullet, become paragraphs of their own."""
    result = []
    for line in lines:
        breaks = [i for i, span in enumerate(line) if span.text == "\n"]
        parts = [line[a:b] for a, b in zip([0, *breaks], [*breaks, len(line)], strict=True)]
        texts = ["".join(s.text for s in part).strip() for part in parts]
        apart = all(KEY_VALUE.match(t) for t in texts) or all(TYPED_BULLET.match(t) for t in texts)
        result += parts if len(parts) > 1 and apart else [line]
    return result
