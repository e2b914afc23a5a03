"""Answers: the form of a question, what a button, a form or `Q2: …` says, and one line on what it changed."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from agent import records
from agent.dialogue.weighing import brief
from agent.models import Question, Review
from agent.store import open_store
from integrations.slack.blocks import questions, text
from integrations.slack.bonds import asked
from integrations.slack.errands.reviewing import begun, offer
from integrations.slack.errands.showing import show
from integrations.slack.ledger import Post
from integrations.slack.visit import Visit, off

NUMBERED = re.compile(r"^\s*Q(\d+)\s*[:.)]\s*(.+?)(?=^\s*Q\d+\s*[:.)]|\Z)", re.MULTILINE | re.DOTALL | re.IGNORECASE)
CALL = re.compile(r"^\s*<@\w+>\s*")
FIXED = {"unknown": questions.UNKNOWN, "not_applicable": questions.NOT_APPLICABLE}
METADATA = 3000
"""Characters that a form may carry for us."""


async def open_answer(visit: Visit) -> None:
    """Opens the form of a question, with what is needed to weigh the answer."""
    data = visit.data
    review_id, _, bond, question_id = data["value"].split(" ", 3)
    _, review = await visit.living(review_id)
    question = asked(review, question_id, bond)
    item = questions.numbered(review)[question_id]
    private = {"value": data["value"], "channel": data["channel"], "thread": data["thread"]}
    weighed = json.dumps(private | {"brief": await off(_brief, visit, review, question)}, ensure_ascii=False)
    kept = weighed if len(weighed) <= METADATA else json.dumps(private)
    await visit.client.views_open(trigger_id=data["trigger"], view=questions.modal(item, kept))


def _brief(visit: Visit, review: Review, question: Question) -> str:
    with open_store(visit.service.settings.store) as store:
        return brief(question, records.base(store, review.review_id), records.turns(store, review.review_id))


async def answer(visit: Visit) -> None:
    """Takes an answer from a button or a form."""
    data = visit.data
    review_id, number, bond, question_id = data["value"].split(" ", 3)
    _, review = await visit.living(review_id)
    if not await off(visit.ledger.post, f"said {visit.job.id}"):
        asked(review, question_id, bond)
        await off(visit.ledger.posted, f"said {visit.job.id}", Post(data["channel"], "checked"))
    said = FIXED.get(data.get("fixed", ""), data.get("text", ""))
    await _answered(visit, review_id, {question_id: said}, f"Q{number}")


async def reply(visit: Visit) -> None:
    """Takes `Q2: …` in a review's thread; other talk is left alone, a file offers another review."""
    data = visit.data
    thread = await off(visit.ledger.thread, data["channel"], data["thread"])
    if thread is None:
        return
    if data.get("file"):
        await offer(visit, thread, data["file"])
        return
    ids = {n: q for q, n in (await off(visit.ledger.numbers, thread.review_id)).items()}
    given = {ids[int(n)]: said.strip() for n, said in NUMBERED.findall(CALL.sub("", data["text"])) if int(n) in ids}
    if given:
        await _answered(visit, thread.review_id, given, "Your answer")


async def mention(visit: Visit) -> None:
    """Somebody calls the bot in a thread, without a file: an answer, or a review of what the thread began with."""
    thread = await off(visit.ledger.thread, visit.data["channel"], visit.data["thread"])
    if thread and NUMBERED.search(CALL.sub("", visit.data["text"])):
        await reply(visit)
    else:
        await begun(visit)


async def _answered(visit: Visit, review_id: str, given: Mapping[str, str], what: str) -> None:
    """Keeps answers, and shows what comes of them."""
    before = await off(visit.service.show, review_id)
    review = await off(visit.service.answer, review_id, given, who=visit.who, delivery=visit.job.id)
    thread, _ = await visit.living(review_id)
    await show(visit, thread, review)
    said = moved(before, review, tuple(given))
    message = {"text": f"{what}: {text.escape(said)}", "blocks": [text.section(f"{what}: {said}")]}
    await visit.speech.once(f"moved {visit.job.id}", thread.channel, message, thread_ts=thread.ts)


def moved(before: Review, after: Review, asked: tuple[str, ...]) -> str:
    """One line on what an answer changed."""
    status = {f.code: f.status for f in before.findings}
    closed = [f.code for f in after.findings if f.status == "resolved" and status.get(f.code) != "resolved"]
    unanswered = [q.text for q in after.questions if q.id in asked and q.status == "insufficient"]
    blockers = sum(f.severity == "blocker" and f.status == "open" for f in after.findings)
    parts = unanswered or ["taken." if not closed else f"settles {', '.join(closed)}."]
    return f"{' '.join(parts)} {blockers} blocking left. {after.verdict.summary}"
