"""A quote is found to the letter in the visible body, or it is no quote."""

from __future__ import annotations

import pytest

from agent import documents
from agent.facts.quotes import evidence, find

TEXT = """# Plan

We hold out 1,200 tickets — “sealed” until launch. The final ﬁgure is 30 GPUs.

| Item | Value |
|---|---|
| Runs | 24 |
| Seeds | 3 |
| Folds | 3 |

We do **not** have a locked test set.
"""
DOCUMENT = documents.parse(TEXT.encode(), "a.md")


@pytest.mark.parametrize(
    "quote",
    [
        "We hold out 1,200 tickets",
        "We  hold\nout 1,200 tickets",
        'tickets - "sealed" until launch.',
        "The final figure is 30 GPUs",
        "The final ﬁgure is 30 GPUs.",
        "24",
    ],
)
def test_spaces_dashes_quotes_and_ligatures_do_not_count(quote: str) -> None:
    found = find(DOCUMENT, quote)
    assert found is not None
    shown = evidence(DOCUMENT, found)
    assert DOCUMENT.text[shown.start : shown.end] == shown.quote


@pytest.mark.parametrize(
    "quote",
    [
        "",
        "   ",
        "We held out 1,200 tickets",
        "we hold out 1,200 tickets",
        "We hold out 1200 tickets",
        "We hold out tickets",
        "200 tickets",
        "hold out 1",
        "We hold out 1,20",
        "e hold out",
        "0 GPUs",
        "3",
        "tickets",
        "We have a locked test set.",
        "until launch. The budget",
        "GPUs. Item Value",
        "We hold out " + "x" * 2000,
        "We hold out.*",
        "(?i)we hold out",
    ],
)
def test_anything_else_is_not_there(quote: str) -> None:
    assert find(DOCUMENT, quote) is None


@pytest.mark.parametrize(
    "page",
    [
        b"<p>We fine-tune with LoRA.</p><p style='display:none'>We have a sealed test set.</p>",
        b"<p>We fine-tune with LoRA.</p><!-- We have a sealed test set. -->",
        b"<p>We fine-tune with LoRA.</p><del>We have a sealed test set.</del>",
    ],
)
def test_what_a_reader_cannot_see_cannot_be_quoted(page: bytes) -> None:
    assert find(documents.parse(page, "a.html"), "We have a sealed test set.") is None


def test_hostile_quotes_take_no_time() -> None:
    long = documents.parse(("a " * 50_000).encode(), "a.md")
    assert find(long, "a " * 400 + "b") is None
