"""A review in the order in which a PM reads it, as plain text without escaping: what every human format lays out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from agent.models import Evidence, Fact, Finding, Question, Review, Situation
from agent.reports import figures, labels
from agent.reports.plain import plain, plain_lines, shorten

SEVERITIES = ("blocker", "major", "minor")
OUTCOMES = ("fires", "cannot_tell", "passes", "not_applicable")
QUOTE_LIMIT = 320
QUOTES_SHOWN = 3
TITLE_LIMIT = 120


class Quote(NamedTuple):
    """Words of the document and where they stand."""

    text: str
    place: str


class Named(NamedTuple):
    """A rule that something is about: `text` is code and title."""

    code: str
    text: str


class FindingItem(NamedTuple):
    """One finding: `more` counts the quotes left out, `questions` are numbers in the list of questions."""

    code: str
    title: str
    severity: str
    severity_word: str
    status: str
    message: str
    redirect: str
    quotes: tuple[Quote, ...]
    more: int
    absence: bool
    guides: tuple[str, ...]
    questions: tuple[int, ...]


class QuestionItem(NamedTuple):
    """One question with its rank; `status` is empty while it is open."""

    number: int
    text: str
    why: str
    good_answer: str
    findings: tuple[Named, ...]
    guides: tuple[str, ...]
    status: str
    answer: str


class FactRow(NamedTuple):
    """One fact: how it is known ("inferred, from an answer"), its quote, and contradicting readings."""

    label: str
    value: str
    known: str
    quote: Quote | None
    others: tuple[str, ...]


class CheckRow(NamedTuple):
    """One rule and what it said."""

    title: str
    outcome: str
    outcome_word: str
    why: str


class SituationRow(NamedTuple):
    """One of the guide's situations held against the proposal."""

    title: str
    matches: str
    matches_word: str
    why: str


class Advice(NamedTuple):
    """The recommendation; `plan` is Markdown to paste, its lines kept."""

    what: str
    why: str
    guides: tuple[str, ...]
    plan: str


class Sheet(NamedTuple):
    """The whole review, ready to lay out."""

    title: str
    source: str
    verdict: str
    verdict_word: str
    summary: str
    counts: str
    because: tuple[Named, ...]
    questions: tuple[QuestionItem, ...]
    findings: tuple[FindingItem, ...]
    settled: tuple[FindingItem, ...]
    advice: Advice
    facts: tuple[FactRow, ...]
    checks: tuple[CheckRow, ...]
    check_counts: str
    situations: tuple[SituationRow, ...]
    notes: tuple[str, ...]
    unread: tuple[str, ...]
    engine: str
    stamp: str

    @property
    def is_proposal(self) -> bool:
        """False for the short form."""
        return self.verdict != "not_a_proposal"

    @property
    def open_questions(self) -> tuple[QuestionItem, ...]:
        """Those that still want an answer."""
        return tuple(q for q in self.questions if q.status != labels.word("question_status", "answered"))


def sheet(review: Review) -> Sheet:
    """Lays a review out: ranked questions, findings by severity, words for codes, titles for guide ids."""
    questions = _ranked(review.questions)
    items = [_finding(f, questions) for f in _by_severity(review.findings)]
    settled = {labels.word("finding_status", s) for s in ("resolved", "waived")}
    return Sheet(
        title=shorten(plain(review.document.title) or plain(review.document.name) or "Untitled document", TITLE_LIMIT),
        source=_source(review),
        verdict=review.verdict.value,
        verdict_word=labels.word("verdicts", review.verdict.value),
        summary=plain(review.verdict.summary),
        counts=_counts(review),
        because=tuple(_named(code, review.findings) for code in review.verdict.because),
        questions=tuple(_question(n, q, review.findings) for n, q in enumerate(questions, 1)),
        findings=tuple(i for i in items if i.status not in settled),
        settled=tuple(i for i in items if i.status in settled),
        advice=_advice(review),
        facts=tuple(_fact(f) for name, f in review.facts.items() if not name.startswith("x.")),
        checks=_checks(review),
        check_counts=_check_counts(review),
        situations=tuple(_situation(s) for s in sorted(review.situations, key=_match_order)),
        notes=tuple(plain(n) for n in review.notes),
        unread=tuple(plain(d) for d in review.engine.degraded),
        engine=_engine(review),
        stamp=f"Review {plain(review.review_id)}, {figures.moment(plain(review.created_at))}",
    )


def quote(evidence: Evidence) -> Quote:
    """The words of an evidence, shortened, with page and section."""
    section = shorten(plain(evidence.section), TITLE_LIMIT)
    page = f"page {evidence.page}" if evidence.page is not None else ""
    place = ", ".join(p for p in (page, f"section “{section}”" if section else "") if p)
    return Quote(shorten(plain(evidence.quote), QUOTE_LIMIT) or "(no visible characters)", place)


