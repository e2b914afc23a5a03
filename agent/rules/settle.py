"""From a rule's first word to its last: contradicting readings, a model's readings, unread languages, missing quotes.

The order matters. A rule that would say something else under the document's other reading does not accuse: it asks.
What only a model pointed at may raise a finding but never clears one: it makes it `unconfirmed`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from agent.facts.ledger import Facts
from agent.models import Evidence, Fact, Severity
from agent.rules.case import Case
from agent.rules.results import Result, cannot_tell

Judge = Callable[[Case], Result]
RANK: dict[Severity | None, int] = {None: 4, "blocker": 3, "major": 2, "minor": 1}
"""None is a rule's own severity, which is its worst."""


def settle(check: Judge, needs: tuple[str, ...], severity: Severity, case: Case, questions: tuple[str, ...]) -> Result:
    """What a rule says in the end.

    Args:
        check: the rule's function.
        needs: the facts that it reads; others cannot change its outcome.
        severity: the rule's worst.
        case: the proposal.
        questions: the rule's questions; the first is asked when absence cannot be claimed.
    """
    result = _read_both_ways(check, needs, case)
    result = _not_on_a_model_alone(check, needs, severity, case, result)
    if result.outcome != "fires" or result.status == "unconfirmed":
        return result
    if result.absence and not case.readable:
        why = "The document's language is not one that is read here, so nothing is claimed to be missing."
        return cannot_tell(why, questions[0])
    if not result.evidence and not result.absence and not _answered(needs, case.facts):
        return cannot_tell("No sentence of the document can be quoted for this.", questions[0])
    return result


def _read_both_ways(check: Judge, needs: tuple[str, ...], case: Case) -> Result:
    """The rule's outcome, unless a contradicting reading of a fact would change it.

    Two readings of one sentence are our doubt, not the document's: they stop an accusation and raise nothing else.
    """
    result = check(case)
    for fact in [case.facts[n] for n in needs if n in case.facts]:
        for other in fact.others:
            variant = check(case.with_facts(_instead(case.facts, other)))
            doubt = result.outcome != "fires" and _one_sentence(fact, other)
            if _kind(variant) != _kind(result) and not doubt:
                return _conflict(fact, other)
    return result


def _one_sentence(fact: Fact, other: Fact) -> bool:
    return bool(fact.evidence) and {e.start for e in fact.evidence} == {e.start for e in other.evidence}


def _instead(facts: Facts, other: Fact) -> Facts:
    return Facts({**facts, other.name: other.model_copy(update={"others": ()})})


def _kind(result: Result) -> tuple[str, Severity | None]:
    quiet = result.outcome in ("passes", "not_applicable")
    return ("quiet", None) if quiet else (result.outcome, result.severity)


def _conflict(fact: Fact, other: Fact) -> Result:
    quoted = [e.quote for f in (fact, other) for e in f.evidence[:1]]
    said = f"“{quoted[0]}” and “{quoted[1]}”" if len(quoted) == 2 else f"{fact.value} and {other.value}"
    question = "confirm-fact" if isinstance(fact.value, (str, bool)) else "numbers-conflict"
    return cannot_tell(f"The document says both {said}.", question, about=fact.name)


def _not_on_a_model_alone(
    check: Judge, needs: tuple[str, ...], severity: Severity, case: Case, result: Result
) -> Result:
    """Keeps what the rules' own readings say, where a model's reading alone would clear it."""
    pointed = tuple(n for n in needs if n in case.facts and case.facts[n].source == "llm")
    if not pointed:
        return result
    floor = _read_both_ways(check, needs, _without(case, {n for n, f in case.facts.items() if f.source == "llm"}))
    if floor.outcome == "fires" and result.outcome == "fires":
        return floor if RANK[floor.severity] > RANK[result.severity] else result
    told = next((n for n in pointed if _kind(check(_without(case, {n}))) != _kind(result)), pointed[0])
    if floor.outcome == "fires":
        return _unconfirmed(floor, case.quotes(told), told)
    if floor.outcome == "cannot_tell" and severity == "blocker" and result.outcome in ("passes", "not_applicable"):
        quote = _first(case.quotes(told))
        return cannot_tell(f"Please confirm our reading of {quote}: {result.why}", "confirm-fact", about=told)
    return result


def _without(case: Case, names: set[str]) -> Case:
    return case.with_facts(Facts({n: f for n, f in case.facts.items() if n not in names}))


def _unconfirmed(floor: Result, quotes: tuple[Evidence, ...], about: str) -> Result:
    return replace(
        floor,
        why=f"Please confirm: you write {_first(quotes)}. If that is not what it seems, this stands: {floor.why}",
        evidence=(*quotes, *floor.evidence),
        status="unconfirmed",
        questions=("confirm-fact",),
        about=about,
    )


def _first(quotes: tuple[Evidence, ...]) -> str:
    return f"“{quotes[0].quote}”" if quotes else "the document"


def _answered(needs: tuple[str, ...], facts: Facts) -> bool:
    return any(n in facts and facts[n].source == "answer" for n in needs)
