"""The stages of a review, each a pure function on `Draft`: `review.py` calls them in a row, `graph.py` as nodes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from agent.dialogue.hear import hear
from agent.dialogue.replies import replied
from agent.dialogue.standing import doubtful, stand
from agent.dialogue.turns import Heard, Turn
from agent.facts.extract import extract
from agent.facts.language import READABLE
from agent.facts.ledger import Facts
from agent.facts.security import without_instructions
from agent.floor import judged
from agent.models import Check, Document, EstimateSection, Finding, Question, Recommendation, Situation, Verdict
from agent.policy import NO_POLICY, Policy
from agent.questions import LIMIT, ask
from agent.recommend import recommend
from agent.rules.case import Case
from agent.rules.registry import Ran
from agent.situations import situations
from agent.tracing import traced
from agent.usage import NOTHING, Usage
from agent.verdict import decide

if TYPE_CHECKING:
    from agent.llm import Model

NOT_RUN = Ran((), (), ())
"""Before the rules were run."""


GRAVITY = ("not_a_proposal", "approve", "approve_with_conditions", "revise", "do_not_fine_tune")
"""Verdicts, the gravest last."""


@dataclass(frozen=True)
class Draft:
    """A review in the making: it grows from left to right. `heard` is what people said, once they have."""

    case: Case
    policy: Policy = NO_POLICY
    estimate: EstimateSection | None = None
    ran: Ran = NOT_RUN
    recommendation: Recommendation | None = None
    situations: tuple[Situation, ...] = ()
    questions: tuple[Question, ...] = ()
    verdict: Verdict | None = None
    heard: Heard | None = None
    usage: Usage = NOTHING

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What the rules found."""
        return self.ran.findings

    @property
    def checks(self) -> tuple[Check, ...]:
        """What every rule said."""
        return self.ran.checks


@traced
def read_facts(document: Document, policy: Policy = NO_POLICY) -> Draft:
    """Document → facts."""
    return Draft(case_of(document, extract(document), policy), policy)


@traced
def point_out(draft: Draft, model: Model | None) -> Draft:
    """Facts → facts with what a language model points at; without one, or where it fails, the same facts.

    Raises:
        ModelUnavailable: the model is required and failed.
    """
    if model is None:
        return draft
    from agent import assist
    from agent.llm import ModelFailed

    if draft.case.facts.flag("x.proposal") is False and not assist.overlooked(draft.case.facts):
        return draft
    if assist.addressed(draft.case.facts):
        return replace(draft, usage=draft.usage + Usage(degraded=(assist.ADDRESSED,)))
    try:
        read = assist.point(draft.case, model, draft.usage)
    except ModelFailed as failed:
        return replace(draft, usage=draft.usage + assist.given_up(failed, model, assist.NOT_READ))
    assist.log(read.usage)
    return replace(draft, case=_read_by(draft.case, read.facts), usage=draft.usage + read.usage)


def _read_by(case: Case, facts: Facts) -> Case:
    return replace(case, facts=facts, readable=_readable(facts))


def _readable(facts: Facts) -> bool:
    """True when the rules understand the document well enough to call something missing in it."""
    return facts.text("x.language") == READABLE and not _by_model_alone(facts)


def _by_model_alone(facts: Facts) -> bool:
    """True when only a model says that the document is a proposal."""
    return "x.proposal" in facts and facts["x.proposal"].source == "llm"


def case_of(document: Document, facts: Facts, policy: Policy = NO_POLICY) -> Case:
    """What the rules look at. In a language that they do not read, nothing will be claimed to be missing."""
    return Case(
        document=without_instructions(document),
        facts=facts,
        readable=_readable(facts),
        thresholds=policy.limits(),
        prices=policy.usd_per_hour(),
    )


@traced
def hear_people(draft: Draft, turns: tuple[Turn, ...]) -> Draft:
    """Answers, corrections, disputes and waivers → facts, beside those of the document."""
    document = draft.heard.document if draft.heard else dict(draft.case.facts)
    heard = hear(document, turns)
    return replace(draft, case=draft.case.with_facts(Facts(heard.facts)), heard=heard)


@traced
def estimate_run(draft: Draft) -> Draft:
    """Facts → the run as proposed and as recommended; nothing to compute when no model is to be adapted."""
    if draft.case.facts.flag("x.proposal") is False or not draft.case.tunes:
        return draft
    return replace(draft, estimate=draft.case.estimate)


