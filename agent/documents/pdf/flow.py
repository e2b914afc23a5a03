"""Lines to blocks: headings, list items, and paragraphs put together again across lines, columns and pages."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from typing import NamedTuple

from agent.documents.draft import Draft, Span
from agent.documents.pdf.hyphens import Hyphens
from agent.documents.pdf.segments import GLYPH, Segment
from agent.documents.pdf.words import HYPHEN
from agent.documents.shape import could_head
from agent.documents.text import KEY_VALUE

_LARGER = 1.12
_EARLY = 0.35
_FEWEST = 4
"""Words of a paragraph that may go on overleaf; fewer are a page number or a margin note."""
_MOSTLY = 5
"""Times as much code as text, from which a document is typed in a font of equal widths rather than full of code."""
_LONGEST_TITLE = 24
"""Words of a heading of several lines."""
_CLOSE = 1.3
"""Times the usual step between lines: a larger step ends a paragraph."""
_ENDS = re.compile(r"[.!?:;。!?:;][\"'”’)\]]*$")
_BREAKABLE = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af\u3040-\u30ff]")


class Style(NamedTuple):
    """What the body of a document looks like."""

    size: float
    bold: bool
    mono: bool
    step: float
    """Usual distance of base lines, in sizes."""


def style_of(lines: list[Segment], cells: list[Segment]) -> Style:
    """Size, weight and line step of most of the text; tables count for size and weight."""
    sizes: Counter[float] = Counter()
    bold: Counter[bool] = Counter()
    mono: Counter[bool] = Counter()
    for line in (*lines, *cells):
        sizes[line.size] += 1 if line.mono else len(line.text)
        bold[line.bold] += len(line.text)
        mono[line.mono] += len(line.text)
    size = sizes.most_common(1)[0][0] if sizes else 10.0
    steps = Counter(
        round((a.base - b.base) / size, 1)
        for a, b in pairwise(lines)
        if a.page == b.page and a.size == b.size == size and 0.9 * size < a.base - b.base < 2.5 * size
    )
    step = steps.most_common(1)[0][0] if steps else 1.2
    return Style(size, bold[True] > bold[False], mono[True] > _MOSTLY * mono[False], step)


class Flow:
    """Writes drafts; lines come in reading order, tables between them."""

    def __init__(self, style: Style, hyphens: Hyphens) -> None:
        """Takes the look of the body and what is known of its hyphens."""
        self.drafts: list[Draft] = []
        self._style, self._hyphens = style, hyphens
        self._lines: list[Segment] = []
        self._right = 0.0
        self._kind = "paragraph"
        self._open = -1

    def column(self, right: float) -> None:
        """Says where the text that follows ends on the right."""
        self._right = right

    def add(self, line: Segment) -> None:
        """Adds a line to the current block, or begins a new one."""
        if self._lines and not self._goes_on(line):
            self.end()
        if not self._lines:
            self._kind = self._kind_of(line)
        self._lines.append(line)

    def put(self, draft: Draft) -> None:
        """Writes a ready draft after the current block."""
        self.end()
        self.drafts.append(draft)
        if draft.kind == "cell":
            self._open = -1

    def end(self) -> None:
        """Ends the current block."""
        if not self._lines:
            return
        lines, self._lines = self._lines, []
        if self._kind == "heading" and not lines[0].tag and sum(len(line.words) for line in lines) > _LONGEST_TITLE:
            self._kind = "paragraph"
        level = _level(lines[0]) if self._kind == "heading" else 0
        spans = self.spans(lines, bullet=self._kind == "list_item" and lines[0].marker, verbatim=self._kind == "code")
        if self._joins(lines[0], spans):
            before = self.drafts[self._open]
            joined = (*before.spans, Span("\n"), *spans) if self._kind == "code" else self.glued(before.spans, spans)
            self.drafts[self._open] = before._replace(spans=joined)
        else:
            self.drafts.append(Draft(self._kind, spans, level, lines[0].page))
            self._open = len(self.drafts) - 1 if self._kind in ("paragraph", "list_item", "code") else -1
        self._last = lines[-1]

    def _kind_of(self, line: Segment) -> str:
        said = line.tag.kind if line.tag else ""
        if said and said != "label":
            return said
        if self._is_heading(line):
            return "heading"
        if line.mono and not self._style.mono:
            return "code"
        return "list_item" if line.marker else "paragraph"

    def _stands_out(self, line: Segment) -> bool:
        """Larger than the body, or bold where the body is not."""
        bold = line.bold and not self._style.bold and line.size > 0.94 * self._style.size
        return bold or line.size > self._style.size * _LARGER

    def _is_heading(self, line: Segment) -> bool:
        text = line.text.strip()
        bullet = line.marker and GLYPH.fullmatch(line.words[0].text)
        return self._stands_out(line) and could_head(text) and not text[0].islower() and not bullet

    def _goes_on(self, line: Segment) -> bool:
        """True when the line belongs to the same block as the one above it."""
        last = self._lines[-1]
        if last.page != line.page:
            return False
        if last.tag and line.tag:
            return last.tag.block == line.tag.block and not self._two_pairs(last, line)
        step = last.base - line.base
        usual = max(self._style.step, 1.0) * max(last.size, line.size)
        if step <= 0:
            return False
        if self._kind == "code":
            return (line.mono or line.bare) and step <= 2 * _CLOSE * usual
        if step > _CLOSE * usual + 1 or abs(last.size - line.size) > 0.1 * line.size:
            return False
        if self._kind == "heading":
            return self._stands_out(line) and last.bold == line.bold and not self._ends_early(last, line)
        return not self._is_heading(line) and self._flows(last, line)

    def _ends_early(self, last: Segment, line: Segment) -> bool:
        """True when a heading's line ends well before the column does, so that the next is another heading."""
        width = self._right - last.left
        return self._would_fit(last, line) and self._right - last.right > _EARLY * width

    def _two_pairs(self, last: Segment, line: Segment) -> bool:
        """True for two `Key: value` lines that their author put under each other in one paragraph."""
        pairs = KEY_VALUE.match(last.text) and KEY_VALUE.match(line.text)
        return bool(pairs) and self._kind == "paragraph" and self._would_fit(last, line)

    def _flows(self, last: Segment, line: Segment) -> bool:
        """True when a line goes on with the sentence of the one above it, by where both begin and end."""
        if line.marker and self._begins_item(last, line):
            return False
        if KEY_VALUE.match(line.text) and _ENDS.search(last.text.strip()):
            return False
        first = self._lines[0]
        if self._kind == "list_item":
            return line.left > first.left + 2 or not self._would_fit(last, line)
        if line.left > max(first.left, last.left) + 0.8 * line.size:
            return False
        return not self._would_fit(last, line)

    def _begins_item(self, last: Segment, line: Segment) -> bool:
        """True when a marker at the start of a line is one, and not a dash or an initial of the sentence."""
        if self._kind == "list_item" and GLYPH.fullmatch(line.text.split(maxsplit=1)[0]):
            return True
        return self._would_fit(last, line) or bool(_ENDS.search(last.text.strip()))

    def _would_fit(self, last: Segment, line: Segment) -> bool:
        """True when the first word of this line had room on the line before: then the break was meant."""
        if last.text.endswith("-") or last.words[-1].text.endswith(HYPHEN):
            return False
        first = line.words[0]
        width = first.box[2] - first.box[0]
        if _BREAKABLE.search(first.text):
            width = line.size
        room = self._right - last.right
        return room > width + 0.3 * line.size + 2 + (
            0.06 * (self._right - last.left) if not _ENDS.search(last.text) else 0
        )

    def spans(self, lines: list[Segment], *, bullet: bool = False, verbatim: bool = False) -> tuple[Span, ...]:
        """The words of several lines as one text; `bullet` drops the first, `verbatim` keeps the lines apart."""
        spans: tuple[Span, ...] = ()
        for line in lines:
            own = line.spans()
            if bullet and line is lines[0]:
                own = own[1:]
            spans = (*spans, Span("\n"), *own) if verbatim else self.glued(spans, tuple(own))
        return spans

    def glued(self, spans: tuple[Span, ...], more: tuple[Span, ...]) -> tuple[Span, ...]:
        """Two lines as one; a hyphen at the end of the first is kept or dropped."""
        if not spans or not more:
            return spans or more
        last = spans[-1]
        if last.text.endswith((HYPHEN, "-")):
            before, after = "".join(s.text for s in spans[-3:]).rstrip(HYPHEN + "-"), more[0].text.strip()
            keep = self._hyphens.keeps(before, after) or last.text.endswith(" -")
            ending = last.text[:-1] + ("-" if keep else "")
            return (*spans[:-1], last._replace(text=ending), more[0]._replace(text=more[0].text.lstrip()), *more[1:])
        if _BREAKABLE.match(last.text[-1:]) and _BREAKABLE.match(more[0].text.strip()[:1]):
            return (*spans, more[0]._replace(text=more[0].text.lstrip()), *more[1:])
        return (*spans, more[0]._replace(text=" " + more[0].text), *more[1:])

    def _joins(self, line: Segment, spans: tuple[Span, ...]) -> bool:
        """True when a block only goes on with the one at the end of the page or column before."""
        if self._open < 0 or not spans or (self._last.page == line.page and self._last.base > line.base):
            return False
        before = self.drafts[self._open]
        if self._kind == "code" or before.kind == "code":
            return self._kind == before.kind
        text = before.source.rstrip()
        if len(text.split()) < _FEWEST:
            return False
        goes_on = spans[0].text.strip()[:1].islower() or text.endswith((HYPHEN, ","))
        return self._kind == "paragraph" and not _ENDS.search(text) and goes_on


def _level(line: Segment) -> int:
    """Rank of a heading: by its tag; else the larger the higher, and bold before plain."""
    if line.tag and line.tag.kind == "heading":
        return line.tag.level - 1000
    return -round(line.size * 4) + (not line.bold)
