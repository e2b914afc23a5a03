"""`batch --annotate`: the authors' own files come back with comments, and cost no review where they take none."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from docx import Document as Word
from pypdf import PdfReader

from evals.render import render
from tests.batch.conftest import EXAMPLE, Batch
from tests.cli.conftest import FLAWED

Capture = pytest.CaptureFixture[str]


def test_files_come_back_with_comments(batch: Batch, capsys: Capture) -> None:
    (batch.given / "example.pdf").write_bytes(EXAMPLE.read_bytes())
    (batch.given / "flawed.docx").write_bytes(render(FLAWED + "\nFor Word.\n", "docx", "flawed")[0])
    assert batch.run(capsys=capsys).code == 0
    assert not list(batch.output.glob("reviews/*.annotated.*"))
    assert batch.run("--annotate", "--resume", capsys=capsys).code == 0
    rows = {Path(r["document"]).name: r["annotated"] for r in batch.table("summary")}
    assert rows == {
        "sound.md": "",
        "flawed.md": "",
        "example.pdf": "reviews/example.annotated.pdf",
        "flawed.docx": "reviews/flawed.annotated.docx",
    }
    pages = PdfReader(batch.output / rows["example.pdf"]).pages
    assert any(page.get("/Annots") for page in pages)
    made = Word(io.BytesIO((batch.output / rows["flawed.docx"]).read_bytes()))
    assert len(list(made.comments)) > 1
    assert 'href="reviews/example.annotated.pdf"' in (batch.output / "summary.html").read_text("utf-8")
    again = batch.run("--annotate", "--resume", capsys=capsys)
    assert "4 of them done already" in again.err
