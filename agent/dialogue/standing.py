"""What stands of the findings after people have spoken: resolved, waived, disputed, or open as before.

An accusation of the document falls only to a fact that holds. A statement that contradicts the document lifts none
until somebody says which is so; a correction that no quote bears out leaves it disputed, for the approver to see.
"""

from __future__ import annotations

from agent.dialogue.turns import Heard
from agent.facts.ledger import Facts
from agent.floor import judged
from agent.models import Check, Fact, Finding
from agent.policy import Policy
from agent.rules.case import Case
from agent.rules.registry import Ran, rules
from agent.rules.results import Ask


def stand(case: Case, heard: Heard, policy: Policy) -> Ran:
    """Every rule once more, with what people said.

    Args:
        case: the proposal; its facts are those of `heard.facts`.
        heard: everything said.
        policy: an organisation's changes to the rules.
    """
    now = judged(case, policy)
    if heard.doubt != heard.facts:
        now = _doubted(now, judged(case.with_facts(Facts(heard.doubt)), policy))
    before = judged(case.with_facts(Facts(heard.document)), policy)
    floor = judged(case.with_facts(Facts(heard.floor)), policy) if heard.floor != heard.facts else now
    firing = {f.code for f in now.findings}
    kept = [_of_a_quote(f) for f in now.findings]
    kept += [_status(f, "disputed") for f in floor.findings if f.code not in firing]
    firing |= {f.code for f in kept}
    passed = {c.code for c in now.checks if c.outcome in ("passes", "not_applicable")}
    kept += [_status(f, "resolved") for f in before.findings if f.code in passed - firing]
    order = [r.code for r in rules()]
    kept.sort(key=lambda f: order.index(f.code))
    findings = tuple(_signed(f, heard) for f in kept)
    checks = tuple(_excepted(c, heard) for c in now.checks)
    waived = {f.code for f in findings if f.status == "waived"} | {c.code for c in checks if c not in now.checks}
    asks = tuple(a for a in (*now.asks, *_contradicted(case, heard)) if a.code not in waived)
    return Ran(findings, checks, asks)


def _doubted(sure: Ran, unsure: Ran) -> Ran:
    """Rule by rule: what fires on the document's own word fires; elsewhere a contradiction may raise a question."""
    firing = {c.code for c in sure.checks if c.outcome == "fires"}
    return Ran(
        tuple(f for f in sure.findings if f.code in firing) + tuple(f for f in unsure.findings if f.code not in firing),
        tuple(s if s.code in firing else u for s, u in zip(sure.checks, unsure.checks, strict=True)),
        tuple(a for a in sure.asks if a.code in firing) + tuple(a for a in unsure.asks if a.code not in firing),
    )


def _contradicted(case: Case, heard: Heard) -> list[Ask]:
    """A question for each statement that contradicts the document."""
    names = [n for n, f in heard.doubt.items() if f is not heard.facts.get(n) and f != heard.facts.get(n)]
    asks = []
    for name in names:
        code = next((r.code for r in rules() if name in r.needs), None)
        if code:
            question = "confirm-fact" if isinstance(heard.doubt[name].value, (str, bool)) else "numbers-conflict"
            asks.append(Ask(question, code, False, "cannot_tell", name, "The answer says otherwise than the document."))
    return asks


def _of_a_quote(finding: Finding) -> Finding:
    """A finding on an answer's word alone has no quote in the document: the thing is nowhere in it."""
    return finding if finding.evidence or finding.absence else finding.model_copy(update={"absence": True})


def _status(finding: Finding, status: str) -> Finding:
    return finding.model_copy(update={"status": status})


def _signed(finding: Finding, heard: Heard) -> Finding:
    if finding.status not in ("open", "unconfirmed"):
        return finding
    if heard.waiver(finding.code):
        return _status(finding, "waived")
    return _status(finding, "disputed") if heard.dispute(finding.code) else finding


def _excepted(check: Check, heard: Heard) -> Check:
    """A rule that could not tell and was waived asks nothing any more."""
    waiver = heard.waiver(check.code)
    if waiver is None or check.outcome != "cannot_tell":
        return check
    return check.model_copy(update={"outcome": "not_applicable", "why": f"Waived by {waiver.who}: {waiver.reason}"})


def doubtful(facts: dict[str, Fact], heard: Heard) -> dict[str, Fact]:
    """Facts with the statements that contradict them, for wording a question."""
    return facts | {n: f for n, f in heard.doubt.items() if f != heard.facts.get(n)}
