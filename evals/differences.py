"""Labels against review for one open case, compactly: what a developer reads while mending the reader or a rule."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Any

from evals.dataset import Case
from evals.metrics import Score
from evals.outcome import Outcome, Told

_WIDTH = 110


def differences(case: Case, outcome: Outcome, score: Score, only: str = "") -> str:
    """The case on one screen: a headline, then only what is not right.

    Args:
        case: an open case.
        outcome: its review.
        score: the comparison.
        only: a fact name or rule code; then nothing else is shown, and nothing at all where it is right.
    """
    lines = list(_lines(case, outcome, score))
    if only:
        lines = [line for line in lines if f" {only} " in f"{line.splitlines()[0]} "]
        return "\n".join([_headline(case, outcome, score), *lines]) if lines else ""
    return "\n".join([_headline(case, outcome, score), *lines])


def _headline(case: Case, outcome: Outcome, score: Score) -> str:
    labels = case.labels
    if outcome.crash:
        return f"■ {labels.slug} ({labels.carrier})  CRASH {outcome.crash}"
    facts = f"facts {len(score.facts_right)}/{len(labels.facts)}"
    codes = " ".join(sorted(outcome.fired)) or "none"
    wanted = " ".join(sorted(labels.fires)) or "none"
    debatable = f" (debatable: {' '.join(sorted(labels.open))})" if labels.open else ""
    mark = "✓" if score.perfect else "✗"
    return (
        f"{mark} {labels.slug} ({labels.carrier}, {', '.join(labels.kind[:3])})\n"
        f"    {facts} · fired {codes} · wanted {wanted}{debatable}"
    )


def _lines(case: Case, outcome: Outcome, score: Score) -> Iterator[str]:
    labels = case.labels
    if outcome.crash:
        return
    if not score.verdict_right:
        yield f"    verdict   {outcome.verdict}, wanted {' or '.join(labels.verdict)}"
    if score.approach_right is False:
        yield f"    approach  {outcome.approach}, wanted {' or '.join(labels.approach)}"
    yield from _codes(case, outcome, score)
    yield from _facts(case, outcome, score)
    if score.questions_missing:
        asked = ", ".join(outcome.questions) or "none"
        yield f"    questions missing {', '.join(sorted(score.questions_missing))} (asked: {asked})"
    for quote in outcome.bad_quotes:
        yield f"    quote not in the document: {_quoted(quote)}"


def _codes(case: Case, outcome: Outcome, score: Score) -> Iterator[str]:
    for told in outcome.findings:
        if told.code in score.codes_wrong:
            yield f"    fired wrongly {told.code} {told.severity}: {_fold(told.message)}{_evidence(told)}"
    for code in sorted(score.codes_missed):
        result, why = outcome.checks.get(code, ("no check", ""))
        label = case.labels.quotes.get(code)
        shown = f"\n        the text says {_quoted(label)}" if label else ""
        yield f"    missed {code} : {result}. {_fold(why)}{shown}"


def _facts(case: Case, outcome: Outcome, score: Score) -> Iterator[str]:
    expected = case.labels.facts
    for name in sorted(score.facts_wrong):
        taken = _quoted(outcome.fact_quotes.get(name))
        yield f"    wrong {name} : {_value(outcome.facts[name])}, wanted {_value(expected[name])}; took {taken}"
    for name in sorted(score.facts_missing):
        label = case.labels.quotes.get(name) or _line_with(case.source, expected[name])
        shown = f"; the text says {_quoted(label)}" if label else ""
        yield f"    missing {name} : wanted {_value(expected[name])}{shown}"
    for name in sorted(score.facts_invented):
        sure = " (labelled absent)" if name in case.labels.absent else ""
        taken = _quoted(outcome.fact_quotes.get(name))
        yield f"    invented {name} : {_value(outcome.facts[name])}{sure}; took {taken}"


def _line_with(source: str, value: Any) -> str | None:
    """The first sentence that holds the value as it may be written, to save a look into the file."""
    first = value[0] if isinstance(value, list) and value else value
    if isinstance(first, bool) or first is None:
        return None
    number = f"{first:,}" if isinstance(first, int) else str(first)
    spans = [s.strip() for line in source.splitlines() for s in line.replace(". ", ".\n").splitlines()]
    return next((s for s in spans if _holds(s, number)), None)


def _holds(span: str, number: str) -> bool:
    plain = number.replace(",", "")
    return any(f" {n} " in f" {span.casefold().translate(_BREAKS)} " for n in (number.casefold(), plain.casefold()))


_BREAKS = str.maketrans({c: " " for c in "|()*%$;:!?`"})


def _evidence(told: Told) -> str:
    if not told.quotes:
        return "\n        rests on absence"
    return "".join(f"\n        rests on {_quoted(q)}" for q in told.quotes[:3])


def _quoted(text: str | None) -> str:
    return f"“{_fold(text)}”" if text else "no quote"


def _fold(text: str) -> str:
    return textwrap.shorten(text, _WIDTH * 2, placeholder=" …")


def _value(value: Any) -> str:
    if isinstance(value, list | tuple) and len(value) == 2 and value[0] == value[1]:
        return f"{value[0]!r} (both ends)"
    return repr(list(value) if isinstance(value, tuple) else value)
