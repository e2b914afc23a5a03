"""Does the document propose (or decide on) adapting a model at all? And if not, what does it seem to be?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from agent.facts.language import READABLE, written_in
from agent.facts.ledger import Facts
from agent.facts.patterns import pattern
from agent.facts.reading import LIVE, Reading, fact, place
from agent.models import Evidence, Fact


def _speaks_to_reader(text: str) -> bool:
    """An explainer or an advertisement says `you` more than twice as often as `we`."""
    you, we = (
        len(re.findall(rf"\b(?:{words})\b", text, re.IGNORECASE)) for words in ("you|your|yours", "we|our|us|I|my")
    )
    return you >= 5 and you > 2 * we


_SEEMS = {
    "kind.post_mortem": "a post-mortem or incident report",
    "kind.meeting_notes": "meeting notes",
    "kind.product_page": "a product or marketing page",
    "kind.retrieval_design": "a retrieval or prompting design",
    "kind.tutorial": "a tutorial or explainer",
    "kind.report": "a research or course report",
}
"""What a document that proposes nothing is, by the pattern that it matches most often."""

MOST_OF_THEM = 4
"""Of the resources below; so many are no accident."""
PLAINLY = 1.5
"""Weight of tuning above which a costed plan outweighs a sentence on what was decided against."""
_RESOURCES = (
    "budget.usd",
    "experiments.count",
    "hardware.gpu",
    "dataset.examples",
    "timeline.weeks",
    "base_model.name",
)


def read(reading: Reading, facts: Facts) -> Iterator[Fact]:
    """Facts `x.proposal` and, when it is none, `x.seems_to_be`.

    A proposal names a method (or speaks of tuning) as its plan and what it takes: data, GPUs, money, time.
    """
    live, against, shown = _weights(reading)
    text = " ".join(s.text for s in reading.segments)
    proposal = _proposes(text, facts, live, against)
    if (
        not _costed(facts)
        and (pattern("kind.how_to").search(text) or _speaks_to_reader(text))
        and not pattern("kind.we_ask").search(text)
    ):
        proposal = False
    if _titled(reading) or (live and _announced(reading)):
        proposal = True
    named = sum(name in facts for name in ("base_model.name", "method.primary", "hardware.gpu"))
    if written_in(reading.document) != READABLE and named >= 2:
        proposal = True  # what speaks against it is not read in this language
    if pattern("kind.title_against").search(_title(reading)):
        proposal = False
    decided = pattern("kind.against").search(text) and not pattern("kind.despite").search(text)
    if decided and not (_costed(facts) and live >= PLAINLY):
        proposal = False
    yield fact("x.proposal", proposal, *shown[:2])
    if not proposal:
        yield fact("x.seems_to_be", _seems(text), basis="inferred")


def _titled(reading: Reading) -> bool:
    """The title says that the document plans a tuning: `Fine-Tuning Plan`, `Training plan: from logs to our model`."""
    return bool(pattern("kind.title").search(_title(reading)))


def _title(reading: Reading) -> str:
    return next((s.text for s in reading.segments if s.block.kind == "heading"), reading.document.title or "")


def _announced(reading: Reading) -> bool:
    """`We will fine-tune …`, `we propose to adapt …` in so many words, and held to be the plan."""
    return any(m.said.status == "planned" and pattern("kind.announced").search(m.segment.text) for m in reading.tunings)


def _proposes(text: str, facts: Facts, live: float, against: float) -> bool:
    """Whether what is asserted of tuning, and what is asked for it, weighs enough."""
    resources = sum(name in facts for name in _RESOURCES)
    needed = 1.0 if "method.primary" in facts else 2.0
    asked = ("budget.usd", "experiments.count", "timeline.weeks", "evaluation.target")
    planned = sum(name in facts for name in asked)
    if "method.primary" in facts and resources >= 3 and planned >= 1:
        return True
    if _costed(facts) and planned >= 1 and against <= 1.5 * max(live, 1.0):
        return True
    if against > 1.5 * live and live < 4.0:
        return False
    return (
        live >= needed
        and live >= 0.35 * against
        and (resources >= 2 or live >= 3.0)
        and bool(pattern("kind.ask").search(text))
    )


def _costed(facts: Facts) -> bool:
    """A model, data, cards and money or time for them: nobody writes that down for anything but a plan."""
    resources = sum(name in facts for name in _RESOURCES)
    return "base_model.name" in facts and "hardware.gpu" in facts and resources >= MOST_OF_THEM


def _weights(reading: Reading) -> tuple[float, float, list[Evidence]]:
    """How much the document says that a model will be adapted, how much it says otherwise, and the best quotes."""
    live = against = 0.0
    shown: list[tuple[float, Evidence]] = []
    seen: set[tuple[int, int]] = set()
    for mention in (*reading.methods, *reading.tunings):
        key = (mention.segment.start, mention.start // 200)
        if key in seen:
            continue
        seen.add(key)
        weight = place(mention.segment)
        if mention.said.status in (*LIVE, "fallback") or (
            mention.said.status in ("conditional", "option") and weight > 1
        ):
            factor = {"planned": 1.0, "stated": 0.7}.get(mention.said.status, 0.3)
            live += weight * factor
            shown.append((weight * factor, mention.segment.evidence()))
        elif mention.said.status in ("rejected", "past", "other", "question", "comparison"):
            against += weight * {"rejected": 1.0, "past": 0.7, "other": 0.5}.get(mention.said.status, 0.2)
    shown.sort(key=lambda p: -p[0])
    return live, against, [e for _, e in shown]


def _seems(text: str) -> str:
    counts = [(sum(1 for _ in pattern(key).finditer(text)), words) for key, words in _SEEMS.items()]
    best = max(counts)
    return best[1] if best[0] >= 2 else "a document about something else"
