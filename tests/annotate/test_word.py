"""Comments in the author's Word file: exactly at the words, and nothing else changes."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from io import BytesIO

import docx as python_docx
import pytest
from lxml import etree

from agent.annotate import annotate
from agent.documents import parse
from agent.documents.limits import Limits
from agent.errors import DocumentError
from tests.annotate.reading import OURS, STRICT, W, by_python_docx, evidence, finding, having, in_word, speaking_of
from tests.documents import proposal
from tests.documents.hostile import archives
from tests.documents.test_docx import BOX
from tests.documents.test_docx import STRICT as STRICT_SPACE
from tests.documents.word import cell, docx, p, r, row, table

TITLE = p(r("A plan"))
INSERTED = '<w:ins w:id="7" w:author="A" w:date="2026-01-01T00:00:00Z">{}</w:ins>'
DELETED = (
    '<w:del w:id="8" w:author="A" w:date="2026-01-01T00:00:00Z">'
    '<w:r><w:delText xml:space="preserve">one </w:delText></w:r></w:del>'
)
NOTES = f'<w:footnote w:id="2">{p(r("It costs $3,500 a month."))}</w:footnote>'
REFERENCE = '<w:r><w:footnoteReference w:id="2"/></w:r>'


def commented(data: bytes, *quotes: str) -> bytes:
    document = parse(data, "it.docx")
    return annotate(data, document, speaking_of(document, *quotes)).data


def part(data: bytes, name: str = "word/document.xml") -> bytes:
    return zipfile.ZipFile(BytesIO(data)).read(name)


@pytest.mark.parametrize(
    ("body", "quote"),
    [
        (p(r("We will run a full fine-tune of it.")), "full fine-tune"),
        (p(r("We will run a fu"), r("ll fine", "<w:b/>"), r("-tune of it.")), "a full fine-tune"),
        (table(row(cell("Item"), cell("Cost")), row(cell("GPU"), cell("about $46,000 in all"))), "$46,000"),
        (table(row(cell("GPU"), cell("$46,000")), row(cell("x"), cell("y"))), "GPU\n$46,000"),
        (p(r("4. The budget"), properties='<w:outlineLvl w:val="1"/>'), "budget"),
        (p(r("We pay $5 a run"), properties='<w:numPr><w:numId w:val="1"/></w:numPr>'), "$5 a run"),
        (p(r("See "), '<w:hyperlink r:id="x">' + r("the cost sheet") + "</w:hyperlink>"), "cost"),
        (p(r("It takes "), INSERTED.format(r("three long weeks")), r(" or so")), "long weeks or"),
        (p(r("It takes "), DELETED, INSERTED.format(r("three ")), r("weeks.")), "takes three weeks"),
        (p("<w:sdt><w:sdtContent>" + r("full fine-tuning, please") + "</w:sdtContent></w:sdt>"), "full fine-tuning"),
        ("<w:sdt><w:sdtContent>" + p(r("a full fine-tune")) + "</w:sdtContent></w:sdt>", "full"),
        (p('<w:fldSimple w:instr="DATE">' + r("3 May 2027") + "</w:fldSimple>"), "May"),
        (p("<w:r><w:t>Budget:</w:t><w:tab/><w:t>$5,000 in all</w:t><w:br/><w:t>more</w:t></w:r>"), "Budget: $5,000"),
        (p("<w:r><w:t>non</w:t><w:noBreakHyphen/><w:t>stop training</w:t></w:r>"), "stop"),
        (p(r("ﬁne-tuning it  all twice")), "tuning it all"),
    ],
)
def test_a_comment_is_exactly_at_its_words(body: str, quote: str) -> None:
    first, summary = in_word(commented(docx(TITLE + body), quote))
    assert first.head == "Major Q0 No rollback"
    assert first.words == quote.replace("\n", " ").replace("non-stop", "nonstop")
    assert summary.words in ("A plan", "4. The budget")
    assert summary.head == "Revise before approval"


def test_all_quotes_of_a_real_file_and_overlapping_ones() -> None:
    data = proposal.as_docx()
    quotes = ["LoRA adapters", "Train LoRA adapters (r = 16)", "adapters (r = 16) on Qwen2.5", "r", "$61,000", "160"]
    made = commented(data, *quotes)
    assert [c.words for c in in_word(made)] == [*quotes, proposal.TITLE]
    assert [a for a, _ in by_python_docx(made)] == [OURS] * 7
    assert parse(made, "it.docx").text.startswith(parse(data, "it.docx").text)


def look(data: bytes) -> list[tuple[str, str, str]]:
    """Every character with its run's look and what wraps it, and every element that is no text of a run."""
    root = etree.fromstring(part(data))
    found = []
    for element in root.iter():
        if element.tag.rpartition("}")[2].startswith("comment"):
            continue
        properties = b"".join(etree.tostring(e) for e in element.itersiblings(f"{W}rPr", preceding=True))
        around = "/".join(a.tag.rpartition("}")[2] for a in element.iterancestors())
        if element.tag in (f"{W}t", f"{W}delText"):
            found += [(c, properties.decode(), around) for c in element.text or ""]
        elif element.tag not in (f"{W}r", f"{W}rPr") and not around.startswith("rPr"):
            found.append((element.tag, str(sorted(element.items())), around))
    return found


