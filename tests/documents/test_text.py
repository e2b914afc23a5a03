"""Plain text."""

from __future__ import annotations

import pytest

from agent.documents import parse
from agent.errors import NotADocument

SAMPLE = """PROPOSAL FOR A CLASSIFIER

Owner: Ana
Budget: $4,000 to $6,000

1. Plan

We fine-tune a small model with LoRA
and compare it with prompting.  The
test set is locked.

Steps
-----
* collect 2,000 examples
  from the archive
* train - twice
3) evaluate

| Item | Cost |
|------|------|
| GPU  | $90  |
| Data | $400 |
"""


def test_blocks() -> None:
    document = parse(SAMPLE.encode(), "it.txt")
    assert [(b.kind, document.quote(b)) for b in document.blocks] == [
        ("heading", "PROPOSAL FOR A CLASSIFIER"),
        ("paragraph", "Owner: Ana"),
        ("paragraph", "Budget: $4,000 to $6,000"),
        ("heading", "1. Plan"),
        ("paragraph", "We fine-tune a small model with LoRA and compare it with prompting. The test set is locked."),
        ("heading", "Steps"),
        ("list_item", "collect 2,000 examples from the archive"),
        ("list_item", "train - twice"),
        ("list_item", "evaluate"),
        ("cell", "Item"),
        ("cell", "Cost"),
        ("cell", "GPU"),
        ("cell", "$90"),
        ("cell", "Data"),
        ("cell", "$400"),
    ]
    last = document.blocks[-1]
    assert (last.headers, last.label, last.section) == (("Cost",), "Data", ("PROPOSAL FOR A CLASSIFIER", "Steps"))


def test_headings_without_blank_lines() -> None:
    source = (
        "Plan for invoices\n\n1. Goal\nWe read invoices with a model that we train on the tickets of last year.\n"
        "DATA AND PEOPLE\nThere are 2,000 examples of them, and four people who will label more in May.\n"
        "1. Collect the data and clean it, with the help of the archive team\n2. Train\n"
    )
    document = parse(source.encode(), "it.txt")
    assert [(b.kind, document.quote(b).split()[0]) for b in document.blocks] == [
        ("heading", "Plan"),
        ("heading", "1."),
        ("paragraph", "We"),
        ("heading", "DATA"),
        ("paragraph", "There"),
        ("list_item", "Collect"),
        ("list_item", "Train"),
    ]


def test_numbers_at_a_line_start_are_no_list() -> None:
    document = parse(b"The budget is\n4,000 USD and the deadline is\n2027. We start now.\n", "it.txt")
    assert document.text == "The budget is 4,000 USD and the deadline is 2027. We start now."


@pytest.mark.parametrize(
    "data",
    [
        "Coût – 5 €".encode(),
        b"\xef\xbb\xbf" + "Coût – 5 €".encode(),
        "Coût – 5 €".encode("cp1252"),
        "Coût – 5 €".encode("utf-16"),
    ],
    ids=["utf-8", "bom", "cp1252", "utf-16"],
)
def test_encodings(data: bytes) -> None:
    assert parse(data, "it.txt").text == "Coût – 5 €"


def test_binary_is_refused() -> None:
    with pytest.raises(NotADocument, match="binary data"):
        parse(bytes(range(256)) * 40, "it.txt")


def test_canonical_text_keeps_quotes_and_folds_the_rest() -> None:
    document = parse("“It’s” ﬁne\u00a0tuning  at １０ ％ – 10² ½ non\u2011stop 完整，好".encode(), "it.txt")
    assert document.text == "“It’s” fine tuning at 10 % – 10² ½ non-stop 完整，好"


def test_fold_keeps_offsets() -> None:
    from agent.documents.canonical import fold

    text = "“It’s” 3–5 − 1 «x»"
    assert fold(text) == '"It\'s" 3-5 - 1 "x"'
    assert len(fold(text)) == len(text)


@pytest.mark.parametrize(
    "text",
    [
        "a" * 200_000 + " а\u200bb",
        "-" * 200_000 + "x",
        " " * 200_000 + "x",
        "|" * 100_000 + "x",
        "A: " * 60_000,
        "\u200b" * 200_000 + "x",
    ],
    ids=["letters", "dashes", "spaces", "bars", "pairs", "zero-width"],
)
def test_long_runs_are_one_pass(text: str) -> None:
    """Small plain text is read outside the sandbox, so that no pattern may go over it again and again."""
    assert parse(text.encode(), "it.txt").blocks
