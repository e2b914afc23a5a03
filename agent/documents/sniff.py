"""What a file is, by its bytes; its name only decides between the kinds of plain text."""

from __future__ import annotations

import re

from agent.errors import EncryptedDocument, NotADocument

_HTML = re.compile(
    r"\A\s*(?:<!--.*?-->\s*|<\?xml[^>]*>\s*)*<(?:!doctype\s+html|html|head|body|meta|title|div|table|h1|p)\b",
    re.I | re.S,
)
_ACCEPTED = "Send a PDF, DOCX, Markdown, HTML or text file."
_KNOWN = (
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"II*\0", "a TIFF picture"),
    (b"MM\0*", "a TIFF picture"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"{\\rtf", "an RTF file"),
)


def sniff(data: bytes, name: str) -> str:
    """One of `pdf`, `docx`, `markdown`, `html`, `text`.

    Raises:
        EncryptedDocument: an encrypted Office file.
        NotADocument: something else; says what, where that is known.
    """
    head = data[:1024]
    if b"%PDF-" in head:
        return "pdf"
    if head.startswith(b"PK\x03\x04"):
        return _zip(data, name)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return _ole(data, name)
    for magic, what in _KNOWN:
        if head.startswith(magic):
            raise NotADocument("not a document", f"it is {what}", _ACCEPTED, name)
    return _plain(data, name)


def _zip(data: bytes, name: str) -> str:
    """DOCX, or an error that names the other Office formats. The file's list of parts is at its end."""
    if b"word/document" in data or b"wordprocessingml" in data:
        return "docx"
    kinds = {b"ppt/": "a PowerPoint file", b"xl/": "an Excel file", b"opendocument.text": "an OpenDocument file"}
    what = next((v for k, v in kinds.items() if k in data), "a zip archive")
    if what == "a zip archive" and b"[Content_Types].xml" in data[:1024]:
        return "docx"
    raise NotADocument("not a document", f"it is {what}", _ACCEPTED, name)


def _ole(data: bytes, name: str) -> str:
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise EncryptedDocument(
            "needs a password", "the Office file is encrypted", "Save it without a password and send it again.", name
        )
    raise NotADocument("not a document", "it is an old .doc file, or a damaged one", "Save it as DOCX or PDF.", name)


def _plain(data: bytes, name: str) -> str:
    """The kinds of text: HTML by its first tag, Markdown and text by the ending, else by what it looks like."""
    if _binary(data):
        raise NotADocument("not a document", "it is binary data, not text", _ACCEPTED, name)
    head = _decoded(data[:65_536])
    ending = name.rpartition(".")[2].lower()
    if _HTML.match(head) and ending not in ("md", "markdown", "txt"):
        return "html"
    if ending in ("md", "markdown", "mdown", "mkd"):
        return "markdown"
    if ending in ("txt", "text"):
        return "text"
    if ending in ("html", "htm", "xhtml") and re.search(r"</?[a-z]", head, re.I):
        return "html"
    return "markdown" if _MARKDOWN.search(head) else "text"


_MARKDOWN = re.compile(r"^(?:#{1,6} \S|```|\|.*\|\s*$\n\|?\s*:?-+:?\s*\|)|\*\*\S[^*\n]*\*\*|\A---\n", re.M)


def _decoded(head: bytes) -> str:
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return head.decode("utf-16", "replace")
    return head.decode("utf-8", "replace")


def _binary(data: bytes) -> bool:
    """True when zero bytes or many control characters stand in the first 64 KB of what is not UTF-16."""
    head = data[:65_536]
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return False
    control = sum(head.count(c) for c in (*range(9), *range(14, 27), *range(28, 32)))
    return b"\0" in head or control > len(head) / 50
