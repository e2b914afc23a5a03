"""The gate: no figure may fall below the committed baseline."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from evals.metrics import Figure, Score
from evals.report import LABELS, cell, defects, plain

BASELINE = Path(__file__).parent / "baseline.json"
_SLACK = 1e-6
_NOT_GATED = frozenset({"dangerous_with_conditions"})


def load(path: Path) -> dict[str, Any]:
    """The baseline, by suite; empty when there is none yet."""
    found: dict[str, Any] = json.loads(path.read_text("utf-8")) if path.is_file() else {}
    return found


def entry(
    figures: Mapping[str, Figure], scores: Sequence[Score], named: bool, survivors: Sequence[str] = ()
) -> dict[str, Any]:
    """What the baseline keeps of one suite. Cases are named only where developers may look at them."""
    kept: dict[str, Any] = {"figures": plain(figures)}
    if named and scores:
        kept["cases"] = {s.slug: defects(s) for s in sorted(scores, key=lambda s: s.slug)}
    if survivors:
        kept["survivors"] = sorted(survivors)
    return kept


def failures(
    suite: str,
    figures: Mapping[str, Figure],
    scores: Sequence[Score],
    baseline: Mapping[str, Any],
    survivors: Sequence[str] = (),
) -> list[str]:
    """Lines that say what fell below the baseline and in which open cases or variants; empty when nothing did.

    Args:
        suite: its name, which is the key in the baseline.
        figures: as measured now.
        scores: the cases behind them.
        baseline: from `load`.
        survivors: keys of the variants that failed.
    """
    before = baseline.get(suite)
    if before is None:
        return [f"{suite}: no baseline yet; write one with --update-baseline"]
    fallen = [line for name, figure in figures.items() if (line := _fallen(name, figure, before["figures"]))]
    if not fallen:
        return []
    new = [f"  {key}: survives now" for key in survivors if key not in before.get("survivors", ())]
    return [f"{suite}: below the baseline", *fallen, *_worse_cases(scores, before.get("cases")), *new]


def _fallen(name: str, figure: Figure, before: Mapping[str, Any]) -> str | None:
    old = before.get(name, {}).get("value")
    if old is None or name in _NOT_GATED or figure.value != figure.value:
        return None
    change = figure.value - old if figure.higher_is_better else old - figure.value
    if change >= -_SLACK:
        return None
    return f"  {LABELS[name]}: {cell(name, figure)}, was {100 * old:.1f}%"


def _worse_cases(scores: Sequence[Score], before: Mapping[str, Any] | None) -> list[str]:
    """The open cases that have defects which they had not."""
    if before is None:
        return []
    lines = []
    for score in scores:
        old, now = before.get(score.slug), defects(score)
        new = {k: [n for n in names if n not in (old or {}).get(k, [])] for k, names in now.items()}
        said = "; ".join(f"{kind} {', '.join(names)}" for kind, names in new.items() if names)
        if said:
            lines.append(f"  {score.slug}{' (new case)' if old is None else ''}: {said}")
    return lines
