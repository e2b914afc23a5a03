"""What a model may change in a judgement: it may make it stricter or put it to the author, and never better.

The rules judge three times: without the model (the floor), with what their own readers confirm at its pointers, and
with all of them. The outcome of each rule is then put together so that nothing of the floor is lost.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from agent.facts.extract import extract_all
from agent.facts.ledger import Facts
from agent.facts.merge import pointed_at, without_inferred, without_model
from agent.facts.security import with_instructions
from agent.models import Check, Evidence, Finding
from agent.policy import NO_POLICY, Policy
from agent.rules.case import Case
from agent.rules.registry import Ran, Rule, judge, rules, run
from agent.rules.results import Ask
from agent.rules.settle import RANK

QUIET = ("passes", "not_applicable")


class Judged(NamedTuple):
    """All that one rule says; `absence`: its finding rests on what the document does not say."""

    check: Check
    finding: Finding | None
    asks: tuple[Ask, ...]
    absence: bool = False


def judged(case: Case, policy: Policy = NO_POLICY) -> Ran:
    """Judges a case; where no model pointed at anything, as the rules alone do."""
    alone = case.with_facts(without_model(case.facts))
    floor = _nothing_set_aside(alone, run(alone, policy), policy)
    if not pointed_at(case.facts):
        return floor
    firm = _by_code(run(case.with_facts(without_inferred(case.facts)), policy))
    full = _by_code(run(case, policy))
    known = {
        code: one._replace(absence=bool(one.finding) and judge(code, alone).absence)
        for code, one in _by_code(floor).items()
    }
    made = [_held(one, case.facts, policy, known[one.code], firm[one.code], full[one.code]) for one in rules()]
    return Ran(
        tuple(j.finding for j in made if j.finding),
        tuple(j.check for j in made),
        tuple(ask for j in made for ask in j.asks),
    )


def _nothing_set_aside(case: Case, ran: Ran, policy: Policy) -> Ran:
    """What stands under a note to the reviewer was not read as the plan: where a rule fires only if it is, it fires.

    So nobody takes a finding away by putting the plan there. The sentences that dictate are read only where the rest
    names no method: otherwise their words on rules and methods would accuse.
    """
    whole = with_instructions(case.document, dictating=not case.has("method.primary"))
    if whole is case.document:
        return ran
    said = {name: fact for name, fact in case.facts.items() if fact.source == "answer"}
    full = run(replace(case, document=whole, facts=Facts({**extract_all(whole, whole), **said})), policy)
    more = {f.code for f in full.findings} - {f.code for f in ran.findings}
    return Ran(
        _in_order((*ran.findings, *(f for f in full.findings if f.code in more))),
        tuple(b if b.code in more else a for a, b in zip(ran.checks, full.checks, strict=True)),
        (*(a for a in ran.asks if a.code not in more), *(a for a in full.asks if a.code in more)),
    )


def _in_order(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    order = [r.code for r in rules()]
    return tuple(sorted(findings, key=lambda f: order.index(f.code)))


def _by_code(ran: Ran) -> dict[str, Judged]:
    findings = {f.code: f for f in ran.findings}
    return {c.code: Judged(c, findings.get(c.code), tuple(a for a in ran.asks if a.code == c.code)) for c in ran.checks}


def _held(rule: Rule, facts: Facts, policy: Policy, floor: Judged, firm: Judged, full: Judged) -> Judged:
    """One rule's outcome out of three."""
    if floor.finding:
        return _kept(rule, facts, floor.finding, floor, firm, full)
    blocker = policy.grade(rule.code, rule.severity) == "blocker"
    if floor.check.outcome == "cannot_tell" and blocker and not _grave(full):
        both = tuple(dict.fromkeys((*floor.asks, *full.asks)))
        return full._replace(asks=both) if full.check.outcome == "cannot_tell" else floor
    if firm.finding:
        return firm
    if full.finding:
        return _asked(rule, facts, policy, full.finding)
    return full


def _grave(one: Judged) -> bool:
    return one.finding is not None and one.finding.severity != "minor"


def _kept(rule: Rule, facts: Facts, known: Finding, floor: Judged, firm: Judged, full: Judged) -> Judged:
    """A finding of the rules stays. A pointer makes it graver, or puts it to the author."""
    if firm.finding and RANK[firm.finding.severity] > RANK[known.severity]:
        return firm
    if full.finding:
        return full if full.finding.status == "unconfirmed" and floor.absence else floor
    about = next((a.about for a in full.asks if a.about), None) or _told(rule, facts)
    ids = tuple(dict.fromkeys(a.question for a in full.asks)) or ("confirm-fact",)
    words = _quote(facts, about)
    why = f"Please confirm: you write {words}. If that is not what it seems, this stands: {known.message}"
    finding = known.model_copy(update={"status": "unconfirmed", "message": why, "question_ids": ids})
    asks = tuple(Ask(i, rule.code, False, "fires", about, why) for i in ids)
    return Judged(floor.check.model_copy(update={"why": why}), finding, asks)


def _asked(rule: Rule, facts: Facts, policy: Policy, finding: Finding) -> Judged:
    """What only an inferred value would raise is asked, never claimed."""
    about = _told(rule, facts)
    why = f"Please confirm our reading of {_quote(facts, about)}: {finding.message}"
    required = policy.grade(rule.code, rule.severity) == "blocker"
    ask = Ask("confirm-fact", rule.code, required, "cannot_tell", about, why)
    return Judged(Check(code=rule.code, outcome="cannot_tell", why=why), None, (ask,))


def _told(rule: Rule, facts: Facts) -> str | None:
    """The fact, among those that a rule reads, that a model pointed at; an inferred one first."""
    named = [facts[n] for n in rule.needs if n in facts]
    pointed = [f for f in named if any(o.source == "llm" for o in (f, *f.others))]
    pointed.sort(key=lambda f: f.basis != "inferred")
    return pointed[0].name if pointed else None


def _quote(facts: Facts, about: str | None) -> str:
    """The words that the model pointed at."""
    if about is None:
        return "the document"
    fact = facts[about]
    shown: list[Evidence] = [e for f in (fact, *fact.others) if f.source == "llm" for e in f.evidence[:1]]
    return f"“{shown[0].quote}”" if shown else "the document"
