"""What one review gave, as plain data that passes between processes, and how it is obtained."""

from __future__ import annotations

import importlib
import os
import re
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any

from agent.models import Document, Evidence, Review

REVIEWER = "agent.review:review"
IN_PROCESS = "evals.outcome:review_trusted"
"""The same review without the reader's child process: for the thousands of texts that are of our own making."""
WITH_MODEL = "evals.reviewers:with_model"
"""With the configured language model; every other reviewer finds no key in the environment."""
_MODEL_VARIABLES = ("OPENAI_API_KEY", "OPENAI_BASE_URL")


@dataclass(frozen=True)
class Told:
    """One finding: how grave, what it says, and the words it rests on (empty when it rests on absence)."""

    code: str
    severity: str
    status: str
    message: str
    quotes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """What a review of one document says, or how it failed."""

    slug: str
    verdict: str = ""
    approach: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    fact_quotes: dict[str, str] = field(default_factory=dict)
    findings: tuple[Told, ...] = ()
    checks: dict[str, tuple[str, str]] = field(default_factory=dict)
    questions: tuple[str, ...] = ()
    all_quotes: tuple[str, ...] = ()
    bad_quotes: tuple[str, ...] = ()
    seconds: float = 0.0
    crash: str = ""

    @property
    def fired(self) -> frozenset[str]:
        """Codes of the findings that stand."""
        return frozenset(f.code for f in self.findings if f.status in ("open", "unconfirmed"))


@dataclass(frozen=True)
class Job:
    """One document to review: made from Markdown in the worker, or bytes as found.

    `quotes_checked` reads the document once more to hold every quote against it.
    """

    slug: str
    name: str
    form: str = "md"
    source: str = ""
    data: bytes = b""
    quotes_checked: bool = True


def review_all(jobs: Sequence[Job], reviewer: str = REVIEWER, workers: int | None = None) -> list[Outcome]:
    """The outcomes of all jobs, in their order.

    Args:
        jobs: the documents.
        reviewer: `module:function`, called as `function(data, name)`; the suite's tests give their own.
        workers: processes; 0 reviews in this process; None takes one for each processor.
    """
    count = (os.cpu_count() or 1) if workers is None else workers
    if count == 0 or len(jobs) == 1:
        return [_one(job, reviewer) for job in jobs]
    with ProcessPoolExecutor(count) as pool:
        return list(pool.map(_one, jobs, [reviewer] * len(jobs), chunksize=max(1, min(8, len(jobs) // (4 * count)))))


def from_review(slug: str, review: Review, document: Document | None, seconds: float = 0.0) -> Outcome:
    """The plain data of a review; its quotes are checked against the document's text."""
    evidence = list(_evidence(review))
    return Outcome(
        slug=slug,
        verdict=review.verdict.value,
        approach=review.recommendation.approach,
        facts={n: f.value for n, f in review.facts.items() if not n.startswith("x.")},
        fact_quotes={n: f.evidence[0].quote for n, f in review.facts.items() if f.evidence},
        findings=tuple(
            Told(f.code, f.severity, f.status, f.message, tuple(e.quote for e in f.evidence)) for f in review.findings
        ),
        checks={c.code: (c.outcome, c.why) for c in review.checks},
        questions=tuple(q.id for q in review.questions),
        all_quotes=tuple(e.quote for e, _ in evidence),
        bad_quotes=tuple(e.quote for e, hidden_ok in evidence if document and not is_verbatim(e, document, hidden_ok)),
        seconds=seconds,
    )


def is_verbatim(evidence: Evidence, document: Document, hidden_ok: bool = False) -> bool:
    """True when the quote stands at its offsets, in text that a reader of the document sees.

    Args:
        evidence: the quote with its offsets.
        document: the text that they refer to.
        hidden_ok: the quote may lie in hidden text (only the finding about hidden text may quote it).
    """
    if not evidence.quote or document.text[evidence.start : evidence.end] != evidence.quote:
        return False
    touched = [b for b in document.blocks if b.start < evidence.end and evidence.start < b.end]
    return bool(touched) and (hidden_ok or all(b.hidden is None and b.kind != "deleted" for b in touched))


def in_source(quote: str, source: str) -> bool:
    """True when the quote's letters and digits stand together in the Markdown from which the file was made."""
    return _letters(quote) in _letters(re.sub(r"<[^>!]*>|\]\([^)]*\)", "", source))


def _evidence(review: Review) -> Iterator[tuple[Evidence, bool]]:
    groups: Iterable[tuple[Iterable[Evidence], bool]] = [
        *((f.evidence, False) for f in review.facts.values() if f.source != "answer"),
        *((f.evidence, f.code == "SEC1") for f in review.findings),
        *((s.evidence, False) for s in review.situations),
    ]
    for items, hidden_ok in groups:
        for item in items:
            yield item, hidden_ok


def review_trusted(data: bytes, name: str) -> Review:
    """Reviews a document of our own making, read in this process."""
    from agent.documents import parse
    from agent.review import review_document

    return review_document(parse(data, name))


def _one(job: Job, reviewer: str) -> Outcome:
    """Reviews one document; whatever goes wrong becomes a crash, never an exception."""
    if reviewer != WITH_MODEL:
        for variable in _MODEL_VARIABLES:
            os.environ.pop(variable, None)
    try:
        data, name = _file(job)
        started = time.perf_counter()
        review = _function(reviewer)(data, name)
        seconds = time.perf_counter() - started
        outcome = from_review(job.slug, review, _document(data, name) if job.quotes_checked else None, seconds)
        invented = tuple(q for q in outcome.all_quotes if job.source and not in_source(q, job.source))
    except Exception as error:
        return Outcome(job.slug, crash=f"{type(error).__name__}: {error}{_where(error)}")
    return replace(outcome, bad_quotes=tuple(dict.fromkeys((*outcome.bad_quotes, *invented))))


def _file(job: Job) -> tuple[bytes, str]:
    if job.data:
        return job.data, job.name
    from evals.render import render

    return render(job.source, job.form, job.name)


def _document(data: bytes, name: str) -> Document:
    from agent.documents import read

    return read(data, name)


def _function(path: str) -> Callable[[bytes, str], Review]:
    module, _, name = path.partition(":")
    found: Callable[[bytes, str], Review] = getattr(importlib.import_module(module), name)
    return found


def _where(error: Exception) -> str:
    """The innermost line of our own code, for whoever mends the crash."""
    at = error.__traceback__
    while at is not None and at.tb_next is not None:
        at = at.tb_next
    return f" ({at.tb_frame.f_code.co_filename}:{at.tb_lineno})" if at is not None else ""


def _letters(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())
