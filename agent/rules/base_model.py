"""What the catalogue knows of the base model that rules about size ask for."""

from __future__ import annotations

from agent.rules.case import Case


def is_sparse(case: Case, limit_b: float) -> bool:
    """True for a mixture of experts that is above a size in all and below it per token: large in memory only."""
    from knowledge.catalogue import model

    name = case.facts.text("base_model.name")
    entry = model(name) if name else None
    return entry is not None and entry.active_b < limit_b <= entry.params_b
