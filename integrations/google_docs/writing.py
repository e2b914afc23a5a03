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
    anchors, hint = True, ""
    for n in range(TRIES):
        seen = look(google, document)
        wanted = _missing(remarks, seen.threads)
        if not wanted:
            return Done(anchored, loose)
        try:
            if anchors and (placed := _placed(wanted, reviewed, seen.document)):
                google.insert(document, [_request(r, place) for r, place in placed], seen.revision)
                anchored += len(placed)
            else:
                for remark in wanted:
                    google.comment(document, _loose(remark, hint), remark.quote or None)
                    loose += 1
        except Stale:
            continue
        except (NoAccess, Refused) as error:
            if not anchors:
                raise
            anchors = False
            hint = texts()["comment"]["commenter"] if isinstance(error, NoAccess) else ""
        except Busy:
            if n == TRIES - 1:
                raise
            sleep(min(2.0**n, 30.0))
    raise Busy(f"commenting on {document}", f"not done in {TRIES} tries", "It is tried again.")


def _missing(remarks: Iterable[Remark], there: Iterable[Thread]) -> list[Remark]:
    known = keys(there)
    return [r for r in remarks if r.key not in known]


def _placed(wanted: Iterable[Remark], reviewed: Document, now: Document) -> list[tuple[Remark, Range]]:
    places = ((remark, place_now(remark, reviewed, now)) for remark in wanted)
    return [(remark, place) for remark, place in places if place]


def _request(remark: Remark, place: Range) -> dict[str, Any]:
    return {"content": remark.content, "range": place.request()}


def _loose(remark: Remark, hint: str) -> str:
    """A comment without an anchor says in words what it is about; the summary, why there are no anchors."""
    if not remark.quote:
        whole = f"{hint}\n{remark.content}" if hint else remark.content
        return whole if len(whole.encode()) <= LIMIT else remark.content
    head = texts()["comment"]["quoted"].format(quote=shorten(remark.quote, QUOTED))
    return written([head, *remark.content.splitlines()[:-1]], remark.key)
