"""Why the method or the size: slogans and substantial reasons; and an alternative that already meets the target."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agent.facts.assertions import assertion
from agent.facts.ledger import Facts
from agent.facts.lexicon import cue
from agent.facts.mentions import models
from agent.facts.patterns import pattern
from agent.facts.reading import LIVE, Reading, fact
from agent.facts.segments import Segment
from agent.facts.targets import scores
from agent.models import Fact


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
        chosen = pattern("reasons.chosen").search(segment.context)
        if (
            chosen
            and pattern("reasons.choice").search(segment.text)
            and cue("facts", "reason").search(segment.text)
            and not cue("facts", "slogan").search(segment.text)
        ):
            yield fact("x.reason", segment.text.strip(), segment.evidence())
            break


def _is_reason(segment: Segment, match: re.Match[str]) -> bool:
    if segment.role in ("others", "rejected", "past") or assertion(segment, *match.span()).status not in LIVE:
        return False
    asked = segment.previous
    if asked and asked.block is segment.block and re.match(r"\W*why\b.*\?\W*\Z", asked.text, re.IGNORECASE):
        return bool(pattern("reasons.choice").search(asked.text) or models(asked))
    return bool(pattern("reasons.choice").search(segment.text) and pattern("reasons.because").search(segment.context))


SHORT = 12
"""Characters of a cell that holds a score and nothing else."""


def alternative_meets_target(reading: Reading, facts: Facts) -> Iterator[Fact]:
    """`x.alternatives.meets_target`: prompting, retrieval or a stronger base that scored the target (rule NF4)."""
    target = facts.number("evaluation.target")
    lower_is_better = facts.text("evaluation.metric") in ("error rate", "perplexity")
    if target is None or lower_is_better:
        return
    replaced = facts.value("x.replaces") == "api" or facts.value("serving.replaces_api_usd_per_month") is not None
    for segment in reading.prose:
        if segment.role == "others":
            continue
        for key in ("prompting", "rag", "stronger", "other_tool"):
            match = cue("facts", key).search(segment.text)
            if not match or (replaced and key == "stronger"):
                continue
            score = _score_after(segment, match.end())
            if score is not None and score >= target and (score <= 1) == (target <= 1):
                yield fact("x.alternatives.score", score, segment.evidence())
                yield fact("x.alternatives.meets_target", match.group(), segment.evidence())
                return
    yield from _row_meets(reading, target, replaced)


def _row_meets(reading: Reading, target: float, replaced: bool) -> Iterator[Fact]:
    """The same in a table: a row of an untuned variant with a percentage at or above the target."""
    for segment in reading.segments:
        row = segment.row
        if not row or segment is not row[0] or segment.role in ("others", "rejected", "options", "risk"):
            continue
        words = " ".join(c.text for c in row)
        found = pattern("compared.prompt").search(words) or pattern("compared.lookup").search(words)
        percents = [q for c in row[1:] for q in c.quantities if q.kind == "percent" and len(c.text) < SHORT]
        if not found or replaced or len(percents) != 1 or pattern("compared.tuned").search(words):
            continue
        if percents[0].high >= target > 1 and not pattern("reasons.not_measured").search(words):
            yield fact("x.alternatives.score", percents[0].high, segment.evidence())
            yield fact("x.alternatives.meets_target", found.group(), segment.evidence())
            return


def _score_after(segment: Segment, position: int) -> float | None:
    """The measured score that follows a mention in its clause; targets and expectations do not count."""
    clause = segment.clause_at(position - 1)
    for value, _, start, _ in scores(segment):
        between = segment.text[position:start]
        follows = position <= start < max(clause.end, position + 1) and start - position < 70
        if follows and not pattern("reasons.not_measured").search(between):
            return value
    return None
