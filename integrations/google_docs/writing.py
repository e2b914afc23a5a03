"""Comments are written: all at once, each once, at exactly its words or at none.

Before every try the document is read, and what is there already is not written again. So an answer that was lost on the
way, a second bot or a lost memory never make two comments of one.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from agent.models import Document
from agent.reports.plain import shorten
from integrations.google_docs.client import Google
from integrations.google_docs.places import Range
from integrations.google_docs.problems import Busy, NoAccess, Refused, Stale
from integrations.google_docs.reader import read
from integrations.google_docs.remarks import LIMIT, Remark, place_now, texts, written
from integrations.google_docs.threads import Thread, keys, threads

TRIES = 8
MOST_BARRED = 3
"""Places that Google refuses one by one, before all comments are written without an anchor."""
QUOTED = 200
"""Characters of a quote in a comment that has no anchor."""


class Seen(NamedTuple):
    """A document as it is now, with its threads."""

    document: Document
    threads: tuple[Thread, ...]
    revision: str | None
    raw: Mapping[str, Any]


class Done(NamedTuple):
    """What was written: how many comments with an anchor, and how many without."""

    anchored: int
    loose: int


def look(google: Google, document: str) -> Seen:
    """Reads a document with its comments.

    Raises:
        NoAccess: the bot may not see comments.
        DocumentError: it cannot be read.
    """
    raw = google.document(document, comments=True)
    return Seen(read(raw), threads(raw), raw.get("revisionId"), raw)


def write(
    google: Google,
    document: str,
    remarks: Sequence[Remark],
    reviewed: Document,
    sleep: Callable[[float], None] = time.sleep,
) -> Done:
    """Writes the remarks that are not there yet.

    Args:
        google: the account.
        document: the id.
        remarks: the comments wanted.
        reviewed: the document that they are about.
        sleep: waits between two tries, seconds.

    Raises:
        NoAccess: the bot may not comment.
        Busy: Google did not take them in `TRIES` tries.
    """
    anchored = loose = 0
    anchors = _Anchors(reviewed)
    for n in range(TRIES):
        seen = look(google, document)
        wanted = _missing(remarks, seen.threads)
        if not wanted:
            return Done(anchored, loose)
        placed = anchors.placed(wanted, seen.document)
        try:
            if placed:
                google.insert(document, [_request(r, place) for r, place in placed], seen.revision)
                anchored += len(placed)
            for remark in wanted if not placed else ():
                google.comment(document, _loose(remark, anchors.hint), remark.quote or None)
                loose += 1
        except Stale:
            continue
        except (NoAccess, Refused) as error:
            anchors.refused(error, placed)
        except Busy:
            if n == TRIES - 1:
                raise
            sleep(min(2.0**n, 30.0))
    raise Busy(f"commenting on {document}", f"not done in {TRIES} tries", "It is tried again.")


class _Anchors:
    """Which comments may have an anchor: all of them, until Google refuses a place, or any.

    `hint` says to the reader why there are none.
    """

    def __init__(self, reviewed: Document) -> None:
        self.hint = ""
        self._reviewed, self._barred, self._on = reviewed, set[str](), True

    def placed(self, wanted: Iterable[Remark], now: Document) -> list[tuple[Remark, Range]]:
        """The remarks that stand at exactly one place now."""
        free = (r for r in wanted if self._on and r.key not in self._barred)
        return [(r, place) for r in free if (place := place_now(r, self._reviewed, now))]

    def refused(self, error: NoAccess | Refused, placed: list[tuple[Remark, Range]]) -> None:
        """Takes the anchor from the comment that Google names, else from all; there is nothing left to take: raises."""
        if not placed:
            raise error
        named = error.request if isinstance(error, Refused) else None
        if named is not None and named < len(placed) and len(self._barred) < MOST_BARRED:
            self._barred.add(placed[named][0].key)
            return
        self._on = False
        self.hint = texts()["comment"]["commenter"] if isinstance(error, NoAccess) else ""


def _missing(remarks: Iterable[Remark], there: Iterable[Thread]) -> list[Remark]:
    known = keys(there)
    return [r for r in remarks if r.key not in known]


def _request(remark: Remark, place: Range) -> dict[str, Any]:
    return {"content": remark.content, "range": place.request()}


def _loose(remark: Remark, hint: str) -> str:
    """A comment without an anchor says in words what it is about; the summary, why there are no anchors."""
    if not remark.quote:
        whole = f"{hint}\n{remark.content}" if hint else remark.content
        return whole if len(whole.encode()) <= LIMIT else remark.content
    head = texts()["comment"]["quoted"].format(quote=shorten(remark.quote, QUOTED))
    return written([head, *remark.content.splitlines()[:-1]], remark.key)
