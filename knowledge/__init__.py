"""What the reviewer knows: the guide, the catalogues of models, GPUs and prices, and an organisation's additions.

Data files with source and date per figure; loaded once, on first use, validated, frozen. Nothing is read at import.
"""

from __future__ import annotations

from knowledge.catalogue import (
    CatalogueKind,
    family,
    fx,
    gpu,
    gpus,
    hosted,
    hosted_model,
    instance,
    instances,
    language,
    language_groups,
    languages,
    model,
    models,
    suggest,
)
from knowledge.entries import (
    AntiPattern,
    CostRow,
    Entry,
    Example,
    NotFineTuning,
    Plan,
    Policy,
    Principle,
    ReviewQuestion,
    Situation,
)
from knowledge.errors import BadKnowledge, UnknownName
from knowledge.guide_book import Guide, Hit, guide, guide_source
from knowledge.organisation import Organisation, load_organisation
from knowledge.specs import Currency, GpuSpec, HostedModel, Instance, Language, LanguageGroup, ModelSpec

__all__ = [
    "AntiPattern",
    "BadKnowledge",
    "CatalogueKind",
    "CostRow",
    "Currency",
    "Entry",
    "Example",
    "GpuSpec",
    "Guide",
    "Hit",
    "HostedModel",
    "Instance",
    "Language",
    "LanguageGroup",
    "ModelSpec",
    "NotFineTuning",
    "Organisation",
    "Plan",
    "Policy",
    "Principle",
    "ReviewQuestion",
    "Situation",
    "UnknownName",
    "family",
    "fx",
    "gpu",
    "gpus",
    "guide",
    "guide_source",
    "hosted",
    "hosted_model",
    "instance",
    "instances",
    "language",
    "language_groups",
    "languages",
    "load_organisation",
    "model",
    "models",
    "suggest",
]
