"""Asked, guide and computed, side by side; and the picture of the costs."""

import math

import pytest
from lxml import html as lxml_html

from agent.models import Fact, Review
from agent.reports import render
from agent.reports.chart import chart
from agent.reports.numbers import GUIDE, NOT_STATED, Bar, guide_row, numbers
from tests.reports import samples


def row(review: Review, label: str) -> tuple[str, ...]:
    return next(tuple(r)[1:] for r in numbers(review).rows if r.label == label)


@pytest.mark.parametrize(
    ("label", "cells"),
    [
        ("Method", ("Full fine-tuning", "Full fine-tuning", "LoRA on 1x A100", "LoRA")),
        ("Training GPUs", ("8 × A100-80GB", "8 × A100-80GB", "–", "1 × A100-80GB")),
        ("Memory per GPU", ("–", "71–186 GiB, does not fit", "–", "19–32 GiB, fits")),
        ("Experiments", ("not stated", "10–30", "–", "10–30")),
        ("Compute, all runs", ("$25,000", "$412–$3,987", "$50–$300", "$62–$318")),
        ("Timeline", ("6 weeks", "6–12 weeks", "2–4 weeks", "2–4 weeks")),
        ("Whole project, people included", ("–", "–", "–", "$9,400–$21,300")),
    ],
)
def test_rows(label: str, cells: tuple[str, ...]) -> None:
    assert row(samples.fintech(), label) == cells


def test_a_missing_guide_row_leaves_its_column_out() -> None:
    review = samples.fintech()
    assert review.estimate
    lost = review.model_copy(update={"estimate": review.estimate.model_copy(update={"guide_row": "cost/no-such-row"})})
    assert guide_row(lost) is None
    assert GUIDE in numbers(review).columns
    assert GUIDE not in numbers(lost).columns
    assert {len(cells) for cells in numbers(lost).cells} == {4}
    assert "Guide's range" not in render(lost, "html")


def test_a_guide_entry_that_is_no_cost_row_is_no_guide_row() -> None:
    review = samples.fintech()
    assert review.estimate
    section = review.estimate.model_copy(update={"guide_row": "anti-pattern/lora-as-fallback"})
    assert guide_row(review.model_copy(update={"estimate": section})) is None


def test_serving_that_comes_on_top_is_said() -> None:
    review = samples.fintech()
    assert review.estimate
    section = review.estimate.model_copy(update={"guide_row": "cost/api-replacement-qlora"})
    cells = row(review.model_copy(update={"estimate": section}), "Compute, all runs")
    assert cells[2] == "$5,000–$25,000 plus serving"


def test_without_an_estimate_only_what_was_asked_is_shown() -> None:
    asked = numbers(samples.fintech().model_copy(update={"estimate": None}))
    assert [r.label for r in asked.rows] == ["Method", "Base model", "Training GPUs", "Compute, all runs", "Timeline"]
    assert asked.columns == ("", "Asked")


def test_nothing_asked_and_nothing_computed_is_no_table() -> None:
    assert numbers(samples.no_proposal()).rows == ()


def test_what_was_not_asked_is_said() -> None:
    review = samples.fintech().model_copy(update={"facts": {}})
    assert row(review, "Compute, all runs")[0] == NOT_STATED
    assert [b.kind for b in numbers(review).bars] == ["proposed", "guide", "recommended"]


@pytest.mark.parametrize("value", [None, "a lot", (0, 0), (-5, 10), (300, 50), (1, math.inf), (math.nan, 1), True])
def test_a_budget_that_cannot_be_drawn_is_left_out(value: object) -> None:
    review = samples.fintech().model_copy(update={"facts": {"budget.usd": Fact(name="budget.usd", value=value)}})
    assert "asked" not in [b.kind for b in numbers(review).bars]


def test_the_axis_is_logarithmic() -> None:
    drawn = chart([Bar("a", "asked", 100, 100), Bar("b", "guide", 10, 1000)])
    assert drawn
    assert [(t.x, t.text) for t in drawn.ticks] == [(0, "$10"), (50, "$100"), (100, "$1,000")]
    assert [(m.x, m.width, m.text) for m in drawn.marks] == [(50, 1.2, "$100"), (0, 100, "$10–$1,000")]


def test_a_figure_at_the_right_edge_stays_inside() -> None:
    drawn = chart([Bar("a", "asked", 1000, 1000), Bar("b", "guide", 10, 10)])
    assert drawn
    assert [m.x + m.width for m in drawn.marks] == [100, 1.2]


def test_one_cost_alone_is_no_picture() -> None:
    assert chart([Bar("a", "asked", 5, 5)]) is None


def test_the_picture_says_in_words_what_it_shows_and_a_table_stands_beside_it() -> None:
    page = lxml_html.fromstring(render(samples.fintech(), "html"))
    (svg,) = page.findall(".//svg")
    assert svg.get("role") == "img"
    assert "Asked: $25,000; Computed, as proposed: $412–$3,987; Guide: $50–$300" in svg.get("aria-label", "")
    assert len(svg.findall("rect[@class]")) == 8
    assert page.findall(".//table[@class='numbers stacked']")
