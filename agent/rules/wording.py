"""Figures as a reader expects them: `$1,200`, `5,000`, `3 to 6 weeks`, `8 × H100`."""

from __future__ import annotations

from agent.models import Range

METHODS = {
    "full": "full fine-tuning",
    "lora": "LoRA",
    "qlora": "QLoRA",
    "api": "hosted fine-tuning",
    "none": "no fine-tuning",
    "unclear": "fine-tuning",
}


def method(value: str | None) -> str:
    """`qlora` as "QLoRA"."""
    return METHODS.get(value or "unclear", "fine-tuning")


def number(value: float) -> str:
    """`5000.0` as "5,000", `12.5` as "12.5"."""
    rounded = round(value, 1) if abs(value) < 100 else round(value)
    return f"{rounded:,.0f}" if rounded == int(rounded) else f"{rounded:,}"


def usd(value: float) -> str:
    """`1200.0` as "$1,200"; small sums keep their cents."""
    return f"${value:,.2f}" if abs(value) < 10 and value != int(value) else f"${value:,.0f}"


def usd_range(value: Range) -> str:
    """A range of dollars: "$50 to $300", or one figure when both ends are equal."""
    return _span(usd(value[0]), usd(value[1]))


def span(value: Range, unit: str = "") -> str:
    """A range of numbers: "2 to 4 weeks"."""
    return f"{_span(number(value[0]), number(value[1]))} {unit}".strip()


def billions(value: float) -> str:
    """`8.03` as "8B", `0.124` as "124M", `46.7` as "46.7B"."""
    if value < 1:
        return f"{value * 1000:.0f}M"
    return f"{value:.0f}B" if abs(value - round(value)) < 0.15 * max(1.0, value / 50) else f"{value:.1f}B"


def gpus(count: float, name: str) -> str:
    """`(8, "H100")` as "8 × H100"."""
    return f"{number(count)} × {name}"


def listed(items: tuple[str, ...] | list[str], last: str = "and") -> str:
    """`a, b and c`."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} {last} {items[-1]}" if items else ""


def _span(low: str, high: str) -> str:
    return low if low == high else f"{low} to {high}"
