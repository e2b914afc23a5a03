"""The comments part of a DOCX: those that are there, those that are added, and the lists of parts that name it."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Mapping
from itertools import count
from typing import Any

from lxml import etree
from lxml.etree import _Element

from agent.annotate.xml import NOT_XML, SPACE, Names, parsed, squeezed, written
from agent.documents.docx.package import Package
from agent.documents.own import AUTHOR

_TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
_RELATIONS = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_KIND = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments"
_STRICT_RELATION = "http://purl.oclc.org/ooxml/officeDocument/relationships/comments"
_NO_RELATIONS = f'<Relationships xmlns="{_RELATIONS[1:-1]}"/>'.encode()
_TYPES_PATH = "[Content_Types].xml"
Marked = Mapping[str | None, str]
_MOST_DIGITS = 9


class Comments:
    """The comments of one file; `add` numbers them on from those that are there."""

    def __init__(
        self, package: Package, archive: zipfile.ZipFile, text: _Element, marked: Marked, plan: dict[str, Any]
    ) -> None:
        """Takes the package, its archive, and the plan with author and date.

        Args:
            package: checked.
            archive: the same file.
            marked: the words in the range of each comment that the text refers to, by id.
            text: the root of the text.
            plan: has author and date.
        """
        self._archive, self._main = archive, package.main
        self._initials, self._date = plan["texts"]["initials"], plan["date"]
        self._w = Names(text)
        path = next((p for p in package.related("comments") if p in archive.namelist()), None)
        self._new = path is None
        self._path = path or self._free_path()
        self._root = self._begun() if path is None else parsed(archive.read(path))
        self._own = Names(self._root)
        ours = [c for c in self._all() if c.get(self._own("author")) == AUTHOR]
        by_id = {c.get(self._own("id")): "".join(t.text or "" for t in c.iter(self._own("t"))) for c in ours}
        self._there = {(squeezed(by_id[i]), words) for i, words in marked.items() if i in by_id}
        used = [*marked, *(c.get(self._own("id")) for c in self._all())]
        self._next = count(max((int(i) for i in used if i and i.isdigit() and len(i) <= _MOST_DIGITS), default=-1) + 1)

    def has(self, lines: list[str], words: str) -> bool:
        """True when a comment of ours says this of these words."""
        return (squeezed("".join(lines)), words) in self._there

    def others(self, wanted: list[tuple[list[str], str]]) -> int:
        """How many comments under our name say something else, or of other words."""
        return len(self._there - {(squeezed("".join(lines)), words) for lines, words in wanted})

    def add(self, lines: list[str]) -> str:
        """Adds a comment, its first line bold, and returns its id."""
        w, identity = self._own, str(next(self._next))
        marks = {"id": identity, "author": AUTHOR, "date": self._date, "initials": self._initials}
        comment = etree.SubElement(self._root, w("comment"), {w(k): v for k, v in marks.items()})
        for n, line in enumerate(lines):
            paragraph = etree.SubElement(comment, w("p"))
            if n == 0:
                etree.SubElement(etree.SubElement(paragraph, w("r")), w("annotationRef"))
            run = etree.SubElement(paragraph, w("r"))
            if n == 0:
                etree.SubElement(etree.SubElement(run, w("rPr")), w("b"))
            text = etree.SubElement(run, w("t"), {SPACE: "preserve"})
            text.text = NOT_XML.sub("", line)
        return identity

    def parts(self) -> dict[str, bytes]:
        """The parts that change, by path."""
        parts = {self._path: written(self._root)}
        if self._new:
            parts[_TYPES_PATH] = self._types()
            folder, base = posixpath.split(self._main)
            path = posixpath.join(folder, "_rels", f"{base}.rels")
            parts[path] = self._relations(path)
        return parts

    def _all(self) -> list[_Element]:
        return list(self._root.iter(self._own("comment")))

    def _free_path(self) -> str:
        taken = {name.lower() for name in self._archive.namelist()}
        names = ("comments.xml", *(f"comments{n}.xml" for n in range(2, len(taken) + 3)))
        paths = (posixpath.join(posixpath.dirname(self._main), name) for name in names)
        return next(path for path in paths if path.lower() not in taken)

    def _begun(self) -> _Element:
        return etree.Element(self._w("comments"), nsmap={"w": self._w.space})

    def _types(self) -> bytes:
        root = parsed(self._archive.read(_TYPES_PATH))
        etree.SubElement(root, f"{_TYPES}Override", {"PartName": f"/{self._path}", "ContentType": _KIND})
        return written(root)

    def _relations(self, path: str) -> bytes:
        there = path in self._archive.namelist()
        root = parsed(self._archive.read(path) if there else _NO_RELATIONS)
        used = {relation.get("Id") for relation in root}
        identity = next(i for n in count(1) if (i := f"rIdReview{n}") not in used)
        kind = _STRICT_RELATION if "purl.oclc.org" in self._w.space else _RELATION
        target = {"Id": identity, "Type": kind, "Target": posixpath.basename(self._path)}
        etree.SubElement(root, f"{_RELATIONS}Relationship", target)
        return written(root)
