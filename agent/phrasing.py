"""Questions and summary in the reader's words: whoever words them never sees the document, and code checks each text.

A text goes out with its quotations as marks and comes back with the same figures, names, marks and terms, or the
template's own words stand.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict

from agent.llm import Model
from agent.models import Question, Verdict
from agent.usage import NOTHING, Usage
from prompts import prompt

TERMS = ("QLoRA", "LoRA", "full fine-tuning", "fine-tuning", "test set", "adapter", "baseline", "epoch", "RAG")
"""Of the guide: kept in every language."""
LONGER, SHORTER = 1.5, 0.4
KEPT_WORDS = 0.4
"""Share of the content words of an English text that an English rewording keeps, at least."""
_QUOTED = re.compile(r"“[^”]*”")
_FIGURE = re.compile(r"[$€£]?\d(?:[\d.,]*\d)?%?")
_NAME = re.compile(r"\b(?:[A-Za-z]+[\d][\w.-]*|[A-Z]{2,}\w*|[A-Z][a-z]+[A-Z]\w*)\b")
_MARK = re.compile(r"⟦\d+⟧")
_NO = re.compile(r"\b(?:no|not|never|none|without|nobody|nothing|neither|nor|cannot)\b|n['’]t\b", re.IGNORECASE)
_UNFIT = re.compile(r"https?:|www\.|[<>@`{}\[\]*#|\\~_]|[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]")
_APPROVING = re.compile(
    r"approv|accept|\bready\b|sign(?:ed)?[ -]?off|go ahead|green.?light|genehm|freigeg|freigab|bewillig|bereit|akzept|"
    r"approuv|valid[ée]|prêt|aprob|acept|aprov|listo|pronto|autori[sz]|goedgekeur|klaar|godk[äe]n|zatwierdz|одобр|"
    r"утвержд|批准|承認|承认|승인",
    re.IGNORECASE,
)
"""Words of approval, which no rewording may bring in."""


class Worded(BaseModel):
    """One text by its number."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    number: int
    text: str


class Wording(BaseModel):
    """All texts that were reworded."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    texts: tuple[Worded, ...]


class Phrased(NamedTuple):
    """Questions and verdict as they are shown, and what the wording cost."""

    questions: tuple[Question, ...]
    verdict: Verdict
    usage: Usage


def phrase(
    questions: Sequence[Question],
    verdict: Verdict,
    language: str,
    model: Model,
    spent: Usage = NOTHING,
    about: str = "",
) -> Phrased:
    """Words the questions and the summary.

    Args:
        questions: filled templates.
        verdict: its value is not shown to the model, only its summary.
        language: name of the language to write in.
        model: whom to ask.
        spent: by this review so far.
        about: SHA-256 of the document, with which the kept answer goes.

    Raises:
        ModelFailed: no answer.
    """
    texts = [verdict.summary, *(q.text for q in questions)]
    masked = [mask(text, head=not n) for n, text in enumerate(texts)]
    content = "\n".join([f"Write in {language}.", "", *(f"{n}. {m.text}" for n, m in enumerate(masked, 1))])
    answered = model.ask(prompt("word", terms=", ".join(TERMS)), content, Wording, spent, about=about)
    given = {w.number: w.text for w in answered.value.texts}
    shown, dropped = _checked(masked, given, english=language == "English")
    worded = tuple(q.model_copy(update={"text": t}) for q, t in zip(questions, shown[1:], strict=True))
    usage = answered.usage + Usage(dropped=dropped)
    return Phrased(worded, verdict.model_copy(update={"summary": shown[0]}), usage)


class Masked(NamedTuple):
    """A text whose quotations are marks, and the quotations."""

    text: str
    quotes: tuple[str, ...]

    def restored(self, text: str) -> str:
        """A text with the quotations in place of the marks."""
        for number, quote in enumerate(self.quotes, 1):
            text = text.replace(f"⟦{number}⟧", quote)
        return text


def mask(text: str, *, head: bool = False) -> Masked:
    """Takes the document's own words out of a text.

    Args:
        text: a question or the summary.
        head: keep what stands before the first colon as well: in the summary that is the verdict.
    """
    pattern = re.compile(rf"\A[^:]*:|{_QUOTED.pattern}") if head else _QUOTED
    quotes = tuple(pattern.findall(text))
    numbers = iter(range(1, len(quotes) + 1))
    return Masked(" ".join(pattern.sub(lambda _: f"⟦{next(numbers)}⟧", text).split()), quotes)


def _checked(masked: Sequence[Masked], given: Mapping[int, str], *, english: bool) -> tuple[list[str], dict[str, int]]:
    """What is shown of each text, and why rewordings were refused."""
    shown, dropped = [], Counter[str]()
    for number, one in enumerate(masked, 1):
        new = " ".join(given.get(number, one.text).split())
        reason = fault(one.text, new, english=english)
        if reason:
            dropped[f"wording: {reason}"] += 1
        shown.append(one.restored(one.text if reason else new))
    return shown, dict(dropped)


def fault(old: str, new: str, *, english: bool) -> str:
    """Why a rewording is refused, or empty when it says the same as far as code can tell."""
    if new == old:
        return ""
    if _UNFIT.search(new):
        return "a link, a mention or mark-up"
    if not SHORTER * len(old) <= len(new) <= LONGER * len(old):
        return "much longer or shorter"
    for what, pattern in (("figures", _FIGURE), ("names", _NAME), ("quotations", _MARK)):
        if _counted(pattern, old) != _counted(pattern, new):
            return f"other {what}"
    if any(term.casefold() in old.casefold() and term.casefold() not in new.casefold() for term in TERMS):
        return "a term of the guide is gone"
    if len(re.findall(r"[?？؟]", old)) != len(re.findall(r"[?？؟]", new)):
        return "no longer the same question"
    if len(_APPROVING.findall(new)) > len(_APPROVING.findall(old)):
        return "an approval"
    if english and _counted(_NO, old).total() != _counted(_NO, new).total():
        return "turned round"
    return "other words altogether" if english and _kept(old, new) < KEPT_WORDS else ""


def _counted(pattern: re.Pattern[str], text: str) -> Counter[str]:
    bare = text if pattern is _MARK else _MARK.sub(" ", text)
    return Counter(pattern.findall(bare))


def _kept(old: str, new: str) -> float:
    """The share of the old text's longer words whose first letters stand in the new one."""
    stems = _stems(re.findall(r"[A-Za-z]{4,}", old))
    return len(stems & _stems(re.findall(r"[A-Za-z]{4,}", new))) / len(stems) if stems else 1.0


def _stems(words: Iterable[str]) -> set[str]:
    return {word.lower()[:5] for word in words}
