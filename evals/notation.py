"""The same figures in another notation, the same words in another spelling. Pure: text in, text out."""

from __future__ import annotations

import random
import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

_FILE = Path(__file__).parent / "phrasings" / "harmless.toml"
_UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_MONEY = re.compile(r"\$(\d+(?:,\d{3})*)(?![.,]?\d)")
_SIZED = re.compile(r"\b(?P<name>(?:Llama|Mistral|Qwen2\.5)(?: \d\.\d)?) (?P<b>\d{1,2})B\b")
_COUNTED = re.compile(r"(?<![$\d.,%])\b(\d{1,2}) (?=(?:experiments|runs|weeks|tenants|customers)\b)")


@cache
def harmless() -> dict[str, Any]:
    """The data of harmless.toml."""
    return tomllib.loads(_FILE.read_text("utf-8"))


def money_code(text: str) -> str:
    """`$1,200` becomes `USD 1,200`."""
    return _MONEY.sub(r"USD \1", text)


def money_words(text: str) -> str:
    """`$1,200` becomes `1,200 dollars`, `$25,000` becomes `25 thousand dollars`."""
    return _MONEY.sub(lambda m: f"{_thousands(m[1])} dollars", text)


def money_k(text: str) -> str:
    """`$6,400` becomes `$6.4k` where nothing is lost."""
    return _MONEY.sub(lambda m: f"${int(_digits(m[1])) / 1000:g}k" if _whole_hundreds(m[1]) else m[0], text)


def money_plain(text: str) -> str:
    """`$1,200` becomes `$1200`."""
    return _MONEY.sub(lambda m: f"${_digits(m[1])}", text)


def size_words(text: str) -> str:
    """`Llama 3.1 8B` becomes `Llama 3.1 (8 billion parameters)`."""
    return re.sub(r"\b(\d+)B\b(?!\w)", r"(\1 billion parameters)", text)


def size_spoken(text: str) -> str:
    """`Llama 3.1 8B` becomes `the eight-billion-parameter Llama 3.1`."""
    return _SIZED.sub(lambda m: f"the {in_words(int(m['b']))}-billion-parameter {m['name']}", text)


def size_hyphens(text: str) -> str:
    """`Llama 3.1 8B` becomes `Llama-3.1-8B`, as in a model's address."""
    return re.sub(r"\b(Llama|Mistral|Qwen2\.5)( [\d.]+)? (\d+B)\b", lambda m: m[0].replace(" ", "-"), text)


def number_words(text: str) -> str:
    """`12 experiments` becomes `twelve experiments`."""
    return _COUNTED.sub(lambda m: f"{in_words(int(m[1]))} ", text)


def counts_with_k(text: str) -> str:
    """`4,300 examples` becomes `4.3k examples`."""
    return re.sub(r"(?<![$\d.,])\b(\d{1,3}),(\d)00\b(?!,)(?= (?:examples|pairs|past))", r"\1.\2k", text)


def counts_plain(text: str) -> str:
    """`4,300` becomes `4300`."""
    return re.sub(r"(?<=\d),(?=\d{3}\b)", "", text)


def percent_words(text: str) -> str:
    """`84%` becomes `84 per cent`."""
    return re.sub(r"(\d)%", r"\1 per cent", text)


def gpu_spelling(text: str) -> str:
    """`A100 80GB` becomes `NVIDIA A100 (80 GB)`."""
    return text.replace("A100 80GB", "NVIDIA A100 (80 GB)")


def american(text: str) -> str:
    """American spelling."""
    return _replaced(text, harmless()["spelling"])


def typos(text: str) -> str:
    """Slips in words that carry no figure and no method."""
    return _replaced(text, harmless()["typos"])


def curly(text: str) -> str:
    """Typographic apostrophes and quotation marks, non-breaking spaces between a figure and its unit."""
    return re.sub(r"(\d) (?=GB|ms|weeks|examples|runs)", "\\1\u00a0", text.replace("'", "\u2019"))


def hyphenated(text: str) -> str:
    """Long plain words broken at the end of a line with a hyphen, as in text copied from a narrow column."""
    chance = random.Random(7)
    words = r"(?<![-\w])(?:depart|manage|respon|every|look|some)(?=\w{3,}\b)"
    return re.sub(words, lambda m: f"{m[0]}-\n" if chance.random() < 0.7 else m[0], text)


def appendix(pages: int = 10) -> str:
    """So many pages of house notices, about 400 words each, as Markdown."""
    given = harmless()["appendix"]
    chance = random.Random(11)
    parts = [f"## {given['heading']}"]
    for page in range(pages):
        parts.append(f"### Item {page + 1}")
        for _ in range(5):
            parts.append(" ".join(chance.sample(given["sentences"], 7)))
    return "\n\n".join(parts) + "\n"


def in_words(number: int) -> str:
    """0 to 99 in words."""
    if number < 20:
        return _UNITS.split()[number]
    tens, unit = divmod(number, 10)
    return _TENS.split()[tens - 2] + (f"-{in_words(unit)}" if unit else "")


def _replaced(text: str, table: dict[str, str]) -> str:
    pattern = re.compile(rf"\b({'|'.join(map(re.escape, table))})\b", re.IGNORECASE)

    def other(match: re.Match[str]) -> str:
        new = table[match[0].lower()]
        return new[0].upper() + new[1:] if match[0][0].isupper() else new

    return pattern.sub(other, text)


def _digits(amount: str) -> str:
    return amount.replace(",", "")


def _whole_hundreds(amount: str) -> bool:
    return int(_digits(amount)) >= 1000 and int(_digits(amount)) % 100 == 0


def _thousands(amount: str) -> str:
    number = int(_digits(amount))
    return f"{number // 1000} thousand" if number >= 1000 and number % 1000 == 0 else amount
