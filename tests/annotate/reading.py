"""Reviews that speak of chosen quotes, and comments read back from the file by other means than they were written."""

from __future__ import annotations

import re
import zipfile
from functools import cache
from io import BytesIO
from typing import NamedTuple

import docx
import pypdfium2
import pypdfium2.raw as pdfium
from lxml import etree
from pypdf import PdfReader

from agent.documents.canonical import plain
from agent.models import Document, Evidence, Finding, Review, Severity
from agent.review import review
from tests.cli.conftest import FLAWED

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
STRICT = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
OURS = "review-finetune"


class Comment(NamedTuple):
    """A comment or annotation of ours: its text, and the words under it (PDF: a page each)."""

    text: str
    words: str
    page: int = 1

    @property
    def head(self) -> str:
        return self.text.split("\n")[0]


@cache
def _review() -> Review:
    return review(FLAWED.encode(), "flawed.md")


def evidence(document: Document, quote: str) -> Evidence:
    """The first place of a quote; `\\n` in it stands between blocks."""
    start = document.text.index(quote)
    return Evidence(quote=quote, start=start, end=start + len(quote))


def finding(code: str, *quotes: Evidence, severity: Severity = "major", absence: bool = False) -> Finding:
    return Finding(
        code=code,
        name="no-rollback",
        severity=severity,
        message=f"What {code} says.",
        redirect="",
        evidence=quotes,
        absence=absence,
    )


def speaking_of(document: Document, *quotes: str) -> Review:
    """A review with one finding a quote: Q0, Q1…"""
    findings = tuple(finding(f"Q{n}", evidence(document, quote)) for n, quote in enumerate(quotes))
    return having(document, *findings)


def having(document: Document, *findings: Finding) -> Review:
    """A review with these findings."""
    info = _review().document.model_copy(update={"title": document.title})
    return _review().model_copy(update={"document": info, "findings": findings, "questions": ()})


def in_word(data: bytes, w: str = W) -> list[Comment]:
    """Our comments in a Word file, in the order of their ids, each with the text in its range."""
    archive = zipfile.ZipFile(BytesIO(data))
    path = next(name for name in archive.namelist() if re.fullmatch(r"word/comments\d*\.xml", name))
    comments = {c.get(f"{w}id"): c for c in etree.fromstring(archive.read(path)) if c.get(f"{w}author") == OURS}
    ranges: dict[str | None, str] = {}
    open_: set[str | None] = set()
    root = etree.fromstring(archive.read("word/document.xml"))
    for element in root.iter():
        identity = element.get(f"{w}id")
        if element.tag == f"{w}commentRangeStart":
            assert identity not in ranges, "a range begins twice"
            open_.add(identity)
            ranges[identity] = ""
        elif element.tag == f"{w}commentRangeEnd":
            open_.discard(identity)
        elif element.tag in (f"{w}t", f"{w}tab", f"{w}br", f"{w}p"):
            for one in open_:
                ranges[one] += element.text or "" if element.tag == f"{w}t" else " "
    assert not open_, "a range does not end"
    assert {r.get(f"{w}id") for r in root.iter(f"{w}commentReference")} >= set(comments)
    return [Comment(_text(c, w), " ".join(ranges[identity].split())) for identity, c in comments.items()]


def _text(comment: etree._Element, w: str) -> str:
    return "\n".join("".join(t.text or "" for t in p.iter(f"{w}t")) for p in comment.iter(f"{w}p"))


def by_python_docx(data: bytes) -> list[tuple[str, str]]:
    """Author and text of all comments as python-docx reads them."""
    return [(c.author, c.text) for c in docx.Document(BytesIO(data)).comments]


def in_pdf(data: bytes) -> list[Comment]:
    """Our annotations in a PDF, each with the characters whose middle its rectangles hold."""
    document = pypdfium2.PdfDocument(data)
    found = []
    for number, page in enumerate(PdfReader(BytesIO(data)).pages):
        for annotation in [a.get_object() for a in page.get("/Annots") or ()]:
            if annotation.get("/T") == OURS:
                words = _under(document[number], [float(n) for n in annotation.get("/QuadPoints", ())])
                found.append(Comment(str(annotation["/Contents"]), words, number + 1))
    return found


def _under(page: pypdfium2.PdfPage, points: list[float]) -> str:
    page.set_rotation(0)
    text = page.get_textpage()
    found = ""
    for n in range(0, len(points), 8):
        xs, ys = points[n : n + 8 : 2], points[n + 1 : n + 8 : 2]
        for i in range(text.count_chars()):
            left, bottom, right, top = text.get_charbox(i)
            if min(xs) <= (left + right) / 2 <= max(xs) and min(ys) <= (bottom + top) / 2 <= max(ys):
                found += chr(pdfium.FPDFText_GetUnicode(text.raw, i))
        found += " "
    return found


def letters(text: str) -> str:
    """Text without white space and hyphens: line ends add and take them away."""
    return re.sub(r"[\s\-]", "", plain(re.sub("[\x02\ufffe]", "-", text)))
