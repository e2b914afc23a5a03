import math

import pytest

from agent.models import Fact
from agent.reports import figures, labels
from agent.reports.figures import NONE


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (5000, "5,000"),
        (12.5, "12.5"),
        (0.0002, "0.0002"),
        (1234.56, "1,235"),
        (-0.00001, "0"),
        (math.inf, NONE),
        (math.nan, NONE),
    ],
)
def test_number(value: float, shown: str) -> None:
    assert figures.number(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [(1200, "$1,200"), (4.5, "$4.50"), (5, "$5"), (61.5, "$62"), (0, "$0"), (0.001, "under $0.01"), (-1200, "-$1,200")],
)
def test_usd(value: float, shown: str) -> None:
    assert figures.usd(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ((50, 300), "$50–$300"),
        ((300, 300), "$300"),
        ((20000, math.inf), "$20,000 or more"),
        ((-math.inf, 300), "up to $300"),
        ((math.nan, math.nan), NONE),
    ],
)
def test_usd_range(value: tuple[float, float], shown: str) -> None:
    assert figures.usd_range(value) == shown


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        ((2, 4), "week", "2–4 weeks"),
        ((1, 1), "week", "1 week"),
        ((0, 0), "week", "0 weeks"),
        ((10, 30), "", "10–30"),
        ((10, math.inf), "tenant", "10 or more tenants"),
        ((math.inf, math.inf), "week", NONE),
    ],
)
def test_span(value: tuple[float, float], unit: str, shown: str) -> None:
    assert figures.span(value, unit) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0.84, "0.8 seconds"),
        (1.0, "1 second"),
        (0, "0 seconds"),
        (42, "42 seconds"),
        (60, "1 minute"),
        (75.2, "1 minute 15 seconds"),
        (math.inf, NONE),
    ],
)
def test_duration(seconds: float, shown: str) -> None:
    assert figures.duration(seconds) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("2026-11-24T10:30:00Z", "24 November 2026, 10:30 UTC"),
        ("2026-11-04T09:05:07+02:00", "4 November 2026, 09:05 UTC+02:00"),
        ("yesterday", "yesterday"),
    ],
)
def test_moment(text: str, shown: str) -> None:
    assert figures.moment(text) == shown


@pytest.mark.parametrize(("items", "shown"), [((), ""), (("a",), "a"), (("a", "b", "c"), "a, b and c")])
def test_listed(items: tuple[str, ...], shown: str) -> None:
    assert figures.listed(items) == shown


@pytest.mark.parametrize(("value", "shown"), [(1237.4, 1200), (0.617, 0.62), (0, 0), (math.inf, math.inf)])
def test_rough(value: float, shown: float) -> None:
    assert figures.rough(value) == shown


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("budget.usd", (25000, 25000), "$25,000"),
        ("budget.usd", [50, 300], "$50–$300"),
        ("timeline.weeks", (2, 4), "2–4 weeks"),
        ("base_model.params_b", 70.6, "70.6B"),
        ("base_model.params_b", 8.03, "8B"),
        ("base_model.params_b", 0.124, "124M"),
        ("method.primary", "qlora", "QLoRA"),
        ("method.objective", "sft", "supervised fine-tuning"),
        ("method.objective", "something else", "something else"),
        ("evaluation.test_set", "mentioned", "mentioned, not said to be locked"),
        ("alternatives.rag", "tried", "tried"),
        ("constraints.on_prem", True, "yes"),
        ("constraints.single_gpu", False, "no"),
        ("constraints.latency_p99_ms", 100, "100 ms"),
        ("constraints.languages", ["en", "zh"], "en, zh"),
        ("lora_evidence.gap_points", 1, "1 point"),
        ("run.sequence_length", 2048, "2,048 tokens"),
        ("economics.volume_per_month", 14000, "14,000"),
        ("budget.original", "INR 2 lakh", "INR 2 lakh"),
        ("serving.plan", None, NONE),
        ("serving.plan", "", NONE),
        ("unknown.name", {"a": 1}, "{'a': 1}"),
    ],
)
def test_fact_value(name: str, value: object, shown: str) -> None:
    assert labels.fact_value(Fact(name=name, value=value)) == shown
