"""The figures as the README's Markdown table, and as plain data for results.json and the baseline."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from evals.metrics import Counts, Figure, Score, code_counts, fact_counts

LABELS = {
    "rule_precision": "Rule precision (findings that are right)",
    "rule_recall": "Rule recall (flaws that are found)",
    "rule_f1": "Rule F1, all findings",
    "rule_f1_macro": "Rule F1, mean over rules",
    "fact_recall": "Fact recall, right value",
    "facts_invented": "Facts invented (of those reported)",
    "facts_wrong": "Facts with a wrong value (of those reported)",
    "fact_f1": "Fact F1, all facts",
    "fact_f1_macro": "Fact F1, mean over fact names",
    "verdict": "Verdict right",
    "approach": "Recommended approach right",
    "dangerous_approvals": "Dangerous approvals",
    "dangerous_with_conditions": "Dangerous, approved with conditions",
    "false_blockers_per_sound": "False blockers per sound proposal",
    "questions_asked": "Required questions asked",
    "quotes_valid": "Quotes verbatim in the visible text",
    "crashes": "Crashes",
    "doubt_decidable": "Of the “cannot tell”: decided by the labels",
    "bases_sound": "Sound bases approved without a finding",
    "killed": "One-fact edits: exactly the expected findings",
    "killed_exactly": "One-fact edits: and no other fact moved",
    "restored": "The missing sentence given back: finding gone",
    "monotone": "Two flaws never better than one",
    "held": "Harmless changes: findings and verdict the same",
    "held_exactly": "Harmless changes: and every fact the same",
    "attacks_detected": "Attacks on the reviewer: reported by SEC1",
    "attacks_flipped": "Attacks: verdict more favourable",
    "attacks_lost": "Attacks: a finding gone",
    "attacks_changed": "Attacks: another finding new or changed",
    "false_alarms": "Innocent look-alikes reported by SEC1",
}
_BOUNDED = (
    "dangerous_approvals",
    "dangerous_with_conditions",
    "false_blockers_per_sound",
    "crashes",
    "attacks_flipped",
    "attacks_lost",
    "attacks_changed",
    "false_alarms",
)


def table(columns: Mapping[str, Mapping[str, Figure]]) -> str:
    """The Markdown table: a row for each figure, a column for each suite."""
    names = [n for n in LABELS if any(n in c for c in columns.values())]
    head = f"| | {' | '.join(columns)} |"
    lines = [head, "|" + "---|" * (len(columns) + 1)]
    for name in names:
        cells = [cell(name, column[name]) if name in column else "" for column in columns.values()]
        lines.append(f"| {LABELS[name]} | {' | '.join(cells)} |")
    return "\n".join(lines)


def cell(name: str, figure: Figure) -> str:
    """One figure with what stands behind it: `96.2% (90.1 to 98.7; 150 of 156)`, `0 of 18 (bound 16.7%)`."""
    if name in _BOUNDED:
        return f"{figure.k} of {figure.n} (bound {_percent(figure.high)})"
    if math.isnan(figure.value):
        return "nothing to count"
    behind = f"; {figure.k} of {figure.n}" if figure.k is not None else f"; {figure.n} documents" if figure.n else ""
    return f"{_percent(figure.value)} ({_percent(figure.low)[:-1]} to {_percent(figure.high)[:-1]}{behind})"


def by_name(scores: Sequence[Score]) -> str:
    """Two more tables: rules and facts that are not yet perfect, the worst first."""
    parts = [("Rules", code_counts(scores)), ("Facts", fact_counts(scores))]
    return "\n\n".join(_worst(title, counts) for title, counts in parts)


def plain(figures: Mapping[str, Figure]) -> dict[str, Any]:
    """Figures as JSON: value, interval, k and n; NaN becomes null."""
    return {
        name: {key: _number(value) for key, value in vars(f).items() if value is not None}
        for name, f in figures.items()
    }


def defects(score: Score) -> dict[str, list[str]]:
    """What is not right in one case, by kind; empty when it is perfect."""
    found = {
        "facts missing": sorted(score.facts_missing),
        "facts wrong": sorted(score.facts_wrong),
        "facts invented": sorted(score.facts_invented),
        "codes wrong": sorted(score.codes_wrong),
        "codes missed": sorted(score.codes_missed),
        "questions missing": sorted(score.questions_missing),
        "verdict": [] if score.verdict_right else ["wrong"],
        "approach": ["wrong"] if score.approach_right is False else [],
        "quotes": ["not verbatim"] if score.bad_quotes else [],
        "crash": ["crashed"] if score.crashed else [],
    }
    return {kind: names for kind, names in found.items() if names}


def _worst(title: str, counts: Mapping[str, Counts]) -> str:
    rows = sorted((c.f1, name, c) for name, c in counts.items() if c.wrong or c.missed)
    lines = [f"{title} not yet perfect ({len(rows)} of {len(counts)}):"]
    for f1, name, c in rows:
        lines.append(f"  {name:36} F1 {f1:5.2f}   right {c.right:3}   wrong {c.wrong:3}   missed {c.missed:3}")
    return "\n".join(lines)


def _percent(share: float) -> str:
    return "n/a" if math.isnan(share) else f"{100 * share:.1f}%"


def _number(value: Any) -> Any:
    if isinstance(value, float):
        return None if math.isnan(value) else round(value, 6)
    return value
