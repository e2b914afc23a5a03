"""Names of WordprocessingML elements, and small readers of attributes."""

from __future__ import annotations

from lxml.etree import _Element

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
WRAPPERS = frozenset(
    W + n for n in ("sdt", "sdtContent", "ins", "moveTo", "smartTag", "customXml", "hyperlink", "fldSimple")
)
"""Elements that only wrap what a reader sees."""
GONE = frozenset(W + n for n in ("del", "moveFrom"))
"""Tracked deletions."""


def attribute(element: _Element | None, path: str, default: str | None = None) -> str | None:
    """`w:val` of the child at a `/`-separated path of w-names, or the default."""
    for name in path.split("/"):
        element = element.find(W + name) if element is not None else None
    return default if element is None else element.get(W + "val", "")


def number(text: str | None, default: int) -> int:
    """An integer attribute; anything else is the default."""
    try:
        return int(float(text or ""))
    except (ValueError, OverflowError):
        return default


def is_on(element: _Element | None, name: str) -> bool | None:
    """A toggle property (`w:b`, `w:vanish`): True, False, or None when it is not set."""
    value = attribute(element, name)
    return None if value is None else value not in ("0", "false", "off", "none")


def choice(element: _Element) -> _Element | None:
    """Of `mc:AlternateContent` the one branch to read, or text boxes come twice."""
    found = element.find(MC + "Choice")
    return found if found is not None else element.find(MC + "Fallback")


def children(element: _Element) -> list[_Element]:
    """Child elements, without comments and processing instructions; places count these."""
    return [child for child in element if isinstance(child.tag, str)]
