"""The verdict: the contract's table, the first row that holds. No model chooses it, and nothing in the document can."""

from __future__ import annotations

import re
from collections.abc import Sequence

from agent.models import STANDING, Check, Finding, Recommendation, Verdict
from agent.policy import NO_POLICY, Policy
from agent.recommend import TOOLS, stop
from agent.rules.case import Case
from agent.rules.registry import rule_of
from agent.rules.wording import listed, method, span, usd_range

PATHS = (("NF5", "NF2"), ("NF5", "AP5"))
"""Open together, nobody could tell whether it worked."""


def decide(
    case: Case,
    findings: Sequence[Finding],
    checks: Sequence[Check],
    recommendation: Recommendation,
    policy: Policy = NO_POLICY,
) -> Verdict:
    """Applies the table.

    Args:
        case: the proposal.
        findings: with their present status; waived and resolved ones count for nothing, disputed ones as before.
        checks: the outcome of every rule; a blocker's rule that could not tell is a condition.
        recommendation: named in the summary.
        policy: severities as the organisation grades them.
    """
    if case.facts.flag("x.proposal") is False:
        return _not_a_proposal(case)
    if (reason := stop(findings)) is not None:
        return _do_not(findings, reason, recommendation)
    if codes := _revise(findings):
        return _revised(case, findings, codes, recommendation)
    codes = _conditions(findings, checks, policy)
    return _conditional(findings, codes, checks) if codes else _approved(findings, recommendation)


def _open(findings: Sequence[Finding], *severities: str) -> list[Finding]:
    return [f for f in findings if f.status in STANDING and f.severity in severities]


def _revise(findings: Sequence[Finding]) -> tuple[str, ...]:
    blockers = [f.code for f in _open(findings, "blocker")]
    codes = {f.code for f in _open(findings, "blocker", "major", "minor")}
    blind = [code for pair in PATHS if codes.issuperset(pair) for code in pair]
    return tuple(dict.fromkeys(blockers + blind))


def _conditions(findings: Sequence[Finding], checks: Sequence[Check], policy: Policy) -> tuple[str, ...]:
    majors = [f.code for f in _open(findings, "major")]
    unsettled = [f.code for f in findings if f.status == "unconfirmed"]
    return tuple(dict.fromkeys(majors + unsettled + required(checks, policy)))


def required(checks: Sequence[Check], policy: Policy = NO_POLICY) -> list[str]:
    """The codes of blockers' rules that could not tell: their questions are conditions."""
    unsure = [c.code for c in checks if c.outcome == "cannot_tell"]
    return [code for code in unsure if policy.grade(code, rule_of(code).severity) == "blocker"]


def _not_a_proposal(case: Case) -> Verdict:
    what = case.facts.text("x.seems_to_be") or "something else"
    said = f"This document does not propose to fine-tune a model: it seems to be {what}."
    return Verdict(value="not_a_proposal", summary=f"{said} Nothing in it was judged.")


def _do_not(findings: Sequence[Finding], reason: Finding, recommendation: Recommendation) -> Verdict:
    codes = [f.code for f in _open(findings, "blocker")]
    tool = TOOLS[recommendation.instead] if recommendation.instead else "another tool"
    summary = f"Do not fine-tune: {_first(reason.message)} Use {tool} instead."
    first = [reason.code] + [c for c in codes if c != reason.code]
    return Verdict(value="do_not_fine_tune", summary=summary, because=tuple(first))


def _revised(case: Case, findings: Sequence[Finding], codes: tuple[str, ...], to: Recommendation) -> Verdict:
    first = next(f for f in findings if f.code == codes[0])
    more = f" ({len(codes) - 1} more in the findings)" if len(codes) > 1 else ""
    best = case.estimate
    cost = f"{usd_range(best.as_recommended.compute_usd)} of compute and {span(best.project.weeks, 'weeks')}"
    where = f" on {to.base_model}" if to.base_model else ""
    said = f"Not ready to approve: {_first(first.message)[:-1]}{more}."
    summary = f"{said} The way to go is {method(to.approach)}{where}: {cost}."
    return Verdict(value="revise", summary=summary, because=codes)


def _conditional(findings: Sequence[Finding], codes: tuple[str, ...], checks: Sequence[Check]) -> Verdict:
    asked = [c for c in codes if c not in {f.code for f in findings}]
    parts = [f"{len(codes) - len(asked)} to settle"] if len(asked) < len(codes) else []
    parts += [f"{len(asked)} to answer"] if asked else []
    said = f"It can go ahead once its conditions are met: {listed(parts)}."
    summary = f"{said} First: {_condition(codes[0], findings, checks)}"
    return Verdict(value="approve_with_conditions", summary=summary, because=codes)


def _condition(code: str, findings: Sequence[Finding], checks: Sequence[Check]) -> str:
    found = [f.message for f in findings if f.code == code]
    return _first((found or [c.why for c in checks if c.code == code])[0])


def _approved(findings: Sequence[Finding], to: Recommendation) -> Verdict:
    minor = len(_open(findings, "minor"))
    what = f"{method(to.approach)} on {to.base_model}" if to.base_model else "the plan"
    notes = {0: "Nothing is open.", 1: "One minor finding is listed."}.get(minor, f"{minor} minor findings are listed.")
    return Verdict(value="approve", summary=f"Ready for a person to approve: {what} holds up on every rule. {notes}")


def _first(message: str) -> str:
    """The first sentence of a message, to follow a colon: a common first word loses its capital."""
    sentence = re.split(r"(?<=[.”])\s+(?=[A-Z])", message, maxsplit=1)[0]
    first = sentence.split(" ", 1)[0]
    return sentence[0].lower() + sentence[1:] if first.isalpha() and first.istitle() else sentence
