"""The bot: one look at what changed, and everything that follows from it for each document.

What it must remember is in three places: reviews in the store, what was said in the document itself, and in a small
file how far the list of changes was read. With any of them lost nothing is said twice.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from agent.errors import DocumentError, ReviewError
from agent.models import Document, Review
from agent.service import Service
from agent.store import open_store
from integrations.google_docs.addresses import KIND, SOURCE
from integrations.google_docs.client import Google
from integrations.google_docs.configuration import GoogleSettings
from integrations.google_docs.conversation import Conversation
from integrations.google_docs.problems import Busy, Gone, NoAccess, Unknown
from integrations.google_docs.remarks import remarks_of
from integrations.google_docs.state import State
from integrations.google_docs.writing import Seen, look, write

if TYPE_CHECKING:
    from agent.llm import Model

WHO = "google-docs"
"""Under this name the bot starts reviews that nobody asked for by name."""


def log(line: str) -> None:
    """One line on standard error."""
    sys.stderr.write("".join(c if c.isprintable() else " " for c in line) + "\n")


@dataclass
class Bot:
    """One account over one store. `tell` takes lines for the person who runs it."""

    google: Google
    service: Service
    settings: GoogleSettings
    state: State
    model: Model | None = None
    tell: Callable[[str], None] = log
    sleep: Callable[[float], None] = time.sleep
    _names: tuple[str, ...] = ()
    _told: set[str] = field(default_factory=set)

    def look(self) -> int:
        """One look: new documents are reviewed, people are answered. The place in the list of changes is kept last.

        Returns:
            How many documents could not be looked after; they are looked at again.

        Raises:
            ReviewError: Google cannot be asked at all.
        """
        token = self.state.token()
        following = self.google.first_page() if token is None else None
        if token is None:
            found, files = {str(f["id"]): f for f in self.google.shared()}, dict[str, Mapping[str, Any]]()
        else:
            changes, following = self.google.changes(token)
            found = {str(c["fileId"]): c["file"] for c in changes if _is_document(c)}
            files = {d: {} for d in (*self._known(), *self.state.failed())}
        failed = [d for d in {**files, **found} if not self._safely(d)]
        self.state.keep(str(following), failed)
        return len(failed)

    def attend(self, document: str) -> None:
        """Looks after one document, alone: reviews it if it is new, and answers what was said.

        Raises:
            DocumentError: it cannot be read or written to.
        """
        with self._alone(document):
            seen = look(self.google, document)
            review = self._latest(document)
            if review is None:
                review = self.review(document, seen)
            Conversation(self, document, review).answer_all()

    def review(self, document: str, seen: Seen, who: str = WHO) -> Review:
        """Reviews what was read, keeps it and writes the comments. The same text again is not reviewed anew."""
        review = self._same(document, seen.document) or self.service.start(
            seen.document, who=who, author=self._owner(document), source=f"{SOURCE}{document}", model=self.model
        )
        remarks = remarks_of(review, seen.document, self.settings.reports)
        write(self.google, document, remarks, seen.document, self.sleep)
        return review

    def names(self) -> tuple[str, ...]:
        """How people call the bot: its own address, and what is configured."""
        if not self._names:
            self._names = (str(self.google.me().get("emailAddress") or ""), *self.settings.names)
        return self._names

    def _safely(self, document: str) -> bool:
        """Looks after a document; whatever goes wrong with it is told once and stops no other."""
        try:
            self.attend(document)
        except (Unknown, KeyboardInterrupt):
            raise
        except (Gone, NoAccess) as error:
            self._tell_once(str(error))
            return True
        except Busy as error:
            self._tell_once(str(error))
            return False
        except DocumentError as error:
            self._unreadable(document, error)
        except ReviewError as error:
            self._tell_once(f"{document}: {error}")
            return False
        return True

    def _unreadable(self, document: str, error: DocumentError) -> None:
        """A document that cannot be reviewed: whoever asked is told there, once."""
        self._tell_once(str(error))
        Conversation(self, document, None).say_unreadable(str(error))

    def _tell_once(self, line: str) -> None:
        if line not in self._told:
            self._told.add(line)
            self.tell(line)

    def _known(self) -> list[str]:
        sources = [r.source for r in self.service.list() if r.source and r.source.startswith(SOURCE)]
        return [s.removeprefix(SOURCE) for s in dict.fromkeys(sources)]

    def _latest(self, document: str) -> Review | None:
        row = next((r for r in self.service.list() if r.source == f"{SOURCE}{document}"), None)
        return self.service.show(row.id) if row else None

    def _same(self, document: str, read: Document) -> Review | None:
        source = f"{SOURCE}{document}"
        row = next((r for r in self.service.list() if r.source == source), None)
        return self.service.show(row.id) if row and row.sha256 == read.sha256 else None

    def _owner(self, document: str) -> str | None:
        owners = self.google.file(document).get("owners") or [{}]
        email: str | None = owners[0].get("emailAddress")
        return email

    @contextmanager
    def _alone(self, document: str) -> Iterator[None]:
        """Nobody else looks after a document meanwhile, in any process that uses this store."""
        with open_store(self.service.settings.store) as store, store.locked(document, "source"):
            yield


def _is_document(change: Mapping[str, Any]) -> bool:
    file = change.get("file") or {}
    return not change.get("removed") and not file.get("trashed") and file.get("mimeType") == KIND
