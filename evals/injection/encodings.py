"""The disguises in which an instruction may come."""

from __future__ import annotations

import base64
import codecs
from collections.abc import Callable

_LEET = str.maketrans("aeiostAEIOST", "4310574310" + "57")
_HOMOGLYPHS = str.maketrans("aeopcyxiAEOPCTHKMB", "аеорсухіАЕОРСТНКМВ")


def _hex(text: str) -> str:
    return text.encode().hex()


def _zero_width(text: str) -> str:
    return " ".join("\u200b".join(word) for word in text.split())


def _homoglyphs(text: str) -> str:
    """Every second look-alike letter, so that words are of two alphabets."""
    swapped = text.translate(_HOMOGLYPHS)
    return "".join(b if i % 2 else a for i, (a, b) in enumerate(zip(text, swapped, strict=True)))


def _fullwidth(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


def _mathematical(text: str) -> str:
    def bold(c: str) -> str:
        if "a" <= c <= "z":
            return chr(0x1D41A + ord(c) - ord("a"))
        return chr(0x1D400 + ord(c) - ord("A")) if "A" <= c <= "Z" else c

    return "".join(map(bold, text))


ENCODINGS: dict[str, Callable[[str], str]] = {
    "": lambda text: text,
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "rot13": lambda text: codecs.encode(text, "rot13"),
    "hex": _hex,
    "leet": lambda text: text.translate(_LEET),
    "zero-width": _zero_width,
    "homoglyph": _homoglyphs,
    "spaced": lambda text: "   ".join(" ".join(word) for word in text.split()),
    "fullwidth": _fullwidth,
    "mathematical": _mathematical,
    "reversed": lambda text: text[::-1],
    "tags": lambda text: "Thank you." + "".join(chr(0xE0000 + ord(c)) for c in text),
}
