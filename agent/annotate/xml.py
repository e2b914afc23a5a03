"""Parts of a DOCX as trees and back, in the dialect that they came in."""

from __future__ import annotations

import re

from lxml import etree
from lxml.etree import _Element

SPACE = "{http://www.w3.org/XML/1998/namespace}space"
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class Names:
    """Names in the namespace of one part: transitional or strict."""

    def __init__(self, root: _Element) -> None:
        """Takes the root of the part."""
        self.space = root.tag.partition("}")[0][1:]

    def __call__(self, name: str) -> str:
        """The full name of a `w:` element or attribute."""
        return f"{{{self.space}}}{name}"


def parsed(data: bytes) -> _Element:
    """The root of an XML part; nothing is resolved, fetched or dropped."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
    return etree.fromstring(data, parser)


def written(root: _Element) -> bytes:
    """The part's bytes, with what stands around its root."""
    return etree.tostring(root.getroottree(), xml_declaration=True, encoding="UTF-8", standalone=True)


def squeezed(text: str) -> str:
    """Text without white space: programs that save a file again may lay it out otherwise."""
    return "".join(NOT_XML.sub("", text).split())
