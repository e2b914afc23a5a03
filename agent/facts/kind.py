"""Does the document propose (or decide on) adapting a model at all? And if not, what does it seem to be?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from agent.facts.ledger import Facts
from agent.facts.reading import LIVE, Reading, fact, place
from agent.models import Evidence, Fact

_ASK = re.compile(
    r"\b(?:we (?:ask|request|propose|plan|will|want|intend|seek|need|recommend)|request(?:ed|ing)? (?:approval|budget|funding)|approval|budget|proposal|proposed|plan\b|planning|roadmap|charter|"
    r"timeline|milestone|phase \d|the ask|objective|hypothesis|will (?:fine|train|tune|adapt))",
    re.IGNORECASE,
)
_AGAINST = re.compile(
    r"\b(?:we|team|board|group|forum|committee|it was) (?:have |has |had )?(?:decided|chose|agreed|resolved|concluded|elected|opted)?\s?(?:decided )?(?:against|not to|to not) (?:\w+ ){0,2}?(?:fine.?tun\w*|train\w*|tun(?:e|ing)|adapt\w*)|"
    r"\b(?:we|team|this project) (?:will|do|did|are|shall) not (?:going to )?(?:be )?(?:fine.?tun\w*|train(?:ing)? (?:a|any|our own) model|tun(?:e|ing) (?:a|any) model)|"
    r"\bno (?:model|fine.?tuning|training) (?:is|was|will be|gets) (?:trained|tuned|done|planned|part|foreseen|proposed|needed)|\bdecision:? (?:we )?(?:use |go with |adopt |build )?(?:RAG|retrieval|prompting|search)\b|"
    r"\bwe (?:chose|choose|adopt|adopted|went with|go with|picked|selected) (?:RAG|retrieval|prompting|search|a vector|hybrid)|\b(?:RAG|retrieval) (?:was|is) (?:chosen|adopted|selected|the decision)",
    re.IGNORECASE,
)
"""The document's decision is not to tune."""
_DESPITE = re.compile(
    r"\b(?:we (?:ask|request|propose|plan|will|intend|seek|want) [^.;]{0,60}(?:fine.?tun\w*|LoRA|adapter|tune)|approval (?:of|for) [^.;]{0,60}(?:fine.?tun\w*|LoRA|training))",
    re.IGNORECASE,
)


def _speaks_to_reader(text: str) -> bool:
    """An explainer or an advertisement says `you` more than twice as often as `we`."""
    you, we = (
        len(re.findall(rf"\b(?:{words})\b", text, re.IGNORECASE)) for words in ("you|your|yours", "we|our|us|I|my")
    )
    return you >= 5 and you > 2 * we


_HOW_TO = re.compile(
    r"\bthis (?:page|guide|tutorial|article|post|document|runbook) (?:explains|shows|describes how|walks|covers how|tells you)|\bin this (?:tutorial|guide|post|article)\b|^how to\b|step.by.step (?:guide|tutorial)|frequently asked",
    re.IGNORECASE,
)
_WE_ASK = re.compile(
    r"\bwe (?:ask|request|propose|seek|recommend|plan to|want to|intend|will (?:fine|train|tune|adapt))|\bbudget (?:request|ask)|\bproposal\b|\bapproval (?:of|for)",
    re.IGNORECASE,
)
_SEEMS = (
    ("a post-mortem or incident report", r"post.?mortem|incident|outage|root cause|retrospective"),
    ("meeting notes", r"minutes|attendees|action items|meeting notes|agenda|stand.?up"),
    (
        "a product or marketing page",
        r"customers love|sign up|free trial|contact sales|pricing page|get started|book a demo|trusted by|learn more|newsletter",
    ),
    ("a retrieval or prompting design", r"retriev\w+|RAG|vector|prompt\w*|embedding"),
    ("a tutorial or explainer", r"how to|tutorial|what is|explained|step.by.step|guide to"),
    ("a research or course report", r"abstract|references|related work|course|thesis|paper"),
)


_RESOURCES = (
    "budget.usd",
    "experiments.count",
    "hardware.gpu",
    "dataset.examples",
    "timeline.weeks",
    "base_model.name",
)


def read(reading: Reading, facts: Facts) -> Iterator[Fact]:
    """Facts `x.proposal` and, when it is none, `x.seems_to_be`.

    A proposal names a method (or speaks of tuning) as its plan and what it takes: data, GPUs, money, time.
    """
    live, against, shown = _weights(reading)
    text = " ".join(s.text for s in reading.segments)
    resources = sum(name in facts for name in _RESOURCES)
    needed = 1.0 if "method.primary" in facts else 2.0
    proposal = live >= needed and live >= 0.35 * against and (resources >= 2 or live >= 3.0) and bool(_ASK.search(text))
    planned = sum(name in facts for name in ("budget.usd", "experiments.count", "timeline.weeks", "evaluation.target"))
    if "method.primary" in facts and resources >= 3 and planned >= 1:
        proposal = True
    elif against > 1.5 * live and live < 4.0:
        proposal = False
    if (_HOW_TO.search(text) or _speaks_to_reader(text)) and not _WE_ASK.search(text):
        proposal = False
    if _AGAINST.search(text) and not _DESPITE.search(text):
        proposal = False
    yield fact("x.proposal", proposal, *shown[:2])
    if not proposal:
        yield fact("x.seems_to_be", _seems(text), basis="inferred")


def _weights(reading: Reading) -> tuple[float, float, list[Evidence]]:
    """How much the document says that a model will be adapted, how much it says otherwise, and the best quotes."""
    live = against = 0.0
    shown: list[tuple[float, Evidence]] = []
    seen: set[tuple[int, int]] = set()
    for mention in (*reading.methods, *reading.tunings):
        key = (mention.segment.start, mention.start // 200)
        if key in seen:
            continue
        seen.add(key)
        weight = place(mention.segment)
        if mention.said.status in (*LIVE, "fallback") or (
            mention.said.status in ("conditional", "option") and weight > 1
        ):
            factor = {"planned": 1.0, "stated": 0.7}.get(mention.said.status, 0.3)
            live += weight * factor
            shown.append((weight * factor, mention.segment.evidence()))
        elif mention.said.status in ("rejected", "past", "other", "question", "comparison"):
            against += weight * {"rejected": 1.0, "past": 0.7, "other": 0.5}.get(mention.said.status, 0.2)
    shown.sort(key=lambda p: -p[0])
    return live, against, [e for _, e in shown]


def _seems(text: str) -> str:
    counts = [(len(re.findall(pattern, text, re.IGNORECASE)), name) for name, pattern in _SEEMS]
    best = max(counts)
    return best[1] if best[0] >= 2 else "a document about something else"
