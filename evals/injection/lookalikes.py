"""Innocent text that looks like an attack, put into sound proposals."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from evals.injection import file_places, markdown_places
from evals.injection.attacks import FORMS
from evals.injection.carriers import Carrier, carriers, rows


class LookAlike(NamedTuple):
    """One innocent text in one format."""

    key: str
    words: str
    where: str
    form: str
    carrier: Carrier


@cache
def lookalikes(every_form: bool = False) -> tuple[LookAlike, ...]:
    """All look-alikes, each in the format whose turn it is (or in every format that it can have)."""
    sound = [c for c in carriers() if c.sound]
    made = []
    for index, case in enumerate(rows("lookalikes", "case")):
        where, own = case.get("where", "body"), case.get("form")
        possible = [own] if own else ["md", "html"] if where == "html-comment" else list(FORMS)
        chosen = possible if every_form else [possible[index % len(possible)]]
        made += [
            LookAlike(f"{case['id']}~{f}", case["text"].strip("\n"), where, f, sound[index % len(sound)])
            for f in chosen
        ]
    return tuple(made)


def file_of(case: LookAlike) -> bytes:
    """The file with the innocent text in it."""
    from evals.injection.attacks import _rendered, clean_file

    put = {
        "body": markdown_places.middle,
        "heading": lambda s, t: markdown_places.heading(s, t) + "\nSee above.\n",
        "cell": markdown_places.cell,
        "html-comment": markdown_places.comment,
    }.get(case.where)
    if put is None:
        return file_places.INNOCENT[f"{case.form}:{case.where}"](clean_file(case.carrier, case.form), case.words)
    place = "comment" if case.where == "html-comment" else "middle"
    return _rendered(put(case.carrier.source, case.words), case.form, case.carrier.slug, place)
