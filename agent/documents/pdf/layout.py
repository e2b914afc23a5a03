"""One page: its words to lines and tables in reading order, and aside what a reader cannot see."""

from __future__ import annotations

from typing import Any, NamedTuple

from agent.documents.draft import Draft, Place, Rect, Span
from agent.documents.pdf.contrast import screened
from agent.documents.pdf.gaps import GapTable, column_of, column_ranges, gap_tables
from agent.documents.pdf.grids import Box, ruled_tables
from agent.documents.pdf.notes import notes_on, without_own
from agent.documents.pdf.scans import scanned_words
from agent.documents.pdf.segments import Segment, by_position, lines, rounded, segments
from agent.documents.pdf.shapes import Shapes, shapes
from agent.documents.pdf.split import split_cell
from agent.documents.pdf.tags import TagTree
from agent.documents.pdf.words import PageText, Word, turn

_COVERED = 0.5
"""Share of the page that a picture covers, from which the page is a scan."""
_FEWEST = 20
"""Characters below which a page has no text of its own."""
_MOST_CHARACTERS = 60_000
_UNMAPPED = 0.4
_LOST = 2
"""Words."""
_LEAST_FILLED = 0.3


class Cell(NamedTuple):
    """A table cell: its place in the table on this page, and its lines."""

    row: int
    column: int
    rows: int
    columns: int
    lines: list[Segment]
    header: bool = False
    """Tagged as a header."""


class Table(NamedTuple):
    """A table on one page."""

    order: int
    cells: list[Cell]
    page: int

    @property
    def lines(self) -> list[Segment]:
        """All lines of all cells."""
        return [line for cell in self.cells for line in cell.lines]

    @property
    def reach(self) -> tuple[float, float]:
        """Lowest and highest base line."""
        bases = [line.base for line in self.lines] or [0.0]
        return min(bases), max(bases)

    @property
    def width(self) -> int:
        """Number of columns."""
        return max(c.column + c.columns for c in self.cells)


class Page(NamedTuple):
    """One page read."""

    number: int
    items: list[Segment | Table]
    asides: list[Draft]
    """Text that does not show, text across the page, annotations."""
    frame: tuple[float, float]
    """Bottom and top, display frame."""
    unread: str | None = None
    """Why the page has no text of its own: `picture`, or `font`, when its letters have no characters."""
    scan: bool = False
    """A picture covers the page."""
    cut: bool = False
    """It has more text than was read."""
    lost: bool = False
    """Letters are missing, since a font does not say what they are."""
    confidence: float | None = None
    """How sure OCR is of the page, 0 to 100."""


def read_page(page: Any, number: int, *, ocr: bool = False) -> Page:
    """Reads one pypdfium2 page; with `ocr` as a picture."""
    without_own(page)
    rotation = page.get_rotation()
    page.set_rotation(0)
    frame: Rect = page.get_cropbox()
    width, height = frame[2] - frame[0], frame[3] - frame[1]
    if ocr:
        words, confidence = scanned_words(page, rotation, frame)
        shown_width = width if rotation % 180 == 0 else height
        items = _items(list(enumerate(words)), Shapes([], [], []), number, shown_width)
        return Page(
            number, items, [], (0.0, height if rotation % 180 == 0 else width), scan=True, confidence=confidence
        )
    text = PageText(page, TagTree(page).by_content)
    rotation = text.rotation(rotation)
    size = (frame[0] + frame[2], frame[1] + frame[3])
    to_display = turn(rotation, *size)
    drawn = shapes(page, to_display)
    scan = max((_area(p) for p in drawn.pictures), default=0.0) > _COVERED * width * height
    words = screened(text.words(_MOST_CHARACTERS, rotation, *size), page, frame, scan=scan)
    words = by_position(words) if rotation else words
    (x0, y0), (x1, y1) = to_display(frame[0], frame[1]), to_display(frame[2], frame[3])
    return Page(
        number,
        _items([(i, w) for i, w in enumerate(words) if not w.hidden and w.upright], drawn, number, abs(x1 - x0)),
        [*_hidden(words, number), *_turned(words, number), *notes_on(page, number)],
        (min(y0, y1), max(y0, y1)),
        _unread(words, scan=scan),
        scan,
        text.count > _MOST_CHARACTERS,
        sum("\ufffd" in w.text for w in words) > _LOST,
    )


def _unread(words: list[Word], *, scan: bool) -> str | None:
    """Why a page gives no text, or None."""
    shown = [w for w in words if not w.hidden]
    letters = sum(len(w.text) for w in shown)
    if letters < _FEWEST:
        return "picture" if scan else None
    return "font" if sum(w.unmapped for w in shown) > _UNMAPPED * len(shown) else None


def _turned(words: list[Word], number: int) -> list[Draft]:
    """Words across the page, such as a watermark."""
    across = [w for w in words if not w.hidden and not w.upright]
    spans = tuple(Span(f" {w.text}", page=number, box=rounded(w.user)) for w in across)
    return [Draft("header", spans, page=number)] if spans else []


def _area(box: Rect) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def _hidden(words: list[Word], number: int) -> list[Draft]:
    """Runs of words that are invisible for one reason."""
    drafts: list[Draft] = []
    spans: list[Span] = []
    reason: str | None = None
    for word in [*words, None]:
        here = word.hidden if word else None
        if spans and here != reason:
            drafts.append(Draft("paragraph", tuple(spans), page=number, hidden=reason))
            spans = []
        if word and here:
            spans.append(Span(" " + word.text if word.space else word.text, page=number, box=rounded(word.user)))
        reason = here
    return drafts


