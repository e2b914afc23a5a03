"""The reviews as one person may see and use them, with everything slow done off the event loop."""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, NamedTuple, ParamSpec, TypeVar

from agent import documents
from agent.documents.warm import WarmReader
from agent.models import Review
from agent.service import Service
from agent.store.history import Event, Row
from integrations.web.gate import Person
from integrations.web.problems import Refused, missing

if TYPE_CHECKING:
    from agent.llm import Model

P = ParamSpec("P")
T = TypeVar("T")
MOST_EACH = 4
"""Documents that one person may have under review at once."""
MOST = 32
"""Documents that may be under review or wait, of everybody."""
LEAVING = 60.0
"""Seconds that whoever is at work is waited for at the end, and that a document waits for a reader."""
SAY = 16
"""Threads for everything but reading: they wait for the store."""


class Told(NamedTuple):
    """A review, what happened to it, and whether whoever asks may sign a waiver of it."""

    review: Review
    events: tuple[Event, ...]
    signs: bool


class Desk:
    """Calls the service for a person. Close it at the end."""

    def __init__(self, service: Service, model: Model | None = None, readers: int = 2) -> None:
        """Starts no process: the first document does."""
        self.service, self.model = service, model
        self._warm: queue.SimpleQueue[WarmReader] = queue.SimpleQueue()
        for _ in range(readers):
            self._warm.put(WarmReader())
        self._reading = ThreadPoolExecutor(readers, "read")
        self._saying = ThreadPoolExecutor(SAY, "say")
        self._busy: Counter[str] = Counter()
        self._readers = readers

    def close(self) -> None:
        """Waits for the documents at hand, up to a time, and ends the readers."""
        ends = [
            threading.Thread(target=self._reading.shutdown, kwargs={"cancel_futures": True}, daemon=True),
            threading.Thread(target=self._saying.shutdown, daemon=True),
        ]
        for thread in ends:
            thread.start()
        for thread in ends:
            thread.join(LEAVING)
        end = time.monotonic() + LEAVING
        for _ in range(self._readers):
            with suppress(queue.Empty):
                self._warm.get(timeout=max(0.1, end - time.monotonic())).close()

    @property
    def at_work(self) -> int:
        """Documents under review or waiting."""
        return self._busy.total()

    @contextmanager
    def seat(self, person: Person) -> Iterator[None]:
        """A place for one more document of a person; taken before its bytes are received.

        Raises:
            Refused: they or all have too many at once.
        """
        if self._busy[person.name] >= MOST_EACH:
            raise Refused(429, "too many at once", f"{MOST_EACH} documents of yours are under review", "Wait.", 5)
        if self.at_work >= MOST:
            raise Refused(503, "too busy", f"{MOST} documents are under review", "Try again in a minute.", 30)
        self._busy[person.name] += 1
        try:
            yield
        finally:
            self._busy[person.name] -= 1

    async def review(self, person: Person, data: bytes, name: str, author: str | None = None) -> Review:
        """Reads and reviews a document, and keeps the review.

        Raises:
            Refused: somebody who is no approver names another author.
            DocumentError: it cannot be read.
        """
        if author and author != person.name and not self._approves(person):
            raise Refused(403, "another author", "only an approver may hand in for somebody else", "Leave it out.")
        whose = (author or person.name) if person.signed else author
        return await self._run(self._reading, self._review, data, name, person.name, whose)

    async def mine(self, person: Person) -> list[Row]:
        """The reviews that a person may see, the latest first."""

        def chosen() -> list[Row]:
            rows = self.service.list()
            if self._sees_all(person):
                return list(rows)
            starters = self.service.starters()
            return [r for r in rows if (r.author or starters.get(r.id)) == person.name]

        return await self._run(self._saying, chosen)

    async def show(self, person: Person, review_id: str) -> Review:
        """One review."""
        return await self.say(person, review_id, lambda reviews: reviews.show(review_id))

    async def told(self, person: Person, review_id: str) -> Told:
        """One review with what happened to it, and whether the person may sign a waiver."""

        def all_of_it(reviews: Service) -> Told:
            signs = self._no_waiver(person, review_id) is None
            return Told(reviews.show(review_id), reviews.history(review_id), signs)

        return await self.say(person, review_id, all_of_it)

    async def answer(self, person: Person, review_id: str, answers: Mapping[str, str], key: str | None) -> Review:
        """Takes answers; the same `key` again changes nothing."""
        delivery = f"web:{person.name}:{key}" if key else None
        who = person.name
        return await self.say(person, review_id, lambda s: s.answer(review_id, answers, who=who, delivery=delivery))

    async def waive(self, person: Person, review_id: str, given: Mapping[str, str | None]) -> Review:
        """Takes a waiver (`code`, `reason`, `until`, `evidence`).

        Raises:
            Refused: only an approver who showed a token, and is not the author, signs.
        """

        def signed(reviews: Service) -> Review:
            if refused := self._no_waiver(person, review_id):
                raise refused
            return reviews.waive(review_id, **given, who=person.name)  # type: ignore[arg-type]

        return await self.say(person, review_id, signed)

    async def dispute(self, person: Person, review_id: str, code: str, reason: str) -> Review:
        """Takes a dispute of a finding."""
        return await self.say(person, review_id, lambda s: s.dispute(review_id, code, reason, who=person.name))

    async def say(self, person: Person, review_id: str, call: Callable[[Service], T]) -> T:
        """Does something with a review that the person may see.

        Raises:
            Refused: it is not there, or not theirs.
        """

        def checked() -> T:
            if not self._sees(person, review_id):
                raise missing()
            return call(self.service)

        return await self._run(self._saying, checked)

    async def healthy(self) -> bool:
        """True when the store can be opened."""
        try:
            await self._run(self._saying, self.service.starters, "none")
        except Exception:
            return False
        return True

    async def _run(self, threads: ThreadPoolExecutor, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        return await asyncio.get_running_loop().run_in_executor(threads, lambda: call(*args, **kwargs))

    def _review(self, data: bytes, name: str, who: str, author: str | None) -> Review:
        reader = self._warm.get(timeout=LEAVING)
        try:
            document = documents.read(data, name, reader=reader)
        finally:
            self._warm.put(reader)
        return self.service.start(document, who=who, author=author, model=self.model)

    def _sees(self, person: Person, review_id: str) -> bool:
        starter = self.service.starters(review_id).get(review_id)
        if starter is None or self._sees_all(person):
            return starter is not None
        return (self.service.row(review_id).author or starter) == person.name

    def _no_waiver(self, person: Person, review_id: str) -> Refused | None:
        """Why this person may not sign, or None. Whoever handed it in counts as the author, where none is named."""
        row, starter = self.service.row(review_id), self.service.starters(review_id)[review_id]
        if not person.signed:
            fix = "Give each person a token (docs/web.md), or use review-finetune waive."
            return Refused(403, "a waiver", "this server does not know who you are", fix)
        if not self._approves(person):
            return Refused(403, "a waiver", f"{person.name} is no approver", "They stand in [signoff] approvers.")
        if (row.author or starter).casefold() == person.name.casefold():
            return Refused(403, "a waiver", f"{person.name} is the author", "Another approver has to sign.")
        return None

    def _sees_all(self, person: Person) -> bool:
        """Approvers do; and the operator, whose file the store is."""
        return not person.signed or self._approves(person)

    def _approves(self, person: Person) -> bool:
        return person.name in self.service.settings.approvers
