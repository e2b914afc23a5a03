"""Holds a store against what was acknowledged: nothing lost or twice, the verdict that one process alone gives."""

from __future__ import annotations

from collections.abc import Iterable

from agent import documents, stages
from agent.dialogue.turns import TURN
from agent.policy import NO_POLICY
from agent.review import judge, now
from agent.store import open_store
from agent.thread import Thread
from evals.benchmarks.people import PROPOSAL, service


def faults(place: str, reviews: dict[str, int], answered: Iterable[tuple[str, str]]) -> list[str]:
    """What is wrong with the reviews of a store, one line each.

    Args:
        place: the store.
        reviews: review ids with the number of their proposal.
        answered: review and question of every answer that was sent.
    """
    sent: dict[str, list[str]] = {one: [] for one in reviews}
    for review_id, question in answered:
        sent[review_id].append(question)
    found = []
    for review_id, number in reviews.items():
        found += [f"{review_id}: {fault}" for fault in _faults(place, review_id, number, sent[review_id])]
    return found


def _faults(place: str, review_id: str, number: int, sent: list[str]) -> list[str]:
    kept = service(place)
    shown = kept.show(review_id)
    events = kept.history(review_id)
    turns = tuple(TURN.validate_python(e.data) for e in events if e.kind == "answer")
    told = sorted(t.question.id for t in turns)  # type: ignore[union-attr]
    found = [f"kept {told}, sent {sorted(sent)}"] if told != sorted(sent) else []
    if [e.seq for e in events] != list(range(1, len(events) + 1)):
        found.append("the history has gaps")
    reviewed = [e.data["after"] for e in events if e.kind == "reviewed"]
    if len(set(reviewed)) != len(reviewed) or reviewed[-1] != (turns[-1].seq if turns else 1):
        found.append(f"reviewed after {reviewed}")
    with open_store(place) as store:
        thread = Thread(store, review_id, NO_POLICY, now, dict)
        if turns and thread.known() != turns:
            found.append("the thread has not taken in the history")
    draft = stages.read_facts(documents.parse(PROPOSAL.format(n=number).encode(), "p.md"))
    alone = judge(stages.hear_people(draft, turns))
    assert alone.verdict is not None
    if alone.verdict != shown.verdict:
        found.append(f"verdict {shown.verdict.value}, alone {alone.verdict.value}")
    return found
