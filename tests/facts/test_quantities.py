"""Judged phrases: what a careful person reads, written before the grammar was looked at."""

from __future__ import annotations

import pytest

from agent.facts.quantities import Quantity, first, quantities

EXACT = ("money", "percent", "points", "duration", "params", "latency", "memory")
"""Kinds in which nothing but what is expected may be read."""

MONEY: list[tuple[str, float, float, str, str]] = [
    ("a budget of $500", 500, 500, "USD", ""),
    ("US$ 1,250.50 in all", 1250.5, 1250.5, "USD", ""),
    ("USD 12k", 12_000, 12_000, "USD", ""),
    ("12k USD", 12_000, 12_000, "USD", ""),
    ("$2-3k", 2_000, 3_000, "USD", ""),
    ("$2k–$3k", 2_000, 3_000, "USD", ""),
    ("$2,000 to $3,000", 2_000, 3_000, "USD", ""),
    ("between $300 and $800", 300, 800, "USD", ""),
    ("between 300 and 800 dollars", 300, 800, "USD", ""),
    ("from $300 to $800", 300, 800, "USD", ""),
    ("$40K–60K", 40_000, 60_000, "USD", ""),
    ("$40–60K", 40_000, 60_000, "USD", ""),
    ("USD 4,000 - 5,000", 4_000, 5_000, "USD", ""),
    ("4-5k USD", 4_000, 5_000, "USD", ""),
    ("$1.5M", 1.5e6, 1.5e6, "USD", ""),
    ("$1.5 million", 1.5e6, 1.5e6, "USD", ""),
    ("$3bn", 3e9, 3e9, "USD", ""),
    ("twenty-five thousand dollars", 25_000, 25_000, "USD", ""),
    ("two hundred and fifty dollars", 250, 250, "USD", ""),
    ("fifteen hundred dollars", 1_500, 1_500, "USD", ""),
    ("a hundred dollars", 100, 100, "USD", ""),
    ("a thousand bucks", 1_000, 1_000, "USD", ""),
    ("half a million euros", 500_000, 500_000, "EUR", ""),
    ("two and a half thousand pounds", 2_500, 2_500, "GBP", ""),
    ("€12 500", 12_500, 12_500, "EUR", ""),
    ("12 500 €", 12_500, 12_500, "EUR", ""),
    ("12\u202f500 €", 12_500, 12_500, "EUR", ""),
    ("12.500 €", 12_500, 12_500, "EUR", ""),
    ("12.500,50 €", 12_500.5, 12_500.5, "EUR", ""),
    ("1.5 million euros", 1.5e6, 1.5e6, "EUR", ""),
    ("EUR 1.2m", 1.2e6, 1.2e6, "EUR", ""),
    ("5k€", 5_000, 5_000, "EUR", ""),
    ("5 k€", 5_000, 5_000, "EUR", ""),
    ("€0.50 per call", 0.5, 0.5, "EUR", "item"),
    ("€30 pro Monat", 30, 30, "EUR", "month"),
    ("£3k a month", 3_000, 3_000, "GBP", "month"),
    ("£1.2m", 1.2e6, 1.2e6, "GBP", ""),
    ("GBP 750", 750, 750, "GBP", ""),
    ("₹15,00,000", 1.5e6, 1.5e6, "INR", ""),
    ("Rs. 25 lakh", 2.5e6, 2.5e6, "INR", ""),
    ("INR 3 crore", 3e7, 3e7, "INR", ""),
    ("Rs 1,00,000", 1e5, 1e5, "INR", ""),
    ("2.5 lakh rupees", 2.5e5, 2.5e5, "INR", ""),
    ("¥300,000", 300_000, 300_000, "JPY", ""),
    ("JPY 300,000", 300_000, 300_000, "JPY", ""),
    ("50万円", 500_000, 500_000, "JPY", ""),
    ("20万元", 200_000, 200_000, "CNY", ""),
    ("RMB 80,000", 80_000, 80_000, "CNY", ""),
    ("500만원", 5e6, 5e6, "KRW", ""),
    ("₩3,000,000", 3e6, 3e6, "KRW", ""),
    ("KRW 3 million", 3e6, 3e6, "KRW", ""),
    ("CHF 5'000", 5_000, 5_000, "CHF", ""),
    ("CHF 12k", 12_000, 12_000, "CHF", ""),
    ("R$ 15.000", 15_000, 15_000, "BRL", ""),
    ("R$ 1.500,00", 1_500, 1_500, "BRL", ""),
    ("R$ 20 mil", 20_000, 20_000, "BRL", ""),
    ("$15 each", 15, 15, "USD", "run"),
    ("$15 per run", 15, 15, "USD", "run"),
    ("$100 per experiment", 100, 100, "USD", "run"),
    ("$2.50/hour", 2.5, 2.5, "USD", "hour"),
    ("$2.50 per GPU-hour", 2.5, 2.5, "USD", "hour"),
    ("$1.99/hr", 1.99, 1.99, "USD", "hour"),
    ("$0.20 per 1M tokens", 0.2, 0.2, "USD", "tokens"),
    ("$3/1M input tokens", 3, 3, "USD", "tokens"),
    ("$0.60 per million output tokens", 0.6, 0.6, "USD", "tokens"),
    ("$42k per month", 42_000, 42_000, "USD", "month"),
    ("$1,200/mo", 1_200, 1_200, "USD", "month"),
    ("$12k/yr", 12_000, 12_000, "USD", "year"),
    ("$10k p.a.", 10_000, 10_000, "USD", "year"),
    ("$400 a week", 400, 400, "USD", "week"),
    ("$4,800 (≈ €4,400)", 4_800, 4_800, "USD", ""),
    ("$ 900", 900, 900, "USD", ""),
    ("$.50 per request", 0.5, 0.5, "USD", "item"),
]

