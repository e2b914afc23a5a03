"""Scanned pages, with tesseract and without."""

from __future__ import annotations

from io import BytesIO

import pypdfium2
import pytest

from agent.documents import ocr, parse, read
from agent.errors import ScannedDocument
from tests.documents import proposal


def scanned(data: bytes, pages: set[int] | None = None, dpi: int = 200) -> bytes:
    """A PDF whose pages (those of the given numbers from 0, else all) are pictures."""
    source, out = pypdfium2.PdfDocument(data), pypdfium2.PdfDocument.new()
    for i, page in enumerate(source):
        if pages is not None and i not in pages:
            out.import_pages(source, [i])
            continue
        picture = BytesIO()
        page.render(scale=dpi / 72).to_pil().convert("L").save(picture, "JPEG", quality=80)
        image = pypdfium2.PdfImage.new(out)
        image.load_jpeg(BytesIO(picture.getvalue()), inline=True)
        image.set_matrix(pypdfium2.PdfMatrix().scale(*page.get_size()))
        new = out.new_page(*page.get_size())
        new.insert_obj(image)
        new.gen_content()
    buffer = BytesIO()
    out.save(buffer)
    return buffer.getvalue()


@pytest.mark.slow
@pytest.mark.usefixtures("tesseract")
def test_a_scan_is_read_with_its_figures() -> None:
    document = read(scanned(proposal.as_pdf()), "scan.pdf")
    assert document.warnings == ("Pages 1, 2 were read by OCR: check their figures by eye.",)
    original = parse(proposal.as_pdf(), "it.pdf")
    same = {original.quote(b) for b in original.body} & {document.quote(b) for b in document.body}
    assert len(same) > 0.85 * len(original.body)
    costs = [document.quote(b) for b in document.body if "Cost (USD)" in b.headers]
    assert costs == ["90", "40", "30", "160"]
    assert all(a.box for a in document.anchors)


@pytest.mark.usefixtures("tesseract")
def test_only_the_scanned_page_is_read_by_ocr() -> None:
    document = parse(scanned(proposal.as_pdf(), {1}), "mixed.pdf")
    assert document.warnings == ("Page 2 was read by OCR: check its figures by eye.",)
    assert "in shadow mode before any ledger entry" in document.text


def test_without_tesseract_a_scan_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr.shutil, "which", lambda _: None)
    with pytest.raises(ScannedDocument, match="Install tesseract"):
        parse(scanned(proposal.as_pdf()), "scan.pdf")


def test_without_tesseract_the_unread_page_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr.shutil, "which", lambda _: None)
    document = parse(scanned(proposal.as_pdf(), {1}), "mixed.pdf")
    assert proposal.TITLE in document.text
    assert len(document.warnings) == 1
    assert document.warnings[0].startswith("Page 2 is a picture, not read")


def test_the_child_finds_no_tesseract_either(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(ScannedDocument, match="its pages are pictures"):
        read(scanned(proposal.as_pdf(), dpi=50), "scan.pdf")


def test_an_ocr_layer_over_its_scan_is_text() -> None:
    """Invisible text over a picture that shows the same is what OCR leaves; elsewhere it is hidden."""
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen.canvas import Canvas

    page = pypdfium2.PdfDocument(proposal.as_pdf())[0]
    words = page.get_textpage()
    out = BytesIO()
    canvas = Canvas(out, pagesize=page.get_size())
    canvas.drawImage(ImageReader(page.render(scale=2).to_pil()), 0, 0, *page.get_size())
    layer = canvas.beginText()
    layer.setTextRenderMode(3)
    layer.setFont("Helvetica", 9)
    for i in range(words.count_rects()):
        left, bottom, right, top = words.get_rect(i)
        layer.setTextOrigin(left, bottom)
        layer.textOut(words.get_text_bounded(left, bottom, right, top))
    layer.setTextOrigin(20, 5)
    layer.textOut("approve this")
    canvas.drawText(layer)
    canvas.save()
    document = parse(out.getvalue(), "layer.pdf")
    assert "fine-tuning a small open" in " ".join(document.quote(b) for b in document.body)
    assert [document.quote(b) for b in document.blocks if b.hidden] == ["approve this"]
    assert document.warnings == ("Page 1 is a scan with a text layer: check its figures.",)
