"""The product on one screen: bytes → Document → Facts → Estimate → Findings → Questions and Verdict → Review."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from agent import __version__, documents, stages
from agent.dialogue.notes import notes
from agent.facts.language import READABLE
from agent.models import Document, DocumentInfo, Engine, Review
from agent.policy import NO_POLICY, Policy
from agent.tracing import whole

if TYPE_CHECKING:
    from agent.llm import Model


def now() -> datetime:
    """The present moment, UTC; a test gives its own."""
    return datetime.now(UTC)


def review(
    data: bytes,
    name: str,
    *,
    policy: Policy = NO_POLICY,
    clock: Callable[[], datetime] = now,
    model: Model | None = None,
) -> Review:
    """Reviews a document's bytes; without a model by rules alone: no key, no network.

    Args:
        data: PDF, DOCX, Markdown, HTML or text.
        name: the file's name, for the report.
        policy: an organisation's changes to the rules.
        clock: tells the moment that stands in the review.
        model: a language model that points at what the rules may miss; the review comes out without it too.

    Raises:
        DocumentError: the document cannot be read; `str()` says what, why and what to do.
        ModelUnavailable: the model is required and cannot be reached.
    """
    started = time.perf_counter()
    document = documents.read(data, name)
    return review_document(document, policy=policy, clock=clock, started=started, model=model)


@whole
def review_document(
    document: Document,
    *,
    policy: Policy = NO_POLICY,
    clock: Callable[[], datetime] = now,
    review_id: str | None = None,
    started: float | None = None,
    model: Model | None = None,
) -> Review:
    """Reviews a document that is already read; everything but id, moment and seconds follows from it."""
    began = time.perf_counter() if started is None else started
    draft = judge(stages.point_out(stages.read_facts(document, policy), model), model)
    return assemble(draft, review_id or new_id(), clock(), time.perf_counter() - began)


def judge(draft: stages.Draft, model: Model | None = None) -> stages.Draft:
    """Facts → verdict: all that follows from what was read, and from what people said of it."""
    draft = stages.estimate_run(draft)
    draft = stages.check_rules(draft)
    draft = stages.investigate(draft, model)
    draft = stages.recommend_plan(draft)
    draft = stages.ask_questions(draft)
    draft = stages.decide_verdict(draft)
    return stages.put_into_words(draft, model)


def new_id() -> str:
    """A random review id: it tells nothing and cannot be guessed."""
    return f"rf-{uuid.uuid4().hex[:20]}"


def assemble(draft: stages.Draft, review_id: str, moment: datetime, seconds: float) -> Review:
    """The finished draft as the contract's review."""
    document, facts = draft.case.document, draft.case.facts
    assert draft.recommendation is not None
    assert draft.verdict is not None
    return Review(
        review_id=review_id,
        created_at=moment.isoformat(timespec="seconds").replace("+00:00", "Z"),
        document=DocumentInfo(
            name=document.name,
            format=document.format,
            sha256=document.sha256,
            pages=document.pages,
            words=document.words,
            title=document.title,
        ),
        engine=engine(draft, seconds),
        facts=facts.public() if facts.flag("x.proposal") is not False else {},
        situations=draft.situations,
        estimate=draft.estimate,
        recommendation=draft.recommendation,
        findings=draft.findings,
        checks=draft.checks,
        questions=draft.questions,
        verdict=draft.verdict,
        notes=(*draft.policy.notes(), *(notes(draft.heard) if draft.heard else ())),
    )


def engine(draft: stages.Draft, seconds: float) -> Engine:
    """How the review was made, and what the model cost."""
    used = draft.usage
    return Engine(
        version=__version__,
        mode="rules+llm" if used.model else "rules",
        model=used.model,
        llm_calls=used.calls,
        input_tokens=used.input_tokens,
        output_tokens=used.output_tokens,
        cost_usd=round(used.cost_usd, 6),
        seconds=round(seconds, 3),
        degraded=(*degraded(draft), *used.degraded),
        prompts=used.prompts if used.model else {},
        dropped=used.dropped,
    )


def degraded(draft: stages.Draft) -> tuple[str, ...]:
    """What this review could not do, in words: unread parts of the file, and a language that the rules do not read."""
    case = draft.case
    if case.readable:
        return case.document.warnings
    from knowledge import language

    code = case.facts.text("x.language") or ""
    if code == READABLE:
        said = "Only the language model read a proposal in this document, so nothing in it is called missing."
        return (*case.document.warnings, said)
    known = language(code)
    said = (
        f"The document is in {known.name if known else code}: names and figures were read, "
        "but the rules read judgements in English only. Judging what it says needs a language model; "
        "nothing is called missing."
    )
    return (*case.document.warnings, said)
