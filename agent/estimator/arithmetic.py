"""Do the stated figures agree with each other? Pure checks within 5% after rounding, with the computation in words.

Each check takes what a document states as a low and a high value (equal for a single figure) and answers whether
some value in the stated range agrees with what the other figures give.
"""

from __future__ import annotations

from collections.abc import Sequence

from agent.models import Frozen, Range

TOLERANCE = 0.05


class Agreement(Frozen):
    """Whether figures agree; `computed` is what the others give, `words` the computation."""

    agrees: bool
    computed: Range
    stated: Range
    words: str


def span(value: float | Range) -> Range:
    """A single figure as a range of one."""
    if isinstance(value, (int, float)):
        return (float(value), float(value))
    return (min(value), max(value))


def number(value: float) -> str:
    """A figure as a person writes it: no needless decimals, thousands with commas."""
    return f"{value:,.0f}" if abs(value) >= 100 or value == int(value) else f"{value:,.2f}"


def in_words(value: Range, unit: str = "") -> str:
    """A range as text: one figure, or low to high."""
    low, high = number(value[0]), number(value[1])
    text = low if low == high else f"{low} to {high}"
    return f"{unit}{text}" if unit == "$" else f"{text} {unit}".strip()


def close(computed: Range, stated: Range, tolerance: float = TOLERANCE) -> bool:
    """True when the two ranges overlap once each is widened by the tolerance."""
    slack = tolerance * max(abs(stated[0]), abs(stated[1]), abs(computed[0]), abs(computed[1]))
    return computed[0] - slack <= stated[1] and stated[0] - slack <= computed[1]


def _answer(computed: Range, stated: float | Range, formula: str, unit: str) -> Agreement:
    said = span(stated)
    agrees = close(computed, said)
    tail = "which agrees with" if agrees else "but the document says"
    words = f"{formula} = {in_words(computed, unit)}, {tail} {in_words(said, unit)}"
    return Agreement(agrees=agrees, computed=computed, stated=said, words=words)


def _product(*factors: Range) -> Range:
    low = high = 1.0
    for factor in factors:
        low, high = low * factor[0], high * factor[1]
    return (low, high)


def runs_times_cost(runs: float | Range, usd_each: float | Range, total_usd: float | Range) -> Agreement:
    """Runs × USD per run against the stated total."""
    a, b = span(runs), span(usd_each)
    return _answer(_product(a, b), total_usd, f"{in_words(a, 'runs')} × {in_words(b, '$')}", "$")


def gpu_hours_times_price(
    gpus: float | Range, hours: float | Range, usd_per_hour: float | Range, total_usd: float | Range
) -> Agreement:
    """GPUs × hours × USD per GPU-hour against the stated total."""
    a, b, c = span(gpus), span(hours), span(usd_per_hour)
    words = f"{in_words(a, 'GPUs')} × {in_words(b, 'hours')} × {in_words(c, '$')} per hour"
    return _answer(_product(a, b, c), total_usd, words, "$")


def tokens_times_epochs(
    examples: float | Range, tokens_each: float | Range, epochs: float | Range, total_tokens: float | Range
) -> Agreement:
    """Examples × tokens × epochs against the stated tokens (give 1 for a factor that is not stated)."""
    a, b, c = span(examples), span(tokens_each), span(epochs)
    words = f"{in_words(a)} × {in_words(b)} tokens × {in_words(c)} epochs"
    return _answer(_product(a, b, c), total_tokens, words, "tokens")


def months_times_bill(months: float | Range, usd_per_month: float | Range, total_usd: float | Range) -> Agreement:
    """Months × USD per month against the stated total."""
    a, b = span(months), span(usd_per_month)
    return _answer(_product(a, b), total_usd, f"{in_words(a, 'months')} × {in_words(b, '$')}", "$")


def parts_and_total(parts: Sequence[float | Range], total: float | Range, unit: str = "$") -> Agreement:
    """A table's items against its total."""
    spans = [span(p) for p in parts]
    computed = (sum(s[0] for s in spans), sum(s[1] for s in spans))
    return _answer(computed, total, " + ".join(in_words(s, unit) for s in spans), unit)


def saving(api_usd: float | Range, serving_usd: float | Range, saving_usd: float | Range) -> Agreement:
    """API bill − serving bill against the claimed saving (all for the same period)."""
    a, b = span(api_usd), span(serving_usd)
    computed = (a[0] - b[1], a[1] - b[0])
    return _answer(computed, saving_usd, f"{in_words(a, '$')} API − {in_words(b, '$')} serving", "$")


def payback_months(build_usd: float | Range, saving_usd_per_month: float | Range) -> Range | None:
    """Months until the build is paid back, low and high; None when the saving can be zero or less: never."""
    build, gain = span(build_usd), span(saving_usd_per_month)
    if gain[0] <= 0:
        return None
    return (build[0] / gain[1], build[1] / gain[0])


def payback(build_usd: float | Range, saving_usd_per_month: float | Range, months: float | Range) -> Agreement:
    """Build ÷ monthly saving against a stated payback time. A saving of zero or less never pays back."""
    build, gain = span(build_usd), span(saving_usd_per_month)
    computed = payback_months(build, gain) or (float("inf"), float("inf"))
    if computed[0] == float("inf"):
        words = f"a saving of {in_words(gain, '$')} a month never pays back {in_words(build, '$')}"
        return Agreement(agrees=False, computed=computed, stated=span(months), words=words)
    return _answer(computed, months, f"{in_words(build, '$')} ÷ {in_words(gain, '$')} a month", "months")
