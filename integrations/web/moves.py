"""What the last turn of a conversation did to a review, from its history: who said what, and how the verdict moved."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from agent.reports import figures
from agent.reports.labels import rule_title, word
from agent.reports.plain import plain
from agent.store.history import Event

SAID = {
    "answer": ("an answer", "answers"),
    "correct": ("a correction", "corrections"),
    "dispute": ("a dispute", "disputes"),
    "waive": ("a waiver", "waivers"),
    "reopen": ("a reopened question", "reopened questions"),
    "lapse": ("the end of a waiver", "ends of waivers"),
}
HEAVY = ("approve", "approve_with_conditions", "revise", "do_not_fine_tune")


class Move(NamedTuple):
    """The last step: `change` is better, worse or same; `findings` and `questions` say what became of them."""

    what: str
    change: str
    before: str
    after: str
    findings: tuple[str, ...]
    questions: tuple[str, ...]


def last_move(events: Sequence[Event]) -> Move | None:
    """The last step of a review's history, or None when nobody has said anything yet."""
    reviewed = [e for e in events if e.kind == "reviewed"]
    if len(reviewed) < 2:
        return None
    old, new = reviewed[-2], reviewed[-1]
    turns = [e for e in events if old.seq < e.seq < new.seq and e.kind in SAID]
    before, after = old.data["review"], new.data["review"]
    values = before["verdict"]["value"], after["verdict"]["value"]
    return Move(
        what=_what(turns, new),
        change=_change(*values),
        before=word("verdicts", values[0]),
        after=word("verdicts", values[1]),
        findings=tuple(_findings(before, after)),
        questions=tuple(_questions(after, turns)),
    )


def _what(turns: Sequence[Event], new: Event) -> str:
    kinds = [t.kind for t in turns]
    parts = [SAID[k][0] if (n := kinds.count(k)) == 1 else f"{n} {SAID[k][1]}" for k in SAID if k in kinds]
    who = turns[-1].who if turns else new.who
    return f"After {figures.listed(parts) or 'a new look'} by {plain(who)}, {figures.moment(new.at)}"


def _change(before: str, after: str) -> str:
    if before == after or before not in HEAVY or after not in HEAVY:
        return "same"
    return "better" if HEAVY.index(after) < HEAVY.index(before) else "worse"


def _findings(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    known = {f["code"]: f["status"] for f in before["findings"]}
    told = []
    for one in after["findings"]:
        if known.get(one["code"]) != one["status"]:
            state = one["status"] if one["code"] in known or one["status"] != "open" else "new"
            told.append(f"{state.capitalize()}: {rule_title(one['code'], one['name'])}")
    return told


def _questions(after: dict[str, Any], turns: Sequence[Event]) -> list[str]:
    """What is still missing in what was answered just now."""
    answered = {t.data["question"]["id"] for t in turns if t.kind == "answer"}
    left = [q for q in after["questions"] if q["id"] in answered and q["status"] != "answered"]
    return [f"Still open: {plain(q['text'])}" for q in left]
