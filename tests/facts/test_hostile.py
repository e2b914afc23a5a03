"""Texts made to be slow: every reader must end, and soon enough for a generous alarm."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.documents import parse
from agent.facts.assertions import assertion
from agent.facts.language import named_languages
from agent.facts.lexicon import Cue, cue, table
from agent.facts.mentions import gpus, methods, models, tunings, unnamed_gpus
from agent.facts.quantities import quantities
from agent.facts.segments import Segment, sentences

LENGTH = 100_000
UNITS = [
    "1", "1,", "1 ", "1.", "12,345 ", "$", "$1 - ", "1-", "one ", "one hundred and ", "twenty-", "half a ", " ",
    "\t", "-", "no ", "not only ", "if ", "unless ", "a ", "(", "()", "( no ", ")", ".", ". ", "A.", "e.g. ",
    "8x ", "8 x H100 ", "A100 80", "Qwen-", "Llama 3 ", "x/", "org/", "B", "7B ", "full ", "fine-tune all of the ",
    "prefer ", "within ", "aaaa ", "a-a-a-", "\uff0c", "\u4e07", "\uff1a", "a: ", ", which ", ", but ", "2026-",
    "+1 234 ", "\u00a0", "the ", "only if that ",
]  # fmt: skip


@contextmanager
def alarm(seconds: int) -> Iterator[None]:
    def late(*_: object) -> None:
        raise TimeoutError(f"still reading after {seconds} s")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def whole(text: str) -> Segment:
    """The text as one sentence, however long."""
    document = parse(b"Plan", "proposal.txt")
    document = document.model_copy(
        update={"text": text, "blocks": (document.body[0].model_copy(update={"end": len(text)}),)}
    )
    return Segment(document, document.blocks[0], 0, len(text), "", "", "")


READERS: dict[str, Callable[[Segment], object]] = {
    "quantities": lambda s: quantities(s.text),
    "sentences": lambda s: sentences(s.text),
    "clauses": lambda s: s.clauses,
    "methods": methods,
    "tunings": tunings,
    "models": models,
    "gpus": gpus,
    "unnamed gpus": lambda s: list(unnamed_gpus(s)),
    "languages": lambda s: list(named_languages(s.text)),
    "assertion": lambda s: assertion(s, len(s.text) // 2, len(s.text) // 2 + 4),
}


@pytest.mark.parametrize("reader", READERS)
def test_repeated_text_is_read_in_time(reader: str) -> None:
    with alarm(60):
        for unit in UNITS:
            READERS[reader](whole((unit * (LENGTH // 10 // len(unit) + 1)) + "x"))


@pytest.mark.parametrize("unit", ["no ", "1,", "one ", "a-a-a-", "("])
@pytest.mark.parametrize("reader", READERS)
def test_long_text_is_read_in_time(reader: str, unit: str) -> None:
    with alarm(20):
        READERS[reader](whole(unit * (LENGTH // len(unit)) + "x"))


@given(st.text(alphabet="019,.$€%kKM-–x×/() \nanobtfully:;", max_size=400))
@settings(max_examples=60, deadline=None)
def test_any_text_is_read(text: str) -> None:
    segment = whole(text)
    for reader in READERS.values():
        reader(segment)
    assert all(text[a:b].strip() for a, b in sentences(text))
    assert all(0 <= q.start < q.end <= len(text) and q.low <= q.high for q in quantities(text))


def _lists(value: object, name: str) -> Iterator[tuple[str, list[str]]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _lists(inner, f"{name}.{key}" if name else key)
    elif isinstance(value, list) and all(isinstance(x, str) for x in value):
        yield name, value


CUES = [(name, key) for name in ("assertions", "methods", "facts") for key, _ in _lists(table(name), "")]


@pytest.mark.parametrize(("name", "key"), CUES)
def test_what_is_not_searched_would_not_have_matched(name: str, key: str) -> None:
    import re

    found: Cue = cue(name, key)
    pattern = re.compile(found.pattern, re.IGNORECASE)
    for text in SAMPLES:
        if not found.may_match(text):
            assert pattern.search(text) is None, (text, found.letters)


SAMPLES = [
    "We will not use full fine-tuning unless LoRA misses by 3 points on the locked test set.",
    "Last year our competitor tried QLoRA; should that prove too slow, we fall back to prompting.",
    "The budget is capped at $5,000 for 30 experiments, i.e. about $15 each, within six weeks.",
    "Served by vLLM on one L4, merged adapter, $390 per month, with a rollback to the old API.",
    "Policies change every week, so retrieval holds them; the p99 latency is under 100 ms.",
    "No reason to doubt it: industry standard, state of the art, best quality, why not?",
    "Data: 5,000 labelled tickets from our own archive, reviewed by two people, no personal data.",
]
