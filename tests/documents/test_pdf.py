"""PDF: reading order, paragraphs, hyphens, furniture, tables, turned and encrypted files, forms and comments."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pypdf
import pytest
from pypdf.annotations import FreeText, Highlight
from pypdf.generic import ArrayObject, FloatObject
from reportlab.pdfgen.canvas import Canvas

from agent.documents import parse
from agent.documents.places import page_at
from agent.errors import EncryptedDocument, TooLargeDocument
from agent.models import Document
from tests.documents import proposal

Draw = Callable[[Any], None]


def pdf(*pages: Draw, size: tuple[float, float] = (400, 600)) -> bytes:
    out = BytesIO()
    canvas = Canvas(out, pagesize=size, pageCompression=0)
    for draw in pages:
        canvas.setFont("Helvetica", 10)
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def lines(*texts: str, x: float = 40, top: float = 540, step: float = 12) -> Draw:
    def draw(canvas: Any) -> None:
        for i, text in enumerate(texts):
            canvas.drawString(x, top - i * step, text)

    return draw


def read(*pages: Draw) -> Document:
    return parse(pdf(*pages), "it.pdf")


def texts(document: Document) -> list[tuple[str, str]]:
    return [(b.kind, document.quote(b)) for b in document.blocks]


WIDE = "We fine-tune a model on the tickets of the last year and then we"
NEXT = "measure it on the locked test set that the finance team holds for"
LAST = "us until the end."


def test_a_sentence_over_lines_is_one_block() -> None:
    document = read(lines(WIDE, NEXT, LAST))
    assert texts(document) == [("paragraph", f"{WIDE} {NEXT} {LAST}")]


def test_a_sentence_over_pages_is_one_block() -> None:
    document = read(lines(WIDE, NEXT), lines("the rest of the year. And a second sentence stands on this page", NEXT))
    assert len(document.blocks) == 1
    assert f"{NEXT} the rest of the year." in document.text
    assert {a.page for a in document.anchors} == {1, 2}
    assert [
        page_at(document, document.text.index(word)) for word in ("We fine", "holds for", "the rest", "stands")
    ] == [1, 1, 2, 2]


def test_short_lines_stay_apart() -> None:
    document = read(lines(WIDE, NEXT + ".", "Owner: Ana", "Budget: $5", "Start: May", top=500))
    assert [t for _, t in texts(document)] == [f"{WIDE} {NEXT}.", "Owner: Ana", "Budget: $5", "Start: May"]


def test_gap_and_indent_begin_paragraphs() -> None:
    def draw(canvas: Any) -> None:
        lines(WIDE, NEXT)(canvas)
        lines(NEXT, WIDE, top=500)(canvas)
        lines("Indented " + WIDE[10:], x=55, top=476)(canvas)
        lines(NEXT, top=464)(canvas)

    assert [len(t) > 60 for _, t in texts(read(draw))] == [True] * 3


@pytest.mark.parametrize(
    ("upper", "lower", "joined"),
    [
        ("the plan is to do full fine-", "tuning of the model weights", "full fine-tuning of"),
        ("the team will eval-", "uate the model, evaluate it", "will evaluate the model"),
        ("a score on the held-", "out set counts most for us", "held-out set"),
        ("see the model card of Qwen-", "Coder and of no other model", "Qwen-Coder and"),
        ("from the address data/novel-", "harness that the team keeps", "data/novel-harness that"),
        ("costs of between 3-", "5 weeks and not one day more", "3-5 weeks"),
    ],
)
def test_hyphens_at_line_ends(upper: str, lower: str, joined: str) -> None:
    document = read(lines("To evaluate we need a locked test", upper, lower))
    assert joined in document.text


def test_ligatures_and_odd_spaces_become_plain() -> None:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    pdfmetrics.registerFont(TTFont("Vera", "Vera.ttf"))

    def draw(canvas: Any) -> None:
        canvas.setFont("Vera", 10)
        canvas.drawString(40, 500, "efﬁcient\u00a0workﬂow")

    assert read(draw).text == "efficient workflow"


def test_running_lines_are_furniture() -> None:
    def page(number: int, text: str) -> Draw:
        def draw(canvas: Any) -> None:
            canvas.drawString(40, 575, "Acme - confidential")
            lines(text, top=480)(canvas)
            canvas.drawString(180, 20, f"Page {number} of 3")

        return draw

    document = read(page(1, "First things of all."), page(2, "Second things then."), page(3, "Third and last."))
    assert [t for _, t in texts(document) if _ == "paragraph"] == [
        "First things of all.",
        "Second things then.",
        "Third and last.",
    ]
    assert ("header", "Acme - confidential") in texts(document)
    assert ("footer", "Page 1 of 3") in texts(document)
    assert not any("confidential" in document.quote(b) for b in document.body)


def test_columns_that_interleave_are_put_in_order() -> None:
    def draw(canvas: Any) -> None:
        left = [
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "end",
        ]
        right = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu"]
        for i in range(12):
            canvas.drawString(40, 500 - 12 * i, f"left {left[i]} words run along here")
            canvas.drawString(220, 500 - 12 * i, f"right {right[i]} words run there")

    text = read(draw).text
    assert text.index("left twelve") < text.index("right alpha")
    assert "left one words run along here left two" in text


def test_columns_in_their_own_order_stay() -> None:
    def draw(canvas: Any) -> None:
        canvas.drawString(40, 560, "A title over both of the columns of the page")
        for i in range(6):
            canvas.drawString(40, 500 - 12 * i, f"left {i} words run along here so" + "." * (i == 5))
        for i in range(6):
            canvas.drawString(220, 500 - 12 * i, f"right {i} words run along so")

    document = read(draw)
    assert [t for _, t in texts(document)][1:] == [
        " ".join(f"left {i} words run along here so" for i in range(6)) + ".",
        " ".join(f"right {i} words run along so" for i in range(6)),
    ]


def test_headings_by_size_and_weight() -> None:
    def draw(canvas: Any) -> None:
        canvas.setFont("Helvetica-Bold", 18)
        canvas.drawString(40, 540, "A plan")
        canvas.setFont("Helvetica-Bold", 10)
        canvas.drawString(40, 510, "Budget")
        canvas.setFont("Helvetica", 10)
        lines(WIDE, NEXT, top=496)(canvas)
        canvas.setFont("Helvetica-Bold", 10)
        canvas.drawString(40, 460, "This bold sentence is text.")

    document = read(draw)
    assert [(b.kind, b.level) for b in document.blocks] == [
        ("heading", 1),
        ("heading", 2),
        ("paragraph", 0),
        ("paragraph", 0),
    ]
    assert document.blocks[2].section == ("A plan", "Budget")


def test_table_over_two_pages_is_one() -> None:
    rows = (("Item", "Hours", "Cost"), *((f"Run {i}", str(i), f"${i * 10}") for i in range(1, 60)))
    parts = (proposal.Part("paragraph", "Costs follow."), proposal.Part("table", rows=rows))
    document = parse(proposal.as_pdf(parts), "it.pdf")
    cells = [b for b in document.blocks if b.kind == "cell"]
    assert {b.table for b in cells} == {0}
    assert len(cells) == 60 * 3
    last = cells[-1]
    assert (document.quote(last), last.row, last.page, last.headers, last.label) == ("$590", 59, 3, ("Cost",), "Run 59")


def test_merged_header_cells() -> None:
    from reportlab.platypus import SimpleDocTemplate, Table

    out = BytesIO()
    rows = [["Item", "Cost", ""], ["", "low", "high"], ["GPU", "$5", "$9"]]
    style = [("GRID", (0, 0), (-1, -1), 0.5, "black"), ("SPAN", (1, 0), (2, 0)), ("SPAN", (0, 0), (0, 1))]
    SimpleDocTemplate(out).build([Table(rows, style=style)])
    document = parse(out.getvalue(), "it.pdf")
    cell = {document.quote(b): b for b in document.blocks}["$9"]
    assert (cell.row, cell.column, cell.label) == (2, 2, "GPU")
    assert "Cost" in cell.headers


def test_striped_table_without_rules() -> None:
    rows = [("Item", "Hours", "Cost"), ("Data", "10", "$40"), ("Training", "36", "$90"), ("Tests", "12", "$30")]

    def draw(canvas: Any) -> None:
        for r, row in enumerate(rows):
            for c, text in enumerate(row):
                x, y = 40 + 110 * c, 500 - 20 * r
                if r % 2 == 0:
                    canvas.setFillGray(0.9)
                    canvas.rect(x, y - 6, 110, 20, stroke=0, fill=1)
                canvas.setFillGray(0)
                canvas.drawString(x + 4, y, text)

    document = read(draw)
    assert [(b.row, b.column, document.quote(b)) for b in document.blocks] == [
        (r, c, text) for r, row in enumerate(rows) for c, text in enumerate(row)
    ]
    assert document.blocks[-1].headers == ("Cost",)


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_turned_pages_read_alike(degrees: int) -> None:
    writer = pypdf.PdfWriter(clone_from=pypdf.PdfReader(BytesIO(proposal.as_pdf())))
    for page in writer.pages:
        page.rotate(degrees)
        page.transfer_rotation_to_content()
        page.rotate(-degrees)
    out = BytesIO()
    writer.write(out)
    turned, upright = parse(out.getvalue(), "it.pdf"), parse(proposal.as_pdf(), "it.pdf")
    assert [turned.quote(b) for b in turned.body] == [upright.quote(b) for b in upright.body]


def test_text_that_is_turned_without_saying_so() -> None:
    def draw(canvas: Any) -> None:
        canvas.rotate(90)
        lines(WIDE, NEXT, LAST, top=-40)(canvas)

    assert texts(read(draw)) == [("paragraph", f"{WIDE} {NEXT} {LAST}")]


def test_page_numbers_do_not_join_sentences() -> None:
    def page(number: int, *rows: str) -> Draw:
        def draw(canvas: Any) -> None:
            lines(*rows)(canvas)
            canvas.drawString(190, 85, str(number))

        return draw

    document = read(page(163, WIDE, NEXT), page(164, "the rest of the year and then we stop."))
    assert [t[:20] for k, t in texts(document) if k == "paragraph"] == [WIDE[:20]]
    assert ("footer", "163") in texts(document)


def _encrypted(user: str) -> bytes:
    writer = pypdf.PdfWriter(clone_from=pypdf.PdfReader(BytesIO(proposal.as_pdf())))
    writer.encrypt(user, "owner", algorithm="AES-256")
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def test_a_password_for_changes_only_does_not_matter() -> None:
    assert proposal.TITLE in parse(_encrypted(""), "it.pdf").text


def test_a_password_for_reading_does() -> None:
    with pytest.raises(EncryptedDocument, match="Save it without a password"):
        parse(_encrypted("secret"), "it.pdf")


def test_too_many_pages() -> None:
    with pytest.raises(TooLargeDocument, match="301 pages, the limit is 300"):
        parse(pdf(*[lines("x")] * 301), "it.pdf")


def test_form_fields_and_annotations() -> None:
    out = BytesIO()
    canvas = Canvas(out, pagesize=(400, 600))
    canvas.drawString(40, 540, "Please fill in.")
    canvas.acroForm.textfield(name="budget", value="4,000 USD", x=40, y=500)
    canvas.save()
    writer = pypdf.PdfWriter(clone_from=pypdf.PdfReader(BytesIO(out.getvalue())))
    writer.add_annotation(0, FreeText(text="We use LoRA.", rect=(40, 400, 200, 420)))
    quad = ArrayObject([FloatObject(x) for x in (40, 550, 100, 550, 40, 540, 100, 540)])
    note = Highlight(rect=(40, 540, 100, 550), quad_points=quad)
    note[pypdf.generic.NameObject("/Contents")] = pypdf.generic.TextStringObject("Looks wrong")
    writer.add_annotation(0, note)
    filled = BytesIO()
    writer.write(filled)
    document = parse(filled.getvalue(), "it.pdf")
    assert texts(document) == [
        ("paragraph", "Please fill in."),
        ("paragraph", "We use LoRA."),
        ("comment", "Looks wrong"),
        ("field", "budget: 4,000 USD"),
    ]


def test_text_across_the_page_is_furniture() -> None:
    def draw(canvas: Any) -> None:
        lines(WIDE, NEXT)(canvas)
        canvas.saveState()
        canvas.translate(200, 300)
        canvas.rotate(45)
        canvas.drawString(0, 0, "DRAFT COPY")
        canvas.restoreState()

    assert ("header", "DRAFT COPY") in texts(read(draw))
