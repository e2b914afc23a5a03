"""A DOCX opened with suspicion: its XML parts in memory, within limits, in one dialect."""

from __future__ import annotations

import posixpath
import zipfile
import zlib
from io import BytesIO

from lxml import etree

from agent.documents.limits import Limits
from agent.errors import CorruptDocument, EncryptedDocument, NotADocument, TooLargeDocument

_STRICT = (
    (
        b"http://purl.oclc.org/ooxml/wordprocessingml/main",
        b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    ),
    (
        b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    ),
    (b"http://purl.oclc.org/ooxml/drawingml/main", b"http://schemas.openxmlformats.org/drawingml/2006/main"),
    (b"http://purl.oclc.org/ooxml/officeDocument/math", b"http://schemas.openxmlformats.org/officeDocument/2006/math"),
)
_LARGE = 1_000_000
_FIX = "Save it again as DOCX, or export it to PDF."
_RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"


class Package:
    """The XML parts of one DOCX, parsed when asked for; `pictures` tells whether it has any."""

    def __init__(self, data: bytes, name: str, limits: Limits) -> None:
        """Checks the archive and unpacks its XML.

        Raises:
            DocumentError: not an archive, encrypted, over a limit, or dressed up to mislead a reader.
        """
        self._name = name
        self.pictures = b"word/media/" in data
        self._parts = _unpacked(data, name, limits)
        self.main = self._target("", "/officeDocument") or "word/document.xml"
        if self.main not in self._parts:
            raise NotADocument(
                "not a document", "it is an archive without Word text in it", "Send a DOCX or PDF.", name
            )

    def part(self, path: str) -> etree._Element | None:
        """The root element of a part, or None when there is no such part.

        Raises:
            CorruptDocument: the XML is broken, or declares entities.
        """
        data = self._parts.get(path)
        if data is None:
            return None
        parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
        try:
            return etree.fromstring(data, parser)
        except etree.XMLSyntaxError as error:
            raise CorruptDocument(
                "cannot be read", "its XML is broken or too deeply nested", _FIX, self._name
            ) from error

    def related(self, kind: str) -> list[str]:
        """Paths of the main part's relations of a kind: `header`, `footnotes`, `comments`, `styles`…"""
        return [path for type_, path in self._relations(self.main) if type_.endswith(f"/{kind}")]

    def _target(self, source: str, kind: str) -> str | None:
        return next((path for type_, path in self._relations(source) if type_.endswith(kind)), None)

    def _relations(self, source: str) -> list[tuple[str, str]]:
        """Type and path of the internal relations of a part; external ones are never followed."""
        folder, base = posixpath.split(source)
        root = self.part(posixpath.join(folder, "_rels", f"{base}.rels"))
        if root is None:
            return []
        found = []
        for relation in root.iter(_RELATION):
            if relation.get("TargetMode") == "External":
                continue
            target = relation.get("Target", "")
            path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            found.append((relation.get("Type", ""), path))
        return found


def _unpacked(data: bytes, name: str, limits: Limits) -> dict[str, bytes]:
    """The XML members by name."""
    try:
        archive = zipfile.ZipFile(BytesIO(data))
        members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise CorruptDocument("cannot be read", "the file is damaged or cut off", _FIX, name) from error
    _check_members(members, name, limits)
    parts: dict[str, bytes] = {}
    total = 0
    for member in members:
        if not member.filename.endswith((".xml", ".rels")):
            continue
        parts[member.filename] = _member(archive, member, name, limits)
        total += len(parts[member.filename])
        if total > limits.zip_total:
            raise _bomb(name, f"its parts unpack to more than {limits.zip_total / 1e6:.0f} MB")
    return parts


def _check_members(members: list[zipfile.ZipInfo], name: str, limits: Limits) -> None:
    if len(members) > limits.zip_members:
        raise _bomb(name, f"it has {len(members):,} parts")
    seen = set()
    for member in members:
        path = member.filename
        if path in seen:
            raise CorruptDocument("cannot be read", f"it holds the part {path} twice", _FIX, name)
        if path.startswith("/") or "\\" in path or ".." in path.split("/"):
            raise CorruptDocument("cannot be read", "a part's name points outside the file", _FIX, name)
        if member.flag_bits & 1:
            raise EncryptedDocument("needs a password", "its parts are encrypted", "Save it without a password.", name)
        seen.add(path)


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str, limits: Limits) -> bytes:
    """One member, read up to the limit and not trusting the size that the archive claims."""
    try:
        with archive.open(member) as file:
            data = file.read(limits.zip_member + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError) as error:
        raise CorruptDocument("cannot be read", "the file is damaged or cut off", _FIX, name) from error
    if len(data) > limits.zip_member:
        raise _bomb(name, f"the part {member.filename} unpacks to more than {limits.zip_member / 1e6:.0f} MB")
    if len(data) > _LARGE and len(data) > limits.zip_ratio * max(member.compress_size, 1):
        raise _bomb(name, f"the part {member.filename} is packed more than {limits.zip_ratio} to 1")
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise CorruptDocument("cannot be read", "its XML declares entities, which Word never does", _FIX, name)
    for strict, transitional in _STRICT:
        data = data.replace(strict, transitional)
    return data


def _bomb(name: str, why: str) -> TooLargeDocument:
    return TooLargeDocument("too large", why, "Send the proposal alone, saved again as DOCX or PDF.", name)
