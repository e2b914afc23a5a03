"""Bytes to plain data: the one path that every document takes, in the child process or in this one."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from agent.documents.assemble import assemble
from agent.documents.draft import Draught
from agent.documents.limits import Limits
from agent.documents.sniff import sniff
from agent.errors import CorruptDocument, DocumentError, EmptyDocument, TooLargeDocument


def extract(data: bytes, name: str, limits: Limits, *, ocr: bool = False) -> dict[str, Any]:
    """Reads a document of any format.

    Args:
        data: the file's bytes.
        name: its name, for errors; it decides nothing but the kind of plain text.
        limits: what it may cost.
        ocr: there is time to read pages that are pictures, with tesseract.

    Returns:
        Plain data for `Document.model_validate`.

    Raises:
        ScannedDocument: pages are pictures; without `ocr` also where tesseract could read them.
        DocumentError: with what, why and what to do.
    """
    if not data.strip():
        raise EmptyDocument("nothing to read", "the file is empty", "Check that it was saved and sent whole.", name)
    form = sniff(data, name)
    ceiling = limits.bytes if form in ("pdf", "docx") else limits.text_bytes
    if len(data) > ceiling:
        raise TooLargeDocument(
            "too large",
            f"{len(data) / 1e6:.0f} MB, the limit is {ceiling / 1e6:.0f} MB",
            "Send the proposal alone.",
            name,
        )
    try:
        return assemble(_read(data, name, form, limits, ocr), name, form, sha256(data).hexdigest(), limits)
    except DocumentError:
        raise
    except (RecursionError, MemoryError) as error:
        raise TooLargeDocument(
            "too large or too deeply nested",
            "it needs more memory than a proposal may",
            "Export it to PDF again.",
            name,
        ) from error
    except Exception as error:
        raise CorruptDocument(
            "cannot be read", f"the file is damaged ({type(error).__name__})", "Export it again.", name
        ) from error


def _read(data: bytes, name: str, form: str, limits: Limits, ocr: bool) -> Draught:
    """The reader of one format; its libraries are imported only here."""
    if form == "pdf":
        from agent.documents.pdf import read_pdf

        return read_pdf(data, name, limits, ocr=ocr)
    if form == "docx":
        from agent.documents.docx import read_docx

        return read_docx(data, name, limits)
    if form == "html":
        from agent.documents.html import read_html

        return read_html(data, name)
    if form == "markdown":
        from agent.documents.markdown import read_markdown

        return read_markdown(data, name)
    from agent.documents.text import read_text

    return read_text(data, name)
