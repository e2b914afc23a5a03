"""Changes that change no meaning: order, layout, notation, format, noise. Nothing in the review may move."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from evals import notation
from evals.bases import SECTIONS, Plan, bases, markdown, sections
from evals.render import available
from evals.variants import Expected, Variant

PER_BASE = 8
_SLOW = ("pdf-chromium", "pdf-libreoffice")
_EVERY = 6
"""Outside programs make a PDF of each so-many-th base; they take seconds."""

_NOTATIONS: Mapping[str, Callable[[str], str]] = {
    f"notation:{f.__name__}": f
    for f in (
        notation.money_code,
        notation.money_words,
        notation.money_k,
        notation.money_plain,
        notation.size_words,
        notation.size_spoken,
        notation.size_hyphens,
        notation.number_words,
        notation.counts_with_k,
        notation.counts_plain,
        notation.percent_words,
        notation.gpu_spelling,
        notation.american,
        notation.typos,
        notation.curly,
    )
}


def invariances(plans: Sequence[Plan] | None = None, per_base: int | None = PER_BASE) -> Iterator[Variant]:
    """The suite: every base in every format, and some of the other changes, spread so that each is used alike.

    Args:
        plans: the bases; all by default.
        per_base: changes for each base beside the formats; None takes all that change its text.
    """
    used: Counter[str] = Counter()
    forms = [f for f in available() if f != "md"]
    for number, plan in enumerate(bases() if plans is None else plans):
        source = markdown(plan)
        for form in forms:
            if form not in _SLOW or number % _EVERY == 0:
                yield Variant(plan.slug, f"format:{form}", source, form=form)
        changed = {name: text for name, text in _changes(plan, number) if text != source}
        chosen = sorted(changed, key=lambda name: (used[name], name))[:per_base]
        used.update(chosen)
        for name in chosen:
            form = "txt" if name in ("hyphenation", "furniture") else "md"
            yield Variant(plan.slug, name, changed[name], Expected(), form)


def _changes(plan: Plan, turn: int) -> Iterator[tuple[str, str]]:
    source = markdown(plan)
    yield "again", f"{source}\n"
    yield from _orders(plan, turn)
    yield from _layouts(plan)
    for name, change in _NOTATIONS.items():
        yield name, change(source)
    for remark in notation.harmless()["remark"]:
        said = remark["say"][turn % len(remark["say"])]
        yield f"remark:{remark['id']}", markdown(plan.adding(remark["section"], said))
    yield "appendix", f"{source}\n{notation.appendix()}"
    yield "furniture", _furniture(source, str(plan.fields["org"]))
    yield "hyphenation", notation.hyphenated(source)
    yield (
        "names",
        source.replace(str(plan.fields["org"]), "Aberlyn & Sons").replace(str(plan.fields["owner"]), "Group 12"),
    )


def _orders(plan: Plan, turn: int) -> Iterator[tuple[str, str]]:
    shuffled = list(SECTIONS)
    random.Random(turn).shuffle(shuffled)
    yield "order:reversed", markdown(replace(plan, sections=SECTIONS[::-1]))
    yield "order:shuffled", markdown(replace(plan, sections=tuple(shuffled)))


def _layouts(plan: Plan) -> Iterator[tuple[str, str]]:
    for style in ("prose", "bullets", "labelled", "table"):
        if style != plan.style:
            yield f"layout:{style}", markdown(replace(plan, style=style))
    yield "layout:figures-as-bullets", _figures_apart(plan, "- {label}: {value}")
    yield "layout:figures-as-lines", _figures_apart(plan, "{label}: {value}.\n")


def _figures_apart(plan: Plan, form: str) -> str:
    """Figures as `label: value`, a line each; the rest as prose."""
    parts = [f"# {plan.title}"]
    for name, lines in sections(plan).items():
        if not lines:
            continue
        figures = [form.format(label=line.label, value=line.value) for _, line in lines if line.label]
        prose = " ".join(line.text for _, line in lines if not line.label)
        parts += [f"## {plan.headings[name]}", *(["\n".join(figures).rstrip()] if figures else []), prose]
    return "\n\n".join(part for part in parts if part) + "\n"


def _furniture(source: str, org: str) -> str:
    """A running head and a page number between every two sections, as in text copied from a PDF."""
    parts = source.split("\n\n## ")
    pages = len(parts)
    marks = [f"\n\nPage {n} of {pages}\n\n{org} – Confidential\n\n## " for n in range(1, pages)]
    return parts[0] + "".join(mark + part for mark, part in zip(marks, parts[1:], strict=True))
