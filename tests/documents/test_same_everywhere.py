"""One proposal in every format gives the same blocks: kinds, levels, texts, sections, table places, headers, labels."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from agent.documents import parse
from agent.models import Document
from tests.documents import proposal

Seen = list[tuple[object, ...]]


def seen(document: Document) -> Seen:
    return [
        (
            b.kind,
            b.level if b.kind == "heading" else 0,
            document.quote(b),
            b.section,
            (b.table, b.row, b.column),
            b.is_header,
            b.headers,
            b.label,
        )
        for b in document.body
    ]


@pytest.fixture(scope="module")
def markdown() -> Seen:
    return seen(parse(proposal.as_markdown(), "it.md"))


def test_markdown_is_what_was_written(markdown: Seen) -> None:
    kinds = {"heading": "heading", "item": "list_item", "pair": "paragraph", "paragraph": "paragraph"}
    expected = [(kinds[p.kind], p.text) for p in proposal.PARTS if p.kind != "table"]
    assert [(kind, text) for kind, _, text, *_ in markdown if kind != "cell"] == expected
    cells = [c for p in proposal.PARTS for row in p.rows for c in row if c]
    assert [text for kind, _, text, *_ in markdown if kind == "cell"] == cells


def test_cells_know_their_headers_and_labels(markdown: Seen) -> None:
    by_text = {
        text: (header, headers, label) for kind, _, text, _, _, header, headers, label in markdown if kind == "cell"
    }
    assert by_text["Cost (USD)"] == (True, (), "")
    assert by_text["160"] == (False, ("Cost (USD)",), "Total")
    assert by_text["8 weeks".join(["The clerks' queue stays in place for ", ""])] == (False, (), "Rollback")


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("it.docx", proposal.as_docx()),
        ("it.html", proposal.as_html()),
        ("it.pdf", proposal.as_pdf()),
        ("borderless.pdf", proposal.as_pdf(grid=False)),
    ],
)
def test_same_blocks(markdown: Seen, name: str, data: bytes) -> None:
    assert seen(parse(data, name)) == markdown


@pytest.mark.slow
def test_same_blocks_from_libreoffice(markdown: Seen, libreoffice: Callable[[bytes], bytes]) -> None:
    assert seen(parse(libreoffice(proposal.as_docx()), "it.pdf")) == markdown


@pytest.mark.slow
def test_same_blocks_from_chromium(markdown: Seen, chromium: Callable[[bytes], bytes]) -> None:
    """Its page header and footer (date, title, address) are furniture."""
    assert seen(parse(chromium(proposal.as_html()), "it.pdf")) == markdown


def test_title_and_pages() -> None:
    pdf = parse(proposal.as_pdf(), "it.pdf")
    assert pdf.title == proposal.TITLE
    assert pdf.pages == 2
    assert parse(proposal.as_docx(), "it.docx").title == proposal.TITLE
    assert [b.page for b in pdf.blocks] == sorted(b.page or 0 for b in pdf.blocks)
