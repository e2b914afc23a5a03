"""From a file or link to a review: progress, verdict, questions; another version; from private to the channel."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

from agent import documents
from agent.models import Document
from integrations.google_docs.configuration import is_configured
from integrations.slack.blocks import text, verdict
from integrations.slack.errands.showing import retire, show
from integrations.slack.files import fetch
from integrations.slack.intake import found_in
from integrations.slack.ledger import Post, Thread, parent_key
from integrations.slack.visit import Visit, off
from integrations.slack.words import NO_FILE

NONE = "none"
"""In place of the id of the review before, where there was none."""
STEPS = ("Fetch", "Read and review", "Questions")
REPLACED = "A newer version of this proposal is reviewed in this thread."
SHARED = "This review was shared in a channel."


class Found(NamedTuple):
    """A document, and the Slack user who posted it, if Slack says so."""

    document: Document
    user: str


async def start(visit: Visit) -> None:
    """Reviews a file or a Google Doc; the same job again goes on where it stopped."""
    data = visit.data
    before = await _before(visit)
    parent = await _parent(visit, before)
    root = data.get("thread") or parent.ts
    await off(visit.jobs.move, visit.job, f"{parent.channel} {root}")
    done = await off(visit.ledger.post, f"review {visit.job.id}")
    if done is None:
        await _review(visit, parent, root, before)
        done = await off(visit.ledger.post, f"review {visit.job.id}")
    thread = await off(visit.ledger.thread, parent.channel, root)
    if done is None or thread is None or thread.review_id != done.ts:
        return  # it was the same document again, or a later version has come
    if before and before.review_id != thread.review_id:
        await retire(visit, before, REPLACED, parent=False)
        await _compared(visit, before.review_id, thread)
    await show(visit, thread, await off(visit.service.show, thread.review_id))
    if approver := data.get("approver"):
        asks = {"text": f"<@{approver}> is asked to sign this off."}
        await visit.speech.once(f"approver {visit.job.id}", thread.channel, asks, thread_ts=thread.ts)


async def begun(visit: Visit) -> None:
    """Reviews the file or link of the message with which a thread began."""
    channel, thread = visit.data["channel"], visit.data["thread"]
    answer = await visit.client.conversations_replies(channel=channel, ts=thread, limit=1)
    first: dict[str, Any] = next(iter(answer["messages"]), {})
    google = is_configured(visit.service.settings)
    found = found_in(first.get("text", ""), first.get("files") or (), google=google)
    if not isinstance(found, dict):
        await visit.whisper(found or NO_FILE)
        return
    data = visit.job.data | found | {"author": first.get("user", "")}
    await start(replace(visit, job=visit.job._replace(data=data)))


async def _before(visit: Visit) -> Thread | None:
    """The review that lived in this thread when the job began."""
    key, data = f"before {visit.job.id}", visit.data
    if not data.get("thread"):
        return None
    now, then = await off(visit.ledger.thread, data["channel"], data["thread"]), await off(visit.ledger.post, key)
    if then is None:
        then = Post(data["channel"], now.review_id if now else NONE)
        await off(visit.ledger.posted, key, then)
    return now._replace(review_id=then.ts) if now and then.ts != NONE else None


async def _parent(visit: Visit, before: Thread | None) -> Post:
    """The message of the review: a new one, or that of the version before."""
    data = visit.data
    if kept := await off(visit.ledger.post, f"parent {visit.job.id}"):
        if kept.ts:
            return kept
    elif before and (known := await off(visit.ledger.post, parent_key(before))) and known.ts:
        await off(visit.ledger.posted, f"parent {visit.job.id}", known)
        return known
    channel = await visit.speech.direct(data["user"]) if data.get("private") else data["channel"]
    where = {"thread_ts": data["thread"]} if data.get("thread") else {}
    first = verdict.progress("the proposal", STEPS, 0)
    return await visit.speech.once(f"parent {visit.job.id}", channel, first, **where)


async def _review(visit: Visit, parent: Post, root: str, before: Thread | None) -> None:
    data = visit.data
    found = await _fetched(visit)
    source = f"slack:{parent.channel}:{root}" + (f" gdoc:{data['doc']}" if data.get("doc") else "")
    author = data.get("author") or found.user or data["user"]
    made = await _made(visit, source, found.document)
    if made is None:
        await visit.speech.rewrite(parent, verdict.progress(found.document.name, STEPS, 1))
        review = await off(
            visit.service.start,
            found.document,
            who=visit.who,
            author=visit.person(author),
            source=source,
            model=visit.model,
        )
        made = review.review_id
    elif before and made == before.review_id:
        await show(visit, before, await off(visit.service.show, made))
        await visit.whisper("That is the document that was reviewed: nothing has changed in it.")
        return
    thread = Thread(parent.channel, root, data["team"], made, author)
    await off(visit.ledger.bind, thread)
    await off(visit.ledger.posted, parent_key(thread), Post(parent.channel, parent.ts))
    await off(visit.ledger.posted, f"review {visit.job.id}", Post(parent.channel, made))


async def _fetched(visit: Visit) -> Found:
    if doc := visit.data.get("doc"):
        return Found(await off(_google_doc, visit, doc), "")
    file = await fetch(visit.client, visit.data["file"], visit.settings.files)
    return Found(await off(documents.read, file.data, file.name), file.user)


def _google_doc(visit: Visit, ident: str) -> Document:
    """Reads a Google Doc with the configured account; nothing is written to it."""
    from integrations.google_docs.client import READ
    from integrations.google_docs.reader import read
    from integrations.google_docs.source import connect

    with connect(visit.service.settings, READ) as google:
        return read(google.document(ident))


async def _made(visit: Visit, source: str, document: Document) -> str | None:
    """The review of this document in this thread: a process may have died right after it was made."""
    rows = await off(visit.service.list)
    return next((r.id for r in rows if r.source == source and r.sha256 == document.sha256), None)


async def _compared(visit: Visit, old: str, thread: Thread) -> None:
    """One line on what another version of the document has changed."""
    between = await off(visit.service.diff, old, thread.review_id)
    said = verdict.compared(between)
    await visit.speech.once(f"compared {visit.job.id}", thread.channel, said, thread_ts=thread.ts)


async def offer(visit: Visit, thread: Thread, file: str) -> None:
    """Offers to review a file that was posted into a review's thread."""
    value = f"{file} {thread.author}"
    message = {
        "text": "Is this a new version of the proposal?",
        "blocks": [
            text.section("Is this a new version of the proposal?"),
            text.actions(text.button("Review it", "again", value, "primary")),
        ],
    }
    await visit.speech.once(f"offer {visit.job.id}", thread.channel, message, thread_ts=thread.ts)


async def share(visit: Visit) -> None:
    """Brings a private review into a channel: verdict and questions move there, answers and history stay with it."""
    review_id, target = visit.data["value"].split(" ")[0], visit.data["target"]
    moved = await off(visit.ledger.post, f"share {visit.job.id}")
    thread, review = await visit.living(review_id)
    if moved is None or not moved.ts:
        if not thread.channel.startswith("D"):
            return
        first = verdict.progress(review.document.name, STEPS, 2)
        moved = await visit.speech.once(f"share {visit.job.id}", target, first)
    here = Thread(moved.channel, moved.ts, thread.team, review_id, thread.author)
    await off(visit.ledger.posted, parent_key(here), Post(moved.channel, moved.ts))
    await off(visit.ledger.posted, f"from {visit.job.id}", Post(thread.channel, thread.ts))
    private = await off(visit.ledger.post, f"from {visit.job.id}")
    await off(visit.ledger.bind, here)
    await show(visit, here, review)
    if private:
        old = here._replace(channel=private.channel, ts=private.ts)
        await retire(visit, old, SHARED, parent=True)
