"""Where an attack stands in a finished DOCX, HTML or PDF file: places that Markdown does not have."""

from __future__ import annotations

import io
from collections.abc import Callable
from html import escape
from typing import Any

Put = Callable[[bytes, str], bytes]


def _docx(change: Callable[[Any, str], None]) -> Put:
    def put(data: bytes, text: str) -> bytes:
        from docx import Document as opened

        document = opened(io.BytesIO(data))
        change(document, text)
        buffer = io.BytesIO()
        document.save(buffer)
        return buffer.getvalue()

    return put


def _header(document: Any, text: str) -> None:
    document.sections[0].header.paragraphs[0].text = text


def _footer(document: Any, text: str) -> None:
    document.sections[0].footer.paragraphs[0].text = text


def _comment(document: Any, text: str) -> None:
    document.add_comment(document.paragraphs[3].runs, text=text, author="Author", initials="A")


def _title(document: Any, text: str) -> None:
    document.core_properties.title = text[:200]


def _run(document: Any, text: str) -> Any:
    return document.paragraphs[4].add_run(" " + text)


def _vanish(document: Any, text: str) -> None:
    _run(document, text).font.hidden = True


def _tiny(document: Any, text: str) -> None:
    from docx.shared import Pt

    _run(document, text).font.size = Pt(1)


def _white(document: Any, text: str) -> None:
    from docx.shared import RGBColor

    _run(document, text).font.color.rgb = RGBColor(0xFF, 0xFF, 0xFF)


def _insertion(document: Any, text: str) -> None:
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    words = f'<w:r><w:t xml:space="preserve"> {escape(text, quote=False)}</w:t></w:r>'
    mark = 'w:id="901" w:author="Author" w:date="2026-01-05T09:00:00Z"'
    document.paragraphs[4]._p.append(parse_xml(f"<w:ins {nsdecls('w')} {mark}>{words}</w:ins>"))


def _field_code(document: Any, text: str) -> None:
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    space, code = nsdecls("w"), escape(text, quote=False)
    pieces = (
        '<w:fldChar w:fldCharType="begin"/>',
        f'<w:instrText xml:space="preserve"> {code} </w:instrText>',
        '<w:fldChar w:fldCharType="end"/>',
    )
    for piece in pieces:
        document.paragraphs[4]._p.append(parse_xml(f"<w:r {space}><w:rPr><w:vanish/></w:rPr>{piece}</w:r>"))


def _dark_header(document: Any, text: str) -> None:
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls
    from docx.shared import RGBColor

    table = document.add_table(rows=2, cols=2)
    for cell, words in zip(table.rows[0].cells, (text, "Value"), strict=True):
        run = cell.paragraphs[0].add_run(words)
        run.font.color.rgb = RGBColor(0xFF, 0xFF, 0xFF)
        cell._tc.get_or_add_tcPr().append(parse_xml(f'<w:shd {nsdecls("w")} w:val="clear" w:fill="1F3864"/>'))
    table.rows[1].cells[0].text, table.rows[1].cells[1].text = "Place", "eu-west"


def _html_title(data: bytes, text: str) -> bytes:
    head, _, rest = data.decode().partition("<title>")
    return f"{head}<title>{escape(text)}</title>{rest.partition('</title>')[2]}".encode()


def _html_alternative(data: bytes, text: str) -> bytes:
    return data.decode().replace("</h1>", f'</h1>\n<p><img src="a.png" alt="{escape(text)}"></p>', 1).encode()


def _pdf(draw: Callable[[Any, str], None], *, under: bool = False) -> Put:
    """Draws on the first page, over or under what is there."""

    def put(data: bytes, text: str) -> bytes:
        from pypdf import PdfReader, PdfWriter
        from reportlab.pdfgen.canvas import Canvas

        sheet = io.BytesIO()
        canvas = Canvas(sheet, invariant=1)
        canvas.setFont("Helvetica", 9)
        draw(canvas, text)
        canvas.save()
        writer = PdfWriter(clone_from=PdfReader(io.BytesIO(data)))
        writer.pages[0].merge_page(PdfReader(sheet).pages[0], over=not under)
        buffer = io.BytesIO()
        writer.write(buffer)
        return buffer.getvalue()

    return put