OTHER: list[tuple[str, tuple[str, float, float, str]]] = [
    ("20 percent", ("percent", 20, 20, "")),
    ("20 per cent of the tickets", ("percent", 20, 20, "")),
    ("85.5%", ("percent", 85.5, 85.5, "")),
    ("85,5 %", ("percent", 85.5, 85.5, "")),
    ("60–70%", ("percent", 60, 70, "")),
    ("60% to 70%", ("percent", 60, 70, "")),
    ("between 60 and 70 percent", ("percent", 60, 70, "")),
    ("ninety-two percent", ("percent", 92, 92, "")),
    ("99.9% uptime", ("percent", 99.9, 99.9, "")),
    ("3 pp", ("points", 3, 3, "")),
    ("2 percentage points", ("points", 2, 2, "")),
    ("three points", ("points", 3, 3, "")),
    ("a three-point gap", ("points", 3, 3, "")),
    ("half a point", ("points", 0.5, 0.5, "")),
    ("+3.5 points", ("points", 3.5, 3.5, "")),
    ("0.5 pts", ("points", 0.5, 0.5, "")),
    ("two to three points", ("points", 2, 3, "")),
    ("six weeks", ("duration", 6, 6, "week")),
    ("6-8 weeks", ("duration", 6, 8, "week")),
    ("six to eight weeks", ("duration", 6, 8, "week")),
    ("between four and six weeks", ("duration", 4, 6, "week")),
    ("three and a half weeks", ("duration", 3.5, 3.5, "week")),
    ("a four-week project", ("duration", 4, 4, "week")),
    ("12 wks", ("duration", 12, 12, "week")),
    ("2 months", ("duration", 8.69, 8.69, "month")),
    ("an 18-month horizon", ("duration", 78.2, 78.2, "month")),
    ("a couple of weeks", ("duration", 2, 2, "week")),
    ("ten working days", ("duration", 2, 2, "working_day")),
    ("1.5 days", ("duration", 0.2143, 0.2143, "day")),
    ("half a day", ("duration", 0.0714, 0.0714, "day")),
    ("4 h", ("duration", 0.0238, 0.0238, "hour")),
    ("3.5 hours per run", ("duration", 0.02083, 0.02083, "hour")),
    ("3 sprints", ("duration", 6, 6, "sprint")),
    ("6 Wochen", ("duration", 6, 6, "week")),
    ("4 semaines", ("duration", 4, 4, "week")),
    ("3个月", ("duration", 13.035, 13.035, "month")),
    ("two quarters", ("duration", 26, 26, "quarter")),
    ("4\u20136 weeks", ("duration", 4, 6, "week")),
    ("7B", ("params", 7, 7, "B")),
    ("a 70B model", ("params", 70, 70, "B")),
    ("0.9B", ("params", 0.9, 0.9, "B")),
    ("a 13b model", ("params", 13, 13, "B")),
    ("124M parameters", ("params", 0.124, 0.124, "B")),
    ("an eight-billion-parameter model", ("params", 8, 8, "B")),
    ("8 billion parameters", ("params", 8, 8, "B")),
    ("a 1.5B-parameter model", ("params", 1.5, 1.5, "B")),
    ("350M params", ("params", 0.35, 0.35, "B")),
    ("7–13B models", ("params", 7, 13, "B")),
    ("p99 < 100 ms", ("latency", 100, 100, "ms")),
    ("under 250 milliseconds", ("latency", 250, 250, "ms")),
    ("80–120ms", ("latency", 80, 120, "ms")),
    ("p99 latency of 2 seconds", ("latency", 2_000, 2_000, "ms")),
    ("p95 below 1.5 s", ("latency", 1_500, 1_500, "ms")),
    ("24 GB", ("memory", 24, 24, "GB")),
    ("80GB of VRAM", ("memory", 80, 80, "GB")),
    ("16-24 GB", ("memory", 16, 24, "GB")),
]

