"""What people say in a document is answered: each post once, in its thread."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from agent.annotate.marks import LIVE
from agent.errors import ReviewError, UsageError
from agent.models import Review
from agent.reports.labels import word
from agent.reports.plain import plain
from agent.rules.registry import rule_of
from integrations.google_docs.followup import Versions, follow_ups, summary_of
from integrations.google_docs.problems import Busy, Gone, NoAccess, Refused
from integrations.google_docs.remarks import digest_in, finding_of, remarks_of, texts, written
from integrations.google_docs.talk import Ask, answers, asked
from integrations.google_docs.threads import Post, Reply, Thread, threads
from integrations.google_docs.writing import look

if TYPE_CHECKING:
    from integrations.google_docs.bot import Bot

ROUNDS = 200
"""Replies in one look at a document."""
TRIES = 6


class Conversation:
    """The threads of one document and its review. Before each reply the threads are read anew."""

    def __init__(self, bot: Bot, document: str, review: Review | None) -> None:
        """Takes the review as it stands; None for a document that could not be read."""
        self._bot, self._document, self._review = bot, document, review

    def answer_all(self) -> None:
        """Answers every post that wants an answer, and says what has changed."""
        failures = 0
        renewed = False
        for _ in range(ROUNDS):
            try:
                seen = look(self._bot.google, self._document).threads
                if self._say(seen):
                    continue
                if renewed or not self._renew(seen):
                    return
                renewed = True
            except Busy:
                failures += 1
                if failures >= TRIES:
                    raise
                self._bot.sleep(min(2.0**failures, 30.0))

    def recall(self, seen: Sequence[Thread]) -> Review:
        """Hears again what people said in our comments, for a bot that has lost its memory; nothing is said back."""
        for thread in seen:
            own = self._own(thread)
            for post in (p for p in thread.posts if thread.mine and thread.key and not p.mine):
                try:
                    self._hear_again(post, own)
                except UsageError:
                    continue  # it was refused when it was said
        assert self._review is not None
        return self._review

    def say_unreadable(self, why: str) -> None:
        """Tells whoever named the bot that the document cannot be reviewed."""
        try:
            found = threads(self._bot.google.document(self._document, comments=True))
            for thread in found:
                if any(asked(p.text, self._bot.names()) for p in thread.unheard):
                    self._send(thread, Reply([texts()["reply"]["unreadable"].format(why=why)]))
        except (Busy, Gone):
            return  # it is looked at again

    def _send(self, thread: Thread, reply: Reply) -> None:
        self._bot.google.reply(self._document, thread.id, written(reply.lines, reply.key), reply.action)

    def _say(self, seen: Sequence[Thread]) -> bool:
        """One reply to each thread that wants one; False when there is nothing to say."""
        said = False
        for thread in seen:
            if reply := self._reply(thread):
                self._send(thread, reply)
                said = True
        if not said:
            for thread, reply in follow_ups(seen, self._versions()):
                self._send(thread, reply)
                said = True
        return said

    def _renew(self, seen: Sequence[Thread]) -> bool:
        """The summary says how the review stands now; False when it does already, or cannot be edited."""
        assert self._review is not None
        summary = summary_of(seen)
        reviewed = self._bot.service.document(self._review.review_id)
        wanted = remarks_of(self._review, reviewed, self._bot.settings.reports)[-1]
        if summary is None or digest_in(summary.posts[0].text) == digest_in(wanted.content):
            return False
        try:
            self._bot.google.edit(self._document, summary.id, wanted.content)
        except (NoAccess, Refused, Gone):
            return False
        return True

    def _versions(self) -> Versions:
        assert self._review is not None
        return Versions(self._review, self._bot.earlier(self._document, self._review))

    def _reply(self, thread: Thread) -> Reply | None:
        """What is said to the posts that nobody answered yet; None: nothing is asked of us."""
        assert self._review is not None
        said = thread.unheard
        spoken = [p for p in said if p.text.strip()]
        if thread.mine and any(p.action == "REOPEN" for p in said):
            line = self._reopened(thread, [p for p in said if p.action == "REOPEN"][-1])
            if not spoken:
                return Reply([texts()["reply"]["reopened"], line])
        for post in spoken:
            if ask := asked(post.text, self._bot.names()):
                return self._do(ask, post)
        if not spoken or not thread.mine or not thread.key or thread.resolved:
            return None
        return self._hear(thread, spoken)

    def _do(self, ask: Ask, post: Post) -> Reply:
        try:
            if ask.kind == "review":
                return self._again(post)
            if ask.kind == "explain":
                return Reply(self._explained(ask.code))
            if ask.kind == "ignore":
                return self._waived(ask, post)
        except Busy:
            raise
        except ReviewError as error:
            return Reply([texts()["reply"]["refused"].format(why=str(error))])
        return Reply([texts()["reply"]["unknown"]])

    def _again(self, post: Post) -> Reply:
        """Reviews the document as it is now."""
        assert self._review is not None
        before, seen = self._review, look(self._bot.google, self._document)
        self._review = self._bot.review(self._document, seen.document, self._who(post))
        self._bot.publish(self._document, self._review)
        verdict = f"{word('verdicts', self._review.verdict.value)}. {self._review.verdict.summary}"
        line = "same" if before.review_id == self._review.review_id else "reviewed"
        return Reply([texts()["reply"][line].format(verdict=plain(verdict))])

    def _reopened(self, thread: Thread, post: Post) -> str:
        """Opens what was answered in a comment; gives what became of the verdict."""
        assert self._review is not None
        before = self._review
        self._review = self._bot.service.reopen(
            before.review_id, self._own(thread), who=self._who(post), delivery=self._delivery(post)
        )
        return self._moved(before)

    def _hear_again(self, post: Post, own: list[str]) -> None:
        assert self._review is not None
        if post.action == "REOPEN":
            self._review = self._bot.service.reopen(
                self._review.review_id, own, who=self._who(post), delivery=self._delivery(post)
            )
        elif post.text.strip() and not asked(post.text, self._bot.names()):
            self._take(post, own)

    def _own(self, thread: Thread) -> list[str]:
        """The questions of a comment's finding."""
        assert self._review is not None
        finding = finding_of(self._review, thread.key) if thread.key else None
        if finding is None:
            return []
        asks = (q for q in self._review.questions if q.id in finding.question_ids or finding.code in q.finding_codes)
        return [q.id for q in asks]

    def _explained(self, code: str) -> list[str]:
        assert self._review is not None
        rule = rule_of(code)
        check = next((c.why for c in self._review.checks if c.code == rule.code), "")
        found = [plain(f.message) for f in self._review.findings if f.code == rule.code]
        return [
            f"{rule.code}: {rule.description}",
            *(found or [plain(check)]),
            rule.part("Why it's wrong"),
            rule.redirect,
        ]

    def _waived(self, ask: Ask, post: Post) -> Reply:
        """Only a person whom the configuration names by Google's id may sign; a name that is shown proves nothing."""
        assert self._review is not None
        who = self._bot.settings.people.get(post.user)
        if who is None:
            return Reply([texts()["reply"]["no_stranger"].format(user=post.user or "a name")])
        before = self._review
        self._review = self._bot.service.waive(before.review_id, ask.code, ask.reason, who=who)
        line = texts()["reply"]["waived"].format(code=ask.code, who=who, reason=ask.reason)
        return Reply([line, self._moved(before)])

    def _hear(self, thread: Thread, said: list[Post]) -> Reply:
        """Takes what was said in one of our threads as answers."""
        assert self._review is not None
        assert thread.key is not None
        before = self._review
        finding = finding_of(before, thread.key)
        own = self._own(thread)
        try:
            told: list[str] = []
            for post in said:
                told += self._take(post, own)
        except ReviewError as error:
            return Reply([texts()["reply"]["refused"].format(why=str(error))])
        if not told:
            ids = ", ".join(q.id for q in before.questions if q.status != "answered")
            return Reply([texts()["reply"]["question"].format(ids=ids or "none")])
        now = {q.id: q for q in self._review.questions}
        words = texts()["reply"]
        lines = [words["answered"] if now[i].status == "answered" else plain(now[i].text) for i in dict.fromkeys(told)]
        mine = next((f for f in self._review.findings if finding and f.code == finding.code), None)
        settled = finding is not None and (mine is None or mine.status not in LIVE)
        if settled and finding:
            lines.append(words["settled"].format(code=finding.code))
        done = finding is not None and all(now[q].status == "answered" for q in own if q in now)
        return Reply([*dict.fromkeys(lines), self._moved(before)], "resolve" if settled or done else None)

    def _take(self, post: Post, own: list[str]) -> list[str]:
        """Gives one post to the service as answers; the same post again changes nothing. Gives the questions' ids."""
        assert self._review is not None
        ids = [q.id for q in self._review.questions]
        given = answers(post.text, ids)
        if not given and own:
            still = [q.id for q in self._review.questions if q.id in own and q.status != "answered"]
            given = {(still or own)[0]: post.text}
        if not given:
            return []
        self._review = self._bot.service.answer(
            self._review.review_id, given, who=self._who(post), delivery=self._delivery(post)
        )
        return list(given)

    def _delivery(self, post: Post) -> str:
        return f"gdoc:{self._document}:{post.id}"

    def _who(self, post: Post) -> str:
        return self._bot.settings.people.get(post.user, post.user or "a Google user")

    def _moved(self, before: Review) -> str:
        assert self._review is not None
        old, new = (word("verdicts", r.verdict.value) for r in (before, self._review))
        words = texts()["reply"]
        return str(
            words["verdict_stays"].format(now=new) if old == new else words["verdict_moved"].format(now=new, before=old)
        )
