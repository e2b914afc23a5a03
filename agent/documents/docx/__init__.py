"""DOCX, by a walk over its XML: what a reader sees, and aside what is deleted, hidden or a side note.

A DOCX has no pages. A place is `PART/CHILD/INDICES#runN+OFFSET`: the part (`body`, `footnotes`…), child elements
counted from 0 down to the paragraph, the N-th `w:r` below it, characters into that run. `locate` finds it again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.documents.draft import Draft, Draught
from agent.documents.limits import Limits
from agent.documents.own import AUTHOR
from agent.documents.shape import could_head, shaped
from agent.errors import ScannedDocument

if TYPE_CHECKING:
    from lxml.etree import _Element

    from agent.documents.docx.package import Package
    from agent.documents.docx.styles import Styles
    from agent.documents.docx.walker import Walker

_TITLE = "{http://purl.org/dc/elements/1.1/}title"
_LARGER = 1.12


def read_docx(data: bytes, name: str, limits: Limits) -> Draught:
    """Reads a DOCX, DOCM or DOTX; macros, pictures and external parts are not touched.

    Raises:
        DocumentError: damaged, encrypted, or over a limit.
    """
    from agent.documents.docx.names import W
    from agent.documents.docx.package import Package
    from agent.documents.docx.styles import Styles
    from agent.documents.docx.walker import Walker

    package = Package(data, name, limits)
    styles = Styles(_first(package, "styles"))
    root = package.part(package.main)
    body = root.find(W + "body") if root is not None else None
    walker = Walker(styles)
    if body is not None:
        walker.walk(body, "body")
    drafts = [*shaped(_with_headings(walker)), *_notes(package, styles, walker), *_sides(package, styles)]
    if package.pictures and not any(d.source.strip() for d in drafts):
        raise ScannedDocument("has no text", "its pages are pictures", "Export it as PDF, which OCR can read.", name)
    core = package.part("docProps/core.xml")
    title = core.findtext(_TITLE) if core is not None else None
    return Draught(drafts, title=title, warnings=tuple(sorted(walker.warnings)))


def _first(package: Package, kind: str) -> _Element | None:
    return next((package.part(path) for path in package.related(kind)), None)


def _with_headings(walker: Walker) -> list[Draft]:
    """Short paragraphs that are bold throughout, or larger than the body, become headings, the larger the higher."""
    sizes = walker.sizes.most_common(1)
    body = sizes[0][0] if sizes else 0
    drafts = list(walker.drafts)
    for guess in walker.guesses:
        larger = body > 0 and guess.size > body * _LARGER
        if (guess.bold or larger) and could_head(drafts[guess.at].source):
            drafts[guess.at] = drafts[guess.at]._replace(kind="heading", level=1000 - guess.size)
    return drafts


def _notes(package: Package, styles: Styles, walker: Walker) -> list[Draft]:
    """Footnotes and endnotes in the order in which the text refers to them."""
    from agent.documents.docx.names import W, children
    from agent.documents.docx.walker import Walker as Side

    side = Side(styles, "footnote")
    for part in ("footnotes", "endnotes"):
        root = _first(package, part)
        by_id = {note.get(W + "id"): (i, note) for i, note in enumerate(children(root))} if root is not None else {}
        for note in walker.notes:
            if note.part == part and (found := by_id.pop(note.identity, None)) is not None:
                side.walk(found[1], f"{part}/{found[0]}")
    return side.drafts


def _sides(package: Package, styles: Styles) -> list[Draft]:
    """Running headers and footers, each text once, and reviewers' comments, but ours, with their author."""
    from agent.documents.docx.names import W, children
    from agent.documents.docx.walker import Walker as Side

    drafts: list[Draft] = []
    for kind in ("header", "footer"):
        side = Side(styles, kind)
        for index, path in enumerate(package.related(kind)):
            root = package.part(path)
            if root is not None:
                side.walk(root, f"{kind}{index}")
        drafts += {d.source: d for d in side.drafts}.values()
    comments = _first(package, "comments")
    for index, comment in enumerate(children(comments) if comments is not None else []):
        if comment.get(W + "author") == AUTHOR:
            continue
        side = Side(styles, "comment", comment.get(W + "author") or None)
        side.walk(comment, f"comments/{index}")
        drafts += side.drafts
    return drafts
