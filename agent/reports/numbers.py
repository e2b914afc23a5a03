"""What was asked, what the guide says and what is computed, side by side, and the same costs as bars."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from itertools import compress
from typing import NamedTuple

from agent.models import Estimate, Range, Review
from agent.reports import figures, labels
from agent.reports.figures import NONE
from agent.reports.plain import plain
from knowledge import CostRow, UnknownName, guide

ASKED = "Asked"
PROPOSED = "Computed, as proposed"
GUIDE = "Guide"
RECOMMENDED = "Computed, as recommended"
NOT_STATED = "not stated"
GLANCE = {"asked": "Compute asked for", "guide": "Guide's range", "recommended": "Computed for the recommendation"}
COLUMNS = ("", ASKED, PROPOSED, GUIDE, RECOMMENDED)


class Row(NamedTuple):
    """One line of the table; a dash where a column has nothing to say."""

    label: str
    asked: str
    proposed: str
    guide: str
    recommended: str


class Bar(NamedTuple):
    """A compute cost as a range of dollars; low equals high for a single figure."""

    label: str
    kind: str
    low: float
    high: float


class Numbers(NamedTuple):
    """The table, its bars, and the guide's row that it is held against ("" where there is none)."""

    rows: tuple[Row, ...]
    bars: tuple[Bar, ...]
    shape: str
    assumptions: tuple[str, ...]

    @property
    def glance(self) -> tuple[tuple[str, str], ...]:
        """The compute cost as asked, by the guide and as recommended, each with its column's name."""
        return tuple((GLANCE[b.kind], figures.usd_range((b.low, b.high))) for b in self.bars if b.kind in GLANCE)

    @property
    def columns(self) -> tuple[str, ...]:
        """The headings of the columns that say anything."""
        return tuple(name for name, used in zip(COLUMNS, self._used(), strict=True) if used)

    @property
    def cells(self) -> tuple[tuple[str, ...], ...]:
        """The rows, each cut to `columns`."""
        return tuple(tuple(compress(row, self._used())) for row in self.rows)

    def _used(self) -> list[bool]:
        return [n < 2 or bool({row[n] for row in self.rows} - {NONE}) for n in range(len(COLUMNS))]


def numbers(review: Review) -> Numbers:
    """The side-by-side figures of a review; empty where nothing was computed and nothing asked."""
    row = guide_row(review)
    recommended = review.estimate.as_recommended if review.estimate else None
    table = (*_plan_rows(review, row), *_money_rows(review, row), *_project_rows(review))
    return Numbers(
        rows=tuple(r for r in table if {r.asked, r.proposed, r.recommended} - {NONE, NOT_STATED}),
        bars=_bars(review, row),
        shape=row.shape if row else "",
        assumptions=tuple(plain(a) for a in recommended.assumptions) if recommended else (),
    )


def _plan_rows(review: Review, row: CostRow | None) -> tuple[Row, ...]:
    ask, how = partial(_asked, review), row.how if row else NONE
    model = ask("base_model.name", "base_model.params_b")
    return (
        _row(review, "Method", ask("method.primary"), how, lambda e: labels.word("approaches", e.method)),
        _row(review, "Base model", model, NONE, lambda e: plain(e.model) or NONE),
        _row(review, "Training GPUs", ask("hardware.count", "hardware.gpu", join=" × "), NONE, _gpus),
        _row(review, "Memory per GPU", NONE, NONE, _memory),
        _row(review, "Hours per run", NONE, NONE, _hours),
    )


def _money_rows(review: Review, row: CostRow | None) -> tuple[Row, ...]:
    ask = partial(_asked, review)
    budget, timeline = (_guide_budget(row), figures.span(row.weeks, "week")) if row else (NONE, NONE)
    return (
        _row(review, "Experiments", ask("experiments.count"), NONE, lambda e: figures.span(e.experiments)),
        _row(
            review,
            "Cost per run",
            ask("experiments.cost_each_usd"),
            NONE,
            lambda e: figures.usd_range(e.cost_per_run_usd),
        ),
        _row(review, "Compute, all runs", ask("budget.usd"), budget, lambda e: figures.usd_range(e.compute_usd)),
        _row(review, "Timeline", ask("timeline.weeks"), timeline, lambda e: figures.span(_halves(e.weeks), "week")),
        _row(review, "Serving a month", ask("serving.usd_per_month"), NONE, _serving),
    )


