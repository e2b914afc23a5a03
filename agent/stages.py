"""The stages of a review, each a pure function on `Draft`: `review.py` calls them in a row, `graph.py` as nodes."""

from __future__ import annotations

from dataclasses import dataclass, replace

from agent.dialogue.hear import hear
from agent.dialogue.replies import replied
from agent.dialogue.standing import doubtful, stand
from agent.dialogue.turns import Heard, Turn
from agent.facts.extract import extract
from agent.facts.language import READABLE
from agent.facts.ledger import Facts
from agent.facts.security import without_instructions
from agent.models import Check, Document, EstimateSection, Finding, Question, Recommendation, Situation, Verdict
from agent.policy import NO_POLICY, Policy
from agent.questions import LIMIT, ask
from agent.recommend import recommend
from agent.rules.case import Case
from agent.rules.registry import Ran, run
from agent.situations import situations
from agent.verdict import decide

NOT_RUN = Ran((), (), ())
"""Before the rules were run."""


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

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What the rules found."""
        return self.ran.findings

    @property
    def checks(self) -> tuple[Check, ...]:
        """What every rule said."""
        return self.ran.checks


def read_facts(document: Document, policy: Policy = NO_POLICY) -> Draft:
    """Document → facts."""
    return Draft(case_of(document, extract(document), policy), policy)


def case_of(document: Document, facts: Facts, policy: Policy = NO_POLICY) -> Case:
    """What the rules look at. In a language that they do not read, nothing will be claimed to be missing."""
    return Case(
        document=without_instructions(document),
        facts=facts,
        readable=facts.text("x.language") == READABLE,
        thresholds=policy.limits(),
        prices=policy.usd_per_hour(),
    )


def hear_people(draft: Draft, turns: tuple[Turn, ...]) -> Draft:
    """Answers, corrections, disputes and waivers → facts, beside those of the document."""
    document = draft.heard.document if draft.heard else dict(draft.case.facts)
    heard = hear(document, turns)
    return replace(draft, case=draft.case.with_facts(Facts(heard.facts)), heard=heard)


def estimate_run(draft: Draft) -> Draft:
    """Facts → the run as proposed and as recommended; nothing to compute when no model is to be adapted."""
    if draft.case.facts.flag("x.proposal") is False or not draft.case.tunes:
        return draft
    return replace(draft, estimate=draft.case.estimate)


def check_rules(draft: Draft) -> Draft:
    """Facts and estimate → findings, every rule once; and the guide's situations."""
    proposal = draft.case.facts.flag("x.proposal") is not False
    matched = situations(draft.case) if proposal else ()
    ran = stand(draft.case, draft.heard, draft.policy) if draft.heard else run(draft.case, draft.policy)
    return replace(draft, ran=ran, situations=matched)


def recommend_plan(draft: Draft) -> Draft:
    """Findings → the approach that the guide would take, with a plan to paste."""
    return replace(draft, recommendation=recommend(draft.case, draft.findings))


def ask_questions(draft: Draft) -> Draft:
    """Findings → the open architecture-review questions, and those that were answered."""
    if draft.case.facts.flag("x.proposal") is False:
        return draft
    if draft.heard is None:
        return replace(draft, questions=ask(draft.case, draft.ran.asks, draft.findings))
    case = draft.case.with_facts(Facts(doubtful(dict(draft.case.facts), draft.heard)))
    asked = ask(case, draft.ran.asks, draft.findings, LIMIT + len(draft.heard.replies))
    return replace(draft, questions=replied(asked, draft.heard))


def decide_verdict(draft: Draft) -> Draft:
    """Findings and required questions → the contract's verdict."""
    assert draft.recommendation is not None
    verdict = decide(draft.case, draft.findings, draft.checks, draft.recommendation, draft.policy)
    return replace(draft, verdict=verdict)