def _counts(review: Review) -> str:
    live = [f for f in review.findings if f.status not in ("waived", "resolved")]
    tally = [(s, sum(f.severity == s for f in live)) for s in SEVERITIES]
    parts = [figures.count(n, s) if s == "blocker" else f"{n} {s}" for s, n in tally if n]
    found = f"{figures.count(len(live), 'finding')}: {figures.listed(parts)}" if live else "No findings"
    asked = sum(q.status != "answered" for q in review.questions)
    return f"{found}; {figures.count(asked, 'question') if asked else 'no questions'} to answer"


def _source(review: Review) -> str:
    doc = review.document
    pages = figures.count(doc.pages, "page") if doc.pages is not None else ""
    name = plain(doc.name) if plain(doc.title) else ""
    return ", ".join(p for p in (name, plain(doc.format).upper(), pages, figures.count(doc.words, "word")) if p)


def _ranked(questions: Iterable[Question]) -> list[Question]:
    return sorted(questions, key=lambda q: (q.status == "answered", q.priority))


def _by_severity(findings: Iterable[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda f: SEVERITIES.index(f.severity))


def _named(code: str, findings: tuple[Finding, ...]) -> Named:
    return Named(plain(code), labels.rule_title(code, next((f.name for f in findings if f.code == code), "")))


def _finding(finding: Finding, ranked: list[Question]) -> FindingItem:
    numbers = {q.id: n for n, q in enumerate(ranked, 1)}
    shown = finding.evidence[:QUOTES_SHOWN]
    return FindingItem(
        code=plain(finding.code),
        title=labels.rule_title("", finding.name),
        severity=finding.severity,
        severity_word=labels.word("severities", finding.severity),
        status="" if finding.status == "open" else labels.word("finding_status", finding.status),
        message=plain(finding.message),
        redirect=plain(finding.redirect),
        quotes=tuple(quote(e) for e in shown),
        more=len(finding.evidence) - len(shown),
        absence=finding.absence,
        guides=_guides(finding.guide_refs),
        questions=tuple(sorted(numbers[q] for q in finding.question_ids if q in numbers)),
    )


def _question(number: int, question: Question, findings: tuple[Finding, ...]) -> QuestionItem:
    return QuestionItem(
        number=number,
        text=plain(question.text),
        why=plain(question.why),
        good_answer=plain(question.good_answer),
        findings=tuple(_named(code, findings) for code in question.finding_codes),
        guides=_guides(question.guide_refs),
        status="" if question.status == "open" else labels.word("question_status", question.status),
        answer=plain(question.answer),
    )


def _guides(refs: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(labels.guide_title(ref) for ref in refs))


def _advice(review: Review) -> Advice:
    said = review.recommendation
    what = labels.word("approaches", said.approach)
    if said.base_model:
        what += f" on {plain(said.base_model)}"
    if said.hardware:
        what += f", {plain(said.hardware)}"
    if said.instead:
        what = f"Instead of fine-tuning: {labels.word('instead', said.instead)}"
    return Advice(what, plain(said.why), _guides(said.guide_refs), plain_lines(said.counter_plan))


def _fact(fact: Fact) -> FactRow:
    known = [w for w in (fact.basis if fact.basis == "inferred" else "", labels.word("sources", fact.source)) if w]
    first = quote(fact.evidence[0]) if fact.evidence else None
    others = tuple(shorten(labels.fact_value(other), QUOTE_LIMIT) for other in fact.others)
    value = shorten(labels.fact_value(fact), QUOTE_LIMIT)
    return FactRow(labels.fact_label(fact.name), value, ", ".join(known), first, others)


def _checks(review: Review) -> tuple[CheckRow, ...]:
    rows = sorted(review.checks, key=lambda c: OUTCOMES.index(c.outcome))
    return tuple(
        CheckRow(_named(c.code, review.findings).text, c.outcome, labels.word("outcomes", c.outcome), plain(c.why))
        for c in rows
    )


def _check_counts(review: Review) -> str:
    tally = [(o, sum(c.outcome == o for c in review.checks)) for o in OUTCOMES]
    parts = [f"{n} {labels.word('outcomes', o).lower()}" for o, n in tally if n]
    return f"{figures.count(len(review.checks), 'rule')}: {figures.listed(parts)}" if parts else ""


def _situation(situation: Situation) -> SituationRow:
    ref = situation.id if "/" in situation.id else f"situation/{situation.id}"
    return SituationRow(
        labels.guide_title(ref), situation.matches, labels.word("matches", situation.matches), plain(situation.why)
    )


def _match_order(situation: Situation) -> int:
    return ("yes", "cannot_tell", "no").index(situation.matches)


def _engine(review: Review) -> str:
    engine = review.engine
    if engine.mode == "rules":
        who = "Read by rules alone, without a language model"
    else:
        tokens = figures.count(engine.input_tokens + engine.output_tokens, "token")
        spent = f"{figures.count(engine.llm_calls, 'call')}, {tokens}, {figures.usd(engine.cost_usd)}"
        who = f"Read by rules and by {plain(engine.model) or 'a language model'} ({spent})"
    return f"{who}; review-finetune {plain(engine.version)}; {figures.duration(engine.seconds)}"
