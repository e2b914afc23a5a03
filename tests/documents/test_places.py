"""Every character leads back to its place in the author's file."""

from __future__ import annotations

from io import BytesIO

import docx
import pypdfium2
import pytest

from agent.documents import parse
from agent.documents.places import find_run, highlights, run_parts, source_range
from agent.models import Document
from tests.documents import proposal

MARKDOWN = """---
title: Note
---
# A **bold** plan &amp; *more*

We use `LoRA`, not [full](https://example.org/full "full fine-tuning") fine-tuning\\*; see <https://example.org/x>.
> Quoted “words” stay
> as they are.

| Item | Cost |
|------|-----:|
| GPU &amp; disk | **$160** |

* one
  - two\tthree

```
code  here
    indented
```
"""
HTML = (
    "<html><title>It costs nothing</title><body><h1>It costs</h1>\n<p>One &amp; two <b>three</b>&nbsp;four "
    "<!-- note --> &lt;five&gt;</p><table><tr><td>A</td><td>B &eacute;</td></tr></table>"
    "<script>x = 'It'</script><p>End</p></body></html>"
)
TEXT = "PLAN\n\nFirst line of a paragraph\nthat goes on.\n\n- item one\n- item two\n\nOwner: A\nBudget: $5\n"


def check_sources(document: Document, source: str) -> int:
    """Compares every anchored character with the source; returns how many differ in form, such as `&amp;` for `&`."""
    changed = 0
    for anchor in document.anchors:
        assert anchor.offset is not None
        for i in range(anchor.end - anchor.start):
            ours, theirs = document.text[anchor.start + i], source[anchor.offset + i]
            if ours != theirs:
                assert theirs in "&\\\t\n\u00a0"
                assert theirs != "\n" or ours == " "
                changed += 1
    return changed


@pytest.mark.parametrize(("name", "source"), [("it.md", MARKDOWN), ("it.html", HTML), ("it.txt", TEXT)])
def test_offsets_are_exact(name: str, source: str) -> None:
    document = parse(source.encode(), name)
    changed = check_sources(document, source)
    anchored = sum(not c.isspace() for a in document.anchors for c in document.text[a.start : a.end])
    letters = sum(not c.isspace() for c in document.text)
    assert changed < 12
    assert anchored == letters


def test_crlf_offsets_count_line_ends_once() -> None:
    document = parse(b"# A\r\n\r\nOne line\r\nand two.\r\n", "it.md")
    assert check_sources(document, "# A\n\nOne line\nand two.\n") == 1


def test_source_range_takes_in_the_markup() -> None:
    document = parse(MARKDOWN.encode(), "it.md")
    start = document.text.index("not full fine-tuning")
    where = source_range(document, start, start + len("not full fine-tuning"))
    assert where is not None
    assert MARKDOWN[slice(*where)] == 'not [full](https://example.org/full "full fine-tuning") fine-tuning'


def test_docx_runs_hold_the_quote() -> None:
    data = proposal.as_docx()
    document = parse(data, "it.docx")
    body = docx.Document(BytesIO(data)).element.body
    for quote in ("Owner: Priya Raman", "fine-tuning a small open model", "The clerks' queue", "Total", proposal.TITLE):
        start = document.text.index(quote)
        parts = run_parts(document, start, start + len(quote))
        assert "".join(find_run(body, p).text[p.start : p.end] for p in parts) == quote


def test_docx_offsets_count_tabs_and_ligatures_as_python_docx_does() -> None:
    file = docx.Document()
    run = file.add_paragraph().add_run("A\tﬁne\u00ad-tuning ﬂow")
    run.add_break()
    run.add_text("next  line")
    out = BytesIO()
    file.save(out)
    document = parse(out.getvalue(), "it.docx")
    body = docx.Document(BytesIO(out.getvalue())).element.body
    assert [document.quote(b) for b in document.blocks] == ["A fine-tuning flow", "next line"]
    for quote, original in (("flow", "ﬂow"), ("line", "line"), ("fine-tuning", "ﬁne\u00ad-tuning")):
        start = document.text.index(quote)
        parts = run_parts(document, start, start + len(quote))
        found = find_run(body, parts[0]).text
        assert found[parts[0].start : parts[-1].end] == original


@pytest.mark.parametrize(
    "quote", ["Priya Raman", "costs about $61,000 a month. We propose fine-tuning", "Total", "160"]
)
def test_pdf_boxes_hold_the_quote(quote: str) -> None:
    data = proposal.as_pdf()
    document = parse(data, "it.pdf")
    pdf = pypdfium2.PdfDocument(data)
    start = document.text.index(quote)
    found = []
    for page, box in highlights(document, start, start + len(quote)):
        found.append(pdf[page - 1].get_textpage().get_text_bounded(*(box[0] - 1, box[1] - 1, box[2] + 1, box[3] + 1)))
    joined = " ".join(" ".join(found).replace("\ufffe", "-").split())
    assert quote in joined
    assert len(joined) <= len(quote) + 12


def test_every_word_of_a_pdf_has_a_box() -> None:
    document = parse(proposal.as_pdf(), "it.pdf")
    anchored = sum(a.end - a.start for a in document.anchors if a.box)
    assert anchored >= sum(not c.isspace() for c in document.text)


@pytest.mark.parametrize(
    "data",
    [proposal.as_markdown(), proposal.as_docx(), proposal.as_html(), proposal.as_pdf()],
    ids=["md", "docx", "html", "pdf"],
)
def test_blocks_are_in_order_and_apart(data: bytes) -> None:
    document = parse(data, "it")
    ends = 0
    for block in document.blocks:
        assert ends <= block.start < block.end <= len(document.text)
        assert document.text[ends : block.start] in ("", "\n")
        assert document.quote(block) == document.quote(block).strip()
        ends = block.end
