"""Styles: what a paragraph or run looks like after its chain of styles."""

from __future__ import annotations

import re
from typing import NamedTuple

from lxml.etree import _Element

from agent.documents.docx.names import W, attribute, is_on, number

_HOPS = 20
MONO = re.compile(r"courier|mono|consolas|menlo|typewriter|fixed|source code|fira code", re.IGNORECASE)
"""Names of fonts in which code is set."""
_HEADING = re.compile(r"(?:heading|überschrift|titre|título|titolo|kop|标题)\s*(\d)$", re.IGNORECASE)
_BODY_SIZE = 22


class Look(NamedTuple):
    """Properties that matter here; None where a style leaves them open. Sizes are in half points."""

    bold: bool | None = None
    vanish: bool | None = None
    strike: bool | None = None
    size: int | None = None
    colour: str | None = None
    shaded: bool | None = None
    font: str | None = None

    def over(self, base: Look) -> Look:
        """This look laid over a base."""
        open_fields = {f: getattr(base, f) for f in self._fields if getattr(self, f) is None}
        return self._replace(**open_fields)


def look_of(properties: _Element | None) -> Look:
    """The look that one `w:rPr` sets."""
    if properties is None:
        return Look()
    size = attribute(properties, "sz")
    fonts = properties.find(W + "rFonts")
    colour = properties.find(W + "color")
    theme = colour.get(W + "themeColor", "") if colour is not None else ""
    value = colour.get(W + "val", "") if colour is not None else None
    return Look(
        bold=is_on(properties, "b"),
        vanish=is_on(properties, "vanish") or is_on(properties, "specVanish"),
        strike=is_on(properties, "strike") or is_on(properties, "dstrike"),
        size=number(size, _BODY_SIZE) if size else None,
        colour="FFFFFF" if theme in ("background1", "light1") else value,
        shaded=is_shaded(properties) or None,
        font=fonts.get(W + "ascii") if fonts is not None else None,
    )


def is_shaded(properties: _Element | None) -> bool:
    """True when `w:rPr`, `w:pPr` or `w:tcPr` sets a background that is not white."""
    if properties is None:
        return False
    fill = properties.find(W + "shd")
    plain = fill is None or fill.get(W + "fill", "auto").lower() in ("auto", "ffffff", "")
    marked = attribute(properties, "highlight", "none") not in ("none", "white")
    return marked or not plain or (fill is not None and fill.get(W + "val") == "solid")


class Styles:
    """The style sheet of one DOCX."""

    def __init__(self, root: _Element | None) -> None:
        """Takes the root of `styles.xml`, or None."""
        self._styles: dict[str, _Element] = {}
        self._looks: dict[str, Look] = {}
        self._defaults = Look()
        self._default = ""
        if root is None:
            return
        self._defaults = look_of(root.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr"))
        for style in root.iter(W + "style"):
            identity = style.get(W + "styleId", "")
            self._styles[identity] = style
            if style.get(W + "type") == "paragraph" and style.get(W + "default") in ("1", "true"):
                self._default = identity

    def paragraph(self, properties: _Element | None) -> str:
        """The style id of a paragraph with this `w:pPr`."""
        return attribute(properties, "pStyle") or self._default

    def chain(self, identity: str | None) -> list[_Element]:
        """A style and those that it is based on; a chain that bites its tail ends after some hops."""
        found: list[_Element] = []
        while identity and (style := self._styles.get(identity)) is not None and len(found) < _HOPS:
            found.append(style)
            identity = attribute(style, "basedOn")
        return found

    def look(self, identity: str | None) -> Look:
        """What a style and its bases set."""
        key = identity or ""
        if key not in self._looks:
            look = Look()
            for style in self.chain(identity):
                look = look.over(look_of(style.find(W + "rPr")))
                shaded = is_shaded(style.find(W + "pPr")) or None
                look = look.over(Look(shaded=shaded))
            self._looks[key] = look
        return self._looks[key]

    def run(self, properties: _Element | None, paragraph: Look) -> Look:
        """The look of a run with this `w:rPr` in a paragraph with that look."""
        own = look_of(properties)
        return own.over(self.look(attribute(properties, "rStyle"))).over(paragraph).over(self._defaults)

    def name(self, identity: str | None) -> str:
        """The style's own name in lower case, e.g. `heading 1` whatever the language of Word."""
        style = self._styles.get(identity or "")
        return (attribute(style, "name") or identity or "").lower()

    def heading(self, properties: _Element | None) -> int | None:
        """Outline level of a heading paragraph: 0 for the title, 1 to 9; None for other paragraphs."""
        direct = attribute(properties, "outlineLvl")
        if direct is not None:
            return number(direct, 9) + 1 if number(direct, 9) < 9 else None
        for style in self.chain(self.paragraph(properties)):
            name = (attribute(style, "name") or "").lower()
            if name == "title":
                return 0
            if match := _HEADING.match(name):
                return number(match[1], 9)
            outline = number(attribute(style, "pPr/outlineLvl"), 9)
            if outline < 9:
                return outline + 1
        return None

    def list_level(self, properties: _Element | None) -> int | None:
        """How deep a list item stands, from 0; None for what is no item."""
        own = properties.find(W + "numPr") if properties is not None else None
        candidates = [own] if own is not None else []
        candidates += [
            n for s in self.chain(self.paragraph(properties)) if (n := s.find(f"{W}pPr/{W}numPr")) is not None
        ]
        if candidates:
            return (
                number(attribute(candidates[0], "ilvl"), 0) if attribute(candidates[0], "numId", "1") != "0" else None
            )
        return 0 if self.name(self.paragraph(properties)).startswith(("list bullet", "list number")) else None

    def shades_tables(self, identity: str | None) -> bool:
        """True when a table style gives some of its cells a background."""
        return any(s.find(f".//{W}shd") is not None for s in self.chain(identity))
