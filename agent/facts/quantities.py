"""Quantities in a stretch of text: money, counts with their noun, percentages, durations, model sizes, latencies.

A grammar of our own: on the guide's 63 quantities general parsers read 6 to 31 strictly right (`docs/decisions/`).
Numbers are found first; what stands beside each says of what kind it is.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from agent.facts.lexicon import alternation, table
from agent.facts.numbers import Number, bound_behind, numbers


class Quantity(NamedTuple):
    """A typed quantity. `low`/`high` in the kind's unit; `start`/`end` offsets in the text given.

    Kinds and units: `money` (currency in `unit`, what it is per in `per`), `count` (noun class in `unit`), `percent`
    (0–100), `points`, `duration` (weeks; the word class in `unit`), `params` (billions), `latency` (milliseconds),
    `memory` (GB).
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


def quantities(text: str) -> list[Quantity]:
    """Every quantity of the text in order; a stretch is read as one kind only, the most specific."""
    found: list[Quantity] = []
    for number in numbers(text):
        if found and number.start < found[-1].end and found[-1].kind != "count":
            continue
        quantity = _money(number, text) or _typed(number, text) or _params(number, text) or _count(number, text)
        if quantity:
            found.append(quantity)
    return _ranges(found, text)


_TO = re.compile(r"\s?(?:-|–|—|to|through|or)\s?", re.IGNORECASE)
_BETWEEN = re.compile(r"\bbetween\s\Z", re.IGNORECASE)
_FROM = re.compile(r"\bfrom\s(?:about |some |~)?\Z", re.IGNORECASE)
"""`from 81% to 86%` is a rise, not a range."""


def _ranges(found: list[Quantity], text: str) -> list[Quantity]:
    """Joins what has its unit twice: `60% to 70%`, `2 weeks to 3 months`."""
    if not any(_range(a, b, text) for a, b in pairwise(found)):
        return found
    made: list[Quantity] = []
    for q in found:
        if made and _range(made[-1], q, text):
            made[-1] = made[-1]._replace(high=q.high, unit=q.unit, end=q.end, per=q.per, noun=q.noun)
        else:
            made.append(q)
    return made


def _range(a: Quantity, b: Quantity, text: str) -> bool:
    if a.kind != b.kind or a.high > b.low or a.low != a.high or (a.kind in ("money", "count") and a.unit != b.unit):
        return False
    if a.kind in ("percent", "points") and _FROM.search(text[max(0, a.start - 12) : a.start]):
        return False
    gap = text[a.end : b.start]
    between = gap == " and " and _BETWEEN.search(text[max(0, a.start - 9) : a.start])
    return bool(between or _TO.fullmatch(gap))


def _made(kind: str, n: Number, text: str, end: int, unit: str = "", per: str = "", by: float = 1.0) -> Quantity:
    bound = n.bound or bound_behind(text, end)
    start = n.opens if n.prefix else n.start
    return Quantity(kind, n.low * by, n.high * by, unit, per, start, end, bound, n.approximate)


@cache
def _currencies() -> tuple[re.Pattern[str], tuple[tuple[str, re.Pattern[str]], ...]]:
    units = table("units")["currencies"]
    behind = alternation(tuple(f for forms in units.values() for f in forms))
    codes = tuple((code, re.compile(alternation(tuple(forms)) + r"\Z", re.IGNORECASE)) for code, forms in units.items())
    return re.compile(rf"\s?(?P<post>{behind})(?![A-Za-z])", re.IGNORECASE), codes


_VERBS_TOO = ("won", "rand", "real", "yen")
"""Currencies that are other words too: believed of large sums only."""


def _money(n: Number, text: str) -> Quantity | None:
    behind, codes = _currencies()
    match = None if n.prefix else behind.match(text, n.end)
    if not match and not n.prefix:
        return None
    symbol = match["post"] if match else n.prefix
    if match and symbol.lower() in _VERBS_TOO and n.high < 1000:
        return None
    code = next((c for c, p in codes if p.match(symbol)), "USD")
    end = match.end() if match else n.end
    if code in ("USD", "GBP") and re.fullmatch(r"\d{1,3}\.\d{3}", n.digits) and n.low == n.high and not n.scale:
        n = n._replace(low=float(n.digits), high=float(n.digits))
    return _made("money", n, text, end, code, _per(text, end))


