"""The readable document as segments: sentences, list items, table cells, each with what its place says of it."""

from __future__ import annotations

import itertools
import re
from functools import cache, cached_property
from typing import Any, NamedTuple

from agent.facts.lexicon import cue, words
from agent.facts.quantities import Quantity, quantities
from agent.models import Block, Document, Evidence


class Clause(NamedTuple):
    """A part of a segment in which an assertion holds: offsets in the segment's text."""

    start: int
    end: int


_SECTION_NUMBER = re.compile(r"\s*(?:\d+(?:\.\d+)+\.?|\d+[.)])\s+(?=[A-Z])")


class Segment:
    """One sentence, item, cell or code line. `text == document.text[start:end]`.

    `label` is what names it: the row and column headers of a cell, or the `Key:` before a value. `lead` is the
    sentence that introduces its list. `role` is the section's: plan, past, others, rejected, options, risk, appendix…
    """

    def __init__(
        self, document: Document, block: Block, start: int, end: int, label: str, lead: str, role: str
    ) -> None:
        """Built by `segments`."""
        self.document, self.block, self.start, self.end = document, block, start, end
        self.text = document.text[start:end]
        self.label, self.lead, self.role = label, lead, role
        self.row: tuple[Segment, ...] = ()
        self.previous: Segment | None = None
        self.following: Segment | None = None
        self.known: dict[tuple[object, ...], Any] = {}

    @property
    def section(self) -> str:
        """The heading path as one text."""
        return " › ".join(self.block.section)

    @cached_property
    def context(self) -> str:
        """Label and text, for cues that may stand in either."""
        return f"{self.label}: {self.text}" if self.label else self.text

    @cached_property
    def quantities(self) -> list[Quantity]:
        """Quantities of the text, offsets in the segment; the number of a section is none."""
        numbering = _SECTION_NUMBER.match(self.text)
        first = numbering.end() if numbering else 0
        return [q for q in quantities(self.text) if q.start >= first]

    @cached_property
    def clauses(self) -> tuple[Clause, ...]:
        """The segment cut where an assertion ends: `;`, `, but`, `while`, `whereas`, …"""
        cuts = [0, *(m.start() for m in cue("assertions", "terminators").finditer(self.text)), len(self.text)]
        return tuple(Clause(a, b) for a, b in itertools.pairwise(cuts) if b > a)

    def clause_at(self, position: int) -> Clause:
        """The clause that holds a position of the text."""
        return next((c for c in self.clauses if c.start <= position < c.end), Clause(0, len(self.text)))

    def has(self, key: str, where: str = "") -> bool:
        """True when a cue of `knowledge/reading/facts.toml` stands in the text (or in `where`)."""
        return bool(cue("facts", key).search(where or self.text))

    def evidence(self, start: int = 0, end: int | None = None) -> Evidence:
        """The segment (or a part of it) as verbatim evidence."""
        a, b = self.start + start, self.start + (len(self.text) if end is None else end)
        return Evidence(
            quote=self.document.text[a:b], page=self.block.page, section=self.section or None, start=a, end=b
        )

    def __repr__(self) -> str:
        return f"<{self.block.kind} {self.role} {self.label!r} {self.text!r}>"


_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|vs|approx|incl|excl|etc|dr|mr|mrs|ms|prof|st|cf|al|inc|ltd|corp|est|min|max|ca|resp|"
    r"z\.b|bzw|rs|"
    r"u\.s|u\.k|a\.m|p\.m|avg|temp|std|dept|ref|vol|esp|env|misc|jan|feb|apr|aug|sept?|oct|nov|dec)"
    r"|(?<!\bplan )(?<!\boption )(?<!\bphase )(?<!\bvariant )(?<!\btype )(?<!\bgroup )(?<!\bstage )(?<!\bannex )"
    r"\b[A-Z])\.$",
    re.IGNORECASE,
)
_BEFORE_DIGIT = re.compile(r"\b(?:no|nos|fig|figs|sec|art|p|pp|ch|eq|tab)\.$", re.IGNORECASE)
_SENTENCE_END = re.compile(
    r"[.!?][\"'”’)\]]*(?=\s+[\"'“‘(\[]*[A-Z0-9À-Þ\"“$€£₹~぀-ヿ一-鿿가-힯])|[。！？]"
    r"|(?<=[a-z0-9)][a-z0-9)])[.!?](?=\s+[a-z])"
)


def sentences(text: str) -> list[tuple[int, int]]:
    """Start and end of each sentence, white space outside."""
    spans, start = [], 0
    for match in _SENTENCE_END.finditer(text):
        if match.group()[0] == "." and _abbreviates(text, start, match.start() + 1):
            continue
        spans.append((start, match.end()))
        start = match.end()
    spans.append((start, len(text)))
    return [trimmed for a, b in spans if (trimmed := _trim(text, a, b))]


def _abbreviates(text: str, start: int, stop: int) -> bool:
    """True when the full stop before `stop` ends a word and no sentence."""
    head = text[max(start, stop - 24) : stop]
    if _BEFORE_DIGIT.search(head):
        return text[stop:].lstrip()[:1].isdigit()
    return bool(_ABBREVIATION.search(head)) and not re.search(r"\b(?:GPU|LoRA|[A-Z]{2,})\.$", head)


