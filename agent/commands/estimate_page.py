"""The page of `review-finetune estimate`, for the terminal and as Markdown: one list of sections, two renderers."""

from __future__ import annotations

from typing import NamedTuple

from agent.estimator.answer import Answer, Fitting
from agent.estimator.chart import bars, lines, title
from agent.estimator.inputs import RunSpec
from agent.estimator.serving import Serving
from agent.models import Range

FIT_WORDS = {"yes": "fits", "no": "does not fit", "tight": "a tight fit"}
SHOWN_SETS = 8


class Section(NamedTuple):
    """A heading and a table."""

    heading: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def figure(value: float) -> str:
    """A figure to two or three digits, as the estimate is no better: 1,640, 23, 1.6."""
    if value >= 100:
        digits = len(str(int(value))) - 3
        return f"{round(value, -max(digits, 0)):,.0f}"
    if value >= 20 or value == int(value):
        return f"{value:.0f}"
    return f"{value:.1f}" if value >= 1 else f"{value:.2g}"


def span(value: tuple[float, ...], sign: str = "") -> str:
    """Low to high: $1.3 to $7.2."""
    low, high = figure(value[0]), figure(value[-1])
    return f"{sign}{low}" if low == high else f"{sign}{low} to {sign}{high}"


def sections(run: RunSpec, found: Answer) -> tuple[Section, ...]:
    """Everything as tables."""
    return tuple(s for s in (_numbers(run, found), _weeks(found), _sets(found), _serves(found.serving)) if s.rows)


def _numbers(run: RunSpec, found: Answer) -> Section:
    made, other = found.estimate, found.inverse
    usable = f"{run.gpu.usable_gib:.1f} usable: {FIT_WORDS[made.fits]}"
    rows = [
        ("Memory per GPU, GiB", span(made.memory_gib_per_gpu), figure(made.memory_gib_per_gpu[1]), usable),
        ("Hours a run", span(made.hours_per_run), figure(made.hours_per_run[1]), _speed(found)),
        ("Cost a run", span(made.cost_per_run_usd, "$"), "", ""),
        ("Experiments", span(made.experiments), "", ""),
        ("Compute, all runs", span(made.compute_usd, "$"), "", ""),
        ("People-weeks", span(found.project.people_weeks), "", ""),
        ("Whole project, people included", span(found.project.total_usd, "$"), "", ""),
        ("Longest sequence that fits", f"{other.longest_sequence:,} tokens", "", ""),
    ]
    if other.largest_model_on_this_gpu:
        rows.append((f"Largest model on {made.gpus} × {made.gpu}", other.largest_model_on_this_gpu, "", made.method))
    if other.experiments_for_budget:
        rows.append(("Experiments that the budget buys", span(other.experiments_for_budget), "", ""))
    return Section("The run", ("", "low to high", "typical", ""), tuple(rows))


def _speed(found: Answer) -> str:
    return f"{figure(found.tokens_per_s_per_gpu[1])} tokens/s a GPU, limited by {found.speed_limit}"


def _weeks(found: Answer) -> Section:
    phases: dict[str, Range] = {**found.weeks_by_phase, "in all": found.estimate.weeks}
    return Section("Weeks", ("phase", "weeks"), tuple((name, span(value)) for name, value in phases.items()))


def _sets(found: Answer) -> Section:
    def row(one: Fitting) -> tuple[str, ...]:
        cost = "" if one.usd_per_run is None else f"${figure(one.usd_per_run)}"
        older = "" if one.native_bf16 else " (no bf16, no flash attention)"
        return (f"{one.gpus} × {one.gpu}{older}", f"{one.need_gib_per_gpu:.1f} of {one.usable_gib_per_gpu:.1f}", cost)

    shown = tuple(row(one) for one in found.inverse.fitting[:SHOWN_SETS])
    return Section("GPUs that hold it, the cheapest run first", ("GPUs", "GiB per GPU", "typical cost a run"), shown)


def _serves(found: Serving | None) -> Section:
    if found is None:
        return Section("Serving", (), ())
    rows = [
        ("GPUs", f"{found.gpus_total} in {found.replicas} replica(s)"),
        (
            "Weights and cache of one replica, GiB",
            f"{figure(found.weights_gib)} + {figure(found.memory_gib - found.weights_gib)}",
        ),
        ("Output tokens a second at full load", span(found.output_tokens_per_s)),
        ("Requests at once", str(found.concurrent_requests)),
    ]
    if found.usd_per_month:
        rows.append(("A month", span(found.usd_per_month, "$")))
    if found.saving_usd_per_month is not None and found.api_usd_per_month is not None:
        rows.append(("The API's bill a month", f"${figure(found.api_usd_per_month)}"))
        rows.append(("Saving a month", _signed(found.saving_usd_per_month)))
    if found.break_even_requests_per_month is not None:
        rows.append(("Cheaper than the API from", f"{figure(found.break_even_requests_per_month)} requests a month"))
    return Section("Serving", ("", ""), tuple(rows))


def _signed(value: float) -> str:
    return f"${figure(value)}" if value >= 0 else f"none: ${figure(-value)} more than the API"


def _notes(found: Answer) -> tuple[str, ...]:
    return (*found.estimate.assumptions, *(found.serving.assumptions if found.serving else ()))


def terminal_page(run: RunSpec, found: Answer, *, color: bool, width: int) -> str:
    """The page for a terminal of so many columns."""
    from agent.reports.console import Page

    page = Page(color=color, width=width)
    page.lead(title(found.estimate), "bold", "")
    for line in lines(bars(found.estimate), width - 4):
        page.say(line, 2)
    for section in sections(run, found):
        page.heading(section.heading)
        page.table(section.columns, section.rows)
    page.heading("Assumptions")
    for note in _notes(found):
        page.say(f"- {note}", 2)
    return page.text()


def markdown_page(run: RunSpec, found: Answer) -> str:
    """The page as Markdown."""
    out = [f"# {title(found.estimate)}", ""]
    out += [f"- {bar.label}: {bar.gib:.1f}" for bar in bars(found.estimate)]
    for section in sections(run, found):
        out += ["", f"## {section.heading}", "", f"| {' | '.join(section.columns)} |"]
        out += ["|" + "---|" * len(section.columns), *(f"| {' | '.join(row)} |" for row in section.rows)]
    out += ["", "## Assumptions", "", *(f"- {note}" for note in _notes(found))]
    return "\n".join(out) + "\n"
