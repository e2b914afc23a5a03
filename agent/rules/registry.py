"""`@rule`, the list of rules, and `run`: every rule once, in the contract's order."""

from __future__ import annotations

import importlib
import pkgutil
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from typing import NamedTuple

from agent.errors import UsageError
from agent.models import Check, Finding, Severity
from agent.policy import NO_POLICY, Policy
from agent.rules.case import Case
from agent.rules.results import Ask, Result, not_applicable
from agent.rules.settle import settle

GROUPS = ("anti_patterns", "not_fine_tuning", "fit", "estimates", "evidence", "operations", "security")
ORDER = ("AP", "NF", "FIT", "EST", "EV", "OPS", "SEC")
HEADINGS = ("What it looks like", "Why it's wrong", "How to redirect")
Judge = Callable[[Case], Result]


@dataclass(frozen=True)
class Rule:
    """One rule: the contract's code, name and severities, what it rests on, and its pure function."""

    code: str
    name: str
    severity: Severity
    group: str
    guide: tuple[str, ...]
    questions: tuple[str, ...]
    needs: tuple[str, ...]
    check: Judge
    milder: Severity | None = None

    @cached_property
    def doc(self) -> str:
        """The docstring of the rule's file."""
        return sys.modules[self.check.__module__].__doc__ or ""

    @property
    def description(self) -> str:
        """Its first line."""
        return self.doc.strip().splitlines()[0]

    def part(self, heading: str) -> str:
        """The text under one of `HEADINGS`, on one line."""
        pattern = rf"{re.escape(heading)}: (.+?)(?=\n\s*\n|\Z)"
        found = re.search(pattern, self.doc, re.DOTALL)
        return " ".join(found[1].split()) if found else ""

    @property
    def redirect(self) -> str:
        """*How to redirect*, as a sentence."""
        text = self.part("How to redirect")
        return text[:1].upper() + text[1:]


class Ran(NamedTuple):
    """What the rules say: findings, one check a rule, and the questions that they raise."""

    findings: tuple[Finding, ...]
    checks: tuple[Check, ...]
    asks: tuple[Ask, ...]


_RULES: dict[str, Rule] = {}


def rule(
    code: str,
    *,
    name: str,
    severity: Severity,
    group: str,
    guide: tuple[str, ...],
    questions: tuple[str, ...],
    needs: tuple[str, ...],
    milder: Severity | None = None,
) -> Callable[[Judge], Judge]:
    """Registers a pure function as the rule `code`; `severity` is the worst that it gives, `milder` the other."""

    def register(check: Judge) -> Judge:
        facts = tuple(dict.fromkeys(needs))
        _RULES[code] = Rule(code, name, severity, group, guide, questions, facts, check, milder)
        return check

    return register


def _place(code: str) -> tuple[int, int]:
    letters, digits = re.fullmatch(r"([A-Z]+)(\d+)", code).groups()  # type: ignore[union-attr]
    return ORDER.index(letters), int(digits)


@cache
def rules() -> tuple[Rule, ...]:
    """Every rule, in the contract's order."""
    for group in GROUPS:
        package = importlib.import_module(f"agent.rules.{group}")
        for module in pkgutil.iter_modules(package.__path__, f"agent.rules.{group}."):
            importlib.import_module(module.name)
    return tuple(sorted(_RULES.values(), key=lambda r: _place(r.code)))


def rule_of(code: str) -> Rule:
    """One rule by code (in any case) or name.

    Raises:
        UsageError: there is none.
    """
    wanted = code.strip().casefold()
    for one in rules():
        if wanted in (one.code.casefold(), one.name):
            return one
    raise UsageError(f"unknown rule {code!r}", f"known are {', '.join(r.code for r in rules())}")


def run(case: Case, policy: Policy = NO_POLICY) -> Ran:
    """Judges a case by every rule, exactly once each.

    Nothing but SEC1 is judged when the document is not a proposal. A policy may switch a rule off or re-grade it.
    """
    results = tuple((one, _judge(one, case, policy)) for one in rules())
    checks = tuple(Check(code=one.code, outcome=r.outcome, why=r.why) for one, r in results)
    findings = tuple(_finding(one, r, policy) for one, r in results if r.outcome == "fires")
    return Ran(findings, checks, tuple(ask for one, r in results for ask in _asks(one, r, policy)))


def judge(code: str, case: Case) -> Result:
    """What one rule says in the end, whatever the policy."""
    one = rule_of(code)
    return settle(one.check, one.needs, one.severity, case, one.questions)


def _judge(one: Rule, case: Case, policy: Policy) -> Result:
    if (reason := policy.off(one.code)) is not None:
        return not_applicable(f"Switched off by the organisation's policy: {reason}")
    if one.code != "SEC1" and case.facts.flag("x.proposal") is False:
        return not_applicable("The document does not propose to adapt a model.")
    return settle(one.check, one.needs, one.severity, case, one.questions)


def _severity(one: Rule, result: Result, policy: Policy) -> Severity:
    return policy.grade(one.code, result.severity or one.severity)


def _finding(one: Rule, result: Result, policy: Policy) -> Finding:
    return Finding(
        code=one.code,
        name=one.name,
        severity=_severity(one, result, policy),
        message=result.why,
        redirect=result.redirect or one.redirect,
        evidence=result.evidence,
        absence=result.absence and not result.evidence,
        guide_refs=(*one.guide, *policy.refs(one.code)),
        question_ids=_question_ids(one, result),
        status=result.status,
    )


def _question_ids(one: Rule, result: Result) -> tuple[str, ...]:
    return one.questions if result.questions is None else result.questions


def _asks(one: Rule, result: Result, policy: Policy) -> list[Ask]:
    if result.outcome not in ("fires", "cannot_tell"):
        return []
    required = result.outcome == "cannot_tell" and policy.grade(one.code, one.severity) == "blocker"
    ids = _question_ids(one, result)
    return [Ask(q, one.code, required, result.outcome, result.about, result.why) for q in ids]
