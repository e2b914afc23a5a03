"""The jobs: what a delivery from Slack asks for, done with the service and told in Slack."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from slack_sdk.web.async_client import AsyncWebClient

from agent import documents
from agent.models import Review
from agent.reports import render
from agent.service import Service
from integrations.slack.blocks import modals, questions, text, verdict
from integrations.slack.blocks.home import home, line
from integrations.slack.configuration import SlackSettings
from integrations.slack.files import fetch
from integrations.slack.ledger import Job, Ledger, Post, Thread
from integrations.slack.speech import HELP, Speech

if TYPE_CHECKING:
    from agent.llm import Model

FILE_LINK = re.compile(r"https://[\w.-]+\.slack\.com/files/[\w-]+/(F\w+)")
NUMBERED = re.compile(r"^\s*Q(\d+)\s*[:.)]\s*(.+?)(?=^\s*Q\d+\s*[:.)]|\Z)", re.MULTILINE | re.DOTALL | re.IGNORECASE)
FIXED = {"unknown": questions.UNKNOWN, "not_applicable": questions.NOT_APPLICABLE}
NO_FILE = (
    "I found no file there. Post the proposal as PDF, Word, Markdown, text or HTML, "
    "or give the link of a file in Slack."
)


def person(team: str, user: str) -> str:
    """A Slack user as the service knows them: `T0…/U0…`, as written in [signoff] approvers."""
    return f"{team}/{user}"


def _model_of(service: Service) -> Model | None:
    """The language model that is configured, or None."""
    if service.settings.model is None:
        return None
    from agent.llm import Model

    return Model(service.settings.model)


class Desk:
    """Does jobs of one workspace."""

    def __init__(self, service: Service, ledger: Ledger, client: AsyncWebClient, settings: SlackSettings) -> None:
        self._service, self._ledger, self._client, self._settings = service, ledger, client, settings
        self._speech = Speech(client, ledger)
        self._model = _model_of(service)

    async def do(self, job: Job) -> None:
        """Does a job; the same one again posts nothing twice.

        Raises:
            ReviewError: it cannot be done, and why.
            SlackApiError: Slack refuses.
        """
        await getattr(self, f"on_{job.kind}")(job, job.data)

    async def failed(self, job: Job, why: str) -> None:
        """Tells whoever asked what went wrong: never silence."""
        data = job.data
        if known := self._ledger.post(f"parent {job.id}"):
            await self._speech.rewrite(known, verdict.failed(why))
        else:
            await self._speech.whisper(data["channel"], data["user"], text.escape(why), data.get("thread", ""))

    async def on_help(self, job: Job, data: Mapping[str, Any]) -> None:
        """Tells how it is used."""
        await self._speech.whisper(data["channel"], data["user"], data.get("say") or HELP)

    async def on_status(self, job: Job, data: Mapping[str, Any]) -> None:
        """Lists the reviews of whoever asks, to them alone."""
        me = person(data["team"], data["user"])
        rows = [r for r in await asyncio.to_thread(self._service.list) if r.author == me]
        said = "\n".join(text.escape(line(r), 300) for r in rows[:10]) or "You have no reviews yet."
        await self._speech.whisper(data["channel"], data["user"], said)

    async def on_open_start(self, job: Job, data: Mapping[str, Any]) -> None:
        """Opens the form."""
        private = json.dumps({"channel": data["channel"]})
        await self._client.views_open(trigger_id=data["trigger"], view=modals.start(private, data["user"]))

    async def on_start(self, job: Job, data: Mapping[str, Any]) -> None:
        """Reviews a file: progress, verdict, questions."""
        where = {"thread_ts": data["thread"]} if data.get("thread") else {}
        parent = await self._speech.once(
            f"parent {job.id}", data["channel"], verdict.progress("the proposal", "Fetching"), **where
        )
        root = data.get("thread") or parent.ts
        done = self._ledger.post(f"review {job.id}")
        review_id = done.ts if done else await self._reviewed(job, data, parent, root)
        self._ledger.posted(f"parent {parent.channel} {root} {review_id}", parent)
        thread = self._ledger.thread(parent.channel, root)
        assert thread is not None
        await self._show(thread, await asyncio.to_thread(self._service.show, review_id))

    async def _reviewed(self, job: Job, data: Mapping[str, Any], parent: Post, root: str) -> str:
        file = await fetch(self._client, data["file"], self._settings.files)
        await self._speech.rewrite(parent, verdict.progress(file.name, "Reviewing"))
        document = await asyncio.to_thread(documents.read, file.data, file.name)
        author = data.get("author") or file.user or data["user"]
        review = await asyncio.to_thread(
            self._service.start,
            document,
            who=person(data["team"], data["user"]),
            author=person(data["team"], author),
            source=f"slack:{parent.channel}:{root}",
            model=self._model,
        )
        self._ledger.bind(Thread(parent.channel, root, data["team"], review.review_id, author))
        self._ledger.posted(f"review {job.id}", Post(parent.channel, review.review_id, 0))
        return review.review_id

    async def on_open_answer(self, job: Job, data: Mapping[str, Any]) -> None:
        """Opens the form of a question."""
        review_id, _, question_id = data["value"].split(" ", 2)
        review = await asyncio.to_thread(self._service.show, review_id)
        item = questions.numbered(review)[question_id]
        private = json.dumps({"value": data["value"], "channel": data["channel"], "thread": data["thread"]})
        await self._client.views_open(trigger_id=data["trigger"], view=questions.modal(item, private))

    async def on_answer(self, job: Job, data: Mapping[str, Any]) -> None:
        """Takes an answer from a button or a form."""
        review_id, number, question_id = data["value"].split(" ", 2)
        said = FIXED.get(data.get("fixed", ""), data.get("text", ""))
        await self._answered(job, data, review_id, {question_id: said}, f"Q{number}")

    async def on_reply(self, job: Job, data: Mapping[str, Any]) -> None:
        """Takes `Q2: …` in a review's thread; other talk is left alone, a file offers another review."""
        thread = self._ledger.thread(data["channel"], data["thread"])
        if thread is None:
            return
        if data.get("file"):
            value = f"{data['file']} {thread.author}"
            offer = {
                "text": "A new version?",
                "blocks": [
                    text.section("A new version of the proposal?"),
                    text.actions(text.button("Review it", "again", value, "primary")),
                ],
            }
            await self._speech.once(f"offer {job.id}", thread.channel, offer, thread_ts=thread.ts)
            return
        ids = {n: q for q, n in self._ledger.numbers(thread.review_id).items()}
        given = {ids[int(n)]: said.strip() for n, said in NUMBERED.findall(data["text"]) if int(n) in ids}
        if given:
            await self._answered(job, data, thread.review_id, given, "Your answer")

    async def _answered(
        self, job: Job, data: Mapping[str, Any], review_id: str, given: Mapping[str, str], what: str
    ) -> None:
        who = person(data["team"], data["user"])
        before = await asyncio.to_thread(self._service.show, review_id)
        review = await asyncio.to_thread(self._service.answer, review_id, given, who=who, delivery=job.id)
        thread = self._ledger.thread_of(review_id)
        if thread is None:
            return
        await self._show(thread, review)
        said = moved(before, review, tuple(given))
        message = {"text": f"{what}: {text.escape(said)}", "blocks": [text.section(f"{what}: {said}")]}
        await self._speech.once(f"moved {job.id}", thread.channel, message, thread_ts=thread.ts)

    async def on_open_sign(self, job: Job, data: Mapping[str, Any]) -> None:
        """Opens the form of a sign-off, for those who may."""
        review_id, version = data["value"].split(" ")
        who, group = person(data["team"], data["user"]), await self._group(data["team"])
        await asyncio.to_thread(self._service.may_sign, review_id, int(version), who=who, group=group)
        review = await asyncio.to_thread(self._service.show, review_id)
        blockers = sum(f.severity == "blocker" and f.status == "open" for f in review.findings)
        private = json.dumps({"value": data["value"], "channel": data["channel"], "thread": data["thread"]})
        await self._client.views_open(trigger_id=data["trigger"], view=modals.sign(private, blockers))

    async def on_sign(self, job: Job, data: Mapping[str, Any]) -> None:
        """Keeps a sign-off, after the same checks, and tells the author."""
        review_id, version = data["value"].split(" ")
        thread = self._ledger.thread_of(review_id)
        who = person(data["team"], data["user"])
        if thread is None or self._ledger.post(f"signed {job.id}"):
            return
        event = await asyncio.to_thread(
            self._service.sign,
            review_id,
            int(version),
            data["decision"],
            data["reason"],
            who=who,
            group=await self._group(data["team"]),
        )
        decision = str(event.data["code"])
        said = f"<@{thread.author}>: {decision} by <@{data['user']}>. {text.escape(event.data['reason'], 2500)}"
        await self._speech.once(f"signed {job.id}", thread.channel, {"text": said}, thread_ts=thread.ts)
        await self._show(thread, await asyncio.to_thread(self._service.show, review_id))

    async def on_report(self, job: Job, data: Mapping[str, Any]) -> None:
        """Posts the whole review as a file into its thread."""
        review_id = data["value"].split(" ")[0]
        thread = self._ledger.thread_of(review_id)
        if thread is None or self._ledger.post(f"report {job.id}"):
            return
        review = await asyncio.to_thread(self._service.show, review_id)
        page = await asyncio.to_thread(render, review, "html")
        await self._client.files_upload_v2(
            channel=thread.channel, thread_ts=thread.ts, filename=f"{review_id}.html", content=page, title="Full report"
        )
        self._ledger.posted(f"report {job.id}", Post(thread.channel, thread.ts, 0))

    async def on_home(self, job: Job, data: Mapping[str, Any]) -> None:
        """Writes somebody's Home tab."""
        me = person(data["team"], data["user"])
        rows = await asyncio.to_thread(self._service.list)
        mine = [r for r in rows if r.author == me]
        signs = me in (*self._service.settings.approvers, *await self._group(data["team"]))
        others = [r for r in rows if r.author and r.author.startswith(f"{data['team']}/") and r.author != me]
        to_sign = [r for r in others if not await self._decision(r.id)] if signs else []
        view = home([r for r in mine if r.open_questions], mine, to_sign)
        await self._client.views_publish(user_id=data["user"], view=view)

    async def _show(self, thread: Thread, review: Review) -> None:
        """Brings the review's message and its questions up to date."""
        version = await asyncio.to_thread(self._service.version, review.review_id)
        if parent := self._ledger.post(f"parent {thread.channel} {thread.ts} {review.review_id}"):
            signed = await self._decision(review.review_id)
            await self._speech.rewrite(parent, verdict.verdict(review, version, signed))
        numbers = self._ledger.numbers(review.review_id)
        for ident, item in questions.numbered(review).items():
            number = numbers.setdefault(ident, len(numbers) + 1)
            message = questions.question(review.review_id, ident, item, number)
            key = f"q {review.review_id} {ident}"
            if known := self._ledger.post(key):
                await self._speech.rewrite(known, message)
            else:
                await self._speech.once(key, thread.channel, message, number, thread_ts=thread.ts)

    async def _decision(self, review_id: str) -> str:
        """The sign-off of the review as it stands, in words."""
        events = await asyncio.to_thread(self._service.history, review_id)
        last = next((e for e in reversed(events) if e.kind in ("signed", "reviewed")), None)
        return f"Signed off: {last.data['code']}." if last and last.kind == "signed" else ""

    async def _group(self, team: str) -> tuple[str, ...]:
        """The approvers of the configured user group; nobody where none is set."""
        if not self._settings.group:
            return ()
        answer = await self._client.usergroups_users_list(usergroup=self._settings.group)
        return tuple(person(team, user) for user in answer["users"])


def moved(before: Review, after: Review, asked: tuple[str, ...]) -> str:
    """One line on what an answer changed."""
    status = {f.code: f.status for f in before.findings}
    closed = [f.code for f in after.findings if f.status == "resolved" and status.get(f.code) != "resolved"]
    unanswered = [q.text for q in after.questions if q.id in asked and q.status == "insufficient"]
    blockers = sum(f.severity == "blocker" and f.status == "open" for f in after.findings)
    parts = unanswered or ["taken." if not closed else f"settles {', '.join(closed)}."]
    return f"{' '.join(parts)} {blockers} blocking left. {after.verdict.summary}"
