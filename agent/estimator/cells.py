"""Cells of a row of a table of measured runs, and what is known of the framework that it names."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from agent.estimator.inputs import Quantisation, TrainingMethod

Row = Mapping[str, str]


@cache
def _presets() -> tuple[dict[str, Any], ...]:
    return tuple(tomllib.loads((files("agent.estimator") / "stacks.toml").read_text(encoding="utf-8"))["stack"])


def cell(row: Row, name: str) -> str:
    """A cell's text without surrounding space; empty when the column is missing."""
    return (row.get(name) or "").strip()


NUMBER = re.compile(r"~?\s*(\d[\d,]*\.?\d*(?:e[+-]?\d+)?)\s*([kmb])?(?![a-z])", re.IGNORECASE)
SUFFIXES = {"": 1.0, "k": 1e3, "m": 1e6, "b": 1e9}


def number(row: Row, name: str) -> float | None:
    """A cell as a number above zero, or None when it does not begin with one; 8k tokens are 8,192."""
    found = NUMBER.match(cell(row, name))
    if not found:
        return None
    suffix = (found[2] or "").lower()
    times = 1024.0 if suffix == "k" and name == "seq_len" else SUFFIXES[suffix]
    value = float(found[1].replace(",", "")) * times
    return value if value > 0 else None


MEMORY_COLUMNS = ("peak_value", "peak_unit", "peak_gib_per_gpu", "memory_metric", "seq_len_note")
SPEED_COLUMNS = ("value", "unit", "tokens_per_s_per_gpu", "derivation", "global_batch", "total_time_h")


def is_memory_table(row: Row) -> bool:
    """Whether a row's columns are those of the memory table; a table with neither kind is taken as one."""
    return sum(c in row for c in MEMORY_COLUMNS) >= sum(c in row for c in SPEED_COLUMNS)


def preset(row: Row) -> dict[str, Any]:
    """The framework's preset fields, or none when the framework is not known."""
    texts = (cell(row, "framework").lower(), cell(row, "source").lower())
    return next((p for text in texts for p in _presets() if re.search(p["match"], text)), {})


def method_of(row: Row) -> TrainingMethod:
    """full, lora or qlora; a 4-bit base makes LoRA a QLoRA."""
    text = cell(row, "method").lower()
    if "qlora" in text or ("lora" in text and base_of(row) in ("nf4", "nf4-dq", "gptq4")):
        return "qlora"
    return "lora" if "lora" in text or "adapter" in text else "full"


def base_of(row: Row) -> Quantisation | None:
    """How the frozen base is stored; None when the row says nothing of it."""
    text = cell(row, "quant").lower()
    if not text or text in ("none", "no", "16 bit", "bf16"):
        return None
    if "gptq" in text:
        return "gptq8" if "8" in text else "gptq4"
    if "aqlm" in text or re.search(r"\b2.?bit", text):
        return "aqlm2"
    if "8" in text and "4" not in text:
        return "int8"
    return "nf4-dq" if "dq" in text or "double" in text or "hqq" in text else "nf4"
