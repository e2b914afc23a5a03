"""Reviews that last: start, answer, waive, correct, dispute, show, list, diff, delete. Every door calls these.

What a person says is acknowledged when it stands in the review's history (`agent.store`). The graph is then resumed
with it, and the review that comes of it is one more entry. A process that dies in between loses nothing: whoever opens
the review next brings the graph up to the history first.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from agent import __version__, records, refusals, stages
from agent.dialogue import correcting
from agent.dialogue.turns import Answer, Correction, Dispute, Reopening, Said, Waiver
from agent.dialogue.versions import Difference, carried, difference
from agent.errors import UsageError
from agent.models import Document, Review
from agent.review import assemble, judge, new_id, now
from agent.settings import Settings
from agent.store import open_store
from agent.store.history import Event, Row, Store
from agent.tracing import whole

if TYPE_CHECKING:
    from agent.llm import Model
    from agent.thread import Thread

Names = tuple[str, ...]


@dataclass(frozen=True)
class Service:
    """The reviews of one store, under one configuration. Safe to share between threads and processes.

    Attributes:
        settings: where they are kept, who may approve, the organisation's rules.
        clock: tells the moment; a test gives its own.
    """

    settings: Settings
    clock: Callable[[], datetime] = now

    @whole
    def start(
        self,
        document: Document,
        *,
        who: str,
        author: str | None = None,
        source: str | None = None,
        model: Model | None = None,
    ) -> Review:
        """Reviews a document and keeps the review.

        A changed version of a proposal that is here already takes over the answers whose ground has not moved.

        Args:
            document: already read.
            who: the person, as the door authenticates them.
            author: whose proposal it is, if the door knows; they can never waive.
            source: the door's own id of the document (a Google Doc's, say).
            model: a language model that points at what the rules may miss. Answers are read by rules alone.

        Raises:
            ModelUnavailable: the model is required and cannot be reached.
        """
        began = time.perf_counter()
        draft = stages.point_out(stages.read_facts(document, self.settings.policy), model)
        with self._open() as store:
            self._expire(store)
            earlier = records.earlier(store, document, source)
            answers = self._carried(store, earlier, draft) if earlier else ()
            draft = judge(stages.hear_people(draft, answers) if answers else draft, model)
            review = assemble(draft, new_id(), records.later(self.clock(), earlier), time.perf_counter() - began)
            self._keep(store, review, draft, answers, records.row(review, author, source), earlier, who)
        return review

    def answer(self, review_id: str, answers: Mapping[str, str], *, who: str, delivery: str | None = None) -> Review:
        """Takes answers by question id, and gives the review that comes of them.

        Args:
            review_id: the review.
            answers: what was said, by question id.
            who: the person, as the door authenticates them.
            delivery: the door's id of this message; the same one again changes nothing.

        Raises:
            UsageError: no such review or question, or no further answer is taken.
        """
        with self._at_work(review_id) as (store, review):
            if delivery and store.delivered(review_id, f"{delivery}#0"):
                return review
            questions = {q.id: q for q in review.questions}
            rounds = records.rounds(store, review_id)
            asked = [(refusals.asked(questions, q, rounds), t) for q, t in answers.items()]
            said = [Answer(at=self._moment(), who=who, question=q, text=refusals.something(t, q.id)) for q, t in asked]
            return self._say(store, review_id, said, delivery)

    def reopen(self, review_id: str, questions: Sequence[str], *, who: str, delivery: str | None = None) -> Review:
        """Opens answered questions again; what was answered to them counts no more. Those that are open stay so.

        Args:
            review_id: the review.
            questions: their ids.
            who: the person, as the door authenticates them.
            delivery: the door's id of this message; the same one again changes nothing.

        Raises:
            UsageError: no such review.
        """
        with self._at_work(review_id) as (store, review):
            if delivery and store.delivered(review_id, f"{delivery}#0"):
                return review
            answered = [q for q in review.questions if q.id in questions and q.status == "answered"]
            said = [Reopening(at=self._moment(), who=who, question=q) for q in answered]
            return self._say(store, review_id, said, delivery) if said else review

    def correct(self, review_id: str, fact: str, value: str, *, who: str, quote: str | None = None) -> Review:
        """A fact as it should have been read; `quote` shows it in the document.

        Raises:
            UsageError: no such review or fact, no such value, or the quote is not in the document.
        """
        with self._at_work(review_id) as (store, _):
            parsed = correcting.value_of(fact, value)
            evidence = correcting.quoted(store.document(review_id), quote) if quote else None
            read = evidence is not None and correcting.bears_out(evidence, fact, parsed)
            said = Correction(at=self._moment(), who=who, fact=fact, value=parsed, evidence=evidence, read=read)
            return self._say(store, review_id, [said])

    def dispute(self, review_id: str, code: str, reason: str, *, who: str) -> Review:
        """Somebody does not accept a finding; it stays visible, as disputed.

        Raises:
            UsageError: no such review or finding, or no reason.
        """
        with self._at_work(review_id) as (store, review):
            code = refusals.found(review, code, ("open", "unconfirmed", "disputed"))
            said = Dispute(at=self._moment(), who=who, code=code, reason=refusals.reason(reason))
            return self._say(store, review_id, [said])

    def waive(
        self,
        review_id: str,
        code: str,
        reason: str,
        *,
        who: str,
        until: str | None = None,
        evidence: str | None = None,
    ) -> Review:
        """An approver takes responsibility for a finding, or accepts the exception for full fine-tuning.

        Args:
            review_id: the review.
            code: the rule.
            reason: why.
            who: the person, as the door authenticates them.
            until: the last day on which it holds, YYYY-MM-DD.
            evidence: what shows that the exception is justified.

        Raises:
            UsageError: they may not, there is nothing to waive, the day is none or past, or there is no reason.
        """
        with self._at_work(review_id) as (store, review):
            refusals.may_sign(self.settings.approvers, store.row(review_id), who)
            code = refusals.waivable(review, code)
            day = refusals.day(until, self.clock().date()) if until else None
            said = Waiver(
                at=self._moment(), who=who, code=code, reason=refusals.reason(reason), until=day, evidence=evidence
            )
            return self._say(store, review_id, [said])

    def version(self, review_id: str) -> int:
        """The number of the history's entry that is the review as it stands; a sign-off is bound to it.

        Raises:
            UsageError: there is no such review.
        """
        with self._at_work(review_id) as (store, _):
            reviewed = store.last(review_id, "reviewed")
            return reviewed.seq if reviewed else 0

    def may_sign(self, review_id: str, version: int, *, who: str, group: Names = ()) -> None:
        """Whether somebody may decide on this version of a review.

        Args:
            review_id: the review.
            version: the one that they saw.
            who: the person, as the door authenticates them.
            group: approvers whom the door knows, beside those of the configuration.

        Raises:
            UsageError: they may not, or the review has moved on, or it is decided.
        """
        with self._at_work(review_id) as (store, _):
            self._signable(store, review_id, version, who, group)

    def sign(
        self, review_id: str, version: int, code: str, reason: str, *, who: str, group: Names = (), delivery: str = ""
    ) -> Event:
        """Keeps that an approver has `approved` or `refused` one version of a review, with the hash of its document.

        The same `delivery` again, the door's id of this decision, changes nothing.

        Raises:
            UsageError: as `may_sign`, or no such decision, or no reason.
        """
        if code not in ("approved", "refused"):
            raise UsageError(f"no decision {code!r}", fix="It is approved or refused.")
        with self._at_work(review_id) as (store, review):
            signed = store.last(review_id, "signed")
            if signed and delivery and store.delivered(review_id, delivery):
                return signed
            self._signable(store, review_id, version, who, group)
            data: dict[str, str | int] = {"code": code, "reason": refusals.reason(reason), "version": version}
            data["sha256"] = review.document.sha256
            event = Event(store.next_seq(review_id), self._moment(), who, "signed", data)
            with store.transaction():
                store.append(review_id, event, delivery or None)
            return event

    def show(self, review_id: str) -> Review:
        """The review as it stands; waivers that have ended count no more.

        Raises:
            UsageError: there is none.
        """
        with self._open() as store:
            store.row(review_id)
            if not records.behind(store, review_id) and not records.lapsed(store, review_id, self.clock()):
                return records.latest(store, review_id)
        with self._at_work(review_id) as (_, review):
            return review

    def history(self, review_id: str) -> tuple[Event, ...]:
        """Everything that happened to a review, in order.

        Raises:
            UsageError: there is none.
        """
        with self._open() as store:
            store.row(review_id)
            return tuple(store.events(review_id))

    def document(self, review_id: str) -> Document:
        """The document of a review, as it was read."""
        with self._open() as store:
            store.row(review_id)
            return store.document(review_id)

    def list(self) -> tuple[Row, ...]:
        """Every review, the latest first."""
        with self._open() as store:
            self._expire(store)
            return tuple(store.rows())

    def row(self, review_id: str) -> Row:
        """The line of one review in that list.

        Raises:
            UsageError: there is none.
        """
        with self._open() as store:
            return store.row(review_id)

    def starters(self, *review_ids: str) -> dict[str, str]:
        """Who handed in each review; only of these, when they are named."""
        with self._open() as store:
            return store.starters(*review_ids)

    def diff(self, old: str, new: str) -> Difference:
        """Two reviews side by side."""
        return difference(self.show(old), self.show(new))

    def delete(self, review_id: str) -> None:
        """Deletes a review with its document, history and checkpoints, and what a model answered about the document.

        Raises:
            UsageError: there is none.
        """
        with self._open() as store:
            about = store.row(review_id).sha256
            with store.locked(review_id):
                store.delete([review_id])
        self.settings.forget_answers([about])

    @contextmanager
    def _open(self) -> Iterator[Store]:
        with open_store(self.settings.store) as store:
            yield store

    @contextmanager
    def _at_work(self, review_id: str) -> Iterator[tuple[Store, Review]]:
        """The review, brought up to its history, for us alone."""
        with self._open() as store:
            store.row(review_id)
            with store.locked(review_id):
                store.row(review_id)  # it may have been deleted while we waited
                if lapsed := records.lapsed(store, review_id, self.clock()):
                    yield store, self._say(store, review_id, lapsed)
                elif records.behind(store, review_id):
                    yield store, self._settle(store, review_id)
                else:
                    yield store, records.latest(store, review_id)

    def _say(self, store: Store, review_id: str, said: Sequence[Said], delivery: str | None = None) -> Review:
        """Acknowledges what was said, then works out what follows."""
        with store.transaction():
            seq = store.next_seq(review_id)
            for n, turn in enumerate(said):
                kept = turn.model_copy(update={"seq": seq + n})
                event = Event(seq + n, kept.at, kept.who, kept.kind, kept.model_dump(mode="json"))
                store.append(review_id, event, f"{delivery}#{n}" if delivery else None)
        return self._settle(store, review_id)

    def _settle(self, store: Store, review_id: str) -> Review:
        """Resumes the graph with everything said since, and keeps the review that comes of it."""
        turns = records.turns(store, review_id)
        review = self._thread(store, review_id).brought_to(turns)
        first = store.row(review_id)
        review = review.model_copy(update={"created_at": first.created_at})
        moment = self._moment()
        with store.transaction():
            data = {"after": turns[-1].seq, "engine": __version__, "review": review.model_dump(mode="json")}
            store.append(review_id, Event(store.next_seq(review_id), moment, "review-finetune", "reviewed", data))
            store.settle(review_id, moment, review.verdict.value, records.open_questions(review))
        store.prune(review_id)
        return review

    def _thread(self, store: Store, review_id: str) -> Thread:
        from agent.thread import Thread

        return Thread(store, review_id, self.settings.policy, self.clock, lambda: records.start(store, review_id))

    def _signable(self, store: Store, review_id: str, version: int, who: str, group: Names) -> None:
        refusals.may_sign((*self.settings.approvers, *group), store.row(review_id), who, "a sign-off")
        reviewed, signed = store.last(review_id, "reviewed"), store.last(review_id, "signed")
        if reviewed is None or reviewed.seq != version:
            raise UsageError("a sign-off", "the review has changed since", "Read it again, then decide.")
        if signed and signed.seq > reviewed.seq:
            raise UsageError("a sign-off", f"it is {signed.data['code']} already, by {signed.who}")

    def _expire(self, store: Store) -> None:
        """Deletes what nobody touched in the retention period."""
        if self.settings.keep_days:
            past = self.clock() - timedelta(days=self.settings.keep_days)
            gone = store.older(records.written(past))
            self.settings.forget_answers([store.row(one).sha256 for one in gone])
            store.delete(gone)

    def _carried(self, store: Store, earlier: Row, draft: stages.Draft) -> tuple[Answer, ...]:
        answers = carried(records.turns(store, earlier.id), records.base(store, earlier.id), dict(draft.case.facts))
        return tuple(a.model_copy(update={"seq": n}) for n, a in enumerate(answers, 2))

    def _keep(
        self,
        store: Store,
        review: Review,
        draft: stages.Draft,
        answers: tuple[Answer, ...],
        row: Row,
        earlier: Row | None,
        who: str,
    ) -> None:
        base = draft.heard.document if draft.heard else dict(draft.case.facts)
        started = {
            "name": review.document.name,
            "sha256": review.document.sha256,
            "engine": review.engine.model_dump(mode="json"),
            "policy": self.settings.policy.model_dump(mode="json"),
            "earlier": earlier.id if earlier else None,
            "usage": draft.usage.model_dump(mode="json"),
            "facts": {n: f.model_dump(mode="json") for n, f in base.items()},
        }
        events = [Event(1, review.created_at, who, "started", started)]
        events += [Event(a.seq, a.at, a.who, a.kind, a.model_dump(mode="json")) for a in answers]
        after = events[-1].seq
        done = {"after": after, "engine": __version__, "review": review.model_dump(mode="json")}
        events.append(Event(after + 1, review.created_at, "review-finetune", "reviewed", done))
        with store.transaction():
            store.add(row, draft.case.document)
            for event in events:
                store.append(review.review_id, event)

    def _moment(self) -> str:
        return records.written(self.clock())
