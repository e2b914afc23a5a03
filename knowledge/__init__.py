"""What the reviewer knows: the guide, the catalogues of models, GPUs and prices, and an organisation's additions.

Data files with source and date per figure; loaded once, on first use, validated, frozen. Nothing is read at import.
"""

from __future__ import annotations

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

__all__ = [
    "AntiPattern",
    "BadKnowledge",
    "CostRow",
    "Entry",
    "Example",
    "Guide",
    "Hit",
    "NotFineTuning",
    "Plan",
    "Policy",
    "Principle",
    "ReviewQuestion",
    "Situation",
    "UnknownName",
    "guide",
    "guide_source",
]
