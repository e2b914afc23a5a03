"""Text that a reader cannot see, and letters that are not what they seem."""

from __future__ import annotations

import re

TAGS = "tag characters"
_TAGS = re.compile("[\U000e0020-\U000e007e]{2,}")
_FLAG = "\U0001f3f4"
_OVERRIDE = re.compile("[\u202d\u202e]([^\u202c\n]*)")
_LATIN = "A-Za-z\u00c0-\u024f"
_SPLIT = re.compile(f"(?<![{_LATIN}])[{_LATIN}]+(?:[\u200b\u200d\u2060-\u2064\ufeff]+[{_LATIN}]+)+")
_ZERO_WIDTH = re.compile("[\u200b\u200d\u2060-\u2064\ufeff]+")
_ANY = re.compile("[\u200b\u200d\u202d\u202e\u2060-\u2064\ufeff\U000e0020-\U000e007e]")


_TWINS = dict(zip("асеорхуіѕјһԁԛԝАВСЕНІЈКМОРЅТХҮΖΝѴ", "aceopxyisjhdqwABCEHIJKMOPSTXYZNV", strict=True)) | dict(
    zip("οΟΑΒΕΗΙΚΜΡΤΧΥ", "oOABEHIKMPTXY", strict=True)
)
_TWIN = re.compile(f"[{''.join(_TWINS)}]")
_LEAST_LATIN = 2
_WORD = re.compile(r"[^\W\d_]+")


def as_it_looks(text: str) -> str:
    """The text with Cyrillic and Greek twins of Latin letters as Latin, inside words that are Latin otherwise.

    A reader sees `fine-tuning` whatever alphabet its letters come from. Same length, so that offsets hold.
    """
    if not _TWIN.search(text):
        return text
    return _WORD.sub(lambda m: _latin(m[0]), text)


def _latin(word: str) -> str:
    if word.isascii() or sum(c.isascii() for c in word) < _LEAST_LATIN:
        return word
    plain = "".join(_TWINS.get(c, c) for c in word)
    return plain if plain.isascii() else word


def smuggled(source: str) -> list[tuple[str, str]]:
    """Messages in characters that no reader sees: (reason, the words).

    Alarms only for tag characters, direction overrides and zero-width characters inside a Latin word. Soft hyphens,
    the joiners of Hindi and Persian, emoji flags and direction marks are ordinary writing.
    """
    if not _ANY.search(source):
        return []
    found = []
    for match in _TAGS.finditer(source):
        if source[match.start() - 1 : match.start()] != _FLAG:
            found.append((TAGS, "".join(chr(ord(c) - 0xE0000) for c in match[0]).strip()))
    found += [("direction override", m[1].strip()) for m in _OVERRIDE.finditer(source)]
    found += [("zero-width characters inside a word", _ZERO_WIDTH.sub("", m[0])) for m in _SPLIT.finditer(source)]
    return [(reason, " ".join(words.split())) for reason, words in found if words.strip()]


_STYLES = (
    (re.compile(r"display\s*:\s*none"), "display:none"),
    (re.compile(r"visibility\s*:\s*(?:hidden|collapse)"), "visibility:hidden"),
    (re.compile(r"(?<![\w-])opacity\s*:\s*0?\.?0+(?![\d.])"), "transparent text"),
    (re.compile(r"font-size\s*:\s*(?:0|0?\.\d+(?:px|pt|em|rem)|1(?:\.\d+)?(?:px|pt))\s*(?:!|;|$)"), "tiny text"),
    (re.compile(r"(?:text-indent|left|right|top|margin-left)\s*:\s*-\d{3,}"), "text off the page"),
    (re.compile(r"clip\s*:\s*rect\(\s*(?:0|1px)|clip-path\s*:\s*inset\(\s*(?:50|100)%"), "clipped text"),
    (re.compile(r"(?<![\w-])color\s*:\s*transparent"), "transparent text"),
)
_COLOUR = re.compile(r"(?<![\w-])color\s*:\s*([^;!]+)")
_BACKGROUND = re.compile(r"background(?:-color)?\s*:")
_WHITE = re.compile(
    r"white|snow|ivory|#f[a-f]f[a-f]f[a-f]|#fff|rgba?\(\s*25[0-5]\s*,\s*25[0-5]\s*,\s*25[0-5].*|hsl\(.*100%\s*\)"
)
_HIDDEN_ATTRIBUTE = re.compile(r"(?:^|\s)hidden(?=\s|=|/|$)(?!\s*=\s*[\"']?until-found)", re.IGNORECASE)
_STYLE_ATTRIBUTE = re.compile(r"""style\s*=\s*(?:"([^"]*)"|'([^']*)'|(\S+))""", re.IGNORECASE)


def hiding_declarations(css: str, *, on_colour: bool = False) -> str | None:
    """The reason why CSS declarations hide text, or None.

    Args:
        css: declarations, as in a `style` attribute.
        on_colour: some element around sets a background, so that white may be seen.
    """
    css = css.lower()
    for pattern, reason in _STYLES:
        if pattern.search(css):
            return reason
    colour = _COLOUR.search(css)
    if colour and _WHITE.fullmatch(colour[1].strip()) and not on_colour and not _BACKGROUND.search(css):
        return "white text"
    return None


def sets_background(css: str) -> bool:
    """True when CSS declarations give an element a background."""
    return bool(_BACKGROUND.search(css.lower()))


def hiding_style(attributes: str) -> str | None:
    """The reason why the attributes of an HTML tag, as written, hide what it holds, or None."""
    style = _STYLE_ATTRIBUTE.search(attributes)
    if style and (reason := hiding_declarations(style[1] or style[2] or style[3] or "")):
        return reason
    return "hidden attribute" if _HIDDEN_ATTRIBUTE.search(_STYLE_ATTRIBUTE.sub("", attributes)) else None
