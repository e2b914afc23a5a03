"""PDF: text, places and structure through pdfium; form fields through pypdf, only where there is a form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from agent.documents.draft import Draught
from agent.documents.limits import Limits
from agent.errors import CorruptDocument, EncryptedDocument, ScannedDocument, TooLargeDocument

if TYPE_CHECKING:
    from agent.documents.pdf.layout import Page

_PASSWORD = 4
"""pdfium's error code."""
_POOR = 70
_MOST_NAMED = 12


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
    from agent.documents.ocr import INSTALL, available
    from agent.documents.pdf.compose import compose
    from agent.documents.pdf.layout import read_page
    from agent.documents.pdf.notes import fields
    from agent.documents.pdf.notes import warnings as not_read

    document = _opened(data, name)
    count = _pages(document, name, limits)
    pages = [read_page(document[i], i + 1) for i in range(count)]
    unread = [p.number for p in pages if p.unread]
    if unread and available():
        if not ocr:
            raise ScannedDocument("has scanned pages", "they are pictures", "They are read in a second pass.", name)
        for number in unread[: limits.ocr_pages]:
            pages[number - 1] = read_page(document[number - 1], number, ocr=True)
    if len(unread) == count and all(p.unread for p in pages):
        raise ScannedDocument("has no text", "its pages are pictures", INSTALL, name)
    drafts = [*compose(pages), *fields(data, document)]
    notes = [*warnings(pages), *not_read(document)]
    return Draught(drafts, document.get_metadata_value("Title"), count, tuple(notes))


def _pages(document: Any, name: str, limits: Limits) -> int:
    count = len(document)
    if count > limits.pages:
        why = f"{count:,} pages, the limit is {limits.pages}"
        raise TooLargeDocument("too long", why, "Send the proposal without its appendices.", name)
    if count == 0:
        raise CorruptDocument("cannot be read", "it has no pages", "Export it again.", name)
    return count


def warnings(pages: list[Page]) -> list[str]:
    """What a reader of the review should know of how the pages were read."""
    read = [p.number for p in pages if p.confidence is not None]
    poor = [p.number for p in pages if p.confidence is not None and p.confidence < _POOR]
    layer = [p.number for p in pages if p.scan and p.confidence is None and not p.unread and p.items]
    notes = [
        (
            "was read by OCR: check its figures by eye",
            "were read by OCR: check their figures by eye",
            read,
        ),
        ("was hard to read; words may be wrong", "were hard to read; words may be wrong", poor),
        ("is a scan with a text layer: check its figures", "are scans with a text layer: check their figures", layer),
        (
            "is a picture, not read: tesseract is not installed, or it was over the limit of scanned pages",
            "are pictures, not read: tesseract is not installed, or they were over the limit of scanned pages",
            [p.number for p in pages if p.unread],
        ),
        (
            "has letters whose font does not say what they are",
            "have letters whose font does not say what they are",
            [p.number for p in pages if p.lost and p.confidence is None],
        ),
        ("has more text than was read", "have more text than was read", [p.number for p in pages if p.cut]),
    ]
    return [
        f"Page{'s' if len(numbers) > 1 else ''} {_list(numbers)} {many if len(numbers) > 1 else one}."
        for one, many, numbers in notes
        if numbers
    ]


def _list(numbers: list[int]) -> str:
    return ", ".join(map(str, numbers[:_MOST_NAMED])) + (" …" if len(numbers) > _MOST_NAMED else "")


def _opened(data: bytes, name: str) -> Any:
    from agent.documents.pdf.raw import bindings

    try:
        return bindings.PdfDocument(data)
    except bindings.PdfiumError as error:
        if getattr(error, "err_code", None) == _PASSWORD or "password" in str(error).lower():
            fix = "Save it without a password and send it again."
            raise EncryptedDocument("needs a password", "the PDF is encrypted", fix, name) from error
        raise CorruptDocument("cannot be read", "the PDF is damaged or cut off", "Export it again.", name) from error
