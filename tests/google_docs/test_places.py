"""Each quote that occurs once is anchored at exactly its words, whatever stands around them; all open cases by hand."""

from __future__ import annotations

import re
from collections import Counter

from evals.benchmarks.google_places import measure
from integrations.google_docs.places import range_of
from integrations.google_docs.reader import read
from tests.cli.conftest import FLAWED
from tests.google_docs.converting import Converter
from tests.google_docs.documents import shown_between

UNSEEN = re.compile("[\u200d\ufe0f]")
"""Joiners of an emoji's parts: not in the text that we read, but within its place."""


def test_quotes_are_read_back_from_their_ranges() -> None:
    told: list[str] = []
    found = sum((measure(FLAWED, seed, told) for seed in range(6)), Counter[str]())
    assert told == []
    assert found["exact"] == found["once"] > 20


def test_every_word_of_every_block_is_read_back() -> None:
    checked = 0
    for seed in range(12):
        made = Converter(FLAWED + "\n| Item | 😀 |\n|---|---|\n| e\u0301 | שלום 8 |\n", seed).document()
        document = read(made)
        for block in document.body:
            at = block.start
            for word in document.quote(block).split(" "):
                if word and (place := range_of(document, at, at + len(word))):
                    seen = shown_between(made, place.tab, place.start, place.end, place.segment)
                    assert UNSEEN.sub("", seen) == word
                    checked += 1
                at += len(word) + 1
    assert checked > 1000
