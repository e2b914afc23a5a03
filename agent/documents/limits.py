"""What a document may cost at most. Every figure is enforced before or while parsing, never after."""

from __future__ import annotations

from typing import NamedTuple


class Limits(NamedTuple):
    """Upper limits for one document.

    The defaults leave honest files room: 17 honest DOCX and 40 PDFs of a trial passed under half of this memory, and
    the largest compression ratio among them was 32.
    """

    bytes: int = 50_000_000
    """Size of the file."""
    text_bytes: int = 5_000_000
    """Size of a Markdown, HTML or text file."""
    pages: int = 300
    ocr_pages: int = 30
    """Scanned pages that are read by OCR; the rest is named in a warning."""
    characters: int = 3_000_000
    """Characters of extracted text."""
    blocks: int = 60_000
    """Paragraphs and cells."""
    memory: int = 1 << 30
    """Address space of the child process, bytes."""
    cpu_seconds: int = 20
    wall_seconds: int = 30
    ocr_wall_seconds: int = 240
    """Wall time when pages are read by OCR."""
    result: int = 64_000_000
    """Bytes that the child may send back."""
    zip_members: int = 2_000
    zip_member: int = 40_000_000
    """Bytes of one unpacked part of a DOCX."""
    zip_total: int = 120_000_000
    zip_ratio: int = 100
    """Unpacked to packed size of a part over 1 MB."""
