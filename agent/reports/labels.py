"""Words for the contract's codes, from `labels.toml`, and the titles of rules and guide entries."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

from agent.models import Fact
from agent.reports import figures
from agent.reports.plain import plain

MONEY = "usd"
SIZE = "billions"


@cache
def labels() -> Mapping[str, Any]:
    """The tables of `labels.toml`, read once."""
    return tomllib.loads(resources.files("agent.reports").joinpath("labels.toml").read_text(encoding="utf-8"))


def word(table: str, code: str) -> str:
    """The word for one code of a table (`verdicts`, `severities`, …); the code itself where none is written."""
    return str(labels()[table].get(code, spoken(code)))


def spoken(name: str) -> str:
    """A kebab or snake name as words: `full-finetune-by-default` as "Full fine-tuning by default"."""
    words = labels()["words"]
    parts = re.findall(r"hand-wave|[^-_]+", plain(name))
    text = " ".join(words.get(part.casefold(), part) for part in parts)
    return text[:1].upper() + text[1:]


def fact_label(name: str) -> str:
    """`budget.usd` as "Compute budget"; a fact of ours by its meaning."""
    from agent.facts.names import PRIVATE

    if row := labels()["facts"].get(name):
        return str(row["label"])
    meaning = PRIVATE[name].meaning if name in PRIVATE else spoken(name.replace(".", " "))
    return meaning[:1].upper() + meaning[1:]


def fact_value(fact: Fact) -> str:
    """The value of a fact in words: "$25,000", "2–4 weeks", "full fine-tuning", "yes"."""
    row = labels()["facts"].get(fact.name, {})
    return _value(fact.value, row.get("unit", ""), row.get("values")) or figures.NONE


def rule_title(code: str, name: str = "") -> str:
    """A rule as a reader is told of it: "AP1 Full fine-tuning by default"; the bare code where no rule has it."""
    title = spoken(name) if name else _rule_names().get(code, "")
    return f"{plain(code)} {title}".strip()


@cache
def _rule_names() -> Mapping[str, str]:
    from agent.rules.registry import rules

    return {one.code: spoken(one.name) for one in rules()}


def guide_title(ref: str) -> str:
    """The title of a guide entry, "(restored)" where the guide's own text is lost; the id where there is no entry."""
    from knowledge import UnknownName, guide

    try:
        entry = guide().entry(ref)
    except UnknownName:
        return plain(ref)
    return f"{entry.title} (restored)" if entry.provenance == "restored" else entry.title


def _value(value: Any, unit: str, values: str | None) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float)):
        return _figure((value, value), unit)
    if _is_range(value):
        return _figure((value[0], value[1]), unit)
    if isinstance(value, (list, tuple)):
        return ", ".join(_value(item, unit, values) for item in value)
    return plain(_values(values).get(value, value) if isinstance(value, str) and values else value)


def _values(table: str) -> Mapping[str, str]:
    return labels()["values"].get(table) or labels()[table]  # type: ignore[no-any-return]


def _is_range(value: Any) -> bool:
    pair = isinstance(value, (list, tuple)) and len(value) == 2
    return pair and all(isinstance(v, (int, float)) and not isinstance(v, bool) for v in value)


def _figure(value: tuple[float, float], unit: str) -> str:
    if unit == MONEY:
        return figures.usd_range(value)
    if unit == SIZE:
        return figures.billions(value[0])
    return f"{figures.span(value)} ms" if unit == "ms" else figures.span(value, unit)
