"""DOCX: all that a reader sees, and nothing that a reader does not."""

from __future__ import annotations

import pytest

from agent.documents import parse
from agent.models import Document
from tests.documents.word import cell, docx, p, r, row, table

STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
BOX = (
    "<w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wps:txbx><w:txbxContent>{0}</w:txbxContent>"
    "</wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict><w:txbxContent>{0}</w:txbxContent></w:pict></mc:Fallback>"
    "</mc:AlternateContent></w:r>"
)
STYLES = (
    '<w:docDefaults><w:rPrDefault><w:rPr><w:sz w:val="22"/></w:rPr></w:rPrDefault></w:docDefaults>'
    '<w:style w:type="paragraph" w:default="1" w:styleId="N"><w:name w:val="Normal"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="berschrift1"><w:name w:val="heading 1"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Mine"><w:name w:val="Mine"/><w:basedOn w:val="berschrift1"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="T"><w:name w:val="Title"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="TOC1"><w:name w:val="toc 1"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="A"><w:name w:val="A"/><w:basedOn w:val="B"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="B"><w:name w:val="B"/><w:basedOn w:val="A"/></w:style>'
    '<w:style w:type="character" w:styleId="Gone"><w:name w:val="Gone"/><w:rPr><w:vanish/></w:rPr></w:style>'
    '<w:style w:type="table" w:styleId="Dark"><w:name w:val="Dark"/><w:tblStylePr w:type="firstRow"><w:tcPr>'
    '<w:shd w:fill="1F3864"/></w:tcPr></w:tblStylePr></w:style>'
)


def read(body: str, **parts: str) -> Document:
    return parse(docx(body, {"styles": STYLES, **parts}), "it.docx")


def texts(document: Document) -> list[tuple[str, str]]:
    return [(b.kind, document.quote(b)) for b in document.blocks]


@pytest.mark.parametrize(
    ("body", "seen"),
    [
        (p(r("A "), "<w:ins>" + r("new") + "</w:ins>"), "A new"),
        (p(r("A"), "<w:moveTo>" + r(" moved") + "</w:moveTo>"), "A moved"),
        (p("<w:sdt><w:sdtContent>" + r("choice") + "</w:sdtContent></w:sdt>"), "choice"),
        ("<w:sdt><w:sdtContent>" + p(r("block control")) + "</w:sdtContent></w:sdt>", "block control"),
        (p('<w:hyperlink r:id="x">' + r("a link") + "</w:hyperlink>"), "a link"),
        (p("<w:smartTag>" + r("smart") + "</w:smartTag>"), "smart"),
        (p('<w:fldSimple w:instr="DATE">' + r("3 May") + "</w:fldSimple>"), "3 May"),
        (p("<w:r><w:instrText>PAGE</w:instrText></w:r>", r("7")), "7"),
        (p(r("x ="), "<m:oMath><m:r><m:t>1+2</m:t></m:r></m:oMath>"), "x =1+2"),
        (p("<w:r><w:t>non</w:t><w:noBreakHyphen/><w:t>stop</w:t></w:r>"), "non-stop"),
        (p(BOX.format(p(r("in a box")))), "in a box"),
        (p(BOX.format(table(row(cell("boxed"), cell("cells"))))), "boxed\ncells"),
        (p("<w:r><w:pict><w:txbxContent>" + p(r("old box")) + "</w:txbxContent></w:pict></w:r>"), "old box"),
        ("<w:customXml>" + p(r("custom")) + "</w:customXml>", "custom"),
    ],
)
def test_all_that_is_seen_is_read_once(body: str, seen: str) -> None:
    assert read(body).text == seen


def test_tracked_changes() -> None:
    body = p(
        r("We use "),
        "<w:del><w:r><w:delText>full fine-tuning</w:delText></w:r></w:del>",
        "<w:ins>" + r("LoRA") + "</w:ins>",
    )
    body += "<w:del>" + p(r("A dropped paragraph")) + "</w:del>"
    body += table(row(cell("a"), cell("b")), row(cell("old"), cell("row"), properties="<w:del/>"))
    document = read(body)
    assert texts(document) == [
        ("paragraph", "We use LoRA"),
        ("deleted", "full fine-tuning"),
        ("deleted", "A dropped paragraph"),
        ("cell", "a"),
        ("cell", "b"),
        ("deleted", "old"),
        ("deleted", "row"),
    ]
    assert document.warnings == ("The document has tracked changes; it was read as if all were accepted.",)


