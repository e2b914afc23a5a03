"""The open questions, made specific with the proposal's own figures, the weightiest first."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files

from agent.facts.names import ALL
from agent.figures import figures
from agent.models import Fact, Finding, Frozen, Question
from agent.rules.case import Case
from agent.rules.results import Ask
from agent.rules.shortfall import shortfall
from agent.rules.wording import number, span

LIMIT = 8
"""More questions than these are not answered; required ones always stand."""
TOPICS_LIMIT = 2
"""Of the questions that no rule asks."""
REQUIRED, BLOCKER, MAJOR, UNSURE, MINOR, TOPIC = 1, 2, 3, 4, 5, 6
"""Priorities: 1 first."""
SINGULAR = frozenset({"numbers-conflict", "confirm-fact"})
"""Asked once for each fact, not once for all rules."""


class Form(Frozen):
    """One wording: for which rules, with which figures."""

    text: str
    codes: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    good_answer: str | None = None


class Template(Frozen):
    """One question of the contract with its wordings (see `knowledge/questions.toml`)."""

    order: int
    why: str
    form: tuple[Form, ...]
    good_answer: str | None = None
    unless: tuple[str, ...] = ()
    when: str | None = None


@cache
def templates() -> dict[str, Template]:
    """The templates by question id."""
    text = (files("knowledge") / "questions.toml").read_text(encoding="utf-8")
    return {name: Template.model_validate(table) for name, table in tomllib.loads(text).items()}


def ask(case: Case, asks: Sequence[Ask], findings: Sequence[Finding], limit: int = LIMIT) -> tuple[Question, ...]:
    """The questions of a review.

    Args:
        case: the proposal; what it answers is not asked.
        asks: what the rules ask.
        findings: for the weight of what asks.
        limit: at most so many, but every required one.
    """
    severity = {f.code: f.severity for f in findings}
    grouped: dict[tuple[str, str | None], list[Ask]] = {}
    for one in asks:
        grouped.setdefault((one.question, one.about if one.question in SINGULAR else None), []).append(one)
    known = figures(case)
    made = [_question(case, known, key, group, severity) for key, group in grouped.items()]
    made += _topics(case, known, {q for q, _ in grouped})
    made.sort(key=lambda q: (q.priority, templates()[q.id].order))
    kept = [q for i, q in enumerate(made) if q.priority == REQUIRED or i < limit]
    return _numbered(kept)


def _question(
    case: Case, known: dict[str, str], key: tuple[str, str | None], group: list[Ask], severity: Mapping[str, str]
) -> Question:
    name, about = key
    codes = tuple(dict.fromkeys(one.code for one in group))
    extra = _of_fact(case.facts.get(about)) if about else {}
    unsure = next((one.why for one in group if one.outcome == "cannot_tell"), None)
    made = _filled(name, codes, known | extra, min(_weight(one, severity) for one in group), unsure)
    return made.model_copy(update={"about": about})


def _weight(one: Ask, severity: Mapping[str, str]) -> int:
    if one.required:
        return REQUIRED
    if one.outcome == "cannot_tell":
        return UNSURE
    return {"blocker": BLOCKER, "major": MAJOR}.get(severity.get(one.code, ""), MINOR)


def _filled(name: str, codes: tuple[str, ...], known: dict[str, str], priority: int, why: str | None) -> Question:
    from knowledge import guide

    template = templates()[name]
    form = next(f for f in template.form if _suits(f, codes, known))
    entry = next((q for q in guide().questions if q.question_id == name), None)
    good = form.good_answer or template.good_answer or (entry.good_answer if entry else "")
    return Question(
        id=name,
        text=form.text.format_map(known),
        why=f"{why} {template.why}" if why else template.why,
        good_answer=good.format_map(known),
        finding_codes=codes,
        guide_refs=(entry.id, *entry.refs[:2]) if entry else (),
        priority=priority,
    )


def _suits(form: Form, codes: tuple[str, ...], known: dict[str, str]) -> bool:
    return (not form.codes or not set(form.codes).isdisjoint(codes)) and all(n in known for n in form.needs)


def _of_fact(fact: Fact | None) -> dict[str, str]:
    """What a confirming question is filled with: both statements of a contradiction, or the quote and its reading."""
    if fact is None:
        return {}
    if fact.source == "llm" and fact.basis == "inferred" and fact.evidence and not fact.others:
        quote = fact.evidence[0].quote.rstrip(" .")
        return {"quote": f"“{quote}”", "pointed": _pointed(fact)}
    quotes = [f"“{f.evidence[0].quote}”" if f.evidence else str(f.value) for f in (fact, *fact.others[:1])]
    if len(quotes) == 2 and quotes[0] == quotes[1]:
        return {"quote": quotes[0], "first": _shown(fact.value), "second": _shown(fact.others[0].value)}
    if len(quotes) == 2:
        return {"first": quotes[0], "second": quotes[1]}
    return {"quote": quotes[0], "meaning": ALL[fact.name].meaning.split(",")[0], "reading": _shown(fact.value)}


def _pointed(fact: Fact) -> str:
    """What a model says that a quote is about, with the figure that was read there."""
    from agent.facts.pointers import ways

    said = (
        isinstance(fact.value, bool)
        or fact.value in ("tried", "mentioned")
        or fact.name in ("serving.plan", "x.ownership")
    )
    return ways()[fact.name].ask + ("" if said else f": {_shown(fact.value)}")


def _shown(value: object) -> str:
    """A fact's value as a person writes it."""
    if isinstance(value, (list, tuple)) and len(value) == 2 and all(isinstance(v, (int, float)) for v in value):
        return span((float(value[0]), float(value[1])))
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return number(float(value))
    return {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)


def _topics(case: Case, known: dict[str, str], asked: set[str]) -> list[Question]:
    """Questions of the review that no rule asks: where a document that is read says nothing of the topic."""
    if not case.readable or case.facts.flag("x.proposal") is False or case.method == "none":
        return []
    topics = [
        _filled(name, (), known, TOPIC, None)
        for name, template in templates().items()
        if template.when and name not in asked and not case.has(*template.unless) and WHEN[template.when](case)
    ]
    topics.sort(key=lambda q: templates()[q.id].order)
    return topics[:TOPICS_LIMIT]


def _is_large(case: Case) -> bool:
    return (case.facts.number("base_model.params_b") or 0) >= case.thresholds.large_model_b


def _may_go_full(case: Case) -> bool:
    planned = "full" in (case.method, case.facts.text("method.fallback"))
    return planned and shortfall(case).state != "shown"


WHEN: dict[str, Callable[[Case], bool]] = {"always": lambda _: True, "large": _is_large, "full": _may_go_full}


def _numbered(questions: Iterable[Question]) -> tuple[Question, ...]:
    """Ids of the contract, with `:2`, `:3` … where one is asked again."""
    seen: dict[str, int] = {}
    numbered = []
    for one in questions:
        seen[one.id] = count = seen.get(one.id, 0) + 1
        numbered.append(one if count == 1 else one.model_copy(update={"id": f"{one.id}:{count}"}))
    return tuple(numbered)
