"""Quantities in a stretch of text: money, counts with their noun, percentages, durations, model sizes, latencies.

A grammar of our own: on the guide's 63 quantities general parsers read 6 to 31 strictly right (`docs/decisions/`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from agent.facts.lexicon import alternation, table
from agent.facts.numbers import Number, from_match, span_pattern


class Quantity(NamedTuple):
    """A typed quantity. `low`/`high` in the kind's unit; `start`/`end` offsets in the text given.

    Kinds and units: `money` (currency in `unit`, what it is per in `per`), `count` (noun class in `unit`), `percent`
    (0–100), `points`, `duration` (weeks; the word class in `unit`), `params` (billions), `latency` (milliseconds),
    `memory` (GB), `tokens_each`.
    """

    kind: str
    low: float
    high: float
    unit: str
    per: str
    start: int
    end: int
    bound: str = ""
    approximate: bool = False
    noun: str = ""


_START = r"(?<![\w.,/#])"
_END = r"(?![A-Za-z0-9])"


@cache
def _currency() -> tuple[str, dict[str, re.Pattern[str]]]:
    units = table("units")["currencies"]
    symbols = alternation(tuple(f for forms in units.values() for f in forms))
    return symbols, {code: re.compile(alternation(tuple(forms)) + r"\Z", re.IGNORECASE) for code, forms in units.items()}


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    number, units = span_pattern(), table("units")
    money, _ = _currency()
    second = re.sub(r"(?<=[<(])(an|am|bn|bm|bt)(?=[>)])", r"\1_", number)  # group names may stand once in a pattern
    durations = "|".join(f"(?P<u_{k}>{alternation(tuple(v['words']))})" for k, v in units["durations"].items())
    compiled = {
        "money": rf"(?:(?P<pre>{money})\s?[~≈]?\s?{number}|{_START}{second}\s?(?P<post>{money})(?![A-Za-z]))",
        "percent": rf"{_START}{number}\s?(?:%|per ?cent(?! age)(?!age)|percent(?!age))(?P<points>[\s-]points?)?",
        "points": rf"{_START}{number}[\s-]?(?:percentage[\s-]points?|points?|pts?\b|pp\b|p\.p\.)",
        "duration": rf"{_START}{number}[\s\-]?(?:{durations}){_END}",
        "params": rf"(?<![\w,$€£₹#])(?<!\$\s){number}",
        "latency": rf"{_START}{number}\s?(?P<ms>ms\b|milliseconds?|msec)",
        "memory": rf"{_START}{number}\s?-?(?:GB|GiB|Go|G)\b",
    }
    return tuple((kind, re.compile(p, re.IGNORECASE)) for kind, p in compiled.items())


def quantities(text: str) -> list[Quantity]:
    """Every quantity of the text in order; a stretch is read as one kind only, the most specific."""
    found: list[Quantity] = []
    for kind, pattern in _patterns():
        for match in pattern.finditer(text):
            quantity = _READERS[kind](match, text)
            if quantity and not any(q.start < quantity.end and quantity.start < q.end for q in found):
                found.append(quantity)
    found.extend(_counts(text, found))
    return sorted(found, key=lambda q: q.start)


def _money(match: re.Match[str], text: str) -> Quantity | None:
    groups = match.groupdict()
    number = from_match(match, text) if groups["an"] else _shifted(match, text)
    symbol = groups["pre"] or groups["post"]
    code = next((c for c, p in _currency()[1].items() if p.match(symbol)), "USD")
    after = _per(text[match.end() : match.end() + 40])
    start = match.start() if groups["pre"] else number.start
    end = max(number.end, match.end())
    return Quantity("money", number.low, number.high, code, after, start, end, number.bound, number.approximate)


def _shifted(match: re.Match[str], text: str) -> Number:
    """The second alternative of the money pattern, whose groups have other names."""
    again = re.compile(span_pattern(), re.IGNORECASE).match(text, match.start("an_") if not _between(match) else match.start())
    assert again is not None
    return from_match(again, text)


def _between(match: re.Match[str]) -> bool:
    return match.group().lower().startswith("between")


@cache
def _pers() -> tuple[tuple[str, re.Pattern[str]], ...]:
    lead = r"\s?(?:USD|EUR|GBP|INR|dollars?|euros?|\(?USD\)?)?\s?[,(]?\s?(?:all in |compute |or so |approx\.? |in )?"
    return tuple((k, re.compile(lead + alternation(tuple(v)) + _END, re.IGNORECASE)) for k, v in table("units")["per"].items())


def _per(after: str) -> str:
    return next((k for k, p in _pers() if p.match(after)), "")


def _percent(match: re.Match[str], text: str) -> Quantity:
    n = from_match(match, text)
    kind = "points" if match.group("points") else "percent"
    return Quantity(kind, n.low, n.high, "", "", n.start, match.end(), n.bound, n.approximate)


def _points(match: re.Match[str], text: str) -> Quantity:
    n = from_match(match, text)
    return Quantity("points", n.low, n.high, "", "", n.start, match.end(), n.bound, n.approximate)


def _duration(match: re.Match[str], text: str) -> Quantity | None:
    unit = next(k[2:] for k, v in match.groupdict().items() if k.startswith("u_") and v)
    if unit == "hour" and match.group().rstrip().endswith("h") and text[match.start() - 1 : match.start()] in "$€£":
        return None
    n = from_match(match, text)
    weeks = table("units")["durations"][unit]["weeks"]
    return Quantity("duration", n.low * weeks, n.high * weeks, unit, "", n.start, match.end(), n.bound, n.approximate)


_PARAM_UNIT = re.compile(
    r"(?P<b>(?<=B)(?:il(?:lion)?s?)?(?![a-z])|[\s-]?(?:Mrd\.?|billion))?(?P<m>(?<=[0-9]M)|[\s-]?million)?"
    r"[\s\-]*(?P<word>param(?:eter|ètre|étr|etr)?(?:e?s|os)?\b)?",
)


def _params(match: re.Match[str], text: str) -> Quantity | None:
    """`7B`, `8-billion-parameter`, `0.9B`, `124M parameters`, `8x7B` (as one expert count times size is left to models)."""
    raw = match.group()
    tail = text[match.end() : match.end() + 16]
    word = re.match(r"[\s\-]?(?:parameters?|params?|paramètres|parámetros|Parameter)\b", tail, re.IGNORECASE)
    glued = re.search(r"\d\s?B\Z", raw) or re.search(r"\db\Z", raw)
    n = from_match(match, text)
    if not word and not glued and not (re.search(r"billion\Z", raw, re.IGNORECASE) and "model" in tail[:8]):
        return None
    if not word and re.match(r"\s?(?:tokens?|dollars?|users?|requests?|rows|records|USD|events)\b", tail, re.IGNORECASE):
        return None
    low, high = n.low / 1e9, n.high / 1e9
    if high > 3000 or high < 0.01:
        return None
    return Quantity("params", low, high, "B", "", n.start, match.end() + (word.end() if word else 0), n.bound, n.approximate)


def _latency(match: re.Match[str], text: str) -> Quantity:
    n = from_match(match, text)
    return Quantity("latency", n.low, n.high, "ms", "", n.start, match.end(), n.bound, n.approximate)


def _memory(match: re.Match[str], text: str) -> Quantity:
    n = from_match(match, text)
    return Quantity("memory", n.low, n.high, "GB", "", n.start, match.end(), n.bound, n.approximate)


_READERS = {
    "money": _money,
    "percent": _percent,
    "points": _points,
    "duration": _duration,
    "params": _params,
    "latency": _latency,
    "memory": _memory,
}


_NOT_THINGS = "weeks|months|days|hours|minutes|seconds|years|points|percent|times|dollars|euros|pounds|per|its|this|was|has|is|as|us|less|plus|always|across|cards|GPUs|bits|ms|epochs|cents|parameters|params|sentences per|words"


@cache
def _count_patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    nouns = table("units")["nouns"]
    alternatives = "|".join(f"(?P<u_{k}>{alternation(tuple(v))})" for k, v in nouns.items())
    alternatives += rf"|(?P<u_things>(?!(?:{_NOT_THINGS})\b)[A-Za-z][a-z-]+s)"
    adjectives = r"(?:[\s\-]+(?:of (?:the |our |these |those )?)?(?!(?:and|or|but|for|with|to|in|on|at|by|from|is|are|were|was|per|the|of|if|when|GPUs?)\b)[A-Za-zÀ-ÿ][\w'’/&-]*,?(?=[\s-])){0,4}?"
    count = rf"{_START}{span_pattern()}\+?{adjectives}[\s\-]*(?:{alternatives})(?![A-Za-z])"
    labelled = rf"(?P<noun>{alternation(tuple(w for k in ('examples', 'runs', 'tokens', 'epochs') for w in nouns[k]))})"
    return re.compile(count, re.IGNORECASE), re.compile(labelled, re.IGNORECASE)


def _counts(text: str, taken: list[Quantity]) -> Iterator[Quantity]:
    """Counts with a noun within four words: `5,000 historical support tickets`."""
    position = 0
    pattern = _count_patterns()[0]
    while match := pattern.search(text, position):
        n = from_match(match, text)
        position = max(n.end, match.start() + 1)
        if any(q.start < n.end and n.start < q.end for q in taken):
            continue
        unit = next(k[2:] for k, v in match.groupdict().items() if k.startswith("u_") and v)
        per = _per(text[match.end() : match.end() + 30])
        noun = text[n.end : match.end()].strip(" -")
        yield Quantity("count", n.low, n.high, unit, per, n.start, match.end(), n.bound, n.approximate, noun)


def first(text: str, kind: str, unit: str = "") -> Quantity | None:
    """The first quantity of a kind (and unit), or None."""
    return next((q for q in quantities(text) if q.kind == kind and (not unit or q.unit == unit)), None)
