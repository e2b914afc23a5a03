"""A correction as somebody gives it: the value by its type, the quote found in the document."""

from __future__ import annotations

import re
from typing import Any

from agent.dialogue.reading import as_document, read_answer, same
from agent.errors import UsageError
from agent.facts.extract import extract
from agent.facts.names import PUBLIC
from agent.models import Document, Evidence

YES, NO = ("yes", "true", "1"), ("no", "false", "0")
METHODS = ("full", "lora", "qlora", "api", "none", "unclear")


def value_of(name: str, text: str) -> Any:
    """The value of a fact as a person writes it: `30`, `5-15`, `yes`, `lora`, `en, zh`.

    Raises:
        UsageError: there is no such fact, or it does not take this value.
    """
    if name not in PUBLIC:
        from difflib import get_close_matches

        near = get_close_matches(name, PUBLIC, 3, 0.4)
        raise UsageError(f"no fact {name!r}", fix=f"Near it: {', '.join(near)}." if near else "See docs/contract.md.")
    kind, said = PUBLIC[name].type, text.strip()
    found = _BY_TYPE.get(kind, _text)(said)
    if found is None or found == ():
        raise UsageError(f"{name} cannot be {said!r}", f"it is a {kind}: {PUBLIC[name].meaning}")
    return found


def _numbers(said: str) -> list[float]:
    return [float(n.replace(",", "")) for n in re.findall(r"\d[\d,]*(?:\.\d+)?", said)]


def _number(said: str) -> float | None:
    found = _numbers(said)
    return found[0] if len(found) == 1 else None


def _range(said: str) -> tuple[float, float] | None:
    found = _numbers(said)
    return (found[0], found[-1]) if len(found) in (1, 2) and found[0] <= found[-1] else None


def _flag(said: str) -> bool | None:
    return True if said.lower() in YES else False if said.lower() in NO else None


def _method(said: str) -> str | None:
    return said.lower() if said.lower() in METHODS else None


def _list(said: str) -> tuple[str, ...]:
    return tuple(p for p in re.split(r"[\s,;]+", said) if p)


def _text(said: str) -> str | None:
    return said or None


_BY_TYPE = {"number": _number, "range": _range, "flag": _flag, "method": _method, "list": _list}


def quoted(document: Document, quote: str) -> Evidence:
    """The words in the visible document, as they stand there.

    Raises:
        UsageError: they do not stand there.
    """
    pattern = r"\s+".join(re.escape(word) for word in quote.split())
    for block in document.body if pattern else ():
        if found := re.search(pattern, document.quote(block)):
            start, end = block.start + found.start(), block.start + found.end()
            section = " › ".join(block.section) or None
            return Evidence(quote=document.text[start:end], page=block.page, section=section, start=start, end=end)
    raise UsageError(
        "the quote is not in the document", "it must stand there word for word", "Copy it from: review-finetune text"
    )


def bears_out(evidence: Evidence, name: str, value: Any) -> bool:
    """True when our own reader finds the value in the quote."""
    read = extract(as_document(evidence.quote))
    if name in read and not read[name].others:
        return same(read[name].value, value)
    bare = read_answer(evidence.quote, (name,), (name,)).facts
    return name in bare and same(bare[name].value, value)
