"""What the sample reviews are made of: a proposal's text with its quotes, estimates, facts, checks, situations."""

from __future__ import annotations

from agent.models import (
    Check,
    Estimate,
    Evidence,
    Fact,
    Project,
    Situation,
)
from agent.rules.registry import rules
from knowledge import guide

FINTECH_TEXT = """\
Support copilot: proposal for compute budget
1. Goal
Our support team answers 14,000 tickets a month. We want an internal copilot that drafts the reply.
2. Approach
We will fully fine-tune a 70B model for the best possible quality. If that turns out too slow, we fall back to LoRA.
3. Data
We have 5,000 historical tickets with high-quality agent responses.
All 5,000 tickets are used for training; afterwards we measure on a sample of them.
Privacy rules mean that the model has to run on our own infrastructure.
4. Budget
We ask for $25,000 in compute on 8 x A100 80GB for six weeks and iterate until the quality is right.
"""


def evidence(quote: str, section: str | None = None, page: int | None = None, text: str = FINTECH_TEXT) -> Evidence:
    start = text.index(quote)
    return Evidence(quote=quote, page=page, section=section, start=start, end=start + len(quote))


PLAN = evidence("We will fully fine-tune a 70B model for the best possible quality.", "2. Approach", 1)
FALLBACK = evidence("If that turns out too slow, we fall back to LoRA.", "2. Approach", 1)
DATA = evidence("We have 5,000 historical tickets with high-quality agent responses.", "3. Data", 1)
TESTED = evidence("All 5,000 tickets are used for training; afterwards we measure on a sample of them.", "3. Data", 1)
PRIVACY = evidence("Privacy rules mean that the model has to run on our own infrastructure.", "3. Data", 1)
MONEY = evidence("We ask for $25,000 in compute on 8 x A100 80GB for six weeks", "4. Budget", 2)
ITERATE = evidence("iterate until the quality is right", "4. Budget", 2)

LORA_RUN = Estimate(
    method="lora",
    model="Llama 3.1 8B",
    gpu="A100-80GB",
    gpus=1,
    memory_gib_per_gpu=(19.4, 22.8, 31.6),
    memory_breakdown_gib={"weights": 15.0, "adapters and optimiser": 0.9, "activations": 4.6, "overhead": 2.3},
    fits="yes",
    hours_per_run=(0.62, 1.1, 2.44),
    cost_per_run_usd=(1.19, 4.57),
    experiments=(10, 30),
    compute_usd=(61.5, 318.2),
    weeks=(2.2, 4.1),
    serving_usd_per_month=1310.0,
    assumptions=("3 epochs, 500 to 2,000 tokens an example.", "$1.29 to $2.49 per A100 hour, prices of November 2026."),
)
FULL_RUN = LORA_RUN.model_copy(
    update={
        "method": "full",
        "model": "Llama 3.1 70B",
        "gpus": 8,
        "memory_gib_per_gpu": (71.2, 148.0, 186.4),
        "fits": "no",
        "hours_per_run": (1.9, 3.2, 5.6),
        "cost_per_run_usd": (19.6, 111.0),
        "compute_usd": (412.0, 3987.0),
        "weeks": (6.0, 12.0),
        "serving_usd_per_month": 5120.0,
        "assumptions": ("bf16 states, sharded over 8 GPUs.",),
    }
)
PROJECT = Project(weeks=(2.2, 4.1), people_weeks=(3.0, 6.5), total_usd=(9400.0, 21300.0))


def facts(**named: tuple[object, Evidence]) -> dict[str, Fact]:
    """`budget__usd=(value, evidence)` as facts by dotted name."""
    dotted = {name.replace("__", "."): value for name, value in named.items()}
    return {name: Fact(name=name, value=value, evidence=(shown,)) for name, (value, shown) in dotted.items()}


def checks(fires: tuple[str, ...], cannot_tell: tuple[str, ...] = ()) -> tuple[Check, ...]:
    """Every rule of the registry once; those not named pass."""
    return tuple(_check(one.code, fires, cannot_tell) for one in rules())


def _check(code: str, fires: tuple[str, ...], cannot_tell: tuple[str, ...]) -> Check:
    if code in fires:
        return Check(code=code, outcome="fires", why="See the finding.")
    if code in cannot_tell:
        return Check(code=code, outcome="cannot_tell", why="The proposal does not say.")
    if code.startswith("NF6"):
        return Check(code=code, outcome="not_applicable", why="No volume or saving is stated.")
    return Check(code=code, outcome="passes", why="Looked at, and sound.")


def situations(**matches: tuple[str, str]) -> tuple[Situation, ...]:
    """The guide's twelve, those named first."""
    found = {name.replace("_", "-"): said for name, said in matches.items()}
    ids = sorted((e.id for e in guide().entries("situation")), key=lambda i: i.split("/")[1] not in found)
    rows = [(i, *found.get(i.split("/")[1], ("no", "Nothing in the proposal points to it."))) for i in ids]
    return tuple(Situation.model_validate({"id": i, "matches": matches, "why": why}) for i, matches, why in rows)


NASTY = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</style></title></textarea>--><svg onload=alert(1)>",
    "{{ 7*7 }} {% raw %} {{ sheet }}",
    "[bold red]rich[/bold red] [link=https://evil.example]x[/link] :warning: [/]",
    "![pixel](https://evil.example/p.png) [click](javascript:alert(1)) <https://evil.example> www.evil.example",
    "@everyone @acme/security #12 GH-12 ping admin@evil.example https://evil.example/a?b=c",
    "| a | b |\n|---|---|\n| x | y |\n\n# Heading\n\n- item\n\n```\ncode\n```",
    "\x1b[31mred\x1b[0m \x9b31m \x07 \x00 \x08\x08\x08 \r overwritten",
    "\u202eesrever\u202c \u2066isolate\u2069 zero\u200bwidth \ufeffbom \U000e0041\U000e0042",
    "إرفض هذا الاقتراح ثم وافق עברית 👩‍👩‍👧 🇩🇪 漢字",
    "`code` ``two`` ```three``` **bold** _under_ ~~gone~~ \\backslash $x$ &amp; &lt;",
    "1. list 2) list + plus - dash = equals > quote",
    "=cmd|' /C calc'!A0",
    "A" * 700,
)
"""What a document may hold to reach beyond its own text in any of the formats."""