COUNTS: list[tuple[str, float, float, str, str]] = [
    ("5,000 labelled tickets", 5_000, 5_000, "", ""),
    ("25k hand-labelled support tickets", 25_000, 25_000, "", ""),
    ("12,000 manually reviewed German insurance letters", 12_000, 12_000, "", ""),
    ("about 3,000 question-answer pairs", 3_000, 3_000, "examples", ""),
    ("one hundred and fifty examples", 150, 150, "examples", ""),
    ("two thousand five hundred examples", 2_500, 2_500, "examples", ""),
    ("twenty-five thousand examples", 25_000, 25_000, "examples", ""),
    ("1 200 examples", 1_200, 1_200, "examples", ""),
    ("1\u202f200 examples", 1_200, 1_200, "examples", ""),
    ("1,000+ examples", 1_000, 1_000, "examples", ""),
    ("8,000–10,000 examples", 8_000, 10_000, "examples", ""),
    ("8k to 10k examples", 8_000, 10_000, "examples", ""),
    ("5.5k examples", 5_500, 5_500, "examples", ""),
    ("half a million documents", 500_000, 500_000, "", ""),
    ("30 experiments", 30, 30, "runs", ""),
    ("30 short training runs", 30, 30, "runs", ""),
    ("twenty to thirty experiments", 20, 30, "runs", ""),
    ("a dozen experiments", 12, 12, "runs", ""),
    ("two dozen runs", 24, 24, "runs", ""),
    ("at most 40 runs", 40, 40, "runs", ""),
    ("3 epochs", 3, 3, "epochs", ""),
    ("three epochs", 3, 3, "epochs", ""),
    ("12 tenants", 12, 12, "tenants", ""),
    ("forty law-firm customers", 40, 40, "tenants", ""),
    ("2 million requests a month", 2e6, 2e6, "requests", "month"),
    ("50k tickets per month", 50_000, 50_000, "", "month"),
    ("1,00,000 calls a day", 1e5, 1e5, "requests", "day"),
    ("1.2M tokens", 1.2e6, 1.2e6, "tokens", ""),
    ("300 million tokens", 3e8, 3e8, "tokens", ""),
    ("a corpus of 2.5B tokens", 2.5e9, 2.5e9, "tokens", ""),
    ("10万条数据", 1e5, 1e5, "", ""),
    ("In 2025 we saw 3,000 tickets", 3_000, 3_000, "", ""),
    ("3.000 Beispiele", 3_000, 3_000, "", ""),
    ("5 lakh calls", 5e5, 5e5, "", ""),
]

NOTHING = [
    "COVID-19 came first.",
    "We use GPT-4 today.",
    "An A/B test follows.",
    "It starts in Q3 2026.",
    "It ends in H1 2027.",
    "See section 4.2 and Figure 3.",
    "Version 3.1 of the guide",
    "v0.1 was a draft",
    "Date: 2026-11-24",
    "Written on 24 November 2026",
    "by 5 May 2027",
    "Call +49 30 1234567.",
    "Call (555) 123-4567.",
    "We hold ISO 27001.",
    "Table 2 shows it.",
    "See RFC 7231.",
    "Support is there 24/7.",
    "A B2B service",
    "Windows 11 and Python 3.11",
    "ticket ID 4711",
    "issue #123",
    "at 10:30",
    "page 4 of 12",
    "in 2024–2025",
    "step 3 of the plan",
    "top-5 retrieval",
    "ROUGE-1 and F1",
    "on S3 and EC2",
    "error 404",
    "SHA-256",
    "16-bit floats",
    "rank 16, alpha 32",
    "r=16",
    "a rate of 2e-4",
    "a two-stage process",
    "IPv4 and IPv6",
    "Clause 7(b) applies",
    "phase 1 and phase 2",
    "point 3 of the agenda",
    "one of the reasons",
    "3M is a client",
    "5G masts",
    "the 4th of July",
    "the 2nd try",
    "Week 3 is for review.",
    "an A4 page in 12pt type",
    "hundreds of them",
    "CVE-2024-3094",
    "10.0.0.1",
]

