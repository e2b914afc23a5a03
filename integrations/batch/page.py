"""The summary of a batch as one self-contained page: no outside resource, no network; readable without its script."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from importlib import resources
from pathlib import PurePath
from typing import NamedTuple
from urllib.parse import quote

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

from agent.models import Range
from agent.reports import figures
from agent.reports.labels import rule_title, word
from agent.reports.plain import plain, shorten
from integrations.batch.items import Row
from integrations.batch.portfolio import Portfolio, Total, add_up, stated
from integrations.batch.scatter import HEIGHT, WIDTH, scatter
from integrations.batch.tables import WORST

MOST_ROWS = 5_000
"""Documents on the page, the worst first; the tables hold all."""
_TITLE = 110
_FREQUENT = 12


class Line(NamedTuple):
    """One document on the page: texts to show, and numbers to sort by (None sorts last)."""

    title: str
    label: str
    report: str
    annotated: str
    verdict: str
    verdict_word: str
    rank: int
    blockers: int
    others: int
    codes: tuple[str, ...]
    asked: str
    computed: str
    gap: str
    gap_kind: str
    gpus: tuple[str, str]
    weeks: tuple[str, str]
    sorting: tuple[float | None, ...]
    twin: str


class Compared(NamedTuple):
    """A total in words: its name, what was asked, computed, the difference, and over how many documents."""

    name: str
    asked: str
    computed: str
    difference: str
    documents: int


def render_page(rows: Sequence[Row], failures: Sequence[Row]) -> str:
    """The page; every text goes through autoescape."""
    total, folder = add_up(rows), _folder([str(row["document"]) for row in (*rows, *failures)])
    script = resources.files("integrations.batch").joinpath("templates/summary.js").read_text("utf-8")
    return (
        _templates()
        .get_template("summary.html.j2")
        .render(
            total=total,
            compared=_compared(total),
            lines=[_line(row, folder) for row in rows[:MOST_ROWS]],
            left_out=max(0, len(rows) - MOST_ROWS),
            failures=[_failure(row, folder) for row in failures],
            frequent=[(f.code, rule_title(f.code), f.documents) for f in total.frequent],
            shown=_FREQUENT,
            scatter=scatter(rows),
            width=WIDTH,
            height=HEIGHT,
            verdicts=[(v, word("verdicts", v)) for v in WORST],
            script=script,
            csp=_csp(script),
        )
    )


def _csp(script: str) -> str:
    """Only this page's own script may run."""
    own = b64encode(sha256(script.encode()).digest()).decode()
    return (
        f"default-src 'none'; script-src 'sha256-{own}'; style-src 'unsafe-inline'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


@cache
def _templates() -> Environment:
    made = Environment(
        loader=ChoiceLoader([PackageLoader("integrations.batch"), PackageLoader("agent.reports")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(plural=figures.count, listed=figures.listed, word=word)
    return made


def _folder(names: Sequence[str]) -> str:
    """What all names begin with up to a slash: no reader needs it on every line."""
    first, last = min(names, default=""), max(names, default="")
    same = next((n for n, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), 0)
    return first[: first.rfind("/", 0, same) + 1]


def _line(row: Row, folder: str) -> Line:
    asked, computed = stated(row, "asked_usd"), stated(row, "computed_usd")
    weeks = stated(row, "asked_weeks"), stated(row, "computed_weeks")
    gap = _gap(asked, computed)
    return Line(
        title=shorten(plain(row["title"]) or PurePath(plain(row["document"])).name, _TITLE),
        label=plain(row["document"].removeprefix(folder)),
        report=quote(row["report"]),
        annotated=quote(row.get("annotated") or ""),
        verdict=row["verdict"],
        verdict_word=word("verdicts", row["verdict"]),
        rank=WORST.index(row["verdict"]),
        blockers=row["blockers"],
        others=row["major"] + row["minor"],
        codes=tuple(str(row["codes"]).split()),
        asked=figures.usd_range(asked) if asked else "",
        computed=figures.usd_range(figures.rough_range(computed)) if computed else "",
        gap=_gap_words(gap),
        gap_kind="over" if (gap or 0) > 0 else "under" if (gap or 0) < 0 else "within",
        gpus=(_gpus(row, "asked"), _gpus(row, "computed")),
        weeks=(_weeks(weeks[0]), _weeks(figures.rough_range(weeks[1]) if weeks[1] else None)),
        sorting=(
            asked[1] if asked else None,
            computed[1] if computed else None,
            gap,
            row["asked_gpus"],
            weeks[0][1] if weeks[0] else None,
        ),
        twin=plain(row["same_as"].removeprefix(folder)),
    )


def _gap(asked: Range | None, computed: Range | None) -> float | None:
    """Dollars by which the request lies above (positive) or below the computed range; 0 inside it."""
    if not asked or not computed:
        return None
    return max(0.0, asked[0] - computed[1]) or min(0.0, asked[1] - computed[0])


def _gap_words(gap: float | None) -> str:
    if gap is None:
        return ""
    size = figures.usd(figures.rough(abs(gap)))
    return f"{size} over" if gap > 0 else f"{size} under" if gap < 0 else "within"


def _gpus(row: Row, who: str) -> str:
    count, name = row[f"{who}_gpus"], plain(row[f"{who}_gpu"])
    if count is None:
        return name
    return f"{figures.number(count)} × {name}" if name else figures.number(count)


def _weeks(value: Range | None) -> str:
    return figures.span(value, "week") if value else ""


def _compared(total: Portfolio) -> list[Compared]:
    """The totals that any document states, money first."""
    shown = (
        ("Compute cost", total.money, figures.usd_range),
        ("Training GPUs, if all ran at once", total.gpus, figures.span),
        ("Weeks, all projects together", total.weeks, figures.span),
    )
    return [
        Compared(name, show(one.asked), show(figures.rough_range(one.computed)), _difference(one, show), one.documents)
        for name, one, show in shown
        if one.documents
    ]


def _difference(one: Total, show: object) -> str:
    """In words, since a range around nothing is no difference."""
    assert callable(show)
    low, high = (figures.rough(v) for v in one.difference)
    if low > 0:
        return f"{show((low, high))} more than computed"
    if high < 0:
        return f"{show((-high, -low))} less than computed"
    return "within the computed range"


def _failure(row: Row, folder: str) -> tuple[str, str, str]:
    return plain(row["document"].removeprefix(folder)), plain(row["reason"]), plain(row["what_to_do"])
