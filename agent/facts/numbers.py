"""Numbers as people write them: `25,000`, `25 000`, `1.5k`, `₹8 lakh`, `half a million`, `twenty-five`, `8 to 12`."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from agent.facts.lexicon import alternation, table

_ONES = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_VALUES = {w: float(i) for i, w in enumerate(_ONES)} | {w: 20.0 + 10 * i for i, w in enumerate(_TENS)}
_VALUES |= {"a dozen": 12.0, "dozen": 12.0, "a couple of": 2.0, "half a": 0.5, "a quarter of a": 0.25, "single": 1.0}
_VALUES |= {"a": 1.0, "an": 1.0}
_SCALES = {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "lakh": 1e5, "lakhs": 1e5, "crore": 1e7}

_DIGITS = (
    r"(?:\d{1,3}(?:[,  '’]\d{3})+(?:\.\d+)?"  # 25,000  25 000  25'000.50
    r"|\d{1,2}(?:,\d{2})+,\d{3}"  # 1,00,000
    r"|\d{1,3}(?: \d{3})+(?![\d.,]*\d)(?:\.\d+)?"  # 12 500
    r"|\d{1,3}(?:\.\d{3})+(?:,\d+)?(?!\d)"  # 12.500
    r"|\d+(?:\.\d+)?)"
)
_UNIT_WORD = "(?:" + "|".join([f"{t}(?:[- ](?:{'|'.join(_ONES[1:10])}))?" for t in _TENS] + sorted(_ONES, key=len)[::-1]) + ")"
_SCALE_WORD = r"(?:[- ](?:hundred|thousand|million|billion|lakhs?|crore))"
_WORDS = (
    rf"(?:{_UNIT_WORD} and a half|(?:half a|a quarter of a|a dozen|an?(?=[- ](?:hundred|thousand|million|billion|lakh|crore))|a couple of|{_UNIT_WORD})"
    rf"(?:{_SCALE_WORD})*(?:[- ](?:and[- ])?{_UNIT_WORD}{_SCALE_WORD}?)*|a dozen|dozen)"
)


class Number(NamedTuple):
    """A number or range in text: `low`/`high` values, and where it stands."""

    low: float
    high: float
    start: int
    end: int
    approximate: bool
    bound: str  # "", "min" (at least), "max" (at most, under)


@cache
def _multipliers() -> str:
    units = table("units")["multipliers"]
    return "|".join(f"(?P<_{name}>{alternation(tuple(forms))})" for name, forms in units.items())


@cache
def number_pattern(tag: str) -> str:
    """A pattern for one number with its multiplier, with groups named after `tag`."""
    multipliers = re.sub(r"\(\?P<_\w+>", "(?:", _multipliers())
    return rf"(?P<{tag}n>{_DIGITS}|{_WORDS})(?P<{tag}m>[  \-]?(?:{multipliers})(?![A-Za-zÀ-ÿ0-9]))?"


@cache
def span_pattern() -> str:
    """A pattern for a number or a range, groups `an`, `am`, `bn`, `bm`, with hedges before it."""
    join = r"\s?(?:-|–|—|‑|~|to|through|and up to|or|bis|至)\s?(?=[\d$€£₹]|[a-z])(?:US\$|[$€£₹])?"
    between = r"(?P<bt>between\s(?:US\$|[$€£₹])?)"
    conjunction = rf"(?(bt)(?:{join}|\sand\s(?:US\$|[$€£₹])?)|{join})"
    return rf"{between}?{number_pattern('a')}(?:{conjunction}{number_pattern('b')})?"


_HEDGE = re.compile(
    r"(?:(?P<max>up to|at most|no more than|not more than|max(?:imum)?(?: of)?|under|below|less than|fewer than|within|"
    r"capped at|cap of|not to exceed|<=?|≤|hasta|bis zu|jusqu'à)|(?P<min>at least|min(?:imum)?(?: of)?|over|more than|above|"
    r"no fewer than|not less than|>=?|≥|upwards of|au moins|al menos|mindestens)|"
    r"(?P<about>about|around|roughly|approximately|approx\.?|circa|ca\.|some|nearly|almost|~|≈|c\.|约|약|environ|unos|etwa))\s*"
    r"(?:US\$|[$€£₹¥₩])?\s*$",
    re.IGNORECASE,
)


def value_of(digits: str, multiplier: str | None) -> float:
    """The value of one matched number: digits or words, times its multiplier."""
    base = _words_value(digits) if digits[0].isalpha() else _digits_value(digits)
    return base * _factor(multiplier)


def _factor(multiplier: str | None) -> float:
    if not multiplier:
        return 1.0
    match = re.fullmatch(_multipliers(), re.sub(r"[\s-]+", "", multiplier), re.IGNORECASE)
    values = table("units")["multiplier_values"]
    return next((values[k[1:]] for k, v in match.groupdict().items() if v), 1.0) if match else 1.0


def _digits_value(text: str) -> float:
    plain = re.sub(r"[   '’]", "", text)
    if re.fullmatch(r"\d{1,3}(\.\d{3})+(,\d+)?", plain) and (plain.count(".") > 1 or not plain.startswith("0")):
        plain = plain.replace(".", "").replace(",", ".")
    return float(plain.replace(",", ""))


def _words_value(text: str) -> float:
    lowered = re.sub(r"[\s\-]+", " ", text.lower()).strip()
    if lowered in _VALUES:
        return _VALUES[lowered]
    if lowered.endswith(" and a half"):
        return _words_value(lowered[: -len(" and a half")]) + 0.5
    for lead in ("half a", "a quarter of a", "a couple of", "a dozen"):
        if lowered.startswith(lead + " "):
            return _VALUES[lead] * _words_value("one " + lowered[len(lead) + 1 :])
    total = current = 0.0
    for word in lowered.split():
        if word in _SCALES:
            current = (current or 1.0) * _SCALES[word]
            if _SCALES[word] >= 1e3:
                total, current = total + current, 0.0
        elif word in _VALUES:
            current += _VALUES[word]
    return total + current


def from_match(match: re.Match[str], text: str) -> Number:
    """A `Number` from a match of a pattern that embeds `span_pattern()`."""
    a, am, b, bm = (match.group(g) for g in ("an", "am", "bn", "bm"))
    low = value_of(a, am)
    high = value_of(b, bm) if b else low
    if b and bm and not am and low < high / _factor(bm) * 1.0001:
        low = value_of(a, bm)
    if b and high < low:
        low, high = (low, value_of(b, am)) if am and value_of(b, am) >= low else (low, low)
    hedge = _HEDGE.search(text[max(0, match.start("an") - 24) : match.start("an")])
    kind = next((k for k, v in hedge.groupdict().items() if v), "") if hedge else ""
    end = match.end("bm") if bm else match.end("bn") if b else match.end("am") if am else match.end("an")
    plus = text[end : end + 1] == "+"
    bound = "min" if plus or kind == "min" else kind if kind == "max" else ""
    return Number(low, high, match.start("an"), end + plus, kind == "about", bound)