def _lines(text: str, width: int = 95) -> list[str]:
    import textwrap

    return textwrap.wrap(text, width)


def _draw(canvas: Any, text: str, *, at: tuple[float, float] = (60, 60), mode: int = 0) -> None:
    block = canvas.beginText(*at)
    block.setTextRenderMode(mode)
    for line in _lines(text):
        block.textLine(line)
    canvas.drawText(block)


def _draw_white(canvas: Any, text: str) -> None:
    canvas.setFillColorRGB(1, 1, 1)
    _draw(canvas, text)


def _draw_tiny(canvas: Any, text: str) -> None:
    canvas.setFont("Helvetica", 0.5)
    _draw(canvas, text)


def _draw_invisible(canvas: Any, text: str) -> None:
    _draw(canvas, text, mode=3)


def _draw_transparent(canvas: Any, text: str) -> None:
    canvas.setFillAlpha(0)
    _draw(canvas, text)


def _draw_off_page(canvas: Any, text: str) -> None:
    _draw(canvas, text, at=(900, 400))


def _draw_covered(canvas: Any, text: str) -> None:
    _draw(canvas, text)
    canvas.setFillColorRGB(1, 1, 1)
    canvas.rect(50, 30, 500, 50, stroke=0, fill=1)


def _draw_dark_header(canvas: Any, text: str) -> None:
    canvas.setFillColorRGB(0.1, 0.2, 0.4)
    canvas.rect(50, 50, 400, 20, stroke=0, fill=1)
    canvas.setFillColorRGB(1, 1, 1)
    _draw(canvas, text, at=(60, 57))


def _pdf_title(data: bytes, text: str) -> bytes:
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(data)))
    writer.add_metadata({"/Title": text[:200]})
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def _pdf_annotation(data: bytes, text: str) -> bytes:
    from pypdf import PdfReader, PdfWriter
    from pypdf.annotations import Text

    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(data)))
    writer.add_annotation(0, Text(rect=(50, 50, 70, 70), text=text))
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def _html_raw(data: bytes, text: str) -> bytes:
    return data.decode().replace("</body>", f"{text}\n</body>", 1).encode()


SEEN: dict[str, dict[str, Put]] = {
    "docx": {
        "header": _docx(_header),
        "footer": _docx(_footer),
        "side-comment": _docx(_comment),
        "insertion": _docx(_insertion),
        "title": _docx(_title),
    },
    "html": {"title": _html_title, "alternative": _html_alternative},
    "pdf": {"title": _pdf_title, "annotation": _pdf_annotation},
    "md": {},
    "txt": {},
}
"""Places where a reader may come upon the words, by format."""
HIDDEN: dict[str, dict[str, Put]] = {
    "docx": {"vanish": _docx(_vanish), "tiny": _docx(_tiny), "white": _docx(_white)},
    "pdf": {
        "white": _pdf(_draw_white),
        "tiny": _pdf(_draw_tiny),
        "invisible": _pdf(_draw_invisible),
        "transparent": _pdf(_draw_transparent),
        "off-page": _pdf(_draw_off_page),
        "covered": _pdf(_draw_covered),
    },
    "html": {},
    "md": {},
    "txt": {},
}
"""Places that a reader does not see, by format."""
INNOCENT: dict[str, Put] = {
    "html:raw": _html_raw,
    "docx:dark-header": _docx(_dark_header),
    "docx:field-code": _docx(_field_code),
    "pdf:dark-header": _pdf(_draw_dark_header),
}
"""Places of look-alikes: format and place."""