def _trim(text: str, start: int, end: int) -> tuple[int, int] | None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return (start, end) if end > start else None


_SIDE = ("rejected", "fallback", "others", "past", "options", "risk", "appendix")
_NUMBERING = re.compile(
    r"^\W*(?:(?:\d+(?:\.\d+)*|[A-Z](?=[.):])|[IVX]+)[.):]?\s+)?(?:(?:the|our|some|a|key|main|"
    r"other)\s+)?",
    re.IGNORECASE,
)


_SET_ASIDE = ("rejected", "fallback", "others")
"""Roles of a section that hold for all that stands beneath it."""


def section_role(path: tuple[str, ...]) -> str:
    """What a section's headings say of its content; the innermost heading that says something decides.

    A heading sets its section aside (rejected, past, someone else's …) only when it opens with such a word.
    """
    roles = [_role(title) for title in path]
    outer = next((role for role in roles if role in _SET_ASIDE), "")
    return outer or next((role for role in reversed(roles) if role), "")


@cache
def _role(title: str) -> str:
    bare = _NUMBERING.sub("", title)
    for role in words("assertions", "section_order"):
        pattern = cue("assertions", f"sections.{role}")
        if pattern.match(bare) if role in _SIDE else pattern.search(title):
            return role
    return ""


def _sections(document: Document, block: Block) -> tuple[str, ...]:
    """The block's headings without the document's title, which says nothing of a part."""
    path = block.section
    return path[1:] if path and path[0] == _title(document) else path


def _title(document: Document) -> str:
    first = document.body[0] if document.body else None
    return document.quote(first) if first and first.kind == "heading" else ""


_KEY = re.compile(
    r"^\s*(?!(?:We|I|It|They|There|This|That|These|You)\b)([^\W\d_][\w /&()#’'.-]{0,48}?)\s*"
    r"(?::(?!\d|//)|：|\s[–—-]\s|\s=\s)\s*(?=\S)"
)


def segments(document: Document) -> list[Segment]:
    """Every segment of the visible body, in reading order, headings included."""
    found: list[Segment] = []
    lead, lead_section = "", tuple[str, ...]()
    for block in document.body:
        role = section_role(_sections(document, block))
        if block.kind not in ("list_item", "cell"):
            lead = ""
        made = _of_block(document, block, lead if block.section == lead_section else "", role)
        found.extend(made)
        if block.kind == "paragraph" and made and made[-1].text.rstrip().endswith((":", "：")):
            lead, lead_section = made[-1].text, block.section
    _link(found)
    return found


def _of_block(document: Document, block: Block, lead: str, role: str) -> list[Segment]:
    text = document.quote(block)
    if block.kind == "cell":
        label = " / ".join(dict.fromkeys(h for h in (block.label, *block.headers) if h and h != text))
        spans = sentences(text)
        return [Segment(document, block, block.start + a, block.start + b, label, lead, role) for a, b in spans]
    if block.kind == "code":
        return [
            Segment(document, block, block.start + m.start(), block.start + m.end(), _code_key(m.group()), lead, role)
            for m in re.finditer(r"\S[^\n]*", text)
        ]
    made: list[Segment] = []
    label, run_in = "", False
    for index, (a, b) in enumerate(sentences(text)):
        key = _KEY.match(text[a:b])
        if key and (index == 0 or block.kind == "paragraph"):
            label = key.group(1).strip()
        elif index == 1 and not run_in and len(label.split()) > 3:
            label = ""  # a clause before a colon, not a heading
        elif index == 0 and _RUN_IN.fullmatch(text[a:b]) and not quantities(text[a:b]):
            label, run_in = text[a:b].strip(" .*_"), True
        own = role or section_role((label,)) if label else role
        made.append(Segment(document, block, block.start + a, block.start + b, label, lead, own))
    return made


_CODE_KEY = re.compile(r"[\"'-]*\s*([A-Za-z][\w.-]{1,40})[\"']?\s*[:=]\s*\S")


def _code_key(line: str) -> str:
    """The key of a configuration line as words: `usd_per_experiment: 9` is labelled `usd per experiment`."""
    match = _CODE_KEY.match(line)
    return re.sub(r"[_.-]+", " ", match.group(1)) if match else ""


_RUN_IN = re.compile(
    r"\W*(?:\d+[.)]\s*)?(?!(?:We|I|It|They|He|She|You|This|That|These|There|Yes|No|None|Not|Nobody|Do|Is|Are|"
    r"Otherwise|Then)\b)"
    r"(?![^.?]*\b(?:is|are|was|were|will|has|have|had|does|do|did|can|must|may|cannot)\b[^?]*\.)"
    r"[A-Z][\w'’/-]*(?:\s[\w'’/&-]+){0,3}[.?]\W*"
)
"""A heading run into its paragraph: `Timetable. Four weeks: …`."""


def _link(found: list[Segment]) -> None:
    rows: dict[tuple[int, int], list[Segment]] = {}
    for before, after in itertools.pairwise(found):
        before.following, after.previous = after, before
    for segment in found:
        if segment.block.kind == "cell" and segment.block.table is not None and segment.block.row is not None:
            rows.setdefault((segment.block.table, segment.block.row), []).append(segment)
    for row in rows.values():
        for segment in row:
            segment.row = tuple(row)
