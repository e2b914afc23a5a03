"""PDF: text, places and structure through pdfium; form fields through pypdf, only where there is a form."""

from __future__ import annotations

from typing import Any

from agent.documents.draft import Draught
from agent.documents.limits import Limits
from agent.errors import CorruptDocument, EncryptedDocument, ScannedDocument, TooLargeDocument

_PASSWORD = 4
"""pdfium's error code."""


def read_pdf(data: bytes, name: str, limits: Limits, *, ocr: bool) -> Draught:
    """Reads a PDF.

    Args:
        data: the file's bytes.
        name: its name, for errors.
        limits: caps on pages.
        ocr: there is time to read pages that are pictures.

    Raises:
        DocumentError: encrypted, damaged, too many pages, or pictures only.
    """
    from agent.documents.ocr import available
    from agent.documents.pdf.compose import compose
    from agent.documents.pdf.layout import read_page

    document = _opened(data, name)
    count = len(document)
    if count > limits.pages:
        why = f"{count:,} pages, the limit is {limits.pages}"
        raise TooLargeDocument("too long", why, "Send the proposal without its appendices.", name)
    if count == 0:
        raise CorruptDocument("cannot be read", "it has no pages", "Export it again.", name)
    pages = [read_page(document[i], i + 1) for i in range(count)]
    pictures = [p.number for p in pages if p.is_picture or p.unreadable]
    if pictures and not ocr and available():
        raise ScannedDocument("has scanned pages", "they are pictures", "They are read in a second pass.", name)
    draught = compose(pages)
    return draught._replace(title=document.get_metadata_value("Title"), pages=count)


def _opened(data: bytes, name: str) -> Any:
    from agent.documents.pdf.raw import bindings

    try:
        return bindings.PdfDocument(data)
    except bindings.PdfiumError as error:
        if getattr(error, "err_code", None) == _PASSWORD or "password" in str(error).lower():
            fix = "Save it without a password and send it again."
            raise EncryptedDocument("needs a password", "the PDF is encrypted", fix, name) from error
        raise CorruptDocument("cannot be read", "the PDF is damaged or cut off", "Export it again.", name) from error
