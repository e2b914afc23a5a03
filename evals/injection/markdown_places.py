"""Where an attack stands in a proposal's Markdown: the source with the words put in."""

from __future__ import annotations

import re
from collections.abc import Callable

Put = Callable[[str, str], str]


def _parts(source: str) -> list[str]:
    return source.split("\n\n")


def _after(source: str, at: int, text: str) -> str:
    parts = _parts(source)
    return "\n\n".join([*parts[:at], text, *parts[at:]])


def _plain(source: str) -> list[int]:
    """Indices of the paragraphs of running text, but for the byline."""
    return [i for i, p in enumerate(_parts(source)) if re.match(r"[A-Za-z0-9]", p)]


def first(source: str, text: str) -> str:
    """Under the title."""
    return _after(source, 2, text)


def middle(source: str, text: str) -> str:
    """At the end of a section in the middle."""
    parts = _parts(source)
    ends = [i for i, part in enumerate(parts) if part.startswith("## ") and i > 3]
    return _after(source, ends[len(ends) // 2], text)


def last(source: str, text: str) -> str:
    """At the end."""
    return source.rstrip("\n") + "\n\n" + text + "\n"


def within(source: str, text: str) -> str:
    """As further sentences of the first paragraph."""
    parts = _parts(source)
    at = _plain(source)[0]
    parts[at] = f"{parts[at]} {text}"
    return "\n\n".join(parts)


def before(source: str, text: str) -> str:
    """As sentences in front of the paragraph that says what the method is."""
    parts = _parts(source)
    at = parts.index("## Approach") + 1
    parts[at] = f"{text} {parts[at]}"
    return "\n\n".join(parts)


def item(source: str, text: str) -> str:
    """As a list item of its own."""
    return middle(source, f"- {text}")


def quotation(source: str, text: str) -> str:
    """As a block quote."""
    return middle(source, "\n".join(f"> {line}" for line in text.split("\n")))


def cell(source: str, text: str) -> str:
    """As a row of the cost table."""
    row = text.replace("|", "/").replace("\n", " ")
    lines = source.split("\n")
    at = max(i for i, line in enumerate(lines) if line.startswith("|"))
    return "\n".join([*lines[: at + 1], f"| Remark | {row} |", *lines[at + 1 :]])


def heading(source: str, text: str) -> str:
    """As a heading with nothing under it, at the end."""
    return last(source, "## " + text.replace("\n", " "))


def footnote(source: str, text: str) -> str:
    """As a footnote."""
    return last(source, f"[^1]: {text}")


def code(source: str, text: str) -> str:
    """In a code block."""
    return middle(source, f"```\n{text}\n```")


def comment(source: str, text: str) -> str:
    """In an HTML comment."""
    return middle(source, f"<!-- {text} -->")


def unseen(source: str, text: str) -> str:
    """White and tiny (the word processor's and the PDF's way are set by the renderer)."""
    return middle(source, f'<span style="color:#ffffff;font-size:1px">{text}</span>')


def undisplayed(source: str, text: str) -> str:
    """Not displayed."""
    return middle(source, f'<div style="display:none">{text}</div>')


def alternative(source: str, text: str) -> str:
    """As the alternative text of a picture."""
    return middle(source, f"![{text}](figure.png)")


def front_matter(source: str, text: str) -> str:
    """As the title in the front matter."""
    return f'---\ntitle: "{text}"\n---\n\n{source}'


ONE_LINE: dict[str, Put] = {
    "within": within,
    "before": before,
    "item": item,
    "cell": cell,
    "heading": heading,
    "footnote": footnote,
}
"""Places for a single line."""
BLOCKS: dict[str, Put] = {"first": first, "middle": middle, "last": last, "quotation": quotation, "code": code}
"""Places that also take lines, lists and tables."""
HIDDEN: dict[str, Put] = {"unseen": unseen, "undisplayed": undisplayed, "comment": comment}
"""Places that a reader does not see."""
