"""Which HTML elements a browser hides: attributes, inline styles, and simple rules of the page's own style sheets."""

from __future__ import annotations

import re

from lxml.etree import _Element

from agent.documents.screen import hiding_declarations, sets_background

_RULE = re.compile(r"([^{}@;]+)\{([^{}]*)\}")
_SIMPLE = re.compile(r"[\w-]*(?:[.#][\w-]+)?")
_BOLD = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.IGNORECASE)
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


class StyleSheet:
    """The declarations of a page's `style` elements by simple selector (`p`, `.note`, `p.note`, `#x`)."""

    def __init__(self, root: _Element) -> None:
        """Reads the `style` elements below the root."""
        self._rules: dict[str, str] = {}
        for element in root.iter("style"):
            for selectors, css in _RULE.findall(_COMMENT.sub("", element.text or "")):
                for selector in selectors.split(","):
                    if _SIMPLE.fullmatch(selector.strip()):
                        self._rules[selector.strip()] = self._rules.get(selector.strip(), "") + ";" + css

    def hides(self, element: _Element, *, on_colour: bool) -> str | None:
        """The reason why this element itself is hidden, or None."""
        if element.get("hidden") is not None and element.get("hidden") != "until-found":
            return "hidden attribute"
        css = self._css(element)
        return hiding_declarations(css, on_colour=on_colour) if css else None

    def bold(self, element: _Element) -> bool:
        """True when this element's style makes it bold."""
        return bool(_BOLD.search(self._css(element)))

    def colours(self, element: _Element) -> bool:
        """True when this element sets a background."""
        return element.get("bgcolor") is not None or sets_background(self._css(element))

    def _css(self, element: _Element) -> str:
        tag = str(element.tag)
        names = [tag] + [f".{c}" for c in (element.get("class") or "").split()]
        if identity := element.get("id"):
            names.append(f"#{identity}")
        names += [tag + name for name in names[1:]]
        colour = f";color:{element.get('color')}" if element.get("color") else ""
        return ";".join([*(self._rules[n] for n in names if n in self._rules), element.get("style") or ""]) + colour