@cache
def _pers() -> tuple[re.Pattern[str], tuple[tuple[str, re.Pattern[str]], ...]]:
    lead = r"\s?(?:USD|EUR|GBP|INR|dollars?|euros?|\(?USD\)?)?\s?[,(]?\s?(?:all in |compute |or so |approx\.? |in )?"
    kinds = table("units")["per"].items()
    return re.compile(lead, re.IGNORECASE), tuple(
        (k, re.compile(alternation(tuple(v)) + r"(?![A-Za-z0-9])", re.IGNORECASE)) for k, v in kinds
    )


_PER_OPENS = re.compile(
    r"/|p|an?\b|apiece|e(?:ach|very)|hourly|monthly|yearly|weekly|daily|annually|al|每|월|매", re.IGNORECASE
)


def _per(text: str, end: int) -> str:
    """What a price or a count is per: the words right behind it."""
    lead, kinds = _pers()
    found = lead.match(text, end)
    for at in dict.fromkeys((found.end() if found else end, end)):
        start = at + (text[at : at + 1] == " ")
        if _PER_OPENS.match(text, start) or text[start : start + 3] in ("par", "por", "pro"):
            per = next((k for k, p in kinds if p.match(text, start)), "")
            if per:
                return per
    return ""


@cache
def _unit() -> re.Pattern[str]:
    """What stands right behind a number of a kind that its unit tells."""
    durations = table("units")["durations"].items()
    alternatives = "|".join(f"(?P<u_{k}>{alternation(tuple(v['words']))})" for k, v in durations)
    return re.compile(
        r"\s?(?P<percent>%|per ?cent(?! ?age)|percent(?!age)|％)"
        r"(?P<of_points>[\s-]points?|p\b|[\s-]?(?:포인트|puntos|Punkte))?"
        r"|[\s-]?(?P<points>percentage[\s-]points?|Prozentpunkten?|puntos(?: porcentuales)?|points de pourcentage"
        r"|points?|pts|(?<!\d)pt|pp|p\.p\.)(?![A-Za-z])"
        r"|\s?(?P<ms>ms|milliseconds?|msec)\b"
        r"|\s?-?(?P<gb>GB|GiB|Go|G)\b(?![-‑])"
        r"|\s?-?(?P<gb_each>GB|GiB)\b"
        r"|[\s-]?(?P<seconds>s|secs?|seconds?)\b"
        rf"|[\s-]?(?:{alternatives})(?![A-Za-z0-9])",
        re.IGNORECASE,
    )


_SPEED = re.compile(r"\bp(?:50|9\d)|latency|respon[ds]|percentile|round.?trip|time to (?:first|last)", re.IGNORECASE)


def _typed(n: Number, text: str) -> Quantity | None:
    match = _unit().match(text, n.end)
    if not match:
        return None
    if match["percent"] or match["points"]:
        kind = "points" if match["points"] or match["of_points"] else "percent"
        return _made(kind, _decimal(n), text, match.end())
    if match["ms"]:
        return _made("latency", n, text, match.end(), "ms")
    if match["gb"] or match["gb_each"]:
        network = (match["gb"] or "").upper() == "G" and n.high <= 6
        return None if network else _made("memory", n, text, match.end(), "GB")
    if match["seconds"]:
        quick = n.high <= 60 and _SPEED.search(text[max(0, n.start - 50) : n.start])
        return _made("latency", n, text, match.end(), "ms", by=1000.0) if quick else None
    unit = next(k for k, v in match.groupdict().items() if k.startswith("u_") and v)[2:]
    return _made("duration", n, text, match.end(), unit, by=table("units")["durations"][unit]["weeks"])


def _decimal(n: Number) -> Number:
    """`99.925` percent is no 99,925."""
    plain = re.fullmatch(r"\d{1,3}\.\d{3}", n.digits) and n.low == n.high and not n.scale
    return n._replace(low=float(n.digits), high=float(n.digits)) if plain else n


_PARAM_WORD = re.compile(r"[\s\-]?(?:parameters?|params?|paramètres|parámetros|Parameter)\b", re.IGNORECASE)
_NOT_PARAMS = re.compile(
    r"\s?(?:\w+\s)?(?:tokens?|dollars?|users?|requests?|rows|records|USD|events|calls|tickets|examples|documents)\b",
    re.IGNORECASE,
)


