"""The document's title: the file's own, unless it is junk; else the first heading or line."""

from __future__ import annotations

import re
from typing import Any

_JUNK = re.compile(
    r"""^\s*(?:
      microsoft\ (?:word|office|powerpoint)\b.* | (?:untitled|unbenannt|sans\ titre|sin\ título|kein\ titel)\b.* |
      (?:new\ )?(?:document|doc|proposal|presentation|draft)\s*\d* | copy\ of\b.* | about:blank | title | template |
      \(?anonymous\)? | unspecified | none | null | word\ document | google\ docs |
      \S+\.(?:docx?|pdf|md|html?|txt|rtf|odt|tex|dvi|indd|pptx?)
    )\s*$""",
    re.IGNORECASE | re.VERBOSE,
)
_LONGEST = 200


def title_of(metadata: str | None, body: list[dict[str, Any]], text: str) -> str | None:
    """A title that a person would recognise.

    Args:
        metadata: the title in the file's properties.
        body: visible blocks as plain data, in order.
        text: the document's text.
    """
    given = " ".join((metadata or "").split())
    if given and not _JUNK.match(given) and re.search(r"\w{2}", given):
        return given[:_LONGEST]
    lines = [b for b in body if b["kind"] not in ("field", "cell", "code")] or body
    first = next((b for b in lines[:8] if b["kind"] == "heading"), lines[0])
    return " ".join(text[first["start"] : first["end"]].split())[:_LONGEST] or None
