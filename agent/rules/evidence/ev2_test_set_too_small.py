"""The test set is too small to tell the result from the value that it is compared with.

What it looks like: 20 drafts are to show that 85% is better than 73%.

Why it's wrong: chance alone moves a proportion measured on few examples by more than the difference. The project could
ship on luck or stop on bad luck.

How to redirect: enlarge the locked test set until the interval around the target no longer reaches the baseline, or ask
for a larger difference.
"""

from __future__ import annotations

from math import ceil, sqrt

from agent.models import Range
from agent.rules.case import REPLACES, Case
from agent.rules.registry import rule
from agent.rules.results import Result, cannot_tell, fires, not_applicable, passes
from agent.rules.wording import number
from agent.rules.words import words

PARITY = 0.03
"""Within this of what is replaced, a target is one of parity."""
SMALLEST = 10
"""Below this a count is more likely to be of something else than of test examples."""
Z = 1.959964
"""The 97.5% point of the normal distribution."""


def wilson(share: float, n: float) -> Range:
    """The 95% Wilson score interval of a proportion measured on n examples (Wilson 1927).

    Args:
        share: the proportion, 0 to 1.
        n: examples, above zero.
    """
    z2 = Z * Z
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = Z * sqrt(share * (1 - share) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    return middle - half, middle + half


def enough(share: float, other: float) -> int:
    """The smallest number of examples, in steps of ten, whose interval around `share` leaves `other` out."""
    n = 10
    while wilson(share, n)[0] <= other <= wilson(share, n)[1]:
        n += max(10, n // 20 // 10 * 10)
    return n


@rule(
    "EV2",
    name="test-set-too-small",
    severity="major",
    group="evidence",
    guide=("anti-pattern/no-locked-test-set", "principle/hand-waves-are-not-reasons"),
    questions=("test-set", "ship-stop-number"),
    needs=(
        "method.primary",
        "evaluation.test_set_size",
        "evaluation.target",
        "evaluation.baseline",
        "evaluation.metric",
        "x.evaluation.measured",
        "x.evaluation.proportion",
        "x.alternatives.score",
        *REPLACES,
    ),
)
def check(case: Case) -> Result:
    """Fires when the Wilson interval around the result or target holds the value to be told from it."""
    facts = case.facts
    size, pair = facts.number("evaluation.test_set_size"), _pair(case)
    if not case.tunes or not size or pair is None:
        return not_applicable("There is no test set size with two figures to tell apart.")
    if facts.flag("x.evaluation.proportion") is False or _is_no_share(case):
        return not_applicable("The metric is not a proportion of test examples.")
    if max(pair) > 1 or min(pair) < 0:
        return not_applicable("The figures are not proportions.")
    low, high = wilson(pair[0], size)
    said = f"On {number(size)} examples {_percent(pair[0])} means {_percent(low)} to {_percent(high)}"
    if not low <= pair[1] <= high:
        return passes(f"{said}, which can be told from {_percent(pair[1])}.")
    if size < SMALLEST:
        return cannot_tell(f"The test set is read as {number(size)} examples.", "test-set")
    if case.replaces_live and abs(pair[0] - pair[1]) <= PARITY:
        return cannot_tell(
            f"{said}; {_percent(pair[1])} may be what is to be equalled, not beaten.", "ship-stop-number"
        )
    if facts.flag("x.evaluation.proportion") is None and not _counts_examples(case):
        return cannot_tell(f"{said}, if the metric counts test examples.", "test-set")
    need = enough(*pair)
    message = f"{said}, which can't be told from {_percent(pair[1])}; it takes about {number(need)} examples."
    quotes = case.quotes(
        "evaluation.test_set_size", "x.evaluation.measured", "evaluation.target", "evaluation.baseline"
    )
    return fires(message, evidence=quotes)


def _counts_examples(case: Case) -> bool:
    """True when a figure is written in per cent, which a count of accepted examples is."""
    return any("%" in q.quote for q in case.quotes("evaluation.target", "evaluation.baseline", "evaluation.metric"))


def _is_no_share(case: Case) -> bool:
    """True when the metric, or the sentence of the target, names one that does not count examples (F1, ROUGE)."""
    if case.facts.flag("x.evaluation.proportion"):
        return False
    said = [q.quote for q in case.quotes("evaluation.target", "evaluation.metric")]
    return words("not_a_share").search(" ".join([case.facts.text("evaluation.metric") or "", *said])) is not None


def _pair(case: Case) -> Range | None:
    """The result (or target) and the value to tell it from, as shares; None without two different figures."""
    facts = case.facts
    result = facts.number("x.evaluation.measured")
    result = facts.number("evaluation.target") if result is None else result
    other = facts.number("evaluation.baseline")
    other = facts.number("x.alternatives.score") if other is None else other
    if result is None or other is None or result == other:
        return None
    scale = 1.0 if max(result, other) <= 1 else 100.0
    return result / scale, other / scale


def _percent(share: float) -> str:
    return f"{ceil(share * 1000 - 0.5) / 10:g}%"
