"""Every hostile file ends soon, in a document or in one helpful line; never in a hang, a crash or a traceback."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from agent import errors
from agent.documents import read, read_file
from tests.documents.hostile import archives, pdfs
from tests.documents.word import cell, docx, row, table

REFUSED: list[tuple[str, Callable[[], bytes], type[errors.DocumentError]]] = [
    ("truncated.pdf", pdfs.truncated, errors.CorruptDocument),
    ("garbage.pdf", pdfs.garbage, errors.CorruptDocument),
    ("loop.pdf", pdfs.page_tree_that_holds_itself, errors.CorruptDocument),
    ("pages.pdf", lambda: pdfs.many_pages(2_000), errors.TooLargeDocument),
    ("packed.docx", archives.packed_paragraphs, errors.TooLargeDocument),
    ("laughs.docx", archives.billion_laughs, errors.CorruptDocument),
    ("entity.docx", archives.outside_entity, errors.CorruptDocument),
    ("deep.docx", archives.deeply_nested, errors.CorruptDocument),
    ("names.docx", archives.outside_names, errors.CorruptDocument),
    ("twice.docx", archives.two_documents, errors.CorruptDocument),
    ("members.docx", archives.many_members, errors.TooLargeDocument),
    ("truncated.docx", archives.truncated, errors.CorruptDocument),
    ("damaged.docx", archives.damaged, errors.CorruptDocument),
    ("encrypted.docx", archives.encrypted, errors.EncryptedDocument),
    ("empty.pdf", lambda: b"", errors.EmptyDocument),
    ("blank.md", lambda: b"\n \n", errors.EmptyDocument),
    ("binary.txt", lambda: bytes(range(256)) * 100, errors.NotADocument),
    ("picture.pdf", lambda: b"\x89PNG\r\n\x1a\n" + bytes(100), errors.NotADocument),
    ("sheet.docx", lambda: b"PK\x03\x04" + b"xl/workbook.xml", errors.NotADocument),
    ("old.doc", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(3000), errors.NotADocument),
    ("long.txt", lambda: b"word " * 1_200_000, errors.TooLargeDocument),
]


@pytest.mark.parametrize(("name", "make", "error"), REFUSED, ids=[name for name, *_ in REFUSED])
def test_refused(name: str, make: Callable[[], bytes], error: type[errors.DocumentError]) -> None:
    with pytest.raises(error) as caught:
        read(make(), name)
    assert type(caught.value) is error
    line = str(caught.value)
    assert line.startswith(f"{name}: ")
    assert "\n" not in line
    assert "Traceback" not in line
    assert caught.value.why
    assert caught.value.fix.endswith(".")
    assert caught.value.exit_code == 3


@pytest.mark.slow
@pytest.mark.parametrize(
    "make",
    [lambda: pdfs.bomb(700), lambda: pdfs.forms_calling_forms(28)],
    ids=["unpacks to 700 MB", "draws 2^28 forms"],
)
def test_what_would_eat_the_machine_is_stopped(make: Callable[[], bytes]) -> None:
    with pytest.raises(errors.TooLargeDocument, match="Export it again"):
        read(make(), "bomb.pdf")


@pytest.mark.parametrize(
    ("name", "make", "text"),
    [
        ("good.pdf", pdfs.good, "Budget: 4,000 USD for LoRA"),
        ("deep.pdf", pdfs.deep_array, "Budget: 4,000 USD for LoRA"),
        ("launch.pdf", pdfs.launching, "Budget: 4,000 USD for LoRA"),
        ("pdf named.docx", pdfs.good, "Budget: 4,000 USD for LoRA"),
        ("late head.pdf", lambda: b"GIF89a" + bytes(500) + pdfs.good(), "Budget: 4,000 USD for LoRA"),
        ("span.docx", lambda: docx(table(row(cell("x", '<w:gridSpan w:val="100000000"/>')))), "x"),
        ("docx named.pdf", lambda: docx("<w:p><w:r><w:t>A plan</w:t></w:r></w:p>"), "A plan"),
        ("span.html", lambda: b"<table><tr><td colspan=100000000 rowspan=100000000>x<td>y</table>", "x\ny"),
        ("quotes.md", lambda: b"text\n\n" + b">" * 20_000 + b" x", "text"),
        ("list.md", lambda: b"".join(b"  " * i + b"- x\n" for i in range(300)), "x"),
        ("brackets.md", lambda: b"[" * 20_000 + b"x" + b"](" * 20_000, "["),
    ],
)
def test_read_in_spite_of_it(name: str, make: Callable[[], bytes], text: str) -> None:
    assert read(make(), name).text.startswith(text)
    assert not Path("/tmp/opened").exists()


@pytest.mark.slow
def test_a_cloud_of_words_ends() -> None:
    assert read(pdfs.cloud_of_words(6_000), "cloud.pdf").words > 1_000


@pytest.mark.slow
def test_deep_html_ends() -> None:
    with pytest.raises(errors.EmptyDocument):
        read(b"<div>" * 100_000 + b"x", "deep.html")


def test_only_regular_files_are_opened(tmp_path: Path) -> None:
    target = tmp_path / "plan.md"
    target.write_text("# A plan\n")
    (tmp_path / "link.md").symlink_to(target)
    os.mkfifo(tmp_path / "pipe.pdf")
    (tmp_path / "folder.pdf").mkdir()
    assert read_file(target).title == "A plan"
    for name, why in (
        ("link.md", "symbolic link"),
        ("pipe.pdf", "pipe"),
        ("folder.pdf", "folder"),
        ("none.md", "no such file"),
    ):
        with pytest.raises(errors.NotADocument, match=why):
            read_file(tmp_path / name)
    with pytest.raises(errors.NotADocument, match="device"):
        read_file("/dev/zero")


def test_no_file_over_the_limit_is_read(tmp_path: Path) -> None:
    from agent.documents import Limits

    (tmp_path / "big.pdf").write_bytes(bytes(2_000))
    with pytest.raises(errors.TooLargeDocument, match="the limit is"):
        read_file(tmp_path / "big.pdf", limits=Limits(bytes=1_000))
