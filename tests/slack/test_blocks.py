"""Whatever a review holds, Slack takes its payloads, and verdict and questions are whole."""

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from agent.models import Evidence, Finding, Review
from integrations.slack.blocks import modals, questions, verdict
from integrations.slack.errands.reviewing import STEPS
from tests.reports.samples import fintech
from tests.slack.blockkit import faults

NASTY = st.one_of(
    st.text(max_size=60),
    st.sampled_from(["<!channel> & <@U1>", "שלום עולם ‮abc", "🧑‍🚀" * 900, "&<>" * 2000, "W" * 9000, "\u200b", " "]),
)


@st.composite
def reviews(draw: st.DrawFn) -> Review:
    base = fintech()
    findings = tuple(
        Finding(
            code="AP1", name=draw(NASTY), severity=draw(st.sampled_from(["blocker", "major", "minor"])),
            message=draw(NASTY), redirect=draw(NASTY),
            evidence=(Evidence(quote=draw(NASTY), page=1, section=draw(NASTY), start=0, end=1),),
        )
        for _ in range(draw(st.integers(0, 40)))
    )  # fmt: skip
    asked = tuple(q.model_copy(update={"text": draw(NASTY), "why": draw(NASTY), "good_answer": draw(NASTY)})
                  for q in base.questions)  # fmt: skip
    document = base.document.model_copy(update={"title": draw(NASTY), "name": draw(NASTY)})
    said = base.verdict.model_copy(update={"summary": draw(NASTY)})
    return base.model_copy(update={"findings": findings, "questions": asked, "document": document, "verdict": said})


@settings(max_examples=15, deadline=None)
@given(reviews(), NASTY, st.booleans())
def test_every_payload_is_valid(review: Review, who: str, private: bool) -> None:
    shown = verdict.verdict(review, verdict.Seat(3, "ab12", who, private=private, doc="d", author="U1"))
    assert faults(shown) == []
    assert shown["blocks"][0]["text"]["text"].startswith("Revise")
    assert shown["text"].startswith("Revise")
    assert "<!channel>" not in shown["text"]
    assert "<@" not in shown["text"]
    for number, (ident, item) in enumerate(questions.numbered(review).items(), 1):
        asked = questions.question(review.review_id, ident, item, number, "bond")
        assert faults(asked) == []
        assert asked["blocks"][1]["elements"][0]["value"].endswith(ident)
        assert faults(questions.modal(item, "x"), view=True) == []
    assert faults(verdict.progress(who, STEPS, 1)) == []
    assert faults(verdict.failed(who)) == []
    assert faults(verdict.closed(review, who)) == []


def test_the_documents_words_are_never_parsed() -> None:
    quote = Evidence(quote="Ask <!channel> *now*", page=2, section=None, start=0, end=1)
    finding = fintech().findings[0].model_copy(update={"evidence": (quote,)})
    shown = verdict.verdict(fintech().model_copy(update={"findings": (finding,)}), verdict.Seat(1, ""))
    assert "mrkdwn" not in json.dumps(shown["blocks"])
    assert "“Ask <!channel> *now*”" in json.dumps(shown["blocks"], ensure_ascii=False)


def test_a_question_is_whole() -> None:
    review = fintech()
    for number, (ident, item) in enumerate(questions.numbered(review).items(), 1):
        said = json.dumps(questions.question(review.review_id, ident, item, number, "b"), ensure_ascii=False)
        assert item.text in said


def test_modals_are_valid() -> None:
    assert faults(modals.start("{}", "U1"), view=True) == []
    assert faults(modals.sign("{}", 3), view=True) == []
    assert faults(modals.share("{}"), view=True) == []
