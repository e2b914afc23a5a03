"""PDF by reportlab: headings, lists, ruled tables with repeated header rows, page numbers in the footer."""

from __future__ import annotations

import io
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from evals.render.flow import Piece, Run, words

_FONT_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".fonts")
_FACES = {
    "": "DejaVuSans.ttf",
    "b": "DejaVuSans-Bold.ttf",
    "i": "DejaVuSans-Oblique.ttf",
    "bi": "DejaVuSans-BoldOblique.ttf",
}


def to_pdf(pieces: tuple[Piece, ...], name: str) -> bytes:
    """The PDF file; equal input gives equal bytes on one machine (the font is DejaVu Sans where installed)."""
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.units import cm
    from reportlab.platypus import SimpleDocTemplate

    buffer = io.BytesIO()
    title = next((words(p.runs) for p in pieces if p.kind == "heading"), name)
    template = SimpleDocTemplate(
        buffer,
        pagesize=A4,
        margins=2 * cm,
        title=title,
        author="Author",
        invariant=1,
        leftMargin=2 * cm,
        rightMargin=2 * cm,
    )
    flowables = [f for piece in pieces for f in _flowables(piece)]
    template.build(flowables, onFirstPage=_footer, onLaterPages=_footer)
    return buffer.getvalue()


def _footer(canvas: Any, template: Any) -> None:
    canvas.setFont(_font(), 8)
    canvas.drawCentredString(template.pagesize[0] / 2, 28, f"Page {canvas.getPageNumber()}")


def _flowables(piece: Piece) -> list[Any]:
    from reportlab.platypus import HRFlowable, Paragraph, Preformatted, Spacer

    text = "".join(_run(r, piece.kind == "heading") for r in piece.runs)
    match piece.kind:
        case "heading":
            return [Paragraph(text, _style("heading", piece.level))]
        case "item":
            mark = "•" if piece.number is None else f"{piece.number}."
            return [Paragraph(text, _style("item", piece.level), bulletText=mark)]
        case "code":
            return [Preformatted(words(piece.runs), _style("code", 1)), Spacer(1, 6)]
        case "table":
            return [_table(piece), Spacer(1, 8)]
        case "rule":
            return [HRFlowable(width="100%")]
        case _:
            return [Paragraph(text, _style(piece.kind, 1))]


def _table(piece: Piece) -> Any:
    from reportlab.lib import colors
    from reportlab.platypus import Paragraph, Table, TableStyle

    columns = max(len(row) for row in piece.rows)
    cells = [
        ["".join(_run(r, index == 0) for r in cell) for cell in row] + [""] * (columns - len(row))
        for index, row in enumerate(piece.rows)
    ]
    longest = [max(len(words(row[c])) if c < len(row) else 0 for row in piece.rows) for c in range(columns)]
    wanted = [min(max(n, 6), 48) for n in longest]
    widths = [480 * w / sum(wanted) if sum(wanted) > 80 else 6.2 * w + 12 for w in wanted]
    body = [[Paragraph(cell, _style("cell", 1)) for cell in row] for row in cells]
    table = Table(body, colWidths=widths, repeatRows=1, hAlign="LEFT")
    table.setStyle(TableStyle([("GRID", (0, 0), (-1, -1), 0.5, colors.grey), ("VALIGN", (0, 0), (-1, -1), "TOP")]))
    return table


@cache
def _style(kind: str, level: int) -> Any:
    from reportlab.lib.styles import ParagraphStyle

    font = _font()
    sizes = {"heading": max(17 - 2 * level, 10), "cell": 9, "code": 8.5}
    size = sizes.get(kind, 10)
    indent = 18 * level if kind == "item" else 24 if kind == "quote" else 0
    return ParagraphStyle(
        f"{kind}{level}",
        fontName="Courier" if kind == "code" else font,
        fontSize=size,
        leading=size * 1.35,
        leftIndent=indent,
        bulletIndent=max(indent - 12, 0),
        spaceBefore=10 if kind == "heading" else 0,
        spaceAfter=0 if kind == "cell" else 3 if kind == "item" else 7,
        keepWithNext=kind == "heading",
    )


def _run(run: Run, bold: bool) -> str:
    text = escape(run.text, quote=False).replace("\n", "<br/>")
    text = f"<i>{text}</i>" if run.italic else text
    text = f"<b>{text}</b>" if run.bold or bold else text
    return f'<font color="white" size="1">{text}</font>' if run.hidden else text


@cache
def _font() -> str:
    """The registered font: DejaVu Sans (it has the rupee sign) where the machine has it, else Helvetica."""
    from reportlab.lib.fonts import addMapping
    from reportlab.pdfbase.pdfmetrics import registerFont
    from reportlab.pdfbase.ttfonts import TTFont

    found = {style: _font_file(file) for style, file in _FACES.items()}
    if found[""] is None:
        return "Helvetica"
    for style, path in found.items():
        registerFont(TTFont(f"Case{style}", str(path or found[""])))
        addMapping("Case", int("b" in style), int("i" in style), f"Case{style}")
    return "Case"


def _font_file(name: str) -> Path | None:
    return next((p for folder in _FONT_FOLDERS if folder.is_dir() for p in folder.rglob(name)), None)
