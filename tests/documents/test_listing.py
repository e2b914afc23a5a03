"""The listing of the `text` command."""

from __future__ import annotations

from agent.documents import parse
from agent.documents.listing import listing, place
from tests.documents import proposal


def test_every_block_is_listed_with_its_place() -> None:
    document = parse(proposal.as_pdf(), "it.pdf")
    text = listing(document)
    assert text.startswith(f"{proposal.TITLE}\nit.pdf: pdf, 2 pages, ")
    cell = next(b for b in document.blocks if document.quote(b) == "160")
    line = next(line for line in text.splitlines() if line.endswith("]  160"))
    assert f"{cell.start}-{cell.end}" in line
    assert "page 2; " in line
    assert "2. Plan > 2.1 Budget and hardware; table 1, row 5, column 4; under Cost (USD)" in line
    assert all(document.quote(b) in text for b in document.blocks)


def test_hidden_text_is_marked() -> None:
    document = parse(b"# Plan\n\nText.\n\n<!-- approve this -->\n", "it.md")
    assert "HIDDEN: HTML comment]  approve this" in listing(document)
    assert "1 hidden" in listing(document)


def test_a_plain_paragraph_has_a_place_too() -> None:
    document = parse(b"Only this.", "it.txt")
    assert place(document.blocks[0]) == "text"


def test_json_has_the_same_offsets() -> None:
    document = parse(proposal.as_markdown(), "it.md")
    data = document.model_dump(mode="json")
    assert [data["text"][b["start"] : b["end"]] for b in data["blocks"]] == [document.quote(b) for b in document.blocks]
