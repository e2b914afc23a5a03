"""pdfium and its C functions. They carry no types, so that they are `Any` here and nowhere else.

`quick` has those that are called for every character or word. They take and give plain addresses and keep the
interpreter's lock: a call costs a third of what it costs through the generated bindings, with their conversions.
"""

from __future__ import annotations

import ctypes
from importlib import import_module
from typing import Any

pdfium: Any = import_module("pypdfium2.raw")
bindings: Any = import_module("pypdfium2")


class _Quick:
    """Functions of pdfium's text page, whose first argument is `address(textpage)`, and of its text objects."""

    def __init__(self) -> None:
        library = ctypes.PyDLL(None, handle=import_module("pypdfium2_raw.bindings")._libs["pdfium"]._handle)
        address, whole, real = ctypes.c_void_p, ctypes.c_int, ctypes.c_float

        def function(name: str, result: Any, *arguments: Any) -> Any:
            return ctypes.PYFUNCTYPE(result, *arguments)((name, library))

        self.unicode = function("FPDFText_GetUnicode", ctypes.c_uint, address, whole)
        self.text = function("FPDFText_GetText", whole, address, whole, whole, address)
        self.text_object = function("FPDFText_GetTextObject", address, address, whole)
        self.count_rects = function("FPDFText_CountRects", whole, address, whole, whole)
        self.rect = function("FPDFText_GetRect", whole, address, whole, *[address] * 4)
        self.char_box = function("FPDFText_GetCharBox", whole, address, whole, *[address] * 4)
        self.origin = function("FPDFText_GetCharOrigin", whole, address, whole, address, address)
        self.angle = function("FPDFText_GetCharAngle", real, address, whole)
        self.font_size = function("FPDFText_GetFontSize", ctypes.c_double, address, whole)
        self.matrix = function("FPDFText_GetMatrix", whole, address, whole, address)
        self.colour = function("FPDFPageObj_GetFillColor", whole, address, *[address] * 4)
        self.font = function("FPDFTextObj_GetFont", address, address)
        self.mode = function("FPDFTextObj_GetTextRenderMode", whole, address)
        self.content = function("FPDFPageObj_GetMarkedContentID", whole, address)
        self.unmapped = function("FPDFText_HasUnicodeMapError", whole, address, whole)


quick = _Quick()


def address(pointer: Any) -> int:
    """Where a pointer of the bindings points."""
    return ctypes.cast(pointer, ctypes.c_void_p).value or 0
