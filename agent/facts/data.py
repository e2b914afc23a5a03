"""The training data: how many examples, tokens, where from, and whether they are labelled at all."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agent.facts.assertions import assertion
from agent.facts.evaluation import put_aside
from agent.facts.quantities import Quantity
from agent.facts.reading import LIVE, Candidate, Reading, close, decide, fact, place
from agent.facts.segments import Segment
from agent.models import Fact

_TRAINING = re.compile(
    r"train\w*|fine.?tun\w*|dataset|data set|\bdata\b|labell?ed|curat\w+|historical|past|annotat\w+|collect\w*|example|pairs?\b|corpus|archive|gold|export\w*|expert|"
    r"examples? from|we have|we hold|sampled?|anonymi[sz]ed|redacted|deduplicat\w+|cleaned|SFT|instruction|hand.?\w+ed|written by|reviewed|verified|训练|数据|데이터",
    re.IGNORECASE,
)
_TEST = re.compile(
    r"test|held.?out|hold.?out|evaluat\w*|eval\b|benchmark|validation|locked|frozen|sealed|golden|\bdev\b|blind|shadow|pilot|judge|score[sd]?\b|review(?:ed|s)? (?:by|weekly)|graders?|sampl\w+ (?:for|per)",
    re.IGNORECASE,
)
_TRAFFIC = re.compile(
    r"\bper (?:day|month|year|week|hour)\b|\b(?:a|each|every) (?:day|month|year|week)\b|monthly|daily|yearly|annual|volume|traffic|handles?\b|receiv\w+|arriv\w+|process(?:es)?\b|answer(?:s|ed) (?:some|about)",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"dataset|training (?:data|set|examples|pairs)|examples|data(?:set)? size|labelled|samples|training$|train\b|records|corpus|data$|数据|데이터",
    re.IGNORECASE,
)
_STRONG = re.compile(
    r"train(?:ing)?(?: set| data| split| examples| pairs| on)|for training|fine.?tun\w* (?:on|data|set|with|using)|to train|training",
    re.IGNORECASE,
)
_OWNED = re.compile(
    r"our own|own records|we own|rights|licen[cs]\w+|consent|labell?ed by|written by|marked by|coded by|checked by|tagged|corrected by|archive|anonymi[sz]ed|masked|tokeni[sz]ed|names (?:removed|blanked)|\bexist\b|on file|in the archive|we (?:hold|have)\b|permi\w+|good by|by (?:our|senior|two|three|four)",
    re.IGNORECASE,
)
_PROMPT = re.compile(r"\bprompt\w*|\w+.?shot\b|retriev\w+|in.context", re.IGNORECASE)
_ROUTINE = re.compile(
    r"spot.?checks?|every (?:week|month)|re.?scor\w+|sampled (?:weekly|monthly)|audit\w* of|drift|monitor\w*",
    re.IGNORECASE,
)
_NOW = re.compile(
    r"today|currently|so far|on hand|already have|at present|right now|\bnow\b|to date|starting point|existing",
    re.IGNORECASE,
)
_GOAL = re.compile(
    r"will (?:collect|label|have|grow|expand|annotate|gather|curate|generate|write|build|produce|reach|add)|goal|target|to reach|grow\w* to|plan to (?:collect|label|annotate|gather)|expand\w* to|after (?:the )?(?:collection|labelling)|until we have|bring\w* (?:it|us|the) to|(?:raise|take) (?:it|this|that) to|aim\w* (?:for|at)",
    re.IGNORECASE,
)


def read(reading: Reading) -> Iterator[Fact]:
    """Facts `dataset.*`, `x.dataset.*`."""
    candidates = [c for s in reading.segments for c in _examples(s)]
    if found := decide("dataset.examples", candidates, close):
        yield found
    tokens = [c for s in reading.segments for c in _tokens(s)]
    if found := decide("dataset.tokens", tokens, close):
        yield found
    yield from _now(reading, found.value if (found := decide("dataset.examples", candidates, close)) else None)
    yield from _unlabelled(reading)
    yield from _origin(reading)


def _examples(segment: Segment) -> Iterator[Candidate]:
    for q in segment.quantities:
        if q.kind != "count" or q.unit not in ("examples", "requests", "things", "tenants") or q.per:
            continue
        vague = q.unit in ("things", "tenants") and segment.role != "data" and not _LABEL.search(segment.label)
        if vague and not (
            _STRONG.search(segment.text)
            or (_OWNED.search(segment.text) and q.high >= 40 and segment.role not in ("serving", "evaluation"))
        ):
            continue
        weight = _weight(segment, q)
        if weight > 0:
            value = q.high if q.low == q.high else (q.low, q.high)
            yield Candidate(value, (segment.evidence(),), weight)
    label = r"examples|samples|dataset size|train size|records" if segment.block.kind == "code" else _LABEL
    labelled = segment.label and re.search(label, segment.label) and not _TEST.search(segment.label)
    if labelled and segment.role not in ("past", "others", "rejected"):
        match = re.fullmatch(
            r"(?:[^:]{0,40}:)?\s*(?:about |around |~|≈|ca\. )?(\d[\d,. ]*)\s?(k|m)?\W*(?:\(.*\)|#.*)?\W*",
            segment.text,
            re.IGNORECASE,
        )
        if (
            match
            and "%" not in segment.text
            and not re.search(r"token|size in|GB|%|epoch", segment.label, re.IGNORECASE)
        ):
            from agent.facts.numbers import value_of

            yield Candidate(value_of(match.group(1).strip(" .,"), match.group(2)), (segment.evidence(),), 2.5)


def _weight(segment: Segment, q: Quantity) -> float:
    text = segment.text
    said = assertion(segment, q.start, q.end)
    if said.status not in (*LIVE, "past", "conditional") or segment.role in ("others", "rejected") or q.high < 20:
        return 0.0
    if 1900 <= q.high <= 2035 and "," not in text[q.start : q.end]:
        return 0.0  # a year
    if put_aside(text[q.end :]) or (_PROMPT.search(text) and not _STRONG.search(text)) or _ROUTINE.search(text):
        return 0.0
    clause = segment.clause_at(q.start)
    before = text[max(clause.start, q.start - 60) : q.start]
    after = text[q.end : min(clause.end, q.end + 50)]
    near = f"{before} {text[q.start : q.end]} {after}"
    if _TRAFFIC.search(text[q.end : q.end + 22]) or (
        re.search(r"\b(?:page|prompt|call)s?\b", q.noun, re.IGNORECASE) and not _STRONG.search(near)
    ):
        return 0.0
    if re.search(r"\b(?:runs|users|agents|gpu)\b", q.noun, re.IGNORECASE):
        return 0.0
    if _TEST.search(before[-34:]) or _TEST.search(text[q.start : q.end]) or _TEST.search(after[:30]):
        if not _STRONG.search(near):
            return 0.0
        if _nearer(_TEST, _STRONG, text, q):
            return 0.0
    weight = place(segment)
    if q.high < 100 and not (_LABEL.search(segment.label) or _STRONG.search(near) or re.search(r"labell?ed|examples|annotated", near, re.IGNORECASE)):
        return 0.0  # too few to be the data set, unless the text says that it is
    if _LABEL.search(segment.label):
        weight *= 2.2
    if _STRONG.search(near):
        weight *= 2.0
    elif _TRAINING.search(near + segment.label):
        weight *= 1.4
    elif segment.role == "data" or _TRAINING.search(segment.section):
        weight *= 1.0
    else:
        weight *= 0.3
    if _GOAL.search(before):
        weight *= 1.6
    elif _NOW.search(near) and re.search(r"only|not enough|seed|current", near, re.IGNORECASE):
        weight *= 0.6
    if said.status != "planned" and said.status == "past":
        weight *= 0.8
    if re.search(r"\b(?:test|per|each)\b", after[:10]):
        weight *= 0.4
    return weight


def _nearer(a: re.Pattern[str], b: re.Pattern[str], text: str, q: Quantity) -> bool:
    """True when the nearest match of `a` stands nearer to the quantity than that of `b`."""

    def distance(pattern: re.Pattern[str]) -> int:
        return min(
            (q.start - m.end() if m.end() <= q.start else max(0, m.start() - q.end) for m in pattern.finditer(text)),
            default=999,
        )

    return distance(a) < distance(b)


def _tokens(segment: Segment) -> Iterator[Candidate]:
    for q in segment.quantities:
        big = q.kind == "count" and q.unit == "tokens" and q.high >= 50_000 and not q.per
        near = segment.text[max(0, q.start - 60) : q.end + 40]
        price = re.search(r"(?:per|/)\s*(?:1|one)?\s*$", segment.text[max(0, q.start - 6) : q.start])
        live = big and assertion(segment, q.start, q.end).status in LIVE
        if (
            live
            and not price
            and _TRAINING.search(near)
            and not _TRAFFIC.search(near)
            and not re.search(r"context|inference|served", near)
        ):
            yield Candidate(q.high, (segment.evidence(),), place(segment))


def _now(reading: Reading, planned: object) -> Iterator[Fact]:
    for segment in reading.prose:
        for q in segment.quantities:
            if (
                q.kind == "count"
                and q.unit == "examples"
                and _NOW.search(segment.text)
                and q.high != planned
                and not q.per
            ):
                if not _TEST.search(segment.text[max(0, q.start - 30) : q.end + 20]):
                    yield fact("x.dataset.now", q.high, segment.evidence())
                    return


_UNLABELLED = re.compile(
    r"\b(?:raw (?:text|corpus|documents)|unlabell?ed|continued pre.?training|domain.?adaptive pre.?training|corpus of|GRPO|PPO|RLVR|reinforcement learning|reward function|preference pairs)\b",
    re.IGNORECASE,
)


def _unlabelled(reading: Reading) -> Iterator[Fact]:
    for segment in reading.segments:
        match = _UNLABELLED.search(segment.text)
        if match and assertion(segment, *match.span()).status in LIVE:
            yield fact("x.dataset.unlabelled", True, segment.evidence())
            return


_ORIGIN = re.compile(
    r"\b(?:from (?:our|the|past|historical|three|two|closed|resolved|\d+ years)|historical|logged|logs|exported|archive|written by|labell?ed by|annotated by|generated (?:by|with)|synthetic|"
    r"collected (?:from|by)|curated (?:from|by)|anonymi[sz]ed|consent\w*|licen[cs]ed|CRM|helpdesk|ticketing system|public dataset|Hugging Face)\b",
    re.IGNORECASE,
)


def _origin(reading: Reading) -> Iterator[Fact]:
    for segment in reading.prose:
        match = _ORIGIN.search(segment.text)
        if match and _TRAINING.search(segment.text) and segment.role not in ("others", "rejected"):
            yield fact("x.dataset.origin", match.group(), segment.evidence())
            return
