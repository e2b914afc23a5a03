"""What people did, in sentences for every report: answers that changed the plan, corrections, disputes, waivers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from agent.dialogue.turns import Correction, Dispute, Heard, Waiver
from agent.facts.names import ALL
from agent.rules.wording import number, span


def notes(heard: Heard) -> tuple[str, ...]:
    """One sentence each, sign-off first."""
    return (*_waivers(heard), *_disputes(heard), *_corrections(heard), *_changes(heard), *_replies(heard))


def _waivers(heard: Heard) -> Iterator[str]:
    codes = dict.fromkeys(t.code for t in heard.turns if isinstance(t, Waiver))
    for code in codes:
        given = next(t for t in reversed(heard.turns) if isinstance(t, Waiver) and t.code == code)
        until = f" until {given.until}" if given.until else ""
        if heard.waiver(code) is None:
            yield f"Waiver of {code} by {given.who} has ended ({given.until}): the finding counts again."
            continue
        evidence = f" Evidence: {given.evidence}" if given.evidence else ""
        exception = " (exception for full fine-tuning)" if code in ("AP1", "AP4") else ""
        yield f"Waived: {code}{exception} by {given.who} on {given.at[:10]}{until}. Reason: {given.reason}{evidence}"


def _disputes(heard: Heard) -> Iterator[str]:
    codes = dict.fromkeys(t.code for t in heard.turns if isinstance(t, Dispute))
    for code in codes:
        if (one := heard.dispute(code)) is not None:
            yield f"Disputed: {code} by {one.who} on {one.at[:10]}. Reason: {one.reason}"


def _corrections(heard: Heard) -> Iterator[str]:
    for one in (t for t in heard.turns if isinstance(t, Correction)):
        old = heard.document.get(one.fact)
        read = f"read as {shown(old.value)}" if old else "not read at all"
        quote = f" Quote: “{one.evidence.quote}”" if one.evidence else " No quote was given."
        borne = "" if one.read else " Our reader does not find this in it; findings that rest on it stay disputed."
        meaning = ALL[one.fact].meaning.split(",")[0].split(":")[0]
        yield f"Corrected by {one.who}: {one.fact} ({meaning}) is {shown(one.value)}; {read}.{quote}{borne}"


def _changes(heard: Heard) -> Iterator[str]:
    for one in heard.changes:
        if one.by.startswith("answer"):
            yield f"Changed by the {one.by}: {one.name} is {shown(one.after)}; the document says {shown(one.before)}."


def _replies(heard: Heard) -> Iterator[str]:
    for reply in heard.replies:
        if reply.aside:
            yield f"A part of the answer to {reply.question.id} addresses the reviewer; it was set aside."
        if reply.missing and reply.over:
            yield f"No further answer to {reply.question.id} is taken; what stands is in the findings."
    if carried := [r.question.id for r in heard.replies if r.carried]:
        yield f"Answers carried over from the earlier version: {', '.join(carried)}."


def shown(value: Any) -> str:
    """A fact's value as a person writes it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (list, tuple)) and len(value) == 2 and all(isinstance(v, (int, float)) for v in value):
        return span((float(value[0]), float(value[1])))
    return number(float(value)) if isinstance(value, (int, float)) else str(value)