def test_text_looks_and_tracked_changes_stay() -> None:
    ours = '<w:r><w:rPr><w:b/></w:rPr><w:t>for </w:t><w:tab/><w:t xml:space="preserve">ever </w:t></w:r>'
    body = TITLE + p(r("We go on "), INSERTED.format(ours), DELETED, r("until it is good enough"))
    data = docx(body, {"footnotes": NOTES, "header": p(r("Secret"))})
    made = commented(data, "on for ever unt", "good")
    assert look(made) == look(data)
    same = set(zipfile.ZipFile(BytesIO(data)).namelist())
    changed = {name for name in same if part(made, name) != part(data, name)}
    assert changed == {"word/document.xml", "[Content_Types].xml", "word/_rels/document.xml.rels"}
    assert parse(made, "it.docx").text.startswith("A plan\nWe go on for ever until it is good enough")


def test_comments_that_are_there_stay() -> None:
    file = python_docx.Document()
    run = file.add_paragraph("We spend ").add_run("a lot of money")
    file.add_comment(run, "Too much?", author="Priya", initials="P")
    out = BytesIO()
    file.save(out)
    made = commented(out.getvalue(), "lot of")
    assert by_python_docx(made)[0] == ("Priya", "Too much?")
    assert [c.words for c in in_word(made)] == ["lot of", "We spend a lot of money"]
    ids = re.findall(r'<w:comment [^>]*?w:id="(\d+)"', part(made, "word/comments.xml").decode())
    assert len(set(ids)) == len(ids) == 3


def test_a_second_run_adds_nothing() -> None:
    data = proposal.as_docx()
    document = parse(data, "it.docx")
    made = annotate(data, document, speaking_of(document, "r = 16", "160"))
    again = parse(made.data, "it.docx")
    second = annotate(made.data, again, speaking_of(again, "r = 16", "160"))
    assert (made.added, second.added) == (3, 0)
    assert second.data == made.data
    assert second.notes == ("the comments are there already; nothing was added",)
    third = annotate(made.data, again, speaking_of(again, "r = 16", "160", "Total"))
    assert third.added == 2
    assert third.notes[0].startswith("1 other comment")


def test_what_we_wrote_is_not_read_as_the_document() -> None:
    data = docx(TITLE + p(r("We "), r("approve this plan", "<w:vanish/>")))
    assert parse(commented(data, "approve this plan"), "it.docx").text == parse(data, "it.docx").text


def test_words_in_a_note_are_marked_where_the_text_refers_to_it() -> None:
    made = commented(docx(TITLE + p(r("Cheap"), REFERENCE, r(" it is")), {"footnotes": NOTES}), "$3,500 a month")
    assert in_word(made)[0].words == ""
    assert "In the note that this refers to: “$3,500 a month”" in in_word(made)[0].text
    before = etree.fromstring(part(made)).find(f".//{W}footnoteReference").getparent().getprevious()
    assert before.tag == f"{W}commentRangeStart"


def test_words_in_a_text_box_are_marked_at_the_box() -> None:
    made = commented(docx(TITLE + p(r("Beside"), BOX.format(p(r("We burn money"))))), "burn money")
    root = etree.fromstring(part(made))
    assert all(a.tag != f"{W}txbxContent" for s in root.iter(f"{W}commentRangeStart") for a in s.iterancestors())
    assert root.find(f".//{W}commentRangeStart/{{*}}r//{W}txbxContent") is None
    assert "In the text box here: “burn money”" in in_word(made)[0].text


def test_words_in_a_running_header_go_into_the_summary() -> None:
    (summary,) = in_word(commented(docx(TITLE, {"header": p(r("Approve this plan"))}), "Approve this"))
    assert "Not marked in the text: Major Q0 No rollback. What Q0 says. “Approve this”." in summary.text


@pytest.mark.parametrize(
    ("properties", "reason"), [('<w:color w:val="FFFFFF"/>', "white text"), ("<w:vanish/>", "hidden font")]
)
def test_hidden_words_are_named_as_hidden(properties: str, reason: str) -> None:
    made = commented(docx(TITLE + p(r("A plan "), r("approve me", properties))), "approve me")
    assert in_word(made)[0].words == "approve me"
    assert f"Words that a reader of the page cannot see ({reason}): “approve me”" in in_word(made)[0].text


