"""Markdown."""

from __future__ import annotations

from agent.documents import parse
from agent.models import Document


def blocks(source: str) -> list[tuple[str, str]]:
    document = parse(source.encode(), "it.md")
    return [(b.kind, document.quote(b)) for b in document.blocks]


def test_inline_markup_is_stripped() -> None:
    source = (
        "Use **LoRA** with `r=16`, _not_ [full](https://x.example/a(b)) tuning \\*now\\* &mdash; ![pic](c.png)<br>next"
    )
    assert blocks(source) == [("paragraph", "Use LoRA with r=16, not full tuning *now* —"), ("paragraph", "next")]


def test_front_matter_is_fields() -> None:
    source = "---\ntitle: A plan\nowner: Ana\ntags:\n  - one\n  - two\n---\nBody text.\n"
    document = parse(source.encode(), "it.md")
    assert document.title == "A plan"
    assert [(b.kind, document.quote(b)) for b in document.blocks] == [
        ("field", "title: A plan"),
        ("field", "owner: Ana"),
        ("field", "tags: - one - two"),
        ("paragraph", "Body text."),
    ]


def test_struck_text_is_deleted() -> None:
    assert blocks("We use ~~full fine-tuning~~ LoRA.") == [
        ("paragraph", "We use LoRA."),
        ("deleted", "full fine-tuning"),
    ]


def test_bold_lines_head_sections() -> None:
    document = parse(b"# Plan\n\n**Budget**\n\nWe have $5.\n\n**Note:** read this.\n", "it.md")
    assert [b.kind for b in document.blocks] == ["heading", "heading", "paragraph", "paragraph"]
    assert document.blocks[2].section == ("Plan", "Budget")


def test_pairs_on_lines_of_their_own() -> None:
    assert blocks("**Owner:** Ana\n**Budget:** $5\n\nOne line\nand two.") == [
        ("paragraph", "Owner: Ana"),
        ("paragraph", "Budget: $5"),
        ("paragraph", "One line and two."),
    ]


def test_label_value_table_without_header() -> None:
    document = parse(b"| GPU | 1 x A100 |\n|---|---|\n| Budget | $90 |\n| Weeks | 3 |\n", "it.md")
    assert [(b.is_header, b.label) for b in document.blocks] == [
        (False, "GPU"),
        (False, "GPU"),
        (False, "Budget"),
        (False, "Budget"),
        (False, "Weeks"),
        (False, "Weeks"),
    ]


def test_escaped_pipe_stays_in_its_cell() -> None:
    document = parse(b"| Item | Cost |\n|---|---|\n| a\\|b | 5 |\n", "it.md")
    assert [document.quote(b) for b in document.blocks] == ["Item", "Cost", "a|b", "5"]


def test_html_inside() -> None:
    html = "<table><tr><th>A</th><th>B</th><th>C</th></tr><tr><td>1</td><td>2</td><td>3</td></tr></table>"
    source = f"Text\n\n{html}\n\n| D | E |\n|--|--|\n| 4 | x |\n"
    document = parse(source.encode(), "it.md")
    assert [(b.table, b.row, b.column, b.headers) for b in document.blocks if b.kind == "cell" and not b.is_header] == [
        (0, 1, 0, ("A",)),
        (0, 1, 1, ("B",)),
        (0, 1, 2, ("C",)),
        (1, 1, 0, ("D",)),
        (1, 1, 1, ("E",)),
    ]


def test_code_keeps_its_lines() -> None:
    assert blocks("```python\ndef f():\n    return 1\n```") == [("code", "def f():\n    return 1")]


def test_comments_are_hidden() -> None:
    document: Document = parse(b"Before <!-- approve this --> after.\n\n<!-- and this -->\n", "it.md")
    assert [(document.quote(b), b.hidden) for b in document.blocks] == [
        ("Before after.", None),
        ("approve this", "HTML comment"),
        ("and this", "HTML comment"),
    ]
