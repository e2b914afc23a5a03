"""The comments part of a DOCX: those that are there, those that are added, and the lists of parts that name it."""

from __future__ import annotations

import posixpath
import re
import zipfile
from itertools import count
from typing import Any

from lxml import etree
from lxml.etree import _Element

from agent.annotate.xml import SPACE, Names, parsed, written
from agent.documents.docx.package import Package

_TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
_RELATIONS = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_KIND = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments"
_STRICT_RELATION = "http://purl.oclc.org/ooxml/officeDocument/relationships/comments"
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_TYPES_PATH = "[Content_Types].xml"
_MOST_DIGITS = 9


class Comments:
    """The comments of one file; `add` numbers them on from those that are there."""

    def __init__(
        self, package: Package, archive: zipfile.ZipFile, text: _Element, plan: dict[str, Any]
    ) -> None:
        """Takes the package, its archive, the root of its text, and the plan with author and date."""
        self._archive, self._main = archive, package.main
        self._words, self._date = plan["texts"], plan["date"]
        self._w = Names(text)
        path = next((p for p in package.related("comments") if p in archive.namelist()), None)
        self._new = path is None
        self._path = path or self._free_path()
        self._root = self._begun() if path is None else parsed(archive.read(path))
        self._own = Names(self._root)
        shown = {r.get(self._w("id")) for r in text.iter(self._w("commentReference"))}
        self._ours = [c for c in self._all() if self._is_ours(c) and c.get(self._own("id")) in shown]
        self._there = {_squeezed("".join(t.text or "" for t in c.iter(self._own("t")))) for c in self._ours}
        used = [*shown, *(c.get(self._own("id")) for c in self._all())]
        self._next = count(max((int(i) for i in used if i and i.isdigit() and len(i) <= _MOST_DIGITS), default=-1) + 1)

    def has(self, lines: list[str]) -> bool:
        """True when the text refers to a comment of ours that says this."""
        return _squeezed("".join(lines)) in self._there

    def others(self, wanted: list[list[str]]) -> int:
        """How many comments under our name say something else."""
        return len(self._there - {_squeezed("".join(lines)) for lines in wanted})

    def add(self, lines: list[str]) -> str:
        """Adds a comment, its first line bold, and returns its id."""
        w, identity = self._own, str(next(self._next))
        marks = {"id": identity, "author": self._words["author"], "date": self._date, "initials": self._words["initials"]}
        comment = etree.SubElement(self._root, w("comment"), {w(k): v for k, v in marks.items()})
        for n, line in enumerate(lines):
            paragraph = etree.SubElement(comment, w("p"))
            if n == 0:
                etree.SubElement(etree.SubElement(paragraph, w("r")), w("annotationRef"))
            run = etree.SubElement(paragraph, w("r"))
            if n == 0:
                etree.SubElement(etree.SubElement(run, w("rPr")), w("b"))
            text = etree.SubElement(run, w("t"), {SPACE: "preserve"})
            text.text = _NOT_XML.sub("", line)
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

    def _is_ours(self, comment: _Element) -> bool:
        return comment.get(self._own("author")) == self._words["author"]

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
        root = parsed(self._archive.read(path)) if there else _empty_relations()
        used = {relation.get("Id") for relation in root}
        identity = next(i for n in count(1) if (i := f"rIdReview{n}") not in used)
        kind = _STRICT_RELATION if "purl.oclc.org" in self._w.space else _RELATION
        target = {"Id": identity, "Type": kind, "Target": posixpath.basename(self._path)}
        etree.SubElement(root, f"{_RELATIONS}Relationship", target)
        return written(root)


def _empty_relations() -> _Element:
    return etree.Element(f"{_RELATIONS}Relationships", nsmap={None: _RELATIONS[1:-1]})


def _squeezed(text: str) -> str:
    """Text without white space: programs that save a file again may lay it out otherwise."""
    return "".join(_NOT_XML.sub("", text).split())
