"""Highlights in a PDF, each with its note, added behind the author's bytes; what is there already stays."""

from __future__ import annotations

from hashlib import sha256
from io import BytesIO
from typing import Any, NamedTuple

from pypdf import PdfReader, PdfWriter
from pypdf.annotations import Highlight as HighlightAnnotation
from pypdf.annotations import Text
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    TextStringObject,
)

from agent.annotate.boxes import Pages
from agent.documents.own import AUTHOR, SIGN
from agent.errors import CorruptDocument, EncryptedDocument
from agent.models import Box

COLOURS = {"blocker": "ffb4a6", "major": "ffd58a", "minor": "fff3a3"}
_NOTE_COLOUR = "fff3a3"
_UNSEEN = 2 | 32
"""Flags of an annotation that no reader sees."""
_PRINT = 4
_SIGN = "/G gs 1 0.95 0.64 rg 0.55 0.45 0.1 RG 1 w 1 1 16 16 re B 4 12.5 m 14 12.5 l 4 9 m 14 9 l 4 5.5 m 10 5.5 l S"
"""A slip of paper with three lines: not all programs draw a sign of their own."""


class Sticker(NamedTuple):
    """An annotation to be: rectangles to highlight on a page, or one rectangle for a note's sign."""

    page: int
    boxes: tuple[Box, ...]
    contents: str
    colour: str
    note: bool = False

    @property
    def key(self) -> str:
        """Its `/NM`: the same words on the same page of the same kind are the same annotation."""
        return "review-finetune-" + sha256(f"{self.page}|{self.note}|{self.contents}".encode()).hexdigest()[:24]

    @property
    def rect(self) -> Box:
        """Around all boxes."""
        left, bottom, right, top = zip(*self.boxes, strict=True)
        return Box(min(left), min(bottom), max(right), max(top))


def annotate_pdf(data: bytes, plan: dict[str, Any], name: str) -> tuple[bytes, dict[str, Any]]:
    """The file with the plan's highlights and notes.

    Args:
        data: a PDF.
        plan: as `agent.annotate.annotate` makes it.
        name: the document's name, for errors.

    Returns:
        The file, and how many comments were added with which notes.

    Raises:
        EncryptedDocument: it is protected; writing would take that off.
        CorruptDocument: what is written cannot be read again.
    """
    reader = PdfReader(BytesIO(data))
    if reader.is_encrypted:
        raise EncryptedDocument(
            "cannot be commented on",
            "the PDF is protected, and a copy with comments would lose that",
            "Save it without protection, or use --format html.",
            name,
        )
    pages = Pages(data)
    wanted = _stickers(plan, pages)
    there, others = _there(reader, wanted)
    new = [s for s in wanted if s.key not in there]
    words = plan["texts"]["notes"]
    notes = [words["others"].format(n=others)] * bool(others)
    if not new:
        return b"", {"added": 0, "notes": [words["nothing"], *notes]}
    made, anew = _saved(data, new, plan, name)
    notes += [words[key] for key in _signed(reader)] + [words["rewritten"]] * anew
    return made, {"added": len(new), "notes": notes}


def _stickers(plan: dict[str, Any], pages: Pages) -> list[Sticker]:
    found = [s for mark in plan["marks"] for s in _of_mark(mark, plan, pages)]
    top = pages.boxes(plan["top"])
    page = top[0].page if top else 1
    sign = pages.sign(page, top[0].box if top else None, SIGN)
    return [*found, Sticker(page, (sign,), "\n".join(plan["summary"]), _NOTE_COLOUR, note=True)]


def _of_mark(mark: dict[str, Any], plan: dict[str, Any], pages: Pages) -> list[Sticker]:
    """One annotation a page; the later ones say where the quote began."""
    boxes = pages.boxes(mark["places"])
    colour = COLOURS[mark["severity"]]
    text = "\n".join([mark["head"], *mark["lines"]])
    found: list[Sticker] = []
    for page in dict.fromkeys(box.page for box in boxes):
        here = tuple(box.box for box in boxes if box.page == page)
        goes_on = plan["texts"]["finding"]["goes_on"].format(head=mark["head"], page=boxes[0].page)
        contents = goes_on if found else text
        seen = pages.seen(page, here) if mark["hidden"] else here
        sign = () if seen else (pages.sign(page, here[0], SIGN),)
        found.append(Sticker(page, seen or sign, contents, colour, note=not seen))
    return found


