"""The contract's JSON, to the letter: no field of ours, no figure that JSON cannot hold."""

from __future__ import annotations

import json
import math
import re
from typing import Any

from agent.models import Review

PRIVATE_FACT = "x."
UNSAFE = re.compile(
    "[\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff\U000e0000-\U000e0fff]"
)
"""What a terminal or an editor may act on; JSON's own escapes keep the quote verbatim."""


def render_json(review: Review) -> str:
    """A review as indented JSON, with a final newline; what is not finite becomes null."""
    text = json.dumps(contract(review), ensure_ascii=False, indent=2, allow_nan=False)
    return UNSAFE.sub(lambda found: json.dumps(found[0])[1:-1], text) + "\n"


def contract(review: Review) -> dict[str, Any]:
    """A review as the contract's plain types: dicts, lists, text, numbers, booleans, null."""
    ours: Any = {"notes": True, "questions": {"__all__": {"about"}}}
    dumped: dict[str, Any] = _finite(review.model_dump(mode="json", exclude=ours))
    if review.engine.model is None:
        dumped["engine"] = {k: v for k, v in dumped["engine"].items() if k not in ("prompts", "dropped")}
    dumped["facts"] = {
        name: {field: fact[field] for field in ("value", "basis", "source", "evidence")}
        for name, fact in dumped["facts"].items()
        if not name.startswith(PRIVATE_FACT)
    }
    return dumped


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    return [_finite(item) for item in value] if isinstance(value, list) else value
