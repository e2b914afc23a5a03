"""What the plan is: method, fallback, objective, order, and the measured LoRA evidence for an exception."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agent.facts.assertions import assertion
from agent.facts.ledger import Facts
from agent.facts.lexicon import cue
from agent.facts.mentions import Mention
from agent.facts.numbers import value_of
from agent.facts.once import once
from agent.facts.patterns import pattern
from agent.facts.reading import LIVE, Candidate, Reading, decide, fact, live, place
from agent.facts.segments import Segment
from agent.models import Fact

_WEIGHT = {"planned": 2.5, "stated": 1.5, "option": 0.3, "conditional": 0.2, "question": 0.15}


def read(reading: Reading) -> Iterator[Fact]:
    """Facts `method.*`, `x.full_first`, `x.full_threshold`."""
    chosen = reading.primary
    if chosen:
        yield chosen
    fallback = _fallback(reading, chosen.value if chosen else None)
    if fallback:
        yield fallback
        if chosen and chosen.value == "full" and fallback.value in ("lora", "qlora"):
            yield fact("x.full_first", True, *fallback.evidence)
    yield from _objective(reading)
    yield from _threshold(reading)


def weigh(mention: Mention) -> float:
    """How strongly one mention says that its method is the plan; 0 when it says something else."""
    strength = _WEIGHT.get(mention.said.status, 0.0) * place(mention.segment)
    if is_result(mention.segment):
        strength *= 0.15
    elif mention.segment.role == "serving":
        strength *= 0.4
    if mention.segment.label and re.search(
        r"method|approach|technique|fine.?tuning|training", mention.segment.label, re.IGNORECASE
    ):
        strength *= 2
    if mention.segment.label and re.search(
        r"^why\b|comparison|\bvs\b|full|alternative", mention.segment.label, re.IGNORECASE
    ):
        strength *= 0.3
    return strength


def primary(reading: Reading) -> Fact | None:
    """Fact `method.primary`: the method whose strongest statement outweighs the others'."""
    scores: dict[str, float] = {}
    best: dict[str, list[Candidate]] = {}
    for mention in reading.methods:
        weight = weigh(mention)
        if weight > 0:
            scores[mention.what] = scores.get(mention.what, 0.0) + min(weight, 8.0)
            best.setdefault(mention.what, []).append(Candidate(mention.what, (mention.segment.evidence(),), weight))
    _hosted(reading, scores, best)
    if not scores:
        return None
    winner = _winner(scores, best)
    if winner == "lora" and "qlora" not in best and (base := _four_bit_base(reading)):
        return fact("method.primary", "qlora", *max(best[winner], key=lambda c: c.weight).evidence, base.evidence())
    return decide("method.primary", best[winner])


def _four_bit_base(reading: Reading) -> Segment | None:
    """Where the text says that the base under the adapters is in four bits: LoRA on it is QLoRA."""
    for hit in live(reading.prose, "four_bit_base", LIVE):
        if hit.segment.role != "serving" and not pattern("method.serves").search(hit.segment.context):
            return hit.segment
    return None


def _winner(scores: dict[str, float], best: dict[str, list[Candidate]]) -> str:
    """The strongest method by its best single statement, then by total.

    QLoRA is a kind of LoRA and absorbs it; an adapter that a host trains is an adapter.
    """
    top = {m: max(c.weight for c in cs) + 0.1 * min(scores[m], 20) for m, cs in best.items()}
    winner = max(top, key=lambda m: top[m])
    if winner == "api":
        winner = next((m for m in ("lora", "qlora") if top.get(m, 0.0) >= 0.6 * top["api"]), "api")
    if winner == "lora" and top.get("qlora", 0.0) >= 0.45 * top["lora"]:
        return "qlora"
    return winner


def _hosted(reading: Reading, scores: dict[str, float], best: dict[str, list[Candidate]]) -> None:
    """A closed model that is to be tuned can only be tuned through its vendor's service."""
    for model in reading.models:
        text = model.segment.text
        verb = pattern("method.tunes").search(text[max(0, model.start - 40) : model.end + 15])
        if model.hosted and verb and model.said.status in LIVE and not pattern("method.beside").search(text):
            weight = 2.0 * place(model.segment)
            scores["api"] = scores.get("api", 0.0) + weight
            best.setdefault("api", []).append(Candidate("api", (model.segment.evidence(),), weight, "inferred"))


def _fallback(reading: Reading, primary: str | None) -> Fact | None:
    candidates = [
        Candidate(m.what, (m.segment.evidence(),), 1.0 + place(m.segment))
        for m in reading.methods
        if m.said.status == "fallback" and m.what != primary and m.what in ("full", "lora", "qlora", "api")
    ]
    return decide("method.fallback", candidates)


def _objective(reading: Reading) -> Iterator[Fact]:
    if not reading.tunings and not reading.methods:
        return
    candidates = []
    for name, weight in (
        ("continued_pretraining", 3.0),
        ("dpo", 2.6),
        ("rl", 2.4),
        ("distillation", 2.2),
        ("classification", 2.1),
        ("sft", 2.0),
    ):
        for segment in reading.segments:
            for match in cue("methods", f"objectives.{name}").finditer(segment.text):
                said = assertion(segment, *match.span())
                if said.status in LIVE:
                    candidates.append(Candidate(name, (segment.evidence(),), weight * place(segment)))
    if found := decide("method.objective", candidates):
        yield found.model_copy(update={"others": ()})


def objective_implied(facts: Facts) -> Iterator[Fact]:
    """`method.objective` where no other is said: tuning on examples is supervised."""
    tunes = facts.text("method.primary") in ("full", "lora", "qlora", "api")
    if tunes and "method.objective" not in facts and not facts.flag("x.dataset.unlabelled"):
        yield fact("method.objective", "sft", *facts["method.primary"].evidence[:1], basis="inferred")


def _threshold(reading: Reading) -> Iterator[Fact]:
    """`full fine-tuning only if LoRA falls short by more than 3 points`."""
    for mention in reading.methods:
        text = mention.segment.text
        if mention.what == "full" and mention.said.status in ("conditional", "fallback", "rejected"):
            match = pattern("method.threshold").search(text)
            if match and re.search(r"short|miss|below|behind|lag|gap|trail|under|worse|fail", text, re.IGNORECASE):
                yield fact("x.full_threshold", value_of(match.group("n"), None), mention.segment.evidence())
                return


@once
def is_result(segment: Segment) -> bool:
    """True for a row or an item that reports a score: what was measured, not what will be done."""
    if segment.row:
        return any("%" in cell.text for cell in segment.row)
    scored = any(q.kind == "percent" for q in segment.quantities)
    return scored and not re.search(r"\b(?:we|will|plan|propose|use|train)\b", segment.text, re.IGNORECASE)
