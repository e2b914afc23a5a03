"""DOCX with real headings, lists and tables; hidden text is set white and one point high, as a cheat would do it."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from typing import TYPE_CHECKING, Any

from evals.render.flow import Piece, Run, words

if TYPE_CHECKING:
    from docx.document import Document

_EPOCH = (1980, 1, 1, 0, 0, 0)


def to_docx(pieces: tuple[Piece, ...], name: str) -> bytes:
    """The DOCX file; equal input gives equal bytes."""
    from docx import Document as new

    document = new()
    core = document.core_properties
    core.title = next((words(p.runs) for p in pieces if p.kind == "heading"), name)
    core.author, core.last_modified_by, core.comments = "Author", "Author", ""
    core.created = core.modified = dt.datetime(2026, 1, 5, 9, 0)
    for piece in pieces:
        _add(document, piece)
    buffer = io.BytesIO()
    document.save(buffer)
    return _without_clock(buffer.getvalue())


def _add(document: Document, piece: Piece) -> None:
    match piece.kind:
        case "heading":
            _fill(document.add_heading("", min(piece.level, 9)), piece.runs)
        case "item":
            _fill(document.add_paragraph(style=_list_style(piece)), piece.runs)
        case "quote":
            _fill(document.add_paragraph(style="Quote"), piece.runs)
        case "code":
            for line in words(piece.runs).split("\n"):
                _fill(document.add_paragraph(style="No Spacing"), (Run(line, code=True),))
        case "table":
            _table(document, piece)
        case "rule":
            document.add_paragraph()
        case _:
            _fill(document.add_paragraph(), piece.runs)


def _list_style(piece: Piece) -> str:
    kind = "List Bullet" if piece.number is None else "List Number"
    return kind if piece.level == 1 else f"{kind} {min(piece.level, 3)}"


def _table(document: Document, piece: Piece) -> None:
    columns = max(len(row) for row in piece.rows)
    table = document.add_table(rows=len(piece.rows), cols=columns, style="Table Grid")
    for cells, row in zip(piece.rows, table.rows, strict=True):
        for runs, cell in zip(cells, row.cells, strict=False):
            _fill(cell.paragraphs[0], runs)
    for cell in table.rows[0].cells:
        for run in cell.paragraphs[0].runs:
            run.bold = True


def _fill(paragraph: Any, runs: tuple[Run, ...]) -> None:
    from docx.shared import Pt, RGBColor

    for run in runs:
        made = paragraph.add_run(run.text)
        made.bold, made.italic = run.bold or None, run.italic or None
        if run.code:
            made.font.name = "Courier New"
        if run.hidden:
            made.font.size, made.font.color.rgb = Pt(1), RGBColor(0xFF, 0xFF, 0xFF)


def _without_clock(data: bytes) -> bytes:
    """The same archive with fixed dates, so that equal input gives equal bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            new.writestr(zipfile.ZipInfo(item.filename, _EPOCH), old.read(item), zipfile.ZIP_DEFLATED)
    return buffer.getvalue()