@traced
def check_rules(draft: Draft) -> Draft:
    """Facts and estimate → findings, every rule once; and the guide's situations."""
    proposal = draft.case.facts.flag("x.proposal") is not False
    matched = situations(draft.case) if proposal else ()
    ran = stand(draft.case, draft.heard, draft.policy) if draft.heard else judged(draft.case, draft.policy)
    return replace(draft, ran=ran, situations=matched)


@traced
def investigate(draft: Draft, model: Model | None) -> Draft:
    """Findings → facts that a model points at after looking around, and the judgement anew; only where it is asked for.

    Raises:
        ModelUnavailable: the model is required and failed.
    """
    if model is None or not draft.usage.model or not model.settings.limits.investigate:
        return draft
    from agent import assist
    from agent.investigate import investigate as look
    from agent.llm import ModelFailed

    try:
        found = look(draft.case, draft.checks, draft.ran.asks, model, draft.usage)
    except ModelFailed as failed:
        return replace(draft, usage=draft.usage + assist.given_up(failed, model, assist.NOT_LOOKED))
    assist.log(found.usage)
    again = replace(draft, case=draft.case.with_facts(found.facts), usage=draft.usage + found.usage)
    again = check_rules(estimate_run(again))
    return replace(again, ran=again.ran._replace(asks=(*again.ran.asks, *found.asks)))


@traced
def recommend_plan(draft: Draft) -> Draft:
    """Findings → the approach that the guide would take, with a plan to paste."""
    return replace(draft, recommendation=recommend(draft.case, draft.findings))


@traced
def ask_questions(draft: Draft) -> Draft:
    """Findings → the open architecture-review questions, and those that were answered."""
    if draft.case.facts.flag("x.proposal") is False:
        return draft
    if draft.heard is None:
        return replace(draft, questions=_of_rules(ask(draft.case, draft.ran.asks, draft.findings)))
    case = draft.case.with_facts(Facts(doubtful(dict(draft.case.facts), draft.heard)))
    asked = ask(case, draft.ran.asks, draft.findings, LIMIT + len(draft.heard.replies))
    return replace(draft, questions=replied(_of_rules(asked), draft.heard))


def _of_rules(asked: tuple[Question, ...]) -> tuple[Question, ...]:
    """A question that a model proposed belongs to no rule."""
    return tuple(q.model_copy(update={"finding_codes": tuple(c for c in q.finding_codes if c)}) for q in asked)


@traced
def decide_verdict(draft: Draft) -> Draft:
    """Findings and required questions → the contract's verdict."""
    assert draft.recommendation is not None
    verdict = decide(draft.case, draft.findings, draft.checks, draft.recommendation, draft.policy)
    if any(f.status == "unconfirmed" for f in draft.findings):
        # What only a model put in doubt still counts, until a person confirms it.
        open_again = [f.model_copy(update={"status": "open"}) for f in draft.findings]
        held = decide(draft.case, open_again, draft.checks, draft.recommendation, draft.policy)
        verdict = max(verdict, held, key=lambda v: GRAVITY.index(v.value))
    if verdict.value == "approve" and _by_model_alone(draft.case.facts):
        quote = draft.case.facts["x.proposal"].evidence[0].quote
        said = f"It can go ahead once a person confirms that this is the plan, which only a model read: “{quote}”."
        verdict = Verdict(value="approve_with_conditions", summary=said)
    return replace(draft, verdict=verdict)


@traced
def put_into_words(draft: Draft, model: Model | None) -> Draft:
    """Questions and verdict → the same in the reader's words and the document's language; without a model unchanged.

    Raises:
        ModelUnavailable: the model is required and failed.
    """
    if model is None or not draft.usage.model or not model.settings.limits.word or draft.verdict is None:
        return draft
    if draft.verdict.value == "not_a_proposal":
        return draft
    from agent import assist
    from agent.llm import ModelFailed
    from agent.phrasing import phrase

    try:
        language, about = assist.language_of(draft.case), draft.case.document.sha256
        said = phrase(draft.questions, draft.verdict, language, model, draft.usage, about)
    except ModelFailed as failed:
        return replace(draft, usage=draft.usage + assist.given_up(failed, model, assist.NOT_WORDED))
    assist.log(said.usage)
    return replace(draft, questions=said.questions, verdict=said.verdict, usage=draft.usage + said.usage)
