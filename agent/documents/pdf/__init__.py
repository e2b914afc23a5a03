"""PDF."""

from __future__ import annotations

from agent.documents.draft import Draft, Draught, Span
from agent.documents.limits import Limits


def read_pdf(data: bytes, name: str, limits: Limits, *, ocr: bool) -> Draught:
    """Reads a PDF: its text page by page."""
    import pypdfium2

    document = pypdfium2.PdfDocument(data)
    drafts = []
    for number, page in enumerate(document, 1):
        text = page.get_textpage().get_text_range().replace("\r\n", "\n")
        drafts += [Draft("paragraph", (Span(line),), page=number) for line in text.split("\n")]
    return Draught(drafts, pages=len(document))
