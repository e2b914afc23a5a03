"""Runs of a DOCX that a reader cannot see."""

from __future__ import annotations

from lxml.etree import _Element

from agent.documents.docx.names import W14, attribute, number
from agent.documents.docx.styles import Look

_TINY = 3
"""Half points: 1.5 points."""
_NARROW = 10
"""Percent of the letters' width."""
_NEAR_WHITE = 0xF0


def hidden_run(look: Look, properties: _Element | None, *, on_colour: bool) -> str | None:
    """The reason why a run is invisible, or None.

    Args:
        look: its look after styles.
        properties: its own `w:rPr`.
        on_colour: a cell, box or table style around gives it a background, so that white may be seen.
    """
    if look.vanish:
        return "hidden font"
    if look.size is not None and look.size <= _TINY:
        return "tiny text"
    if number(attribute(properties, "w"), 100) <= _NARROW:
        return "squeezed text"
    if properties is not None and properties.find(f"{W14}textFill/{W14}noFill") is not None:
        return "transparent text"
    if look.colour and not look.shaded and not on_colour and _near_white(look.colour):
        return "white text"
    return None


def _near_white(colour: str) -> bool:
    try:
        parts = bytes.fromhex(colour)
    except ValueError:
        return False
    return len(parts) == 3 and min(parts) >= _NEAR_WHITE
