"""A fifth or more of the workload is in languages that the base model does not list, without a score per language.

What it looks like: Chinese and Japanese tickets, and a Llama model, because it is the usual one.

Why it's wrong: base model choice matters here. What a model never learnt in pre-training, some thousand examples do not
teach it.

How to redirect: take a base model whose card lists the languages (the guide names Qwen 2.5), or show a score for each
language on the test set.
"""

from __future__ import annotations

from agent.rules.base_model import language_name, languages
from agent.rules.case import Case
from agent.rules.registry import rule
from agent.rules.results import Result, cannot_tell, fires, not_applicable, passes
from agent.rules.wording import listed


@rule(
    "FIT3",
    name="base-model-language",
    severity="major",
    group="fit",
    guide=("situation/multilingual-asian-languages",),
    questions=("base-model-choice",),
    needs=(
        "method.primary",
        "base_model.name",
        "constraints.languages",
        "x.language_share",
        "x.evaluation.per_language",
    ),
)
def check(case: Case) -> Result:
    """Fires when the catalogue says that a language is not supported and the share is large."""
    facts = case.facts
    codes = languages(facts)
    foreign = tuple(c for c in codes if c != "en")
    if not case.tunes or not foreign:
        return not_applicable("No language but English is named.")
    if facts.flag("x.evaluation.per_language"):
        return passes("A score per language is given.")
    missing = _missing(facts.text("base_model.name"), foreign)
    if missing is None:
        return cannot_tell("The languages that the base model supports are not known here.", "base-model-choice")
    if not missing:
        return passes("The base model's card lists the languages.")
    return _weigh(case, missing, foreign, english="en" in codes)


def _missing(name: str | None, codes: tuple[str, ...]) -> tuple[str, ...] | None:
    """The codes that the card does not list; None when the model or its list is not known."""
    from knowledge.catalogue import model

    entry = model(name) if name else None
    answers = {c: entry.supports(c) for c in codes} if entry else {}
    if not entry or (None in answers.values() and False not in answers.values()):
        return None
    return tuple(c for c, known in answers.items() if known is False)


def _weigh(case: Case, missing: tuple[str, ...], foreign: tuple[str, ...], *, english: bool) -> Result:
    share = case.facts.number("x.language_share")
    names = listed([language_name(c) for c in missing])
    said = f"The card of {case.facts.text('base_model.name')} does not list {names}"
    if share is None and not english and missing == foreign:
        share = 1.0
    if share is not None and share < case.thresholds.unsupported_share:
        return passes(f"{said}, which is {share:.0%} of the workload.")
    if share is None or missing != foreign:
        return cannot_tell(f"{said}, and their share of the workload is not said.", "base-model-choice")
    quotes = case.quotes("constraints.languages", "x.language_share", "base_model.name")
    part = "all" if share == 1.0 else f"{share:.0%}"
    return fires(
        f"{said}, which is {part} of the workload, and no score per language is given.", evidence=quotes, absence=True
    )
