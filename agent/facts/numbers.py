"""Numbers as people write them: `25,000`, `25 000`, `1.5k`, `₹8 lakh`, `half a million`, `twenty-five`, `8 to 12`."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import NamedTuple

from agent.facts.lexicon import alternation, table

_ONE_WORDS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_ONES = _ONE_WORDS.split()
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_VALUES = {w: float(i) for i, w in enumerate(_ONES)} | {w: 20.0 + 10 * i for i, w in enumerate(_TENS)}
_VALUES |= {"a": 1.0, "an": 1.0, "single": 1.0}
_FOREIGN = {
    "de": "zwei drei vier fünf sechs sieben acht neun zehn elf zwölf",
    "es": "dos tres cuatro cinco seis siete ocho nueve diez - doce",
    "fr": "deux trois quatre cinq six - huit neuf dix onze douze",
}
"""Two to twelve, without those that are English or common words (Spanish `once`, French `sept`)."""
_ABROAD = {
    word: float(n) for spoken in _FOREIGN.values() for n, word in enumerate(spoken.split(), start=2) if word.isalpha()
}
_VALUES |= {w: v for w, v in _ABROAD.items() if w not in _VALUES}
_LEADS = {"half a": 0.5, "half an": 0.5, "a quarter of a": 0.25, "a quarter of an": 0.25, "a couple of": 2.0}
_SCALES = {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "lakh": 1e5, "crore": 1e7, "dozen": 12.0}
_SCALES |= {"lakhs": 1e5, "crores": 1e7}

_DIGITS = (
    r"(?:\d{1,2}(?:,\d{2})+,\d{3}(?!\d)"  # 1,00,000
    r"|\d{1,3}(?:[, \u00a0\u202f\u2009'’]\d{3})+(?!\d)(?:\.\d+)?"  # 25,000  25 000  25'000.50
    r"|\d{1,3}(?:\.\d{3})+(?!\d)(?:,\d+)?"  # 12.500
    r"|\d+,\d{1,2}(?![\d,])|0,\d+"  # 85,5
    r"|\d+(?:\.\d+)?|(?<!\d)\.\d+)"
)
_UNIT = f"(?:(?:{'|'.join(_TENS)})(?:[ -](?:{'|'.join(_ONES[1:10])}))?|{'|'.join(sorted(_ONES, key=len)[::-1])})"
_SCALE = "(?:hundred|thousand|million|billion|lakhs?|crores?|dozen)"
_WORDS = (
    rf"(?:(?:half an?|a quarter of an?|a couple of)(?:[ -]{_SCALE})?"
    rf"|(?:an?|{_UNIT})(?:[ -]{_SCALE})+(?:[ -](?:and[ -])?{_UNIT}(?:[ -]{_SCALE})*)*|{_UNIT}|dozen"
    rf"|{'|'.join(sorted(_ABROAD, key=len)[::-1])})"
    rf"(?: and a half(?:[ -]{_SCALE})*)?(?![a-z])"
)
_SMALL = "zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"


class Number(NamedTuple):
    """A number or range in text: `low`/`high` values, and where it stands.

    `start` is the first digit, `prefix` what stands before it and belongs to it (a currency), `scale` the words of the
    multiplier, `bound` "", "min" (at least) or "max" (at most, under).
    """

    low: float
    high: float
    start: int
    end: int
    approximate: bool
    bound: str
    digits: str = ""
    scale: str = ""
    prefix: str = ""
    opens: int = 0


@cache
def _multiplier_forms() -> tuple[tuple[re.Pattern[str], float], ...]:
    units = table("units")
    return tuple(
        (re.compile(alternation(tuple(forms)), re.IGNORECASE), float(units["multiplier_values"][name]))
        for name, forms in units["multipliers"].items()
    )


@cache
def _number() -> re.Pattern[str]:
    """One number: the currency before it, digits or words, multiplier."""
    units = table("units")
    forms = tuple(f for found in units["multipliers"].values() for f in found)
    letters = alternation(tuple(f for f in forms if len(f) <= 2))
    longer = alternation(tuple(f for f in forms if len(f) > 2))
    written = alternation(tuple(f for found in units["currencies"].values() for f in found if _goes_before(f)))
    return re.compile(
        rf"(?:(?<![A-Za-zÀ-ÿ])(?P<pre>{written})\s?[~≈]?\s?|(?<![A-Za-zÀ-ÿ0-9_#/.,:’'])(?<![A-Za-z]-))"
        rf"(?P<n>{_DIGITS}|{_WORDS})(?P<m>(?:[ \u00a0\u202f]?{letters}|"
        rf"[ \u00a0\u202f-]?{longer})(?![A-Za-zÀ-ÿ0-9]))?",
        re.IGNORECASE,
    )


def _goes_before(form: str) -> bool:
    """True for a code or a symbol; a word such as `won` before a number is a verb."""
    return not re.match(r"[A-Za-z]{2,}", form) or form[:3].isupper() or form.startswith("Rs")


_ANY = re.compile(
    rf"\d|\b(?:{_SMALL}|{'|'.join(_ABROAD)}|\w+teen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|half an?"
    r"|dozen|an? (?:hundred|thousand|million|billion|lakh|crore|quarter|couple))\b",
    re.IGNORECASE,
)
_NOT_NUMBERS = re.compile(
    r"\b\d{4}-\d{2}(?:-\d{2})?\b|\b\d{1,2}/\d{1,2}/\d{2,4}\b|\b\d{1,2}:\d{2}\b"  # dates, times
    r"|\b(?:19|20)\d\d\s?[-–/]\s?(?:(?:19|20)\d\d|\d\d)\b(?![,.\d])"  # 2024–2025
    r"|\+\d{1,3}[ (-][\d ()-]{6,}\d|\(\d{3}\) ?\d{3}-\d{4}"  # telephone
    r"|https?://\S+|www\.\S+|[\w.+-]{1,64}@[\w-]{1,64}\.\w+"
    r"|\b\d+\.\d+\.\d+\.\d+\b|\bv?\d{1,2}\.\d{1,2}\.\d{1,2}\b"  # addresses, versions
    r"|\b\d+(?:st|nd|rd|th)\b"
    r"|\b(?:versions?|release|section|sections|chapter|figure|fig\.|table|appendix|page|pages|pp\.|step|phase|"
    r"stage|clause"
    r"|article|annex|item|point|level|tier|ISO|RFC|IEC|EN|DIN|ID|No\.|no\.|number|ticket #|issue|week|day|month|"
    r"sprint"
    r"|quarter|option|line|row|rule|Python|Windows|CUDA|PyTorch|error|room|top|rank|seed|port|SOC|Q|H|FY|LLaMA|Llama"
    r")[ -]?\d+(?:\.\d+)*(?![\d,.]*\d)(?: of \d+)?(?=[\s.,;:)?!]|$)(?!\s?(?:%|percent|[kKMB]\b))"
    r"|\b(?:January|February|March|April|May|June|July|August|September|October|November|December|Jan|Feb|Mar|Apr|Jun"
    r"|Jul|Aug|Sept?|Oct|Nov|Dec)\.? (?:\d{1,2}(?:, \d{4})?|\d{4})\b"
    r"|\b\d{1,2} (?:January|February|March|April|May|June|July|August|September|October|November|December|Jan|Feb|Mar"
    r"|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b(?:\s\d{4})?"
    r"|\b(?:[Ii]n|[Ss]ince|[Bb]y|[Uu]ntil|[Ff]rom|[Ee]arly|[Ll]ate|[Mm]id|[Ee]nd of|Q[1-4]|H[12]|of) (?:19|20)\d\d\b"
    r"(?![,.]\d|\s?[%€$]|\s(?:\w+\s)?(?:examples|pairs|tickets|records|rows|samples|cases|documents|of)\b)"
)


def numbers(text: str) -> list[Number]:
    """Every number of the text in order, ranges joined; dates, versions, section and telephone numbers left out."""
    if not _ANY.search(text):
        return []
    not_numbers = [m.span() for m in _NOT_NUMBERS.finditer(text)]
    found: list[Number] = []
    for match in _number().finditer(text):
        if any(a < match.end("n") and match.start("n") < b for a, b in not_numbers) and not match["pre"]:
            continue
        number = _one(match, text)
        joined = _joined(found[-1], number, text) if found else None
        if joined:
            found[-1] = joined
        else:
            found.append(number)
    return found


def _one(match: re.Match[str], text: str) -> Number:
    value = value_of(match["n"], match["m"])
    bound, approximate = _hedge(text, match.start())
    end = match.end()
    if text[end : end + 1] == "+":
        bound, end = "min", end + 1
    return Number(
        value,
        value,
        match.start("n"),
        end,
        approximate,
        bound,
        match["n"],
        match["m"] or "",
        match["pre"] or "",
        match.start(),
    )


_JOIN = re.compile(r"\s?(?:-|–|‑|~|to|through|and up to|or|bis|至|à)\s?|—", re.IGNORECASE)
_BETWEEN = re.compile(r"\bbetween\s?\Z|\bzwischen\s?\Z|\bentre\s?\Z", re.IGNORECASE)
_AND = re.compile(r"\s(?:and|und|et|y)\s", re.IGNORECASE)


def _joined(a: Number, b: Number, text: str) -> Number | None:
    """`a` and `b` as one range; None when what stands between them does not make them one."""
    gap = text[a.end : b.opens]
    if len(gap) > 12 or a.low != a.high:
        return None
    between = _AND.fullmatch(gap) and _BETWEEN.search(text[max(0, a.opens - 10) : a.opens])
    if not between and not _JOIN.fullmatch(gap):
        return None
    low, high = a.low, b.high
    if b.scale and not a.scale and low < high / factor(b.scale) * 1.0001:
        low = value_of(a.digits, b.scale)
    if high < low and a.scale and not b.scale:
        high = value_of(b.digits, a.scale)
    if high < low or (a.prefix and b.prefix and a.prefix != b.prefix):
        return None
    return a._replace(
        low=low, high=high, end=b.end, scale=b.scale or a.scale, prefix=a.prefix or b.prefix, digits=b.digits
    )


_HEDGE = re.compile(
    r"(?:(?P<max>up to|at most|no more than|not more than|max(?:imum)?(?: of)?|under|below|less than|fewer than|"
    r"within|"
    r"capped at|cap of|(?:not|never) (?:to )?exceed(?:ing)?|<=?|≤|hasta|bis zu|jusqu'à|不超过|最多)|"
    r"(?P<min>at least|min(?:imum)?(?: of)?|over|more than|above|"
    r"no fewer than|no less than|not less than|(?:not|never) (?:under|below)|>=?|≥|upwards of|au moins|al menos|"
    r"mindestens|"
    r"至少)|(?P<about>about|around|roughly|approximately|approx\.?|circa|ca\.|some|nearly|almost|~|≈|c\.|约|약|environ|"
    r"unos|etwa))(?:\s(?:a|an|the|only|just|about|around))?\s*\Z",
    re.IGNORECASE,
)
_HEDGE_BEHIND = re.compile(
    r"\s?[,(]?\s?(?:(?P<max>or (?:less|fewer|under|below)|at (?:the )?most|max(?:imum)?\b|tops\b|as (?:a|"
    r"the) (?:cap|ceiling))|"
    r"(?P<min>or (?:more|above|over|better)|at (?:the )?least|min(?:imum)?\b|and (?:up|above|more)|upwards))",
    re.IGNORECASE,
)


def _hedge(text: str, start: int) -> tuple[str, bool]:
    """The bound that stands before a number, and whether it is called approximate."""
    before = text[max(0, start - 26) : start]
    match = _HEDGE.search(before)
    if not match and _BETWEEN.search(before):
        match = _HEDGE.search(_BETWEEN.sub("", before))
    if not match:
        return "", False
    return ("max" if match["max"] else "min" if match["min"] else ""), bool(match["about"])


def bound_behind(text: str, end: int) -> str:
    """The bound that stands behind a quantity: `$500 or less`, `30 runs at least`."""
    match = _HEDGE_BEHIND.match(text, end)
    return "" if not match else "max" if match["max"] else "min"


def value_of(digits: str, multiplier: str | None) -> float:
    """The value of one matched number: digits or words, times its multiplier."""
    base = _words_value(digits) if digits[0].isalpha() else _digits_value(digits)
    return base * factor(multiplier)


@lru_cache(maxsize=256)
def factor(multiplier: str | None) -> float:
    """What a multiplier multiplies by: 1,000 for `k`; 1 for none."""
    if not multiplier:
        return 1.0
    bare = re.sub(r"[\s-]+", "", multiplier)
    return next((value for pattern, value in _multiplier_forms() if pattern.fullmatch(bare)), 1.0)


def _digits_value(text: str) -> float:
    plain = re.sub(r"[\s'’]", "", text)
    if re.fullmatch(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?", plain) and (plain.count(".") > 1 or not plain.startswith("0")):
        plain = plain.replace(".", "").replace(",", ".")
    elif re.fullmatch(r"\d+,\d{1,2}|0,\d+", plain):
        plain = plain.replace(",", ".")
    return float(plain.replace(",", ""))


def _words_value(text: str) -> float:
    lowered = " ".join(re.split(r"[\s-]+", text.lower().strip()))
    half, rest = 0.0, ""
    if " and a half" in lowered:
        lowered, rest = lowered.split(" and a half", 1)
        half = 0.5
    for lead, value in _LEADS.items():
        if lowered == lead or lowered.startswith(lead + " "):
            return value * _sum(("one" + lowered[len(lead) :]).split())
    return (_sum(lowered.split()) + half) * (_sum(["one", *rest.split()]) if rest.strip() else 1.0)


def _sum(spoken: list[str]) -> float:
    total = current = 0.0
    for word in spoken:
        if word in _SCALES:
            current = (current or 1.0) * _SCALES[word]
            if _SCALES[word] >= 1e3:
                total, current = total + current, 0.0
        else:
            current += _VALUES.get(word, 0.0)
    return total + current
