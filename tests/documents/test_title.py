"""Titles: the file's own unless it is junk."""

from __future__ import annotations

from io import BytesIO

import docx
import pytest

from agent.documents import parse


@pytest.mark.parametrize(
    "junk",
    [
        "Microsoft Word - final2.docx",
        "Untitled",
        "untitled document",
        "Document1",
        "plan_v3.docx",
        "Copy of Plan",
        "  ",
        "Word Document",
        "New Document 2",
        "-",
    ],
)
def test_junk_gives_way_to_the_first_heading(junk: str) -> None:
    assert (
        parse(f"<html><title>{junk}</title><h1>A real title</h1><p>x</p></html>".encode(), "it.html").title
        == "A real title"
    )


@pytest.mark.parametrize("title", ["Fine-tuning plan", "Document extraction with LoRA", "Vorschlag: Rechnungen"])
def test_a_title_that_says_something_is_kept(title: str) -> None:
    assert parse(f"<html><title>{title}</title><h1>Summary</h1><p>x</p></html>".encode(), "it.html").title == title


def test_docx_properties() -> None:
    file = docx.Document()
    file.core_properties.title = "Our plan"
    file.add_paragraph("Text.")
    out = BytesIO()
    file.save(out)
    assert parse(out.getvalue(), "it.docx").title == "Our plan"


def test_without_heading_the_first_line() -> None:
    assert parse(b"Plan for invoices\n\nWe train a model.", "it.txt").title == "Plan for invoices"
