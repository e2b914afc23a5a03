"""What is on a PDF besides its pages' own text: typed-on text, reviewers' comments, form fields, attachments."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from agent.documents.draft import Draft, Span
from agent.documents.own import AUTHOR, SIGN
from agent.documents.pdf.raw import pdfium
from agent.documents.pdf.segments import rounded

_TEXT, _HIGHLIGHT = 1, 9
_TYPED = 3
"""Subtype FreeText: text written onto the page."""
_COMMENTS = (1, 9, 10, 11, 12, 13, 14)
"""Subtypes of reviewers' notes: text, highlight, underline, squiggly, strike-out, stamp, caret."""
_HIDDEN_FLAGS = 2 | 32
_MOST = 500
_LONGEST = 20_000


def notes_on(page: Any, number: int) -> Iterator[Draft]:
    """Typed-on text as paragraphs, reviewers' notes as comments."""
    for i in range(min(pdfium.FPDFPage_GetAnnotCount(page), _MOST)):
        annotation = pdfium.FPDFPage_GetAnnot(page, i)
        if not annotation:
            continue
        kind = pdfium.FPDFAnnot_GetSubtype(annotation)
        text = _string(annotation, b"Contents") if kind == _TYPED or kind in _COMMENTS else ""
        if text.strip():
            hidden = "hidden annotation" if pdfium.FPDFAnnot_GetFlags(annotation) & _HIDDEN_FLAGS else None
            author = _string(annotation, b"T") or None
            spans = (Span(text, page=number, box=_rect(annotation)),)
            yield Draft("paragraph" if kind == _TYPED else "comment", spans, page=number, hidden=hidden, note=author)
        pdfium.FPDFPage_CloseAnnot(annotation)


def without_own(page: Any) -> None:
    """Takes our own marks off a page in memory, so that they are neither read nor hide or show what is under them.

    Only what we write: a highlight without a drawing of its own, a note no larger than its sign. Another annotation
    under our name stays, or it could cover text unseen.
    """
    for i in reversed(range(min(pdfium.FPDFPage_GetAnnotCount(page), _MOST))):
        annotation = pdfium.FPDFPage_GetAnnot(page, i)
        if not annotation:
            continue
        own = _string(annotation, b"T") == AUTHOR and _is_mark(annotation)
        pdfium.FPDFPage_CloseAnnot(annotation)
        if own:
            pdfium.FPDFPage_RemoveAnnot(page, i)


def _is_mark(annotation: Any) -> bool:
    kind = pdfium.FPDFAnnot_GetSubtype(annotation)
    if kind == _HIGHLIGHT:
        return not pdfium.FPDFAnnot_HasKey(annotation, b"AP")
    left, bottom, right, top = _rect(annotation)
    return kind == _TEXT and max(right - left, top - bottom) <= SIGN + 1


def _string(annotation: Any, key: bytes) -> str:
    size = min(pdfium.FPDFAnnot_GetStringValue(annotation, key, None, 0), 2 * _LONGEST)
    buffer = ctypes.create_string_buffer(size)
    pdfium.FPDFAnnot_GetStringValue(annotation, key, ctypes.cast(buffer, ctypes.POINTER(pdfium.FPDF_WCHAR)), size)
    return buffer.raw[: max(size - 2, 0)].decode("utf-16-le", "replace").replace("\r", "\n")


def _rect(annotation: Any) -> tuple[float, float, float, float]:
    rect = pdfium.FS_RECTF()
    pdfium.FPDFAnnot_GetRect(annotation, rect)
    return rounded((rect.left, min(rect.bottom, rect.top), rect.right, max(rect.bottom, rect.top)))


def fields(data: bytes, document: Any) -> list[Draft]:
    """Filled-in form fields as `name: value`; pypdf is imported only for a PDF with a form."""
    if document.get_formtype() in (None, 0):
        return []
    from pypdf import PdfReader

    reader = PdfReader(BytesIO(data))
    if reader.is_encrypted:
        reader.decrypt("")
    found = reader.get_fields() or {}
    pairs = [(name, str(field.get("/V") or "").removeprefix("/")) for name, field in found.items()]
    return [Draft("field", (Span(f"{name}: {value}"),)) for name, value in pairs if value.strip() and value != "Off"]


def warnings(document: Any) -> list[str]:
    """What was not read of a document."""
    attached = pdfium.FPDFDoc_GetAttachmentCount(document)
    return [f"{attached} attached file{'s were' if attached > 1 else ' was'} not read."] if attached > 0 else []