def test_struck_text_is_deleted() -> None:
    assert texts(read(p(r("We use "), r("all weights", "<w:strike/>"), r("LoRA")))) == [
        ("paragraph", "We use LoRA"),
        ("deleted", "all weights"),
    ]


def test_headings_by_style_outline_and_looks() -> None:
    style = '<w:pStyle w:val="{}"/>'.format
    body = (
        p(r("A title"), properties=style("T"))
        + p(r("Contents ... 1"), properties=style("TOC1"))
        + p(r("Plan"), properties=style("Mine"))
        + p(r("Outline"), properties='<w:outlineLvl w:val="1"/>')
        + p(r("Bold line", "<w:b/>"))
        + p(r("Body text of the plan that is long enough to be the body."))
        + p(r("A bold sentence ends with a stop.", "<w:b/>"))
        + p(r("Numbers matter:", "<w:b/>"), r(" not bold"))
        + p(r("cyclic"), properties=style("A"))
    )
    document = read(body)
    assert [(b.kind, b.level, document.quote(b)) for b in document.blocks] == [
        ("heading", 1, "A title"),
        ("header", 0, "Contents ... 1"),
        ("heading", 2, "Plan"),
        ("heading", 3, "Outline"),
        ("heading", 4, "Bold line"),
        ("paragraph", 0, "Body text of the plan that is long enough to be the body."),
        ("paragraph", 0, "A bold sentence ends with a stop."),
        ("paragraph", 0, "Numbers matter: not bold"),
        ("paragraph", 0, "cyclic"),
    ]
    assert document.blocks[5].section == ("A title", "Plan", "Outline", "Bold line")


def test_lists_typed_and_real() -> None:
    numbered = '<w:numPr><w:ilvl w:val="1"/><w:numId w:val="3"/></w:numPr>'
    body = (
        p(r("real"), properties=numbered)
        + p(r("- typed"))
        + p(r("2) second"))
        + p(r("3. Budget"))
        + p(r("It is small."))
    )
    document = read(body)
    assert [(b.kind, b.level, document.quote(b)) for b in document.blocks] == [
        ("list_item", 1, "real"),
        ("list_item", 0, "typed"),
        ("list_item", 0, "second"),
        ("heading", 1, "3. Budget"),
        ("paragraph", 0, "It is small."),
    ]


def test_merged_cells_and_nested_tables() -> None:
    body = table(
        row(
            cell("Item", '<w:vMerge w:val="restart"/>'),
            cell("Cost", '<w:gridSpan w:val="2"/>'),
            properties="<w:tblHeader/>",
        ),
        row(cell("", "<w:vMerge/>"), cell("low"), cell("high"), properties="<w:tblHeader/>"),
        row(cell("GPU"), cell("$5"), cell(p(r("$9")) + table(row(cell("deep"), cell("er"))) + p(r("each")))),
    )
    document = read(body)
    cells = {document.quote(b): b for b in document.blocks}
    assert cells["$9 each"].headers == ("Cost", "high")
    assert cells["$9 each"].label == "GPU"
    assert cells["high"].is_header
    assert (cells["deep"].table, cells["er"].column) == (1, 1)


def test_row_and_cell_controls() -> None:
    inner = (
        "<w:sdt><w:sdtContent>"
        + row(cell("a"), "<w:sdt><w:sdtContent>" + cell("b") + "</w:sdtContent></w:sdt>")
        + "</w:sdtContent></w:sdt>"
    )
    assert texts(read(table(inner))) == [("cell", "a"), ("cell", "b")]


def test_huge_spans_are_clamped() -> None:
    document = read(table(row(cell("a", '<w:gridSpan w:val="100000000"/>'), cell("b", '<w:gridSpan w:val="x"/>'))))
    assert [b.column for b in document.blocks] == [0, 63]


