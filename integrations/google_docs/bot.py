"""The bot: one look at what changed, and everything that follows from it for each document.

What it must remember is in three places: reviews in the store, what was said in the document itself, and in the store
how far the list of changes was read (`Ledger`). With any of them lost nothing is said twice.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from agent.errors import DocumentError, Held, ReviewError
from agent.models import Document, Review
from agent.service import Service
from agent.store import open_store
from agent.store.history import Row
from integrations.google_docs.addresses import KIND, SOURCE
from integrations.google_docs.client import Google
from integrations.google_docs.configuration import GoogleSettings
from integrations.google_docs.conversation import Conversation
from integrations.google_docs.ledger import Known, Ledger, Marks, now
from integrations.google_docs.problems import Busy, Gone, NoAccess, Refused, Unknown
from integrations.google_docs.remarks import remarks_of
from integrations.google_docs.writing import look, write

if TYPE_CHECKING:
    from agent.llm import Model

WHO = "google-docs"
"""Under this name the bot starts reviews that nobody asked for by name."""
EARLIER = 5
"""Versions that are looked through for what a comment was about."""
WHOLE_MS = 3_600_000
"""A document is read whole at least so often, whatever the lists say."""


def log(line: str) -> None:
    """One line on standard error."""
    sys.stderr.write("".join(c if c.isprintable() else " " for c in line) + "\n")


@dataclass
class Bot:
    """One account over one store. `tell` takes lines for the person who runs it."""

    google: Google
    service: Service
    settings: GoogleSettings
    model: Model | None = None
    tell: Callable[[str], None] = log
    sleep: Callable[[float], None] = time.sleep
    _names: tuple[str, ...] = ()
    _told: set[str] = field(default_factory=set)

    def look(self) -> int:
        """One look: documents that changed are looked after, and those in which somebody said something.

        Returns:
            How many documents could not be looked after; they are looked at again.

        Raises:
            ReviewError: Google cannot be asked at all.
        """
        ledger = Ledger(self.service.settings.store)
        began = now()
        self._note(ledger)
        failed = sum(not self._safely(ledger, one) for one in ledger.waiting())
        return failed + sum(not self._safely(ledger, one) for one in self._spoken(ledger, began))

    def attend(self, document: str) -> None:
        """Looks after one document, alone: reviews it if it is new, and answers what was said.

        Raises:
            Held: another bot looks after it at the moment.
            DocumentError: it cannot be read or written to.
        """
        with self._alone(document):
            seen = look(self.google, document)
            review = self.latest(document) or self.review(document, seen.document)
            talk = Conversation(self, document, review)
            if Ledger(self.service.settings.store).written(document) is None:
                review = talk.recall(seen.threads)
            self.publish(document, review)
            talk.answer_all()

    def review(self, document: str, read: Document, who: str = WHO) -> Review:
        """Reviews what was read and keeps it. The same text again is not reviewed anew."""
        return self._same(document, read) or self.service.start(
            read, who=who, author=self._owner(document), source=f"{SOURCE}{document}", model=self.model
        )

    def publish(self, document: str, review: Review) -> None:
        """Writes the comments of a review, once, also when a process died between the review and its comments."""
        ledger = Ledger(self.service.settings.store)
        if ledger.written(document) == review.review_id:
            return
        reviewed = self.service.document(review.review_id)
        remarks = remarks_of(review, reviewed, self.settings.reports)
        write(self.google, document, remarks, reviewed, self.sleep)
        ledger.wrote(document, review.review_id)

    def names(self) -> tuple[str, ...]:
        """How people call the bot: its own address, and what is configured."""
        if not self._names:
            self._names = (str(self.google.me().get("emailAddress") or ""), *self.settings.names)
        return self._names

    def latest(self, document: str) -> Review | None:
        """The latest review of a document, as it stands."""
        rows = self._rows(document)
        return self.service.show(rows[0].id) if rows else None

    def earlier(self, document: str, review: Review) -> tuple[Review, ...]:
        """The reviews before this one, the latest first; so many that a comment of ours is found again."""
        rows = [r for r in self._rows(document) if r.id != review.review_id]
        return tuple(self.service.show(r.id) for r in rows[:EARLIER])

    def _note(self, ledger: Ledger) -> None:
        """Notes which documents changed; all that are shared where it is not known from when on."""
        account = self.names()[0]
        token = ledger.token(account)
        try:
            changes, following = self.google.changes(token) if token else ([], None)
        except (Refused, Gone):
            following = None  # Google does not know the place any more
        if following is None:
            following = self.google.first_page()
            found = [str(f["id"]) for f in self.google.shared()]
        else:
            found = [str(c["fileId"]) for c in changes if _is_document(c)]
        if found or following != token:
            ledger.note(account, following, found)

    def _spoken(self, ledger: Ledger, began: int) -> Iterator[Known]:
        """The documents without a change whose comments are not those of the last time, or that wait for long."""
        for one in ledger.quiet(began):
            try:
                if began - one.looked > WHOLE_MS or self.google.activity(one.id) != one.marks:
                    yield one
            except Gone as error:
                self._tell_once(str(error))
                ledger.forget(one)
            except NoAccess:
                continue  # it is a change when somebody gives it back
            except DocumentError as error:
                self._tell_once(str(error))

    def _safely(self, ledger: Ledger, one: Known) -> bool:
        """Looks after a document; whatever goes wrong with it is told once and stops no other."""
        marks: Marks = frozenset()
        try:
            marks = self.google.activity(one.id)  # before it is read: what is said from now on is news
            self.attend(one.id)
        except (Unknown, KeyboardInterrupt):
            raise
        except Held:
            return True  # another bot is at it; should that one die, it still waits for us
        except Gone as error:
            self._tell_once(str(error))
            ledger.forget(one)
            return True
        except Busy as error:
            return self._again(ledger, one, str(error))
        except NoAccess as error:
            self._tell_once(str(error))
        except DocumentError as error:
            self._tell_once(str(error))
            Conversation(self, one.id, None).say_unreadable(str(error))
        except ReviewError as error:
            return self._again(ledger, one, f"{one.id}: {error}")
        ledger.done(one, marks)
        return True

    def _again(self, ledger: Ledger, one: Known, line: str) -> bool:
        self._tell_once(line)
        ledger.failed(one)
        return False

    def _tell_once(self, line: str) -> None:
        if line not in self._told:
            self._told.add(line)
            self.tell(line)

    def _same(self, document: str, read: Document) -> Review | None:
        rows = self._rows(document)
        return self.service.show(rows[0].id) if rows and rows[0].sha256 == read.sha256 else None

    def _rows(self, document: str) -> list[Row]:
        with open_store(self.service.settings.store) as store:
            return store.of(f"{SOURCE}{document}")

    def _owner(self, document: str) -> str | None:
        owners = self.google.file(document).get("owners") or [{}]
        email: str | None = owners[0].get("emailAddress")
        return email

    @contextmanager
    def _alone(self, document: str) -> Iterator[None]:
        """Nobody else looks after a document meanwhile, in any process that uses this store."""
        with open_store(self.service.settings.store) as store, store.locked(document, "source", wait=0.0):
            yield


def _is_document(change: Mapping[str, Any]) -> bool:
    file = change.get("file") or {}
    return not change.get("removed") and not file.get("trashed") and file.get("mimeType") == KIND
