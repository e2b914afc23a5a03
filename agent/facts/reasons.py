"""Why the method or the size: slogans and substantial reasons; and an alternative that already meets the target."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agent.facts.assertions import assertion
from agent.facts.ledger import Facts
from agent.facts.lexicon import cue
from agent.facts.reading import LIVE, Reading, fact
from agent.facts.segments import Segment
from agent.facts.targets import scores
from agent.models import Fact

_CHOICE = re.compile(
    r"full.?(?:parameter|weight|model)?.?fine.?tun\w*|LoRA|fine.?tun\w*|\b\d{1,3}\s?B\b|\bmodel\b|method|approach|size|parameters|train\w*|cluster|GPUs?",
    re.IGNORECASE,
)
_BECAUSE = re.compile(
    r"because|since\b|for (?:the|maximum|best|top)|as (?:it|this|that) (?:is|gives)|to (?:get|reach|achieve|ensure|deliver|guarantee)|\bis (?:the )?(?:industry|state)|wants?|standard|reason|justif\w+|rationale|why",
    re.IGNORECASE,
)


def reasons(reading: Reading) -> Iterator[Fact]:
    """Facts `x.slogan` and `x.reason`."""
    for segment in reading.prose:
        match = cue("facts", "slogan").search(segment.text)
        if match and _is_reason(segment, match):
            yield fact("x.slogan", match.group().strip(), segment.evidence())
            break
    for segment in reading.prose:
        if segment.role in ("others", "appendix"):
            continue
        chosen = re.search(
            r"\b(?:because|since|chosen|choose|why|reason|enough|sufficient|so that|as it|needed|fits)\b",
            segment.context,
            re.IGNORECASE,
        )
        if (
            chosen
            and _CHOICE.search(segment.text)
            and cue("facts", "reason").search(segment.text)
            and not cue("facts", "slogan").search(segment.text)
        ):
            yield fact("x.reason", segment.text.strip(), segment.evidence())
            break


def _is_reason(segment: Segment, match: re.Match[str]) -> bool:
    if segment.role in ("others", "rejected", "past") or assertion(segment, *match.span()).status not in LIVE:
        return False
    return bool(_CHOICE.search(segment.text) and _BECAUSE.search(segment.context))


def alternative_meets_target(reading: Reading, facts: Facts) -> Iterator[Fact]:
    """`x.alternatives.meets_target`: prompting, retrieval or a stronger base that scored the target or more (rule NF4)."""
    target, baseline = facts.number("evaluation.target"), facts.number("evaluation.baseline")
    lower_is_better = facts.text("evaluation.metric") in ("error rate", "perplexity")
    if target is None or lower_is_better:
        return
    replaced = facts.value("x.replaces") == "api" or facts.value("serving.replaces_api_usd_per_month") is not None
    for segment in reading.prose:
        if segment.role in ("others",):
            continue
        for key in ("prompting", "rag", "stronger"):
            match = cue("facts", key).search(segment.text)
            if not match or (replaced and key != "rag" and key == "stronger"):
                continue
            score = _score_after(segment, match.end())
            if score is not None and score >= target and (score <= 1) == (target <= 1) and score != baseline:
                yield fact("x.alternatives.score", score, segment.evidence())
                yield fact("x.alternatives.meets_target", match.group(), segment.evidence())
                return


def _score_after(segment: Segment, position: int) -> float | None:
    """The measured score that follows a mention in its clause; targets and expectations do not count."""
    clause = segment.clause_at(position - 1)
    for value, _, start, _ in scores(segment):
        between = segment.text[position:start]
        if position <= start < max(clause.end, position + 1) and start - position < 70:
            if not re.search(
                r"target|goal|need|must|below|short|under|will|would|expect|aim|beat|if|than", between, re.IGNORECASE
            ):
                return value
    return None
