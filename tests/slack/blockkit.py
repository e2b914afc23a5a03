"""What Slack would refuse: the official types (`contract`), and limits that no type says.

Source of the limits: docs.slack.dev/reference/block-kit.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.slack import contract

TEXTS = {"section": 3000, "header": 150, "button": 75}
MESSAGE = {"plan", "section", "header", "rich_text", "context", "actions", "table", "divider", "image", "markdown"}
MODAL = MESSAGE - {"table", "markdown", "plan"} | {"input"}


def faults(payload: dict[str, Any], view: bool = False) -> list[str]:
    """What Slack would refuse; empty when it takes the payload."""
    blocks = payload.get("blocks", [])
    if wrong := contract.view(payload) if view else contract.message(payload):
        return wrong
    found = [] if len(blocks) <= (100 if view else 50) else ["too many blocks"]
    found += [f"unknown block {b['type']}" for b in blocks if b["type"] not in (MODAL if view else MESSAGE)]
    ids = [b["block_id"] for b in blocks if "block_id" in b]
    found += ["block_id twice"] if len(ids) != len(set(ids)) else []
    found += ["more than one table"] if sum(b["type"] == "table" for b in blocks) > 1 else []
    if not view and not payload.get("text"):
        found.append("no fallback text")
    if view and payload["type"] == "modal":
        found += [f"{k} over 24" for k in ("title", "submit", "close") if len(payload[k]["text"]) > 24]
        found += ["private_metadata"] if len(payload.get("private_metadata", "")) > 3000 else []
    if len(payload.get("text", "")) > 4000:
        found.append("text over 4000")
    for node in _nodes(blocks):
        found += list(_node(node))
    return found


def _node(node: dict[str, Any]) -> Iterator[str]:
    kind = node.get("type")
    said = node.get("text")
    if kind in ("plain_text", "mrkdwn", "text", "raw_text") and not said:
        yield f"empty {kind}"
    if kind in TEXTS and isinstance(said, dict) and not 1 <= len(said["text"]) <= TEXTS[kind]:
        yield f"{kind} of {len(said['text'])}"
    if kind == "actions" and not 1 <= len(node["elements"]) <= 25:
        yield "actions"
    if kind == "context" and not 1 <= len(node["elements"]) <= 10:
        yield "context"
    if len(node.get("value", "") or "") > 2000 or len(node.get("action_id", "")) > 255:
        yield "value or action_id"
    if kind == "table" and (len(node["rows"]) > 100 or any(len(r) > 20 for r in node["rows"])):
        yield "table"
    if kind == "table" and len({len(r) for r in node["rows"]}) > 1:
        yield "table is ragged"
    if kind in ("rich_text", "rich_text_section", "rich_text_quote") and not node["elements"]:
        yield f"empty {kind}"


def _nodes(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from _nodes(one)