def _items(words: list[tuple[int, Word]], drawn: Shapes, number: int, width: float) -> list[Segment | Table]:
    """Lines and tables in reading order."""
    tables, words = _tagged(words, number)
    for boxes in ruled_tables(drawn):
        table, words = _ruled(boxes, words, number)
        if table:
            tables.append(table)
    found = segments(words, number)
    for gap_table in gap_tables([s for s in found if not s.tag], width):
        taken = {id(s) for row in gap_table.rows for cell in row.values() for s in cell}
        found = [s for s in found if id(s) not in taken]
        tables.append(_borderless(gap_table, number))
    items: list[Segment | Table] = list(lines(found, width))
    for table in sorted(tables, key=lambda t: t.order):
        at = next((i for i, item in enumerate(items) if item.order > table.order), len(items))
        items.insert(at, table)
    return items


def _tagged(words: list[tuple[int, Word]], number: int) -> tuple[list[Table], list[tuple[int, Word]]]:
    """Takes the words that the document says are in tables; gives back the others.

    Rows are as tagged; columns are where the words stand, since pdfium leaves out empty cells. What is tagged as a
    table of one column is none.
    """
    cells: dict[int, dict[tuple[int, int], list[tuple[int, Word]]]] = {}
    rest: list[tuple[int, Word]] = []
    for order, word in words:
        if word.tag and word.tag.cell:
            table, row, column, *_ = word.tag.cell
            cells.setdefault(table, {}).setdefault((row, column), []).append((order, word))
        else:
            rest.append((order, word))
    tables = []
    for found in cells.values():
        if len({column for _, column in found}) < 2:
            rest += [(o, w._replace(tag=None)) for inside in found.values() for o, w in inside]
            continue
        order = min(o for inside in found.values() for o, _ in inside)
        tables.append(Table(order, _tagged_cells(found, number), number))
    return tables, sorted(rest, key=lambda pair: pair[0])


def _tagged_cells(found: dict[tuple[int, int], list[tuple[int, Word]]], number: int) -> list[Cell]:
    ranges = {k: (min(w.box[0] for _, w in ws), max(w.box[2] for _, w in ws)) for k, ws in found.items()}
    single = [r for k, r in ranges.items() if _spans(found[k])[1] == 1]
    columns = column_ranges(single or list(ranges.values()))
    by_place = len(columns) > max(column for _, column in found)
    rows = {row: i for i, row in enumerate(sorted({row for row, _ in found}))}
    cells = []
    for (row, column), inside in sorted(found.items()):
        at = column_of(ranges[row, column][0], columns) if by_place else column
        height, width = _spans(inside)
        header = inside[0][1].tag is not None and inside[0][1].tag.header
        cells.append(Cell(rows[row], at, height, width, _sorted(segments(inside, number)), header))
    return cells


def _spans(inside: list[tuple[int, Word]]) -> tuple[int, int]:
    """Rows and columns that a tagged cell takes up."""
    tag = inside[0][1].tag
    return (tag.cell[3], tag.cell[4]) if tag and tag.cell else (1, 1)


def _ruled(boxes: list[Box], words: list[tuple[int, Word]], number: int) -> tuple[Table | None, list[tuple[int, Word]]]:
    """Takes the words inside a ruled table; gives back the others. A grid with few words in it is a drawing."""
    inside: dict[int, list[tuple[int, Word]]] = {}
    rest: list[tuple[int, Word]] = []
    rects = [b.rect for b in boxes]
    lefts, bottoms, rights, tops = zip(*rects, strict=True)
    around = (min(lefts), min(bottoms), max(rights), max(tops))
    for order, word in words:
        x, y = (word.box[0] + word.box[2]) / 2, (word.box[1] + word.box[3]) / 2
        at = next((i for i, r in enumerate(rects) if _holds(r, x, y)), -1) if _holds(around, x, y) else -1
        if at < 0:
            rest.append((order, word))
        else:
            inside.setdefault(at, []).append((order, word))
    if len(inside) < min(3, len(boxes)) or len(inside) < _LEAST_FILLED * len(boxes):
        return None, words
    edges = sorted({b.rect[0] for b in boxes} | {b.rect[2] for b in boxes})
    parts = [part for i, b in enumerate(boxes) for part in split_cell(b, inside.get(i, []), edges)]
    cells = [Cell(b.row, b.column, b.rows, b.columns, _sorted(segments(found, number))) for b, found in parts]
    return Table(min(o for found in inside.values() for o, _ in found), cells, number), rest


def _holds(rect: Rect, x: float, y: float) -> bool:
    return rect[0] <= x <= rect[2] and rect[1] <= y <= rect[3]


def _sorted(found: list[Segment]) -> list[Segment]:
    """The lines of a cell from top to bottom."""
    return sorted(found, key=lambda s: (-round(s.base), s.left))


def _borderless(table: GapTable, number: int) -> Table:
    cells = [Cell(r, c, 1, 1, _sorted(row[c])) for r, row in enumerate(table.rows) for c in sorted(row)]
    return Table(table.order, cells, number)


def place_of(cell: Cell, table: int, row: int, rows: int) -> Place:
    """The place of a cell in a table that may have begun on a page before."""
    bold = bool(cell.lines) and all(line.bold for line in cell.lines)
    return Place(table, row, cell.column, cell.columns, rows, cell.header or None, bold)
