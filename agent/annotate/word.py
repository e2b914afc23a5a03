"""Comments in a Word file: its text, its comments and its lists of parts change; all other parts are copied."""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import Any, NamedTuple

from lxml.etree import _Element

from agent.annotate.comments import Comments
from agent.annotate.ranges import Ranges
from agent.annotate.runs import Cuts, embrace
from agent.annotate.xml import Names, parsed, written
from agent.documents.docx.package import Package
from agent.documents.limits import Limits
from agent.documents.places import RunPart, find_run

_NOTES = {"footnotes": "footnoteReference", "endnotes": "endnoteReference"}
_SIGNATURES = "_xmlsignatures/"


class Anchor(NamedTuple):
    """Where a comment goes: from a character of one run to one of another; no characters for whole runs.

    `aside` names the text that tells of words that stand in a text box or note, where Word takes no comment.
    """

    first: _Element
    last: _Element
    start: int | None = None
    end: int | None = None
    aside: str | None = None


class Wanted(NamedTuple):
    """A comment to be: where, what it says, and the words in its range."""

    anchor: Anchor
    lines: list[str]
    words: str


def annotate_word(data: bytes, plan: dict[str, Any], name: str, limits: Limits) -> tuple[bytes, dict[str, Any]]:
    """The file with the plan's comments.

    Args:
        data: DOCX, DOCM or DOTX, transitional or strict.
        plan: as `agent.annotate.annotate` makes it.
        name: the document's name, for errors.
        limits: caps on the archive.

    Returns:
        The file, and how many comments were added with which notes.

    Raises:
        DocumentError: the archive breaks a rule of the reader.
    """
    package = Package(data, name, limits)
    archive = zipfile.ZipFile(BytesIO(data))
    stories = _Stories(package, archive)
    comments = Comments(package, archive, stories.root, stories.ranges.marked(), plan)
    wanted = _wanted(plan, stories)
    new = [one for one in wanted if not comments.has(one.lines, one.words)]
    _write(new, comments, stories)
    words = plan["texts"]["notes"]
    others = comments.others([(one.lines, one.words) for one in wanted])
    notes = [words["others"].format(n=others)] * bool(others)
    if not new:
        return b"", {"added": 0, "notes": [words["nothing"], *notes]}
    if any(member.startswith(_SIGNATURES) for member in archive.namelist()):
        notes.append(words["signed_docx"])
    changed = {package.main: written(stories.root), **comments.parts()}
    return _packed(archive, changed), {"added": len(new), "notes": notes}


def _wanted(plan: dict[str, Any], stories: _Stories) -> list[Wanted]:
    """The comments of the plan, the summary last; what has no place is told of in the summary."""
    anchored = [(mark, stories.anchor(mark["places"])) for mark in plan["marks"]]
    wanted = [stories.wanted(anchor, _lines(mark, anchor, plan)) for mark, anchor in anchored if anchor]
    missed = [mark["listed"] for mark, anchor in anchored if not anchor]
    top = stories.anchor(plan["top"]) or stories.beginning()
    if top:
        whole = top._replace(start=None, end=None)
        wanted.append(stories.wanted(whole, [*plan["summary"][:-1], *missed, plan["summary"][-1]]))
    return wanted


def _lines(mark: dict[str, Any], anchor: Anchor, plan: dict[str, Any]) -> list[str]:
    """The text of a comment, with a line on the words where they do not stand at its range."""
    words = plan["texts"]["finding"]
    aside = [words[anchor.aside].format(quote=mark["quote"])] if anchor.aside else []
    first, *others = mark["lines"]
    return [mark["head"], first, *aside, *others]


def _write(new: list[Wanted], comments: Comments, stories: _Stories) -> None:
    """Cuts the runs and puts ranges and comments in."""
    cuts = Cuts(stories.w)
    for anchor, _, _ in new:
        if anchor.start is not None and anchor.end is not None:
            cuts.want(anchor.first, anchor.start)
            cuts.want(anchor.last, anchor.end)
    cuts.cut()
    for anchor, lines, _ in new:
        first = anchor.first if anchor.start is None else cuts.first(anchor.first, anchor.start)
        last = cuts.tail(anchor.last) if anchor.end is None else cuts.last(anchor.last, anchor.end)
        embrace(first, last, comments.add(lines), stories.w)


class _Stories:
    """The text of the file, and the notes that it refers to."""

    def __init__(self, package: Package, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._paths = {kind: next(iter(package.related(kind)), "") for kind in _NOTES}
        self.root = parsed(archive.read(package.main))
        self.w = Names(self.root)
        body = self.root.find(self.w("body"))
        self.ranges = Ranges(self.root, self.w)
        self._roots: dict[str, _Element | None] = {"body": body}

    def wanted(self, anchor: Anchor, lines: list[str]) -> Wanted:
        """A comment with the words that it would be about."""
        return Wanted(anchor, lines, self.ranges.words(anchor.first, anchor.last, anchor.start, anchor.end))

    def anchor(self, places: list[Any]) -> Anchor | None:
        """Where a comment on these run parts goes; None when they are not in this file."""
        try:
            found = [(RunPart(*place), self._run(RunPart(*place))) for place in places]
        except (IndexError, KeyError):
            return None
        if not found:
            return None
        (part, first), (end, last) = found[0], found[-1]
        story = part.path.partition("/")[0]
        if story in _NOTES:
            host = self._reference(first, _NOTES[story])
            return Anchor(host, host, aside="note") if host is not None else None
        host, closing = self._outside(first), self._outside(last)
        if host is None or closing is None:
            return None
        if host is not first or closing is not last:
            return Anchor(host, host, aside="box")
        return Anchor(first, last, part.start, end.end)

    def beginning(self) -> Anchor | None:
        """The first run of the text."""
        body = self._roots["body"]
        first = next(body.iter(self.w("r")), None) if body is not None else None
        host = self._outside(first) if first is not None else None
        return Anchor(host, host) if host is not None else None

    def _run(self, part: RunPart) -> _Element:
        story = part.path.partition("/")[0]
        if story not in self._roots:
            self._roots[story] = parsed(self._archive.read(self._paths[story]))
        root = self._roots[story]
        if root is None:
            raise IndexError(story)
        return find_run(root, part)

    def _reference(self, run: _Element, tag: str) -> _Element | None:
        """The run of the text that refers to the note which a run of a note stands in."""
        note = next((a for a in run.iterancestors() if a.get(self.w("id")) is not None and _is_note(a)), None)
        if note is None:
            return None
        for reference in self.root.iter(self.w(tag)):
            if reference.get(self.w("id")) == note.get(self.w("id")):
                parent = reference.getparent()
                return self._outside(parent) if parent is not None else None
        return None

    def _outside(self, run: _Element) -> _Element | None:
        """The run itself, or the one that holds the text box around it."""
        boxes = [a for a in run.iterancestors() if a.tag == self.w("txbxContent")]
        if not boxes:
            return run
        return next((a for a in boxes[-1].iterancestors() if a.tag == self.w("r")), None)


def _is_note(element: _Element) -> bool:
    return isinstance(element.tag, str) and element.tag.endswith(("}footnote", "}endnote"))


def _packed(archive: zipfile.ZipFile, changed: dict[str, bytes]) -> bytes:
    """The archive with some parts changed or added, in its own order."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for member in archive.infolist():
            data = changed.pop(member.filename, None)
            new.writestr(member, archive.read(member) if data is None else data)
        for name, data in changed.items():
            new.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()