def as_proposed(review: Review) -> Estimate | None:
    """The estimate of the plan as it stands; None where there is none, or where it is the recommended one."""
    section = review.estimate
    if section is None or section.as_proposed == section.as_recommended:
        return None
    return section.as_proposed


def _guide_budget(row: CostRow) -> str:
    return f"{figures.usd_range(row.usd)}{' plus serving' if row.serving_extra else ''}"


def _row(review: Review, label: str, asked: str, guides: str, computed: Callable[[Estimate], str]) -> Row:
    section, proposed = review.estimate, as_proposed(review)
    recommended = computed(section.as_recommended) if section else NONE
    return Row(label, asked, computed(proposed) if proposed else NONE, guides, recommended)


def glance(found: Numbers) -> str:
    """The costs at a glance on one line: "compute asked for $25,000; guide's range $50–$300; …"."""
    said = "; ".join(f"{label[:1].lower()}{label[1:]} {text}" for label, text in found.glance)
    return f"{said[:1].upper()}{said[1:]}"


def guide_row(review: Review) -> CostRow | None:
    """The guide's cost row that the estimate names; None where there is no such row."""
    if review.estimate is None:
        return None
    try:
        entry = guide().entry(review.estimate.guide_row)
    except UnknownName:
        return None
    return entry if isinstance(entry, CostRow) else None


def _asked(review: Review, *names: str, join: str = "") -> str:
    """The named facts that the proposal states, in words: the first, or all joined."""
    said = [labels.fact_value(review.facts[name]) for name in names if name in review.facts]
    return (join.join(said) if join else said[0]) if said else NOT_STATED


def _gpus(one: Estimate) -> str:
    return f"{figures.number(one.gpus)} × {plain(one.gpu)}"


def _memory(one: Estimate) -> str:
    low, _, high = one.memory_gib_per_gpu
    fits = {"yes": "fits", "tight": "a tight fit", "no": "does not fit"}[one.fits]
    return f"{figures.span((_round(low), _round(high)))} GiB, {fits}"


def _hours(one: Estimate) -> str:
    low, _, high = one.hours_per_run
    return figures.span(figures.rough_range((low, high)), "hour")


def _serving(one: Estimate) -> str:
    monthly = one.serving_usd_per_month
    return NONE if monthly is None else figures.usd(monthly)


def _project_rows(review: Review) -> tuple[Row, ...]:
    if review.estimate is None:
        return ()
    project = review.estimate.project
    people = figures.span(_halves(project.people_weeks), "person-week")
    return (
        Row("Work", NONE, NONE, NONE, people),
        Row("Whole project, people included", NONE, NONE, NONE, figures.usd_range(project.total_usd)),
    )


def _halves(value: Range) -> Range:
    return _round(value[0] * 2) / 2, _round(value[1] * 2) / 2


def _round(value: float) -> float:
    return float(round(value)) if math.isfinite(value) else value


def _bars(review: Review, row: CostRow | None) -> tuple[Bar, ...]:
    section, proposed = review.estimate, as_proposed(review)
    budget = review.facts.get("budget.usd")
    ranges = (
        (ASKED, "asked", _range(budget.value) if budget else None),
        (PROPOSED, "proposed", proposed.compute_usd if proposed else None),
        (GUIDE, "guide", row.usd if row else None),
        (RECOMMENDED, "recommended", section.as_recommended.compute_usd if section else None),
    )
    return tuple(Bar(label, kind, *value) for label, kind, value in ranges if value and _drawable(value))


def _range(value: object) -> Range | None:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value), float(value)
    if isinstance(value, (list, tuple)) and len(value) == 2 and all(isinstance(v, (int, float)) for v in value):
        return float(value[0]), float(value[1])
    return None


def _drawable(value: Range) -> bool:
    return all(math.isfinite(v) and v > 0 for v in value) and value[0] <= value[1]
