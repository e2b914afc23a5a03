"""One canonical text, with the map back to the source.

What changes: ligatures, full-width and mathematical letters and digits become plain ones; exotic spaces and runs of
white space become one space; non-breaking and typographic hyphens become `-`; soft hyphens, zero-width, direction and
tag characters and variation selectors are dropped. What stays as written: curly quotes, dashes, superscripts,
fractions, accents; `fold` evens quotes and dashes out, one character for one, so that offsets hold.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from agent.documents.draft import Span

INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff"
)
_CONTROL = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f"
_FOLDED = (
    "\u2010\u2011\ufb00-\ufb06\uff05\uff10-\uff19\uff21-\uff3a\uff41-\uff5a"
    "\\U0001d400-\U0001d7ff\u0132\u0133\u01c4-\u01cc"
)
_SPACE = "\t\n\x0b\x0c\r\x85\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_SPECIAL = re.compile(f"[{_SPACE} ]*[{_SPACE}][{_SPACE} ]*|  +|[{INVISIBLE}{_CONTROL}]+|[{_FOLDED}]")
_SPECIAL_IN_CODE = re.compile(f"[{INVISIBLE}{_CONTROL}\r]+|[\u00a0\u202f\u3000\t]|[{_FOLDED}]")
_SPACES = re.compile(f"[{_SPACE} ]+")
_SINGLE, _DOUBLE, _DASHES = "‘’‚‛′", "“”„‟″«»", "–—―−‒"
_PLAIN = (
    dict.fromkeys(map(ord, _SINGLE), "'")
    | dict.fromkeys(map(ord, _DOUBLE), '"')
    | dict.fromkeys(map(ord, _DASHES), "-")
)


class Piece(NamedTuple):
    """`text[start:start + length]` is `spans[span]`'s source from `offset` on, character for character.

    A folded character that became several letters is one piece a letter, all at its offset.
    """

    start: int
    length: int
    span: int
    offset: int


def fold(text: str) -> str:
    """The text with curly quotes and all dashes as their ASCII forms, for matching; same length, same offsets."""
    return text.translate(_PLAIN)


def plain(text: str) -> str:
    """Canonical form of a short text without its map."""
    return canonical((Span(text),))[0]


def canonical(spans: tuple[Span, ...], *, code: bool = False) -> tuple[str, list[Piece]]:
    """Joins spans into canonical text.

    Args:
        spans: source text in order.
        code: keep line breaks and indentation.

    Returns:
        The text, without white space (code: line breaks) at its ends, and its pieces in order.
    """
    out: list[str] = []
    pieces: list[Piece] = []
    length = 0
    ends_with_space = not code
    special = _SPECIAL_IN_CODE if code else _SPECIAL
    for index, span in enumerate(spans):
        for at, size, text in _parts(span.text, special):
            if ends_with_space and text[:1] == " " and not code:
                at, size, text = at + 1, size - 1, text[1:]
            if not text:
                continue
            out.append(text)
            _extend(pieces, Piece(length, len(text), index, at), stretched=len(text) > size)
            length += len(text)
            ends_with_space = text[-1] == " "
    return _trimmed("".join(out), pieces, "\n" if code else None)


def _parts(source: str, special: re.Pattern[str]) -> list[tuple[int, int, str]]:
    """Source offset, source length and canonical text of each stretch."""
    if not special.search(source):
        return [(0, len(source), source)] if source else []
    parts = []
    at = 0
    for match in special.finditer(source):
        if match.start() > at:
            parts.append((at, match.start() - at, source[at : match.start()]))
        parts.append((match.start(), len(match[0]), _folded(match[0])))
        at = match.end()
    if at < len(source):
        parts.append((at, len(source) - at, source[at:]))
    return parts


def _folded(text: str) -> str:
    if _SPACES.fullmatch(text):
        return " "
    if text in "\u2010\u2011":
        return "-"
    return unicodedata.normalize("NFKC", text) if re.match(f"[{_FOLDED}]", text) else ""


def _extend(pieces: list[Piece], piece: Piece, *, stretched: bool) -> None:
    """Adds a piece, or lengthens the last one when the source goes on without a gap."""
    if stretched:
        pieces.extend(Piece(piece.start + i, 1, piece.span, piece.offset) for i in range(piece.length))
        return
    last = pieces[-1] if pieces else None
    if last and last.span == piece.span and last.offset + last.length == piece.offset:
        pieces[-1] = last._replace(length=last.length + piece.length)
    else:
        pieces.append(piece)


def _trimmed(text: str, pieces: list[Piece], white: str | None) -> tuple[str, list[Piece]]:
    """Cuts white space off both ends and moves the pieces along."""
    lead = len(text) - len(text.lstrip(white))
    whole, text = len(text), text.strip(white)
    if len(text) == whole:
        return text, pieces
    cut = []
    for p in pieces:
        start, end = max(p.start - lead, 0), min(p.start - lead + p.length, len(text))
        if end > start:
            cut.append(Piece(start, end - start, p.span, p.offset + start - (p.start - lead)))
    return text, cut
