"""A review as one self-contained page: no script, no outside resource, light and dark, screen and paper."""

from __future__ import annotations

from functools import cache
from typing import Any

from jinja2 import BaseLoader, ChoiceLoader, Environment, PackageLoader, StrictUndefined

from agent.models import Review
from agent.reports import figures
from agent.reports.chart import chart
from agent.reports.labels import labels
from agent.reports.numbers import numbers
from agent.reports.sheet import sheet

CSP = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"


def render_html(review: Review) -> str:
    """A review as an HTML page; every text goes through autoescape."""
    return _templates().get_template("review.html.j2").render(csp=CSP, **context(review))


def context(review: Review) -> dict[str, Any]:
    """What the template of a review shows, as plain text without escaping."""
    one, found = sheet(review), numbers(review)
    return {"sheet": one, "numbers": found, "chart": chart(found.bars), "texts": labels()["texts"]}


def templates(*own: BaseLoader) -> Environment:
    """The report's templates, and those of a door that shows reviews in a frame of its own."""
    made = Environment(
        loader=ChoiceLoader([*own, PackageLoader("agent.reports")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(plural=figures.count, none_shown=figures.NONE)
    return made


@cache
def _templates() -> Environment:
    return templates()