def _params(n: Number, text: str) -> Quantity | None:
    """`7B`, `8-billion-parameter`, `0.9B`, `124M parameters`; `8x7B` is left to model names."""
    word = _PARAM_WORD.match(text, n.end)
    written = text[n.start : n.end]
    glued = re.search(r"\d\s?B\Z|\db\Z", written)
    spoken = written.lower().endswith("billion") and re.match(r"[\s-]models?\b", text[n.end : n.end + 9])
    if not word and not glued and not spoken:
        return None
    if not word and _NOT_PARAMS.match(text, n.end):
        return None
    if n.high > 3e12 or n.high < 1e7:
        return None
    return _made("params", n, text, word.end() if word else n.end, "B", by=1e-9)


_NOT_COUNTED = (
    "weeks months days hours minutes seconds years points percent times dollars euros pounds per its this was "
    "has is as "
    "us less plus always across cards gpus bits ms epochs cents parameters params words bytes cores nodes"
)
_NOT_THINGS = frozenset(_NOT_COUNTED.split())
_STOP_WORDS = (
    "and or but for with to in on at by from is are were was per the of if when gpu gpus than that which it we"
)
_STOPS = frozenset(_STOP_WORDS.split())
_WORD = re.compile(
    r"[\s\-]+(?:\([^()\d]{1,30}\)\s)?(?:of (?:the |our |these |those )?)?"
    r"(?P<w>[A-Za-zÀ-ÿ][\w'’/&↔→⇄⇆<>+-]*),?(?=[\s\-]|$|[.,;:)!?])"
)
_THINGS = re.compile(r"[A-Za-z][A-Za-z-]+s(?![A-Za-z])")
_GAP = re.compile(r"[\s\-]*(?:\([^()\d]{1,30}\)\s)?(?:of (?:the |our |these |those )?)?")


@cache
def _nouns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple(
        (unit, re.compile(alternation(tuple(found)) + "(?![A-Za-z])", re.IGNORECASE))
        for unit, found in table("units")["nouns"].items()
    )


def _count(n: Number, text: str) -> Quantity | None:
    """A count with its noun within four words: `5,000 historical support tickets`."""
    place = _noun(n, text)
    if not place:
        return None
    unit, end = place
    made = _made("count", n, text, end, unit, _per(text, end))
    return made._replace(noun=text[n.end : end].strip(" -"))


def _noun(n: Number, text: str) -> tuple[str, int] | None:
    """The class and the end of the nearest noun behind a number."""
    at = n.end
    for _ in range(5):
        gap = _GAP.match(text, at)
        start = gap.end() if gap else at
        if start == n.end and text[start : start + 1].isascii():
            return None
        for unit, pattern in _nouns():
            if match := pattern.match(text, start):
                return _by_use(unit, text, start, match.end())
        things = _THINGS.match(text, start)
        if things and things.group().lower() not in _NOT_THINGS and things.group().lower() not in _STOPS:
            return _compound(text, things.end()) or ("things", things.end())
        word = _WORD.match(text, at)
        if not word or word["w"].lower() in _STOPS:
            return None
        at = word.end("w") + (text[word.end("w") : word.end("w") + 1] == ",")
    return None


def _compound(text: str, at: int) -> tuple[str, int] | None:
    """The class and the end of a noun that follows directly on a plural: the `pairs` of `news pairs`."""
    space = re.compile(r"[\s\-]").match(text, at)
    found = ((u, m.end()) for u, p in _nouns() if space and (m := p.match(text, space.end())))
    return next(found, None)


def _by_use(unit: str, text: str, start: int, end: int) -> tuple[str, int]:
    """A noun of traffic as well as of data (`requests`) is traffic when it is so many a month."""
    if unit == "examples" and _per(text, end) in ("hour", "day", "week", "month", "year"):
        match = dict(_nouns())["requests"].match(text, start)
        if match:
            return "requests", match.end()
    return unit, end


def first(text: str, kind: str, unit: str = "") -> Quantity | None:
    """The first quantity of a kind (and unit), or None."""
    return next((q for q in quantities(text) if q.kind == kind and (not unit or q.unit == unit)), None)