def _there(reader: PdfReader, wanted: list[Sticker]) -> tuple[set[str], int]:
    """The keys of those that are in the file as they would be written, and how many others bear our name."""
    by_key = {s.key: s for s in wanted}
    there, others = set(), 0
    for number, page in enumerate(reader.pages, 1):
        for reference in page.get("/Annots") or ():
            annotation = reference.get_object()
            if not isinstance(annotation, DictionaryObject) or annotation.get("/T") != AUTHOR:
                continue
            sticker = by_key.get(str(annotation.get("/NM")))
            if sticker and _is(annotation, sticker, number):
                there.add(sticker.key)
            else:
                others += 1
    return there, others


def _is(annotation: DictionaryObject, sticker: Sticker, page: int) -> bool:
    """True when an annotation says this, there, and shows."""
    rect = [float(n) for n in annotation.get("/Rect", ())]
    near = len(rect) == 4 and all(abs(a - b) < 1 for a, b in zip(rect, sticker.rect, strict=True))
    kind = annotation.get("/Subtype") == ("/Text" if sticker.note else "/Highlight")
    shown = not int(annotation.get("/F", 0)) & _UNSEEN
    said = _squeezed(str(annotation.get("/Contents", ""))) == _squeezed(sticker.contents)
    return near and kind and shown and said and page == sticker.page


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _signed(reader: PdfReader) -> list[str]:
    """Which note a signature calls for: comments may be against what it certifies."""
    if "/DocMDP" in _dictionary(reader, "/Perms"):
        return ["certified"]
    return ["signed_pdf"] if int(_dictionary(reader, "/AcroForm").get("/SigFlags", 0)) & 1 else []


def _dictionary(reader: PdfReader, key: str) -> DictionaryObject:
    found = reader.root_object.get(key)
    found = found.get_object() if found is not None else None
    return found if isinstance(found, DictionaryObject) else DictionaryObject()


def _saved(data: bytes, new: list[Sticker], plan: dict[str, Any], name: str) -> tuple[bytes, bool]:
    """The file with its additions, and whether it had to be written anew since its inside is damaged."""
    for anew in (False, True):
        try:
            source = BytesIO(data)
            writer = PdfWriter(clone_from=source) if anew else PdfWriter(source, incremental=True)
            for sticker in new:
                _add(writer, sticker, plan)
            if writer.metadata is not None:
                # Written again with the pages, or a reader of the last trailer alone (poppler) finds no title.
                writer.add_metadata({"/ModDate": _moment(plan)})
            out = BytesIO()
            writer.write(out)
        except Exception:
            if anew:
                raise
            continue
        if Pages(data).agree(out.getvalue(), [s.page for s in new]):
            return out.getvalue(), anew
    raise CorruptDocument(
        "cannot be commented on", "the PDF is damaged inside", "Export it again, or use --format html.", name
    )


def _add(writer: PdfWriter, sticker: Sticker, plan: dict[str, Any]) -> None:
    annotation: Any
    if sticker.note:
        annotation = Text(rect=sticker.rect, text=sticker.contents, title_bar=AUTHOR)
        annotation[NameObject("/Name")] = NameObject("/Note")
        annotation[NameObject("/AP")] = DictionaryObject({NameObject("/N"): writer._add_object(_sign())})
    else:
        points = ArrayObject(FloatObject(n) for box in sticker.boxes for n in _quad(box))
        annotation = HighlightAnnotation(
            rect=sticker.rect,
            quad_points=points,
            highlight_color=sticker.colour,
            title_bar=AUTHOR,
        )
        annotation[NameObject("/Contents")] = TextStringObject(sticker.contents)
    annotation.flags = _PRINT
    annotation[NameObject("/NM")] = TextStringObject(sticker.key)
    for key in ("/M", "/CreationDate"):
        annotation[NameObject(key)] = TextStringObject(_moment(plan))
    writer.add_annotation(sticker.page - 1, annotation)


def _moment(plan: dict[str, Any]) -> str:
    return f"D:{plan['date'][:19].translate({ord(c): None for c in '-:T'})}Z"


def _quad(box: Box) -> tuple[float, ...]:
    """Corners in the order that viewers draw: upper left, upper right, lower left, lower right."""
    return (box.left, box.top, box.right, box.top, box.left, box.bottom, box.right, box.bottom)


def _sign() -> DecodedStreamObject:
    """The note's appearance; it lets what is under it show through."""
    stream = DecodedStreamObject()
    stream.set_data(_SIGN.encode())
    state = DictionaryObject({NameObject("/BM"): NameObject("/Multiply")})
    states = DictionaryObject({NameObject("/G"): state})
    stream.update(
        {
            NameObject("/Type"): NameObject("/XObject"),
            NameObject("/Subtype"): NameObject("/Form"),
            NameObject("/BBox"): ArrayObject(FloatObject(n) for n in (0, 0, SIGN, SIGN)),
            NameObject("/Resources"): DictionaryObject({NameObject("/ExtGState"): states}),
        }
    )
    return stream