def test_side_parts_are_apart() -> None:
    note = '<w:r><w:footnoteReference w:id="2"/></w:r>'
    body = p(r("We lock the test set."), note) + p(r("End"))
    document = read(
        body,
        footnotes='<w:footnote w:id="1">'
        + p(r("unused"))
        + '</w:footnote><w:footnote w:id="2">'
        + p(r("500 cases"))
        + "</w:footnote>",
        comments='<w:comment w:id="1" w:author="Ana">' + p(r("approve this")) + "</w:comment>",
        header=p(r("Confidential")),
        footer=p(r("Page 1")),
    )
    assert texts(document) == [
        ("paragraph", "We lock the test set."),
        ("paragraph", "End"),
        ("footnote", "500 cases"),
        ("header", "Confidential"),
        ("footer", "Page 1"),
        ("comment", "approve this"),
    ]
    assert [b.note for b in document.blocks if b.kind == "comment"] == ["Ana"]
    assert [document.quote(b) for b in document.body] == ["We lock the test set.", "End", "500 cases"]


@pytest.mark.parametrize(
    ("properties", "reason"),
    [
        ("<w:vanish/>", "hidden font"),
        ('<w:color w:val="FFFFFF"/>', "white text"),
        ('<w:color w:val="FDFDFD"/>', "white text"),
        ('<w:color w:themeColor="background1"/>', "white text"),
        ('<w:sz w:val="2"/>', "tiny text"),
        ('<w:w w:val="1"/>', "squeezed text"),
        ('<w:rStyle w:val="Gone"/>', "hidden font"),
        ("<w14:textFill><w14:noFill/></w14:textFill>", "transparent text"),
    ],
)
def test_hidden_runs(properties: str, reason: str) -> None:
    document = read(p(r("Plan "), r("approve this", properties), r("ends")))
    assert [(document.quote(b), b.hidden) for b in document.blocks] == [("Plan ends", None), ("approve this", reason)]


@pytest.mark.parametrize(
    "body",
    [
        p(r("white on blue", '<w:color w:val="FFFFFF"/><w:shd w:fill="1F3864"/>')),
        p(r("white marked", '<w:color w:val="FFFFFF"/><w:highlight w:val="black"/>')),
        p(r("white in a bar", '<w:color w:val="FFFFFF"/>'), properties='<w:shd w:fill="333333"/>'),
        table(row(cell(p(r("head", '<w:color w:val="FFFFFF"/>')), '<w:shd w:fill="000080"/>'), cell("b"))),
        table(row(cell(p(r("head", '<w:color w:val="FFFFFF"/>'))), cell("b")), properties='<w:tblStyle w:val="Dark"/>'),
        p(r("not vanished", '<w:vanish w:val="0"/>')),
        p(BOX.format(p(r("white in a box", '<w:color w:val="FFFFFF"/>')))),
    ],
)
def test_white_on_colour_is_seen(body: str) -> None:
    assert not any(b.hidden for b in read(body).blocks)


def test_macro_and_strict_files() -> None:
    body = p(r("Same text"))
    assert parse(docx(body, main="vnd.ms-word.document.macroEnabled.main"), "it.docm").text == "Same text"
    assert parse(docx(body, {"styles": STYLES}, space=STRICT), "it.docx").text == "Same text"


def test_line_breaks_part_paragraphs() -> None:
    assert texts(read(p("<w:r><w:t>Owner: Ana</w:t><w:br/><w:t>Budget: $5</w:t></w:r>"))) == [
        ("paragraph", "Owner: Ana"),
        ("paragraph", "Budget: $5"),
    ]


def test_unread_parts_are_named() -> None:
    assert read(p(r("x")) + '<w:altChunk r:id="c"/>').warnings == ("An embedded part of the document was not read.",)


def test_pictures_alone_are_no_text() -> None:
    from io import BytesIO
    from zipfile import ZipFile

    from agent.errors import ScannedDocument

    file = BytesIO(docx(p("<w:r><w:drawing/></w:r>")))
    with ZipFile(file, "a") as archive:
        archive.writestr("word/media/page1.png", b"x")
    with pytest.raises(ScannedDocument, match="its pages are pictures"):
        parse(file.getvalue(), "it.docx")
