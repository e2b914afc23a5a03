"""`review --format docx|pdf`: the author's own file back."""

from __future__ import annotations

import sys
from pathlib import Path

import docx
import pytest

from agent.examples import PROPOSAL
from tests.annotate.reading import in_pdf, in_word
from tests.cli.conftest import FLAWED, Run, one_line, process

END = "Read by rules alone, without a language model. A person decides."


@pytest.fixture
def word(tmp_path: Path) -> Path:
    """A proposal with blockers, as a Word file."""
    file = docx.Document()
    for line in FLAWED.split("\n\n"):
        file.add_paragraph(line.removeprefix("# ").replace("\n", " "))
    file.save(str(tmp_path / "flawed.docx"))
    return tmp_path / "flawed.docx"


@pytest.fixture
def pdf(tmp_path: Path) -> Path:
    """The bundled example."""
    path = tmp_path / "proposal.pdf"
    path.write_bytes(PROPOSAL.read_bytes())
    return path


def test_a_word_file_comes_back_with_comments(run: Run, word: Path, tmp_path: Path) -> None:
    done = run(word, "-o", "reviewed.docx")
    assert (done.code, done.out, done.err) == (0, "", "")
    *comments, summary = in_word((tmp_path / "reviewed.docx").read_bytes())
    by_code = {comment.head.split()[1]: comment for comment in comments}
    assert by_code["AP4"].words == "If training turns out to be too slow, we will fall back to LoRA."
    assert by_code["AP4"].head == "Blocker AP4 LoRA as fallback"
    assert "\nQuestion: " in by_code["AP1"].text
    assert "\nGuide: " in by_code["AP1"].text
    assert summary.head == "Revise before approval"
    assert summary.words == "Drafting warranty replies"
    assert summary.text.endswith(END)
    assert [c.head.split()[0] for c in comments] == sorted(c.head.split()[0] for c in comments)


def test_a_pdf_comes_back_with_highlights(run: Run, pdf: Path, tmp_path: Path) -> None:
    assert run("review", pdf, "--format", "pdf", "-o", "reviewed.pdf", "--fail-on", "revise").code == 1
    made = (tmp_path / "reviewed.pdf").read_bytes()
    assert made.startswith(pdf.read_bytes())
    assert any(a.text.startswith("Blocker AP1") and "full fine-tune" in a.words for a in in_pdf(made))


@pytest.mark.parametrize("form", ["docx", "pdf"])
def test_a_second_run_says_that_all_is_there(run: Run, word: Path, pdf: Path, tmp_path: Path, form: str) -> None:
    source = word if form == "docx" else pdf
    assert run(source, "-o", f"1.{form}").code == 0
    done = run(f"1.{form}", "-o", f"2.{form}")
    assert done.code == 0
    assert done.err == f"note: 1.{form}: the comments are there already; nothing was added.\n"
    assert (tmp_path / f"1.{form}").read_bytes() == (tmp_path / f"2.{form}").read_bytes()


@pytest.mark.parametrize(
    ("name", "form", "said"),
    [
        ("proposal.pdf", "docx", "proposal.pdf is a PDF: --format docx puts comments into the author's own Word file."),
        ("flawed.docx", "pdf", "flawed.docx is a Word file: --format pdf puts comments into the author's own PDF"),
        ("flawed.md", "pdf", "flawed.md is Markdown: "),
        ("flawed.md", "docx", "Export it as Word and review that, or --format html"),
        ("page.html", "docx", "page.html is HTML: "),
        ("plain.txt", "pdf", "plain.txt is plain text: "),
    ],
)
def test_another_format_than_the_files_own_is_refused(
    run: Run, word: Path, pdf: Path, flawed: Path, tmp_path: Path, name: str, form: str, said: str
) -> None:
    (tmp_path / "page.html").write_text("<html><body><p>A plan</p></body></html>")
    (tmp_path / "plain.txt").write_text("A plan")
    for done in (run(name, "--format", form, "-o", "out"), run(name, "-o", f"out.{form}")):
        assert done.code == 2
        assert one_line(done.err)
        assert said in done.err


def test_a_terminal_gets_no_bytes(run: Run, word: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    done = run(word, "--format", "docx")
    assert (done.code, done.out) == (2, "")
    assert done.err == "error: docx is not for a terminal: it is a file. Say where it goes: -o flawed-reviewed.docx\n"


def test_bytes_go_through_a_pipe(word: Path, tmp_path: Path) -> None:
    done = process("review", "-", "--format", "docx", data=word.read_bytes(), cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, b"")
    assert in_word(done.stdout)[-1].head == "Revise before approval"


def test_several_go_into_a_folder_and_spare_the_originals(run: Run, word: Path, pdf: Path, tmp_path: Path) -> None:
    refused = run(word, word, "--format", "docx")
    assert refused.code == 2
    assert "Give a folder with -o." in refused.err
    before = word.read_bytes()
    done = run(word, pdf, word, "--format", "docx", "-o", tmp_path)
    assert done.code == 1
    assert one_line(done.err)
    names = {path.name for path in tmp_path.glob("*.docx")}
    assert names == {"flawed.docx", "flawed-reviewed.docx", "flawed-2-reviewed.docx"}
    assert word.read_bytes() == before


def test_what_is_no_document_is_said_as_ever(run: Run, tmp_path: Path) -> None:
    (tmp_path / "empty.docx").write_bytes(b"")
    done = run("empty.docx", "-o", "out.docx")
    assert done.code == 3
    assert one_line(done.err)
