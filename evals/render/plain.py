"""Plain text as a person pastes it from a document editor: no markup, table cells parted by tabs."""

from __future__ import annotations

import textwrap

from evals.render.flow import Piece, words


def to_text(pieces: tuple[Piece, ...], width: int | None = None) -> str:
    """The pasted text.

    Args:
        pieces: from `parse`.
        width: lines are broken at this many characters, as mail programs do; None leaves paragraphs on one line.
    """
    out: list[str] = []
    before = ""
    for piece in pieces:
        close = piece.kind == before == "item"
        out.append(("" if close or not out else "\n") + _piece(piece, width) + "\n")
        before = piece.kind
    return "".join(out)


def _piece(piece: Piece, width: int | None) -> str:
    match piece.kind:
        case "table":
            return "\n".join("\t".join(words(cell) for cell in row) for row in piece.rows)
        case "item":
            mark = "- " if piece.number is None else f"{piece.number}. "
            indent = "  " * (piece.level - 1)
            return _wrap(words(piece.runs), width, indent + mark, indent + " " * len(mark))
        case "rule":
            return "---"
        case "code":
            return words(piece.runs)
        case _:
            return _wrap(words(piece.runs), width, "", "")


def _wrap(text: str, width: int | None, first: str, rest: str) -> str:
    if width is None:
        return first + text
    lines = [textwrap.fill(line, width, break_long_words=False, break_on_hyphens=False) for line in text.split("\n")]
    joined = "\n".join(lines).split("\n")
    return "\n".join([first + joined[0], *(rest + line for line in joined[1:])])
