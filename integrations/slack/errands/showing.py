"""Brings a review's messages up to date: its own, and one for each question."""

from __future__ import annotations

from agent.models import Review
from integrations.slack.blocks import questions, verdict
from integrations.slack.bonds import document_bond, question_bond
from integrations.slack.ledger import Thread, parent_key, question_key
from integrations.slack.visit import Visit, off


async def show(visit: Visit, thread: Thread, review: Review) -> None:
    """Rewrites what has changed, and posts questions that are new.

    Args:
        visit: the job at work.
        thread: where the review lives.
        review: as it stands.
    """
    version = await off(visit.service.version, review.review_id)
    if parent := await off(visit.ledger.post, parent_key(thread)):
        seat = verdict.Seat(
            version,
            document_bond(review),
            await decision(visit, review.review_id),
            private=thread.channel.startswith("D"),
            doc=await _doc(visit, thread),
            author=thread.author,
        )
        await visit.speech.rewrite(parent, verdict.verdict(review, seat))
    numbers = await off(visit.ledger.numbers, review.review_id)
    asked = {q.id: q for q in review.questions}
    for ident, item in questions.numbered(review).items():
        number = numbers.setdefault(ident, max(numbers.values(), default=0) + 1)
        bond = question_bond(review, asked[ident])
        message = questions.question(review.review_id, ident, item, number, bond)
        key = question_key(thread, ident)
        known = await off(visit.ledger.post, key)
        if known and known.ts:
            await visit.speech.rewrite(known, message)
        else:
            await visit.speech.once(key, thread.channel, message, number, thread_ts=thread.ts)


async def retire(visit: Visit, thread: Thread, said: str, *, parent: bool) -> None:
    """Takes the buttons off the messages of a review that no longer lives in this thread.

    Args:
        visit: the job at work.
        thread: where it lived.
        said: why.
        parent: whether its own message, too; False where another review writes into it.
    """
    review = await off(visit.service.show, thread.review_id)
    for ident, item in questions.numbered(review).items():
        known = await off(visit.ledger.post, question_key(thread, ident))
        if known and known.ts:
            await visit.speech.rewrite(known, questions.closed(item, known.number, said))
    known = await off(visit.ledger.post, parent_key(thread)) if parent else None
    if known:
        await visit.speech.rewrite(known, verdict.closed(review, said))


async def decision(visit: Visit, review_id: str) -> str:
    """The sign-off of the review as it stands, in words; empty while there is none."""
    events = await off(visit.service.history, review_id)
    last = next((e for e in reversed(events) if e.kind in ("signed", "reviewed")), None)
    return f"Signed off: {last.data['code']}." if last and last.kind == "signed" else ""


async def _doc(visit: Visit, thread: Thread) -> str:
    """The id of the Google Doc that is reviewed, or ""."""
    source = (await off(visit.service.row, thread.review_id)).source or ""
    return source.rpartition(" gdoc:")[2] if " gdoc:" in source else ""
