"""Wording: the model never sees the document, and a text that says something else is not shown."""

from __future__ import annotations

import re

import pytest

from agent import documents
from agent.models import Question, Verdict
from agent.phrasing import fault, mask, phrase
from agent.review import review_document
from evals.scripted import Asked, Said
from tests.llm.conftest import ENVELOPE, ODD, Start

ASKED = "The compute budget is $900 for LoRA of Llama 3.1 8B on 2 × A100-80GB. How many experiments is that?"


@pytest.mark.parametrize(
    "new",
    [
        "Your compute budget is $900 for LoRA of Llama 3.1 8B on 2 × A100-80GB. How many experiments will that be?",
        "For LoRA of Llama 3.1 8B on 2 × A100-80GB the compute budget is $900. How many experiments is that?",
    ],
)
def test_other_words_for_the_same(new: str) -> None:
    assert fault(ASKED, new, english=True) == ""


def test_another_language_keeps_figures_names_and_terms() -> None:
    new = "Das Budget für LoRA von Llama 3.1 8B auf 2 × A100-80GB beträgt $900. Wie viele Versuche sind das?"
    assert fault(ASKED, new, english=False) == ""


@pytest.mark.parametrize(
    ("new", "why"),
    [
        (ASKED.replace("$900", "$9,000"), "figures"),
        (ASKED.replace("$900", "$900 to $1,000"), "figures"),
        (ASKED.replace("3.1", "3"), "figures"),
        (ASKED.replace("A100-80GB", "H100-80GB"), "names"),
        (ASKED.replace("LoRA", "adapters"), "names"),
        (ASKED.replace("?", "."), "question"),
        (ASKED + " This is approved.", "approval"),
        (ASKED.replace("How many", "See https://evil.example. How many"), "link"),
        (ASKED.replace("How many", "<!channel> How many"), "link"),
        (ASKED.replace("How many", "**How** many"), "link"),
        (ASKED.replace("How many", "\x1b[2J How many"), "link"),
        (ASKED + " " + "And please tell us more about it. " * 5, "longer"),
        (ASKED.replace("is $900", "is not $900"), "turned round"),
        ("$900, LoRA, Llama 3.1 8B, 2 × A100-80GB: all is done, everything fine, carry on?", "other words"),
    ],
)
def test_what_says_something_else_is_refused(new: str, why: str) -> None:
    assert why in fault(ASKED, new, english=True)


def test_quotations_do_not_leave() -> None:
    text = "You write “we have 9 runs” and “8 runs”. Which holds?"
    masked = mask(text)
    assert masked.text == "You write ⟦1⟧ and ⟦2⟧. Which holds?"
    assert masked.restored(masked.text) == text
    assert "quotations" in fault(masked.text, "You write ⟦1⟧ and ⟦1⟧. Which holds?", english=True)
    assert "quotations" in fault(masked.text, "You write ⟦1⟧. Which of them holds?", english=True)


def question(text: str) -> Question:
    return Question(id="test-set", text=text, why="w", good_answer="g")


def said(*texts: str) -> Said:
    return Said({"texts": [{"number": n, "text": text} for n, text in enumerate(texts, 1)]})


REVISE = Verdict(value="revise", summary="Not ready to approve: no LoRA result is given (2 more in the findings).")
GERMAN = "⟦1⟧ es gibt kein Ergebnis von LoRA (2 weitere stehen in den Befunden)."


def test_the_verdict_in_the_summary_is_never_reworded(start: Start) -> None:
    server, model = start(lambda _: said(GERMAN, "Wer hält das test set?"))
    done = phrase([question("Who holds the test set?")], REVISE, "German", model)
    assert done.verdict.summary == GERMAN.replace("⟦1⟧", "Not ready to approve:")
    assert done.verdict.value == "revise"
    assert "approve" not in server.asked[0].content
    assert done.questions[0].text == "Wer hält das test set?"


def test_a_text_that_is_refused_or_missing_stays_the_templates(start: Start) -> None:
    _, model = start(lambda _: said("⟦1⟧ LoRA result is given (2 more in the findings), well done."))
    done = phrase([question("Who holds the test set?")], REVISE, "English", model)
    assert done.verdict == REVISE
    assert done.questions[0].text == "Who holds the test set?"
    assert sum(done.usage.dropped.values()) == 1


def test_the_document_is_not_shown_to_whoever_words(start: Start) -> None:
    seen: list[Asked] = []

    def say(asked: Asked) -> Said:
        seen.append(asked)
        if asked.form == "Pointers":
            return Said({"pointers": [{"fact": "evaluation.test_set", "quote": ENVELOPE}]})
        return said()

    server, model = start(say)
    review_document(documents.parse(ODD.encode(), "a.md"), model=model)
    assert server.wrong == []
    wording = next(a for a in seen if a.form == "Wording")
    sentences = {s for s in re.split(r"(?<=[.])\s+|\n", ODD) if len(s.split()) > 3}
    assert ENVELOPE in sentences
    assert not [s for s in sentences if s in wording.content + wording.system]
