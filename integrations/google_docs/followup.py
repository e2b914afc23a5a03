"""What the bot says of itself in its own comments: what a new version changed, and which comments have served.

Each such line has a mark of its own, so that it is said once however often it is worked out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import NamedTuple

from agent.annotate.marks import LIVE
from agent.dialogue.versions import difference
from agent.models import Finding, Review
from agent.reports.labels import rule_title, word
from agent.reports.plain import plain
from integrations.google_docs.remarks import SUMMARY, finding_of, key_of, texts
from integrations.google_docs.threads import Reply, Thread


class Versions(NamedTuple):
    """The review of a document as it stands, and those of its earlier versions, the latest first."""

    review: Review
    earlier: tuple[Review, ...]


def summary_of(threads: Sequence[Thread]) -> Thread | None:
    """The bot's summary."""
    return next((t for t in threads if t.mine and t.key == key_of(SUMMARY, "")), None)


def follow_ups(threads: Sequence[Thread], versions: Versions) -> Iterator[tuple[Thread, Reply]]:
    """What is to be said now, at most one reply to a thread."""
    summary = summary_of(threads)
    if summary and versions.earlier:
        told = report(versions)
        if told.key not in summary.told:
            yield summary, told
    for thread in threads:
        if thread.mine and thread.key and thread is not summary:
            reply = _of_comment(thread, thread.key, versions)
            if reply and reply.key not in thread.told:
                yield thread, reply


def report(versions: Versions) -> Reply:
    """What is resolved, new and still open since the version before."""
    words, review, before = texts()["version"], versions.review, versions.earlier[0]
    changes = difference(before, review)
    old, new = (word("verdicts", r.verdict.value) for r in (before, review))
    lines = [words["head"].format(now=new, before=old), plain(review.verdict.summary)]
    lists = (("resolved", changes.resolved), ("new", changes.added), ("open", changes.still))
    lines += [words[name].format(findings=_named(found)) for name, found in lists]
    return Reply(lines, key=_mark("version", review, ""))


def _named(found: Sequence[Finding]) -> str:
    return "; ".join(rule_title(f.code, f.name) for f in found) or texts()["version"]["none"]


def _of_comment(thread: Thread, key: str, versions: Versions) -> Reply | None:
    """A comment whose finding is settled, gone or elsewhere is closed; one that applies again is opened.

    What a person closed stays closed, and what a person opened stays open.
    """
    review, words = versions.review, texts()["follow"]
    code = next((f.code for r in versions if (f := _finding(r, key))), None)
    if code is None:
        return None
    live = {f.code for f in review.findings if f.status in LIVE}
    here = finding_of(review, key)
    if code in live and here and versions.earlier and thread.resolved_by_us:
        return Reply([words["back"].format(code=code)], "reopen", _mark("back", review, key))
    if thread.resolved or thread.reopened_by_people or (code in live and here):
        return None
    now = next((f.status for f in review.findings if f.code == code), "gone")
    kind = "moved" if code in live else now
    if kind not in words:
        return None
    return Reply([words[kind].format(code=code)], "resolve", _mark("close", review, key))


def _finding(versions: Review | tuple[Review, ...], key: str) -> Finding | None:
    reviews = (versions,) if isinstance(versions, Review) else versions
    return next((f for r in reviews if (f := finding_of(r, key))), None)


def _mark(kind: str, review: Review, key: str) -> str:
    return sha256(f"{kind}|{review.review_id}|{key}".encode()).hexdigest()[:8]
