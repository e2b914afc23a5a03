"""Pages to drafts: furniture aside, paragraphs and tables joined across pages."""

from __future__ import annotations

from itertools import chain

from agent.documents.draft import Draft, Place
from agent.documents.pdf.columns import right_edges
from agent.documents.pdf.flow import Flow, style_of
from agent.documents.pdf.furniture import furniture
from agent.documents.pdf.hyphens import Hyphens
from agent.documents.pdf.layout import Cell, Page, Table, place_of
from agent.documents.pdf.segments import Segment
from agent.documents.pdf.words import HYPHEN


def compose(pages: list[Page]) -> list[Draft]:
    """All pages as one run of drafts."""
    lines = [[item for item in page.items if isinstance(item, Segment)] for page in pages]
    aside = furniture(lines, [page.frame for page in pages])
    if len(aside) == sum(map(len, lines)):
        aside = {}
    body = [line for p, found in enumerate(lines) for i, line in enumerate(found) if (p, i) not in aside]
    cells = [line for page in pages for item in page.items if isinstance(item, Table) for line in item.lines]
    flow = Flow(style_of(body, cells), Hyphens(body))
    tables = _Tables(flow)
    seen: set[str] = set()
    for p, page in enumerate(pages):
        edges = right_edges(lines[p])
        i = -1
        asides: list[Draft] = []
        for item in page.items:
            if isinstance(item, Table):
                tables.add(item)
                continue
            i += 1
            kind = aside.get((p, i))
            if kind is None:
                flow.column(edges[i])
                flow.add(item)
            elif item.text not in seen:
                seen.add(item.text)
                asides.append(Draft(kind, tuple(item.spans()), page=page.number))
        flow.end()
        for draft in chain(asides, page.asides):
            flow.drafts.append(draft)
    return [_plain(draft) for draft in flow.drafts]


def _plain(draft: Draft) -> Draft:
    """A draft whose last hyphens, that nothing followed, are plain ones."""
    if not any(HYPHEN in span.text for span in draft.spans):
        return draft
    return draft._replace(spans=tuple(s._replace(text=s.text.replace(HYPHEN, "-")) for s in draft.spans))


class _Tables:
    """Numbers tables and joins those that go on on the next page."""

    def __init__(self, flow: Flow) -> None:
        self._flow = flow
        self._number = -1
        self._rows = 0
        self._width = 0
        self._page = 0
        self._bottom = 0.0
        self._head: list[str] = []
        self._end = -1

    def add(self, table: Table) -> None:
        """Writes the cells of a table."""
        self._flow.end()
        rows = sorted({c.row for c in table.cells})
        first = [_text(c) for c in table.cells if c.row == rows[0]]
        body_since = any(d.kind not in ("header", "footer") and not d.hidden for d in self._flow.drafts[self._end :])
        next_column = table.page == self._page and table.reach[0] > self._bottom
        follows = table.page == self._page + 1 or next_column
        goes_on = follows and table.width == self._width and not body_since
        skipped = rows[0] if goes_on and first == self._head else None
        if not goes_on:
            self._number, self._rows, self._head = self._number + 1, 0, first
        kept = [r for r in rows if r != skipped]
        split = goes_on and bool(kept) and self._is_rest(table, kept[0])
        first_row = self._rows - split
        at = {r: first_row + i for i, r in enumerate(kept)}
        for cell in table.cells:
            if cell.row in at:
                height = sum(cell.row <= r < cell.row + cell.rows for r in kept)
                place = place_of(cell, self._number, at[cell.row], height)
                self._put(cell, place, table.page, rest=split and cell.row == kept[0])
        self._rows = first_row + len(kept)
        self._bottom = table.reach[0]
        self._width, self._page, self._end = table.width, table.page, len(self._flow.drafts)

    def _is_rest(self, table: Table, row: int) -> bool:
        """True when a row is the rest of one that began on the page before: nothing stands in its first column."""
        return not any(c.lines for c in table.cells if c.row == row and c.column == 0)

    def _put(self, cell: Cell, place: Place, page: int, *, rest: bool) -> None:
        """Writes a cell, or adds its text to the one that the page break cut."""
        drafts = self._flow.drafts
        spans = self._flow.spans(cell.lines)
        same = (place.table, place.row, place.column)
        for i in range(len(drafts) - 1, -1, -1) if rest else ():
            other = drafts[i].cell
            if other and (other.table, other.row, other.column) == same:
                drafts[i] = drafts[i]._replace(spans=self._flow.glued(drafts[i].spans, spans))
                return
        self._flow.put(Draft("cell", spans, page=page, cell=place))


def _text(cell: Cell) -> str:
    return " ".join(line.text for line in cell.lines)
