"""Plain text: headings, lists, pipe tables, `Key: value` lines, and paragraphs put together again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from agent.documents.draft import Draft, Draught, Place, Span
from agent.documents.shape import could_head
from agent.errors import NotADocument

BULLET = re.compile(r"\s*(?:[-*+•◦▪‣·●○–—]|\(?(?:\d{1,3}|[a-zA-Z]|[ivx]{1,4})[.)])\s+(?=\S)")
KEY_VALUE = re.compile(r"\s*[A-Z][\w /&()'’-]{1,40}:\s+\S")
_UNDERLINE = re.compile(r"\s*(={3,}|-{3,}|~{3,})\s*$")
_NUMBERED = re.compile(r"(?:(\d{1,2}(?:\.\d{1,2}){0,3})\.?|[IVX]{1,4}\.|[A-Z]\.)\s+[A-Z]\S")
_CAPS = re.compile(r"[^a-z]*[A-Z]{2}[^a-z]*$")
_RULE_SIGNS = frozenset(" 	:|+=-")
_BOX_RULE = re.compile(r"\s*\+[-=+]{3,}\s*$")
_HASHES = re.compile(r"(#{1,6}) +(?=\S)")
_LONGEST_HEADING = 90
_NARROW = 0.6


class Line(NamedTuple):
    """One source line without its line break, and where it starts."""

    text: str
    offset: int

    @property
    def span(self) -> Span:
        """The line as a span, with a space for its line break."""
        return Span(self.text + "\n", self.offset)


def decode(data: bytes, name: str) -> str:
    """The characters of a text file: byte order mark, else UTF-8, else Windows-1252; all line ends become one."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text = data.decode("utf-16", "replace")
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("cp1252", "replace")
    if text.count("\ufffd") > len(text) / 20:
        raise NotADocument("not a document", "its characters cannot be read", "Save it as UTF-8 text.", name)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def read_text(data: bytes, name: str) -> Draught:
    """Reads plain text."""
    lines, at = [], 0
    for text in decode(data, name).split("\n"):
        lines.append(Line(text.rstrip(), at))
        at += len(text) + 1
    drafts = list(_blocks(lines))
    if len(drafts) > 1 and drafts[0].kind == "paragraph" and _is_title(drafts[0]):
        drafts[0] = drafts[0]._replace(kind="heading")
    return Draught(drafts)


def _is_title(draft: Draft) -> bool:
    return len(draft.spans) == 1 and could_head(draft.source) and not KEY_VALUE.match(draft.source)


def _blocks(lines: list[Line]) -> Iterator[Draft]:
    """One paragraph group at a time: groups are separated by blank lines."""
    group: list[Line] = []
    table = 0
    for line in [*lines, Line("", 0)]:
        if line.text.strip():
            group.append(line)
        elif group:
            if _is_table(group):
                yield from _table(group, table)
                table += 1
            else:
                yield from _group(group)
            group = []


def _is_table(group: list[Line]) -> bool:
    piped = sum("|" in line.text for line in group)
    ruled = any((_is_rule(line.text) and "|" in line.text) or _BOX_RULE.match(line.text) for line in group[:3])
    return (
        len(group) >= 2
        and piped + sum(bool(_BOX_RULE.match(line.text)) for line in group) == len(group)
        and (ruled or all(line.text.strip().startswith("|") for line in group))
    )


def _is_rule(text: str) -> bool:
    """True for a line of dashes and bars, as under a table's first row."""
    return "--" in text and _RULE_SIGNS.issuperset(text)


def _table(group: list[Line], number: int) -> Iterator[Draft]:
    """Pipe tables, with or without a rule under the first row."""
    rules = [i for i, line in enumerate(group) if _is_rule(line.text)]
    rows = [line for i, line in enumerate(group) if i not in rules]
    headed = bool(rules) and any(i > 0 for i in rules) and len(rows) > 1 and not _BOX_RULE.match(group[-1].text)
    for r, line in enumerate(rows):
        body = line.text.strip().strip("|")
        at = line.offset + line.text.index(body) if body else line.offset
        for c, part in enumerate(body.split("|")):
            if part.strip():
                yield Draft("cell", (Span(part, at),), cell=Place(number, r, c, header=(r == 0) if headed else None))
            at += len(part) + 1


def _group(group: list[Line]) -> Iterator[Draft]:
    """Headings, list items, key-value lines and paragraphs among adjoining lines."""
    current: list[Line] = []
    widest = max(len(line.text) for line in group)
    for index, line in enumerate(group):
        after = group[index + 1].text if index + 1 < len(group) else ""
        if _UNDERLINE.match(line.text):
            yield from _underlined(current, line)
            current = []
        elif not _UNDERLINE.match(after) and (
            level := heading_level(line.text, after, widest if len(group) > 1 else 0)
        ):
            yield from _flow(current)
            yield _heading(line, level)
            current = []
        else:
            if current and (BULLET.match(line.text) or (KEY_VALUE.match(line.text) and _all_pairs(current))):
                yield from _flow(current)
                current = []
            current.append(line)
    yield from _flow(current)


def _heading(line: Line, level: int) -> Draft:
    """A heading without its `#` signs."""
    marks = _HASHES.match(line.text)
    cut = marks.end() if marks else 0
    return Draft("heading", (Span(line.text[cut:], line.offset + cut),), level=level)


def _underlined(current: list[Line], rule: Line) -> Iterator[Draft]:
    """A line over a rule is a heading; a rule alone is nothing."""
    yield from _flow(current[:-1])
    if current:
        yield Draft("heading", (current[-1].span,), level=1 if "=" in rule.text else 2)


def _all_pairs(lines: list[Line]) -> bool:
    return all(KEY_VALUE.match(line.text) for line in lines)


def _flow(lines: list[Line]) -> Iterator[Draft]:
    """Lines of one paragraph or one list item, re-flowed."""
    if not lines:
        return
    bullet = BULLET.match(lines[0].text)
    first = lines[0]
    if bullet:
        first = Line(first.text[bullet.end() :], first.offset + bullet.end())
    level = len(bullet[0]) - len(bullet[0].lstrip()) if bullet else 0
    yield Draft(
        "list_item" if bullet else "paragraph", (first.span, *(line.span for line in lines[1:])), level=level // 2
    )


def heading_level(text: str, after: str, widest: int) -> int:
    """Level of a heading that only its looks betray, or 0: `# x`, `2.1 Budget` or `BUDGET`.

    Args:
        text: the line.
        after: the line under it, empty when it stands alone.
        widest: characters of the longest line around, 0 for a line by itself; a wrapped sentence fills it.
    """
    line = text.strip()
    if marks := _HASHES.match(text):
        return len(marks[1])
    short = widest == 0 or (bool(after.strip()) and len(line) < _NARROW * widest)
    if not short or len(line) > _LONGEST_HEADING or line.endswith((".", ",", ";")):
        return 0
    if (match := _NUMBERED.match(line)) and not _NUMBERED.match(after.strip()):
        return 2 + (match[1] or "").count(".")
    return 1 if _CAPS.match(line) and len(line.split()) <= 10 and not line.endswith(":") else 0
