"""All readers in a row: a document becomes its facts."""

from __future__ import annotations

from agent.facts import (
    arithmetic,
    budget,
    compared,
    constraints,
    data,
    economics,
    evaluation,
    evidence,
    experiments,
    hardware,
    kind,
    method,
    model,
    security,
    serving,
    targets,
    timeline,
    unread,
)
from agent.facts.language import written_in
from agent.facts.ledger import Facts
from agent.facts.reading import Reading, fact
from agent.facts.reasons import alternative_meets_target, reasons
from agent.models import Document, Fact

_READERS = (
    method.read,
    model.read,
    hardware.read,
    data.read,
    budget.read,
    timeline.read,
    experiments.read,
    evaluation.read,
    targets.read,
    evidence.read,
    economics.read,
    constraints.read,
    serving.read,
    arithmetic.read,
    reasons,
)


def extract(document: Document) -> Facts:
    """Reads every fact by rules alone: deterministic, no network, no model.

    What addresses the reviewer is no plan and is passed over, unless there is no plan without it.
    """
    plan = security.without_instructions(document)
    facts = extract_all(plan, document)
    return facts if plan is document or facts.flag("x.proposal") else extract_all(document, document)


def extract_all(plan: Document, document: Document) -> Facts:
    """Reads every fact of `plan`; what is hidden or addresses the reviewer, of `document`."""
    reading = Reading(plan)
    found: dict[str, Fact] = {}
    for read in _READERS:
        for one in read(reading):
            found.setdefault(one.name, one)
    for one in compared.read(reading, Facts(found).number("base_model.params_b")):
        if one.value == "tried" and one.name in found and found[one.name].value != "tried":
            del found[one.name]  # a score outweighs words
        found.setdefault(one.name, one)
    for one in security.read(document):
        found.setdefault(one.name, one)
    found["x.language"] = fact("x.language", written_in(reading.document), basis="inferred")
    for one in (
        *kind.read(reading, Facts(found)),
        *method.objective_implied(Facts(found)),
        *constraints.scope(reading, Facts(found).number("constraints.tenants")),
        *alternative_meets_target(reading, Facts(found)),
    ):
        found.setdefault(one.name, one)
    for one in unread.read(reading, Facts(found)):
        found.setdefault(one.name, one)
    return Facts(found)
