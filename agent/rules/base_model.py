"""What the catalogue knows of the base model that rules about size ask for."""

from __future__ import annotations

from agent.facts.ledger import Facts
from agent.rules.case import Case


def is_sparse(case: Case, limit_b: float) -> bool:
    """True for a mixture of experts that is above a size in all and below it per token: large in memory only."""
    from knowledge.catalogue import model

    name = case.facts.text("base_model.name")
    entry = model(name) if name else None
    return entry is not None and entry.active_b < limit_b <= entry.params_b


def languages(facts: Facts) -> tuple[str, ...]:
    """The ISO codes of the workload's languages, however they are written; unknown names stay as they are."""
    from knowledge.catalogue import language

    named = [str(name) for name in facts.value("constraints.languages") or ()]
    found = [(name, language(name)) for name in named]
    return tuple(dict.fromkeys(entry.code if entry else name for name, entry in found))


def language_name(code: str) -> str:
    """The English name of a language by its code; the code itself when it is not in the catalogue."""
    from knowledge.catalogue import language

    entry = language(code)
    return entry.name if entry else code