BOUNDS = [
    ("under $500", "max"),
    ("up to $20,000", "max"),
    ("no more than £4,000", "max"),
    ("not to exceed $10,000", "max"),
    ("$5,000 or less", "max"),
    ("$5,000 at most", "max"),
    ("a maximum of $5,000", "max"),
    ("capped at $5,000", "max"),
    ("p99 < 100 ms", "max"),
    ("≤ 3 weeks", "max"),
    ("within six weeks", "max"),
    ("at least €1,000", "min"),
    ("$500+", "min"),
    ("$500 or more", "min"),
    ("more than 30 experiments", "min"),
    ("≥ 90%", "min"),
    ("> 90 %", "min"),
    ("over 2 months", "min"),
    ("no fewer than 500 examples", "min"),
    ("1,000+ examples", "min"),
    ("about $500", ""),
    ("exactly 30 runs", ""),
    ("not under $500", "min"),
]

APPROXIMATE = ["~$400", "about 400 USD", "roughly 30 experiments", "approx. 6 weeks", "some 5,000 examples", "≈ 40%"]


def _exact(found: list[Quantity]) -> list[Quantity]:
    return [q for q in found if q.kind in EXACT]


@pytest.mark.parametrize(("text", "low", "high", "currency", "per"), MONEY, ids=[m[0] for m in MONEY])
def test_money(text: str, low: float, high: float, currency: str, per: str) -> None:
    found = [q for q in quantities(text) if q.kind == "money"]
    assert found, quantities(text)
    q = found[0]
    assert (q.low, q.high, q.unit, q.per) == (pytest.approx(low), pytest.approx(high), currency, per)
    assert {x.kind for x in _exact(quantities(text))} == {"money"}


@pytest.mark.parametrize(("text", "expected"), OTHER, ids=[o[0] for o in OTHER])
def test_typed(text: str, expected: tuple[str, float, float, str]) -> None:
    found = _exact(quantities(text))
    assert [q.kind for q in found] == [expected[0]]
    q = found[0]
    assert (q.low, q.high) == (pytest.approx(expected[1], rel=0.01), pytest.approx(expected[2], rel=0.01))
    assert q.unit == expected[3] or expected[0] in ("percent", "points", "params", "latency", "memory")


@pytest.mark.parametrize(("text", "low", "high", "unit", "per"), COUNTS, ids=[c[0] for c in COUNTS])
def test_counts(text: str, low: float, high: float, unit: str, per: str) -> None:
    found = [q for q in quantities(text) if q.kind == "count" and (not unit or q.unit == unit)]
    assert [(q.low, q.high, q.per) for q in found][:1] == [(pytest.approx(low), pytest.approx(high), per)]
    assert not _exact(quantities(text))


@pytest.mark.parametrize("text", NOTHING)
def test_no_quantity(text: str) -> None:
    assert [q for q in quantities(text) if q.kind in EXACT or q.unit != "things"] == []


@pytest.mark.parametrize(("text", "bound"), BOUNDS)
def test_bounds(text: str, bound: str) -> None:
    assert [q.bound for q in quantities(text)][:1] == [bound]


@pytest.mark.parametrize("text", APPROXIMATE)
def test_approximate(text: str) -> None:
    assert quantities(text)[0].approximate


@pytest.mark.parametrize("text", [m[0] for m in MONEY] + [o[0] for o in OTHER] + [c[0] for c in COUNTS])
def test_offsets_are_of_the_words(text: str) -> None:
    for q in quantities(text):
        assert 0 <= q.start < q.end <= len(text)
        assert any(c.isdigit() for c in text[q.start : q.end]) or text[q.start].isalpha()


def test_several_in_one_sentence() -> None:
    found = quantities("30 runs at $15 each over six weeks raise it from 81% to 86%, i.e. by 5 points, at 90 ms.")
    assert [(q.kind, q.high) for q in found if q.kind != "count"] == [
        ("money", 15),
        ("duration", 6),
        ("percent", 81),
        ("percent", 86),
        ("points", 5),
        ("latency", 90),
    ]
    assert next(q for q in found if q.kind == "count").high == 30


def test_first_by_kind_and_unit() -> None:
    text = "2 tenants, 30 runs and $5"
    assert (q := first(text, "count", "runs"))
    assert q.high == 30
    assert first(text, "latency") is None
