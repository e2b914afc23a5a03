"""What lies behind an outcome: every rule on five documents, and each part of it on texts that show it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from agent.documents import parse
from agent.models import Document, Review
from agent.reports.explain import explain
from agent.review import review_document
from agent.rules.case import Case
from agent.rules.registry import rule_of, rules
from agent.rules.trace import Trace, readable, trace
from agent.rules.words import words
from agent.stages import read_facts
from tests.rules.examples import FOLDER, of_file

EXAMPLE = Path(__file__).parents[2] / "agent" / "examples" / "warranty-replies.pdf"
DOCUMENTS = ("warranty", "AP4", "FIT4", "OPS3", "SEC1")


@cache
def document(name: str) -> Document:
    if name == "warranty":
        return parse(EXAMPLE.read_bytes(), EXAMPLE.name)
    return parse(of_file(FOLDER / f"{name}.md")[0].text.encode(), "p.md")


@cache
def case(name: str) -> Case:
    return read_facts(document(name)).case


@cache
def review(name: str) -> Review:
    return review_document(document(name))


def behind(code: str, text: str) -> Trace:
    read = read_facts(parse(text.encode(), "p.md")).case
    return trace(rule_of(code), read.document, read.facts)


def told(code: str, text: str) -> str:
    made = parse(text.encode(), "p.md")
    return " ".join(explain(review_document(made), code, rule_of(code), behind(code, text), width=300).split())


@pytest.mark.parametrize("name", DOCUMENTS)
@pytest.mark.parametrize("code", [r.code for r in rules()])
def test_every_rule_is_explained_on_every_document(code: str, name: str) -> None:
    rule, read = rule_of(code), case(name)
    found = trace(rule, read.document, read.facts)
    text = explain(review(name), code, rule, found, color=False)
    for heading in ("Why:", "FACTS IT LOOKS AT", "THE GUIDE"):
        assert heading in text
    for taken in found.mentions:
        evidence = taken.sentence
        assert read.document.text[evidence.start : evidence.end] == evidence.quote
        assert taken.words in evidence.quote
    assert ("WHAT EACH MENTION WAS TAKEN FOR" in text) == bool(found.mentions)
    assert ("WORDS THAT IT LOOKED FOR" in text) == bool(found.searches)


def test_each_mention_is_shown_with_the_words_that_decided_it() -> None:
    text = "# Plan\n\nWe rejected full fine-tuning. We will train a LoRA adapter on Llama 3.1 8B.\n"
    taken = {m.words: (m.status, m.because) for m in behind("AP1", text).mentions}
    assert taken["full fine-tuning"] == ("rejected", "rejected")
    assert taken["train a LoRA adapter"][0] == "planned"
    assert "full fine-tuning rejected “rejected”" in told("AP1", text)


def test_inner_facts_are_shown_too() -> None:
    said = told("EV1", "# Plan\n\nWe will fully fine-tune Llama 3.1 70B because it is the industry standard.\n")
    assert "EV1 Hand-wave justification · Found" in said
    assert "industry standard" in said.split("FACTS IT LOOKS AT")[1].split("THE GUIDE")[0]


def test_a_second_reading_stands_below_the_first() -> None:
    text = "# Plan\n\nWe will train LoRA on Llama 3.1 8B with 40 labelled examples. We have 9,000 labelled examples.\n"
    facts = told("NF3", text).split("FACTS IT LOOKS AT")[1]
    assert "40" in facts
    assert "9,000" in facts


@pytest.mark.parametrize(
    ("text", "found"),
    [("Four hundred tickets are kept back by the lead.", "kept back"), ("Nothing else is said.", None)],
)
def test_what_was_looked_for_and_whether_it_stands_there(text: str, found: str | None) -> None:
    plan = f"# Plan\n\nWe will train LoRA on Llama 3.1 8B.\n\n{text}\n"
    (search,) = behind("AP5", plan).searches
    assert search.found == found
    assert {"test set", "set aside", "locked"} <= set(readable(words("spoken.test_set").pattern))
    assert search.more > 0
    assert ("Found: none of them" in told("AP5", plan)) == (found is None)


def test_a_rule_that_looks_for_no_words_says_nothing_of_any() -> None:
    plan = "# Plan\n\nWe will train LoRA on Llama 3.1 8B.\n"
    assert behind("EST1", plan).searches == ()
    assert "WORDS THAT" not in told("EST1", plan)


@pytest.mark.parametrize(
    "thing", ["test_set", "prompting", "target", "serving", "way_back", "way_back_in_use", "parity"]
)
def test_word_lists_read_as_words(thing: str) -> None:
    shown = readable(words(f"spoken.{thing}").pattern)
    assert len(shown) >= 10
    assert not [w for w in shown if set(w) & set("()[]\\|?*+")]
