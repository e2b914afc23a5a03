"""Languages named in a text, and the language that a document is itself written in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from agent.models import Document

READABLE = "en"
"""The language whose absences the rules may claim."""


@cache
def _names() -> re.Pattern[str]:
    from knowledge import languages

    spellings = {name for language in languages() for name in (language.name, *language.spellings) if len(name) > 3}
    ordered = sorted(spellings, key=len, reverse=True)
    return re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, ordered)) + r")(?!\w)", re.IGNORECASE)


_VERB = re.compile(r"polish(?:ing|es|ed)?\s(?:the|our|a|an|it|its|each|every|them|these|up)\b", re.IGNORECASE)
"""`Polish the drafts` names no language."""


def named_languages(text: str) -> Iterator[tuple[str, int, int]]:
    """Name as written and place of each language named, when it has a capital or stands in its own script."""
    pattern = _names()
    for match in pattern.finditer(text):
        if _VERB.match(text, match.start()):
            continue
        if not match.group()[0].islower() or not match.group().isascii():
            yield match.group(), *match.span()


_SCRIPTS = (
    ("zh", re.compile(r"[一-鿿]")),
    ("ja", re.compile(r"[぀-ヿ]")),
    ("ko", re.compile(r"[가-힯]")),
    ("ru", re.compile(r"[Ѐ-ӿ]")),
    ("ar", re.compile(r"[؀-ۿ]")),
    ("hi", re.compile(r"[ऀ-ॿ]")),
    ("el", re.compile(r"[Ͱ-Ͽ]")),
    ("he", re.compile(r"[֐-׿]")),
    ("th", re.compile(r"[฀-๿]")),
)
_COMMON = {
    "en": "the and of to is in for we with on that are this will be as by it our from not at or have",
    "de": "der die das und ist nicht wir mit für ein eine auf den werden zu im von sich auch auf dem des",
    "fr": "le la les des et est une pour dans que nous sur pas avec ce par au plus sont du en à",
    "es": "el la los las de y en que es una para con por se del un no como más su al",
    "it": "il la le di e che un una per con non sono del della nel alla i gli da è",
    "pt": "o a os as de e que um uma para com não do da em no na por mais é",
    "hi": "ka ki ke ko se mein hai hain aur par hum kar karna karte karenge liye yeh jo nahi bhi tak wahi tha rahe ek",
    "nl": "de het een en van is dat niet wij met voor op te zijn aan er ook wordt bij",
}


def written_in(document: Document) -> str:
    """ISO code of the document's main language, by script and by its commonest words; `en` when it cannot be told."""
    text = " ".join(document.quote(b) for b in document.body if b.kind != "code")[:20_000]
    letters = max(1, sum(c.isalpha() for c in text))
    for code, script in (_SCRIPTS[1], *_SCRIPTS[:1], *_SCRIPTS[2:]):
        if len(script.findall(text)) > 0.12 * letters:
            return code
    words = re.findall(r"[a-zà-ÿ]+", text.lower())
    counts = {code: sum(w in vocabulary for w in words) for code, vocabulary in _vocabularies().items()}
    best = max(counts, key=lambda c: counts[c])
    return best if counts[best] > 1.3 * counts["en"] and counts[best] >= 5 else "en"


@cache
def _vocabularies() -> dict[str, frozenset[str]]:
    return {code: frozenset(words.split()) for code, words in _COMMON.items()}
