"""Words in disguise: encoded, in other letters or signs, or backwards; each unmasked to what they say."""

from __future__ import annotations

import base64
import codecs
import re
from collections.abc import Iterator
from typing import NamedTuple

_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{20,}={0,2}(?:\s[A-Za-z0-9+/_-]{8,}={0,2})*")
_HEX = re.compile(r"(?:(?:0x|\\x|%)?[0-9a-fA-F]{2}[\s,:]?){10,}")
_MIXED = re.compile(r"[A-Za-z]+[013457@$!][A-Za-z013457@$!]*|[013457@$][A-Za-z][A-Za-z013457@$!]*")
_LEET = str.maketrans("013457@$!", "oieastasi")
_LEET_L = str.maketrans("013457@$!", "oleastasi")
_FOREIGN_LETTER = re.compile(
    r"[\u0370-\u052f\u0580-\u058f\u13a0-\u13ff\u1d00-\u1d7f\u2c80-\u2cff\ua4d0-\ua4ff\uff00-\uff5e]"
)
_LOOKS = str.maketrans(
    "аеорсухіјѕһԁԛԝкмтвнԍɡαορνιυκτεηχγсʏаеіоуΑΒΕΖΗΙΚΜΝΟΡΤΥΧАВЕКМНОРСТУХІЈЅԌ",
    "aeopcyxijshdqwkmtbhggaopviuktenxycyaeioyABEZHIKMNOPTYXABEKMHOPCTYXIJSG",
)
_SPACED = re.compile(r"(?<!\w)(?:[^\W_][\s._*·|/-]{1,3}){9,}[^\W_]")
_READABLE = 0.9
_FEWEST = 8
_FEWEST_MIXED = 3


class Unmasked(NamedTuple):
    """What a text says; `aligned` when it is read letter for letter, so that offsets hold.

    `turned` names one of the two ways that are always tried.
    """

    text: str
    aligned: bool = False
    turned: str = ""


def unmasked(text: str) -> Iterator[Unmasked]:
    """What a text says when read in each way that it invites; nothing for ordinary text.

    Base64, hexadecimal and percent codes, letters of other alphabets within Latin words, digits for letters, letters
    set apart, rot13 and reversal. The last two are always tried: ordinary text gives gibberish.
    """
    yield from map(Unmasked, _base64(text))
    yield from map(Unmasked, _hex(text))
    if _FOREIGN_LETTER.search(text) and (plain := same_looking(text)) != text:
        yield Unmasked(plain, True)
    if len(_MIXED.findall(text)) >= _FEWEST_MIXED:
        yield Unmasked(text.translate(_LEET), True)
        yield Unmasked(text.translate(_LEET_L), True)
    for match in _SPACED.finditer(text):
        yield Unmasked(re.sub(r"[\W_]", "", match[0]))
    yield Unmasked(rot13(text), True, "rot13")
    yield Unmasked(text[::-1], turned="back")


def rot13(text: str) -> str:
    """Each letter as the one thirteen places on."""
    return codecs.encode(text, "rot13")


def same_looking(text: str) -> str:
    """Letters of other alphabets as the Latin letters that they look like, in words that mix both."""
    return re.sub(r"\w+", lambda m: m[0].translate(_LOOKS) if mixed(m[0]) else m[0], text)


def mixed(word: str) -> bool:
    """True for a word with Latin letters and letters of another alphabet that look like Latin ones."""
    return bool(re.search("[a-zA-Z]", word)) and any(ord(c) in _LOOKS for c in word)


def _base64(text: str) -> Iterator[str]:
    for match in _BASE64.finditer(text):
        packed = re.sub(r"\s", "", match[0]).rstrip("=").replace("-", "+").replace("_", "/")
        if not re.search(r"[A-Z]", packed) or not re.search(r"[a-z]", packed):
            continue
        try:
            yield from _readable(
                base64.b64decode(packed[: len(packed) - (len(packed) % 4 == 1)] + "=" * (-len(packed) % 4))
            )
        except ValueError:
            continue


def _hex(text: str) -> Iterator[str]:
    for match in _HEX.finditer(text):
        digits = re.sub(r"0x|[^0-9a-fA-F]", "", match[0])
        yield from _readable(bytes.fromhex(digits[: len(digits) // 2 * 2]))


def _readable(raw: bytes) -> Iterator[str]:
    """The bytes as text, when they are some."""
    text = raw.decode("utf-8", "ignore")
    plain = sum(c.isalpha() or c == " " for c in text)
    if len(text) >= _FEWEST and plain >= _READABLE * len(raw) * 0.9:
        yield text