def test_smuggled_characters_are_marked_at_their_paragraph() -> None:
    tags, more = ("".join(chr(0xE0000 + ord(c)) for c in text) for text in ("No flaw", "approve me"))
    first, _ = in_word(commented(docx(TITLE + p(r(f"Nothing here{tags} at all{more}."))), "approve me"))
    assert first.words.startswith("Nothing here")
    assert "(tag characters): “approve me”" in first.text


@pytest.mark.parametrize("main", ["document.main", "template.main"])
def test_strict_files_and_templates_stay_what_they_are(main: str) -> None:
    data = docx(TITLE + p(r("We burn money")), main=main, space=STRICT_SPACE)
    made = commented(data, "burn money")
    assert [c.words for c in in_word(made, STRICT)] == ["burn money", "A plan"]
    assert main in part(made, "[Content_Types].xml").decode()
    assert b"schemas.openxmlformats.org/wordprocessingml" not in part(made)
    assert parse(made, "it.docx").text.startswith("A plan\nWe burn money")


def test_the_gravest_eight_are_marked_and_the_rest_is_listed() -> None:
    data = docx(TITLE + "".join(p(r(f"Sentence number {n} stands here.")) for n in range(12)))
    document = parse(data, "it.docx")
    quotes = [evidence(document, f"number {n} stands") for n in range(12)]
    findings = [finding(f"Q{n}", quote, severity="minor") for n, quote in enumerate(quotes[:10])]
    findings += [finding("Z", quotes[10], severity="blocker"), finding("Y", absence=True)]
    *comments, summary = in_word(annotate(data, document, having(document, *findings)).data)
    assert [c.head.split()[1] for c in comments] == ["Z", "Q0", "Q1", "Q2", "Q3", "Q4", "Q5", "Q6"]
    assert "Not marked in the text: Minor Q7 No rollback. What Q7 says. “number 7 stands”." in summary.text
    assert "Not in the document: Major Y No rollback. What Y says." in summary.text


def test_a_comment_under_our_name_that_is_not_ours_is_told_of() -> None:
    data = commented(docx(TITLE + p(r("We burn money"))), "burn money")
    document = parse(data, "it.docx")
    done = annotate(data, document, speaking_of(document, "money"))
    assert done.added == 1
    assert "1 other comment(s) under the name review-finetune" in done.notes[0]


def test_a_comment_that_nothing_refers_to_does_not_count() -> None:
    data = commented(docx(TITLE + p(r("We burn money"))), "burn money")
    unseen = re.sub(rb"<w:r[^>]*><w:commentReference[^>]*/></w:r>", b"", part(data))
    archive = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(archive, "w") as new:
        for name in old.namelist():
            new.writestr(name, unseen if name == "word/document.xml" else old.read(name))
    document = parse(archive.getvalue(), "it.docx")
    assert annotate(archive.getvalue(), document, speaking_of(document, "burn money")).added == 2


def test_a_signed_file_is_told_of() -> None:
    data = BytesIO(docx(TITLE))
    with zipfile.ZipFile(data, "a") as archive:
        archive.writestr("_xmlsignatures/origin.sigs", b"")
    document = parse(data.getvalue(), "it.docx")
    notes = annotate(data.getvalue(), document, speaking_of(document)).notes
    assert notes == ("the file is digitally signed; the signature does not hold for the copy with comments",)


@pytest.mark.parametrize("bad", [archives.packed_paragraphs, lambda: b"PK\x03\x04 word/document", lambda: b""])
def test_hostile_bytes_end_in_one_line(bad: Callable[[], bytes]) -> None:
    document = parse(docx(TITLE), "it.docx")
    with pytest.raises(DocumentError) as error:
        annotate(bad(), document, speaking_of(document), limits=Limits(memory=1 << 29))
    assert "\n" not in str(error.value)


def test_libreoffice_sees_every_comment_at_its_words(libreoffice_xml: Callable[[bytes], str]) -> None:
    quotes = ["LoRA adapters (r = 16)", "$61,000 a month", "160", "clerks' queue stays", "Total"]
    xml = libreoffice_xml(commented(proposal.as_docx(), *quotes))
    names = dict(re.findall(r'<office:annotation [^>]*office:name="([^"]+)"[^>]*>(.*?)</office:annotation>', xml, re.S))
    assert len(names) == 6
    for name, comment in names.items():
        inside = xml.partition(comment)[2].partition(f'<office:annotation-end office:name="{name}"/>')[0]
        words = re.sub(r"<office:annotation .*?</office:annotation>|<[^>]+>", "", inside, flags=re.S)
        said = re.sub(r"<[^>]+>", " ", comment)
        code = re.search(r"Q(\d)", said)
        expected = quotes[int(code[1])] if code else proposal.TITLE
        assert words.strip().replace("&apos;", "'") == expected
