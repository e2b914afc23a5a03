"""Payloads held against Slack's official types (`schemas/`): what we send, and what our workspace sends to us."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator
from jsonschema.exceptions import best_match

SCHEMAS = Path(__file__).with_name("schemas") / "slack.json"
BLOCKS = {
    "actions": "ActionsBlock", "context": "ContextBlock", "divider": "DividerBlock", "header": "HeaderBlock",
    "input": "InputBlock", "plan": "PlanBlock", "rich_text": "RichTextBlock", "section": "SectionBlock",
    "table": "TableBlock", "task_card": "TaskCardBlock",
}  # fmt: skip
"""The blocks that we send. Each is held against its own type: quicker than against all, and it says what is wrong."""


@cache
def _schema(name: str) -> Draft7Validator:
    definitions = json.loads(SCHEMAS.read_text("utf-8"))["definitions"]
    return Draft7Validator({"$ref": f"#/definitions/{name}", "definitions": definitions})


def broken(name: str, payload: Any) -> list[str]:
    """What is wrong with a payload of an official type; at most one thing."""
    found = best_match(_schema(name).iter_errors(payload))
    return [f"{name} at /{'/'.join(str(p) for p in found.absolute_path)}: {found.message[:300]}"] if found else []


def blocks(found: list[dict[str, Any]]) -> list[str]:
    """What is wrong with blocks."""
    wrong: list[str] = []
    for block in found:
        wrong += broken(BLOCKS[block["type"]], block) if block["type"] in BLOCKS else [f"unknown block {block['type']}"]
        wrong += blocks(block.get("tasks", []))
    return wrong


def message(payload: dict[str, Any]) -> list[str]:
    """What is wrong with a message: its blocks, and the rest without them."""
    shell = {k: payload[k] for k in ("channel", "text", "thread_ts", "metadata") if payload.get(k) is not None}
    return broken("Message", {"channel": "C0", **shell}) + blocks(payload.get("blocks", []))


def view(payload: dict[str, Any]) -> list[str]:
    """What is wrong with a modal or Home tab."""
    shell = {k: v for k, v in payload.items() if k not in ("blocks", "id", "state")}
    return broken("Shown", shell | {"blocks": []}) + blocks(payload["blocks"])


def properties(name: str, field: str) -> set[str]:
    """The keys that the items of a field may have."""
    found = json.loads(SCHEMAS.read_text("utf-8"))["definitions"][name]["properties"][field]["items"]
    return set(found["properties"])
