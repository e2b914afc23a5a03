"""Text in Block Kit. A document's words stand only in `rich_text`, `plain_text` and table cells, which parse nothing.

Limits: https://docs.slack.dev/reference/block-kit
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from agent.reports.plain import plain, shorten

Block = dict[str, Any]

SECTION = 3000
FIELD = 2000
HEADER = 150
BUTTON = 75
OPTION = 75
TITLE = 24
FALLBACK = 3000
"""Characters of a message's `text`; Slack advises 4,000 at most."""
ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
NOTHING = "–"


def fit(text: object, limit: int) -> str:
    """One line of visible text of 1 to `limit` characters."""
    return shorten(plain(text), limit)[:limit].strip() or NOTHING


def escape(text: object, limit: int = FALLBACK) -> str:
    """Text for mrkdwn that mentions and links nothing; `limit` holds after escaping, and no entity is cut."""
    kept: list[str] = []
    room = limit
    for char in shorten(plain(text), limit):
        shown = ENTITIES.get(char, char)
        room -= len(shown)
        if room < 0:
            break
        kept.append(shown)
    return "".join(kept).strip() or NOTHING


def plain_text(text: object, limit: int) -> Block:
    """Text that is shown as it stands."""
    return {"type": "plain_text", "text": fit(text, limit), "emoji": False}


def header(text: object) -> Block:
    """A heading of a message."""
    return {"type": "header", "text": plain_text(text, HEADER)}


def section(text: object) -> Block:
    """A paragraph."""
    return {"type": "section", "text": plain_text(text, SECTION)}


def context(text: object) -> Block:
    """A small line."""
    return {"type": "context", "elements": [plain_text(text, FIELD)]}


def bold(text: object, limit: int = FIELD) -> Block:
    """Bold text inside rich text."""
    return {"type": "text", "text": fit(text, limit), "style": {"bold": True}}


def words(text: object, limit: int = FIELD) -> Block:
    """Text inside rich text; a newline before it is its own element."""
    return {"type": "text", "text": fit(text, limit)}


LINE: Block = {"type": "text", "text": "\n"}


def rich(*parts: Block) -> Block:
    """Paragraphs and quotes, shown literally."""
    return {"type": "rich_text", "elements": list(parts)}


def paragraph(*elements: Block) -> Block:
    """A paragraph of rich text."""
    return {"type": "rich_text_section", "elements": list(elements)}


def quotation(text: object, place: str) -> Block:
    """The document's own words, marked as such, with their place."""
    place_part = [words(f" ({place})", 300)] if place else []
    shown: Block = {"type": "text", "text": f"“{fit(text, 400)}”"}
    return {
        "type": "rich_text_quote",
        "elements": [shown, *([{"type": "text", "text": " "}] * bool(place)), *place_part],
    }


def button(label: str, action: str, value: str, style: str = "") -> Block:
    """A button; `value` tells the handler what it is about."""
    made: Block = {"type": "button", "text": plain_text(label, BUTTON), "action_id": action, "value": value}
    return made | ({"style": style} if style else {})


def actions(*elements: Block) -> Block:
    """A row of buttons."""
    return {"type": "actions", "elements": list(elements)}


def table(rows: Iterable[Iterable[str]]) -> Block:
    """A table, its first row being the headings; at most 100 rows of 20 cells."""
    cells = [[{"type": "raw_text", "text": fit(c, 200)} for c in list(row)[:20]] for row in list(rows)[:100]]
    return {"type": "table", "rows": cells, "column_settings": [{"is_wrapped": True} for _ in cells[0]]}


def plan(title: str, tasks: Iterable[tuple[str, str]]) -> Block:
    """Steps, each with `pending`, `in_progress`, `complete` or `error`."""
    cards = [
        {"type": "task_card", "task_id": f"step-{n}", "title": fit(name, HEADER), "status": status}
        for n, (name, status) in enumerate(tasks, 1)
    ]
    return {"type": "plan", "title": title, "tasks": cards}
