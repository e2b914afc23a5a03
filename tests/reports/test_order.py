"""What a PM reads, and in which order, in every human format."""

import re
from itertools import pairwise

import pytest
from lxml import html as lxml_html

from agent.models import Review
from agent.reports import render
from tests.reports import samples

HUMAN = ("terminal", "markdown", "html")


def words(review: Review, format: str) -> str:
    """The visible words of a rendering, on one line."""
    text = render(review, format, width=400)  # type: ignore[arg-type]
    if format == "html":
        body = lxml_html.fromstring(text).find("body")
        assert body is not None
        text = " ".join(body.itertext())
    if format == "markdown":
        text = text.replace("&#8203;", "").replace("\\", "").replace("**", "")
    return " ".join(re.sub("[│>] ", "", text).split())


def in_order(text: str, *parts: str) -> None:
    """Each part stands after the one before."""
    at = 0
    for part in parts:
        found = text.find(part, at)
        assert found >= 0, f"{part!r} does not follow in {text[at : at + 300]!r}"
        at = found + len(part)


@pytest.mark.parametrize("format", HUMAN)
def test_verdict_questions_findings_numbers_and_the_rest_come_in_that_order(format: str) -> None:
    shown = words(samples.fintech(), format)
    in_order(
        shown.casefold(),
        "revise before approval",
        "full fine-tuning of a 70b model is planned without any lora result",
        "7 findings: 3 blockers, 3 major and 1 minor; 8 questions to answer",
        "compute asked for",
        "$25,000",
        "$50–$300",
        "$62–$318",
        "answer these questions",
        "which quality limit did lora hit",
        "where is the locked test set",
        "what do the $25,000 and the 6 weeks pay for",
        "findings",
        "blocker",
        "full fine-tuning by default",
        "“we will fully fine-tune a 70b model for the best possible quality.”",
        "page 1, section “2. approach”",
        "instead: ask for a 1-day comparison",
        "major",
        "budget out of range",
        "minor",
        "timeline out of range",
        "numbers side by side",
        "71–186 gib, does not fit",
        "2–4 weeks",
        "compute budget",
        "cannot tell",
        "compliance-sensitive, on-prem only",
        "recommendation",
        "## revised plan",
        "what was not read",
        "the figure on page 2 is a picture without text",
        "read by rules alone",
        "review-finetune 0.1.0; 0.8 seconds",
        "rv_7h2k9m4q, 24 november 2026, 10:30 utc",
    )


def test_the_terminal_says_verdict_and_why_in_its_first_three_lines_and_the_verdict_again_at_the_end() -> None:
    lines = render(samples.fintech(), "terminal").splitlines()
    assert lines[0] == "REVISE BEFORE APPROVAL · Support copilot: proposal for compute budget"
    assert lines[1].startswith("Full fine-tuning of a 70B model is planned")
    assert lines[-1].startswith("Revise before approval. 7 findings")


def test_markdown_says_verdict_and_why_in_its_first_three_lines() -> None:
    lines = render(samples.fintech(), "markdown").splitlines()
    assert lines[0] == "# Revise before approval: Support copilot: proposal for compute budget"
    assert lines[2].startswith("Full fine-tuning of a 70B model is planned")


@pytest.mark.parametrize("format", HUMAN)
def test_a_sound_proposal_goes_to_a_person(format: str) -> None:
    shown = words(samples.clean(), format)
    assert "ready for a person to approve" in shown.casefold()
    assert "No findings; no questions to answer" in shown
    assert "None. No rule found a reason to object." in shown
    assert "Read by rules and by gpt-4.1-mini (1 call, 5,460 tokens, under $0.01)" in shown
    assert "0.1.0; 1 second" in shown


@pytest.mark.parametrize("format", HUMAN)
def test_the_same_plan_computed_twice_is_shown_once(format: str) -> None:
    assert "as proposed" not in words(samples.clean(), format)


@pytest.mark.parametrize("format", HUMAN)
def test_no_proposal_has_a_short_form(format: str) -> None:
    shown = words(samples.no_proposal(), format)
    in_order(shown.casefold(), "not a fine-tuning proposal", "travel policy", "1 word", "if it is meant to be one")
    for absent in ("Numbers", "Recommend", "Situations", "Checks", "questions to answer", "Findings"):
        assert absent.casefold() not in shown.casefold()


@pytest.mark.parametrize("format", HUMAN)
def test_what_is_missing_is_said_to_have_been_looked_for(format: str) -> None:
    shown = words(samples.fintech(), format)
    in_order(shown, "No serving plan", "Looked for in the whole document and not found.")
    assert shown.count("Looked for in the whole document") == 1


@pytest.mark.parametrize("format", HUMAN)
def test_a_waived_finding_is_apart_and_not_counted(format: str) -> None:
    review = samples.fintech()
    waived = review.findings[0].model_copy(update={"status": "waived"})
    shown = words(review.model_copy(update={"findings": (waived, *review.findings[1:])}), format)
    assert "6 findings: 2 blockers, 3 major and 1 minor" in shown
    in_order(shown.casefold(), "timeline out of range", "waived or resolved", "full fine-tuning by default")


@pytest.mark.parametrize("format", HUMAN)
def test_an_answered_question_goes_to_the_end_with_its_answer(format: str) -> None:
    review = samples.fintech()
    first = next(q for q in review.questions if q.id == "lora-limit")
    answered = first.model_copy(update={"status": "answered", "answer": "LoRA scored 61%, the target is 70%."})
    rest = tuple(q for q in review.questions if q.id != "lora-limit")
    shown = words(review.model_copy(update={"questions": (answered, *rest)}), format)
    assert "7 questions to answer" in shown
    in_order(shown, "item by item?", "Which quality limit did LoRA hit", "LoRA scored 61%")


@pytest.mark.parametrize("format", HUMAN)
def test_private_facts_stay_private_and_contradicting_readings_are_shown(format: str) -> None:
    review = samples.fintech()
    budget = review.facts["budget.usd"]
    torn = budget.model_copy(update={"others": (budget.model_copy(update={"value": (30000, 30000)}),)})
    shown = words(review.model_copy(update={"facts": {**review.facts, "budget.usd": torn}}), format)
    assert "elsewhere: $30,000" in shown
    assert "slogan" not in shown.casefold()


@pytest.mark.parametrize("format", HUMAN)
def test_finding_points_to_the_rank_of_its_question(format: str) -> None:
    in_order(words(samples.fintech(), format), "No serving plan", "Name the serving hardware", "question 6")


def test_details_of_html_are_collapsed_and_its_headings_nest() -> None:
    page = lxml_html.fromstring(render(samples.fintech(), "html"))
    assert [d.get("open") for d in page.iter("details")] == [None] * 4
    assert [h.tag for h in page.iter("h1")] == ["h1"]
    levels = [int(h.tag[1]) for h in page.iter("h1", "h2", "h3")]
    assert all(after - before <= 1 for before, after in pairwise(levels))


@pytest.mark.parametrize("make", [samples.fintech, samples.clean, samples.no_proposal, samples.hostile])
def test_every_link_in_html_leads_to_a_place_on_the_page(make) -> None:  # type: ignore[no-untyped-def]
    page = lxml_html.fromstring(render(make(), "html"))
    ids = [e.get("id") for e in page.iter() if e.get("id")]
    assert len(ids) == len(set(ids))
    targets = [a.get("href") for a in page.iter("a")]
    assert all(t and t.startswith("#") and t[1:] in ids for t in targets), targets
