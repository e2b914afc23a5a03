"""DOCX files that are dressed up, packed too well, or broken."""

from __future__ import annotations

import warnings
import zipfile
from io import BytesIO

from tests.documents.word import SPACES, docx, p, r


def rebuilt(changes: dict[str, bytes | str], twice: str = "") -> bytes:
    """A good DOCX with some members replaced or added, or one of them written twice."""
    out = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(docx(p(r("good text"))))) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        members: dict[str, bytes | str] = {name: old.read(name) for name in old.namelist()}
        for name, content in (members | changes).items():
            new.writestr(name, content)
        if twice:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                new.writestr(twice, members[twice])
    return out.getvalue()


def _document(body: str, before: str = "") -> str:
    return f'<?xml version="1.0"?>{before}<w:document {SPACES}><w:body>{body}</w:body></w:document>'


def _main(body: str, before: str = "") -> bytes:
    return rebuilt({"word/document.xml": _document(body, before)})


def packed_paragraphs() -> bytes:
    return _main("<w:p/>" * 1_000_000)


def billion_laughs() -> bytes:
    levels = "".join(f'<!ENTITY {chr(98 + i)} "{f"&{chr(97 + i)};" * 10}">' for i in range(9))
    return _main(p(r("&j;")), f'<!DOCTYPE w [<!ENTITY a "ha">{levels}]>')


def outside_entity() -> bytes:
    return _main(p(r("&x;")), '<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]>')


def deeply_nested() -> bytes:
    return _main("<w:sdt><w:sdtContent>" * 5000 + p(r("deep")) + "</w:sdtContent></w:sdt>" * 5000)


def outside_names() -> bytes:
    return rebuilt({"../../../../tmp/escaped.xml": "x"})


def two_documents() -> bytes:
    return rebuilt({}, twice="word/document.xml")


def many_members() -> bytes:
    return rebuilt({f"word/x{i}.xml": "" for i in range(3_000)})


def truncated() -> bytes:
    return docx(p(r("text")) * 2000)[:400]


def damaged() -> bytes:
    data = bytearray(docx(p(r("text of some length"))))
    at = data.index(b"word/document.xml") + len("word/document.xml") + 6
    data[at : at + 8] = bytes(8)
    return bytes(data)


def encrypted() -> bytes:
    """The head of an Office file with a password."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(3000)
