"""Reviewers for these tests: one that knows every label, one that is wrong in known ways, one that crashes."""

from __future__ import annotations

from pathlib import Path

from agent.documents import parse
from agent.models import (
    Check,
    Document,
    DocumentInfo,
    Engine,
    Evidence,
    Fact,
    Finding,
    Question,
    Recommendation,
    Review,
    Verdict,
)
from evals.dataset import ROOT, Labels, load_case


def review(data: bytes, name: str) -> Review:
    """Says exactly what the labels of the open case say."""
    document = parse(data, name)
    return _review(_labels(name), document)


def wrong(data: bytes, name: str) -> Review:
    """Approves everything, accuses of AP3 with a quote that is nowhere, and invents a fact."""
    document = parse(data, name)
    lie = Evidence(quote="We will spend without limit.", start=0, end=28)
    told = Finding(
        code="AP3", name="unbounded", severity="blocker", message="No cap.", redirect="Cap it.", evidence=(lie,)
    )
    made = _review(_labels(name), document)
    facts = {"run.rank": Fact(name="run.rank", value=4096, evidence=(_first_line(document),))}
    verdict = Verdict(value="approve", summary="Ready.")
    return made.model_copy(update={"findings": (told,), "facts": facts, "questions": (), "verdict": verdict})


def sound(data: bytes, name: str) -> Review:
    """Approves everything and reads nothing."""
    labels = Labels(slug="sound", verdict=("approve",), approach=("lora",))
    return _review(labels, parse(data, name))


def crash(data: bytes, name: str) -> Review:
    """Fails on every document."""
    raise RuntimeError(f"cannot read {name}")


def _labels(name: str) -> Labels:
    return load_case(ROOT / "open" / f"{Path(name).stem}.toml", "open").labels


def _first_line(document: Document) -> Evidence:
    block = document.body[0]
    return Evidence(quote=document.quote(block), start=block.start, end=block.end)


def _review(labels: Labels, document: Document) -> Review:
    proof = _first_line(document)
    value = labels.approach[0] if labels.approach else "none"
    return Review(
        review_id="test",
        created_at="2026-01-05T09:00:00Z",
        document=DocumentInfo(
            name=document.name,
            format=document.format,
            sha256=document.sha256,
            pages=None,
            words=document.words,
            title=None,
        ),
        engine=Engine(version="0"),
        facts={n: Fact(name=n, value=v, evidence=(proof,)) for n, v in labels.facts.items()},
        situations=(),
        estimate=None,
        recommendation=Recommendation(approach=value, why="labels"),
        findings=tuple(
            Finding(code=c, name=c, severity="major", message=c, redirect=c, absence=True) for c in sorted(labels.fires)
        ),
        checks=tuple(Check(code=c, outcome="fires", why="labels") for c in sorted(labels.fires)),
        questions=tuple(Question(id=f"{q}:1", text=q, why=q, good_answer=q) for q in sorted(labels.questions)),
        verdict=Verdict(value=labels.verdict[0], summary="labels"),
    )
