"""The metric, the value that means ship, and the value to beat."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import NamedTuple

from agent.facts.lexicon import Cue, cue, table, words
from agent.facts.once import once
from agent.facts.patterns import pattern
from agent.facts.reading import Candidate, Reading, close, decide, fact, place
from agent.facts.results import scored_rows
from agent.facts.segments import Segment
from agent.models import Fact

_OUT = ("others", "rejected", "appendix")
_BARE = re.compile(r"\W*\d{1,3}(?:[.,]\d{1,2})?\W*")
_NAMED = 6.0
"""Weight of a score that the text itself calls the baseline or the target."""


class Score(NamedTuple):
    """A value that can be a score: percentages as 0–100, anything else as written."""

    value: float
    unit: str
    start: int
    end: int


def read(reading: Reading) -> Iterator[Fact]:
    """Facts `evaluation.metric`, `evaluation.target`, `evaluation.baseline`, `x.evaluation.proportion`."""
    metrics: list[Candidate] = []
    found: dict[str, list[Candidate]] = {"target": [], "baseline": []}
    for segment in reading.segments:
        if segment.role in ("others", "appendix"):
            continue
        name = metric_name(segment.text) or metric_name(segment.label) or _quoted(segment)
        for score in scores(segment):
            role, weight = _role(segment, score) or ("", 0.0)
            if role and not (role == "target" and segment.role in _OUT):
                found[role].append(
                    Candidate((score.value, score.unit), (segment.evidence(),), weight + (0.4 if name else 0))
                )
                metrics += _called(segment, score, name, role, weight)
        if not name and segment.row and (head := _headed(segment)):
            metrics.append(Candidate(head, (segment.evidence(),), 1.5))
        metrics += _named_metric(segment, name)
    for role, value, percent, cell in scored_rows(reading):
        unit = "percent" if percent else "plain"
        found[role].append(Candidate((value, unit), (cell.evidence(),), _NAMED if role == "target" else 1.5))
    yield from _facts(metrics, found)


def _called(segment: Segment, score: Score, name: str | None, role: str, weight: float) -> list[Candidate]:
    """What the value is a value of: by the catalogue, else in the words behind it."""
    own = _worded(segment, score) if role == "target" else None
    if not name and not own:
        return []
    return [Candidate(name or own, (segment.evidence(),), weight if name else weight - 0.5)]


def _facts(metrics: list[Candidate], found: dict[str, list[Candidate]]) -> Iterator[Fact]:
    if metric := decide("evaluation.metric", metrics):
        yield metric.model_copy(update={"others": ()})
        if metric.value in words("metrics", "proportion") or metric.value not in table("metrics")["names"]:
            yield fact("x.evaluation.proportion", True, *metric.evidence[:1])
    target = decide("evaluation.target", found["target"], lambda a, b: close(a[0], b[0]))
    if target:
        yield target.model_copy(update={"value": target.value[0], "others": ()})
    if baseline := _baseline(found["baseline"], target):
        yield fact("evaluation.baseline", baseline.value[0], *baseline.evidence)


def _baseline(found: list[Candidate], target: Fact | None) -> Candidate | None:
    """The figure that the text calls the baseline, else the best measured alternative below the target."""
    if target is not None:
        found = [c for c in found if c.value[1] == target.value[1]] or found
    named = [c for c in found if c.weight >= _NAMED]
    below = [c for c in found if target is None or c.value[0] < float(target.value[0])]
    if named:
        return max(named, key=lambda c: c.weight)
    return max(below or found, key=lambda c: float(c.value[0]), default=None)


def _named_metric(segment: Segment, name: str | None) -> list[Candidate]:
    """What stands behind `Metric:` or `KPI`, in the document's words when the catalogue has none."""
    if segment.role in _OUT or not re.search(
        r"\bmetrics?\b|\bmeasure\b|\bKPI\b|success (?:metric|criteri)", segment.label, re.IGNORECASE
    ):
        return []
    own = re.split(r"[:：]\s*", segment.text, maxsplit=1)[-1].split(";")[0].split(" — ")[0].strip(" .")
    return [Candidate(name or own[:80], (segment.evidence(),), _NAMED)] if name or own else []


_WORDED = re.compile(
    r"[\s*_\"“]{0,4}(?:of (?:the |all )?)?(?P<words>[a-zà-ÿ][^.,;:(|%\d]{4,70}?)"
    r"(?=\s*(?:$|[.,;:(|]| (?:on|if|when|or|and|by|which|that|at|in) ))",
    re.IGNORECASE,
)


def _worded(segment: Segment, score: Score) -> str | None:
    """A metric in the words behind its value: `85% published unedited`, `76% of records fully right`."""
    match = _WORDED.match(segment.text[score.end :])
    if not match or pattern("targets.no_metric").match(match["words"]):
        return None
    return match["words"].strip(" *_")


def _headed(segment: Segment) -> str | None:
    """The head of a column of scores: `| set-up | usable as sent |`."""
    head = re.sub(r"\(.*?\)|[*_]", "", " ".join(segment.block.headers[-1:])).strip()
    plain = (segment.row and any(q.kind == "percent" for q in segment.quantities)) or _BARE.fullmatch(segment.text)
    wordy = len(re.findall(r"[A-Za-zÀ-ÿ]{3,}|[가-힣一-龥]{2,}", head)) >= 2 and not pattern(
        "targets.no_metric_head"
    ).search(head)
    return head if plain and wordy else None


def _quoted(segment: Segment) -> str | None:
    """A metric in the judge's own words: `"would send as is"`."""
    match = re.search(r"[\"“'‘]([A-Za-z][^\"”’]{6,60})[\"”’]", segment.text)
    return match.group(1) if match and any(q.kind == "percent" for q in segment.quantities) else None


@cache
def _any_metric() -> Cue:
    return Cue([phrase for phrases in table("metrics")["names"].values() for phrase in phrases])


@lru_cache(maxsize=4096)
def metric_name(text: str) -> str | None:
    """The first metric named in a text, by `knowledge/reading/metrics.toml`."""
    if not _any_metric().may_match(text):
        return None
    named = [
        (m.start(), -len(m.group()), name)
        for name in table("metrics")["names"]
        if (m := cue("metrics", f"names.{name}").search(text))
    ]
    return min(named)[2] if named else None


_DECIMAL = re.compile(r"(?<![\w.$€£/])(0?\.\d{1,3})(?![\w%]|\.\d|,\d)")
_OF = re.compile(r"(?<![\w.$€£])(\d{1,3}(?:\.\d{1,2})?)\s?(?:/|out of|of)\s?(5|7|10|100)\b(?!\s?%)")
_PLAIN = re.compile(r"(?<![\w.$€£/:-])(\d{1,2}(?:\.\d{1,2})?)(?!\s?(?:%|x\b|×|\d|[,.]\d|/|°))(?=[\s.,;:)|]|$)")


@once
def scores(segment: Segment) -> list[Score]:
    """Values that can be scores, in order."""
    if segment.block.kind == "code" and not segment.label:
        return []
    found = [
        Score(q.low if q.bound != "max" else q.high, "percent", q.start, q.end)
        for q in segment.quantities
        if q.kind == "percent" and q.high <= 100
    ]
    found += [Score(float(m.group(1)), f"of {m.group(2)}", *m.span()) for m in _OF.finditer(segment.text)]
    if _speaks_of_scores(segment):
        found += [Score(float(m.group(1)), "decimal", *m.span()) for m in _DECIMAL.finditer(segment.text)]
        found += [
            Score(float(m.group(1)), "plain", *m.span())
            for m in _PLAIN.finditer(segment.text)
            if _beside_cue(segment, m)
        ]
    taken = [(q.start, q.end) for q in segment.quantities if q.kind != "percent"]
    kept: list[Score] = []
    for score in sorted(found, key=lambda s: (s.start, -s.end)):
        clash = any(a < score.end and score.start < b for a, b in taken) or any(
            k.start < score.end and score.start < k.end for k in kept
        )
        if not clash and not pattern("targets.not_score").match(segment.text[score.end : score.end + 24]):
            kept.append(score)
    return kept


def _speaks_of_scores(segment: Segment) -> bool:
    text = (
        segment.document.quote(segment.block)
        if segment.block.kind != "cell"
        else " ".join(c.context for c in segment.row)
    )
    return metric_name(f"{text} {segment.label} {' '.join(segment.block.section[-1:])}") is not None or bool(
        re.search(r"\btarget|\bbaseline|\bscore", f"{text} {segment.label}", re.IGNORECASE)
    )


def _beside_cue(segment: Segment, match: re.Match[str]) -> bool:
    """A plain number is a score only next to a metric, or to a word such as target, baseline, reaches, from … to."""
    before = segment.text[max(0, match.start() - 30) : match.start()]
    near = (
        metric_name(before) or metric_name(segment.text[match.end() : match.end() + 14]) or metric_name(segment.label)
    )
    role = pattern("targets.role_before").search(before)
    labelled = re.search(r"target|baseline|score|goal", segment.label, re.IGNORECASE)
    unlikely = pattern("targets.unlikely").search(before) and not near
    return bool((near and (role or labelled)) or (labelled and role)) and not unlikely


def _role(segment: Segment, score: Score) -> tuple[str, float] | None:
    """Whether a score is the target or the baseline, and how plainly."""
    text, label = segment.text, segment.label
    before_all, after = text[: score.start], text[score.end : score.end + 40]
    if pattern("targets.staged").search(text):
        return None  # `5% of users first, then 25%, then all`
    if _stop_number(segment, score) or pattern("targets.share_before").search(before_all[-14:]):
        return None
    if pair := _from_to(before_all, after):
        return pair
    own = re.split(r"[,;(]", before_all)[-1] + " " + after[:20]
    if re.search(r"\bbaseline", label, re.IGNORECASE) and not re.search(r"target|goal", own, re.IGNORECASE):
        return "baseline", _NAMED
    says = re.search(r"\b(?:is|are|was|were)\b", label)  # `The size is needed: …` labels no figure
    if (
        pattern("targets.target_label").search(label)
        and not says
        and not re.search(r"baseline|today|current|now|prompt|few.?shot", own, re.IGNORECASE)
    ):
        return "target", _NAMED
    if _tuned(before_all[-75:]) or _tuned(label):
        return None
    if pattern("targets.baseline_label").search(label) and not re.search(r"target|goal", own, re.IGNORECASE):
        return "baseline", 3.2
    clause = segment.clause_at(score.start)
    before = text[max(clause.start, score.start - 75) : score.start]
    weight = place(segment)
    return (
        _bracketed(after, weight)
        or _nearest(before, weight)
        or _nearest(before_all[-75:], 0.6 * weight)
        or _alternative(before_all[-160:])
        or _under_heading(segment, weight)
    )


def _under_heading(segment: Segment, weight: float) -> tuple[str, float] | None:
    """A score in a section that is called `Requirement`, `Success` or `Goal`, of which nothing else is said."""
    heading = " ".join(segment.block.section[-1:])
    named = pattern("targets.target_heading").fullmatch(heading) and segment.block.kind != "heading"
    return ("target", 0.8 * weight) if named and not segment.row else None


def _stop_number(segment: Segment, score: Score) -> bool:
    """`if it stays under 70% we stop` is the number that ends the project, not the one that ships."""
    near = segment.text[max(0, score.start - 60) : score.end + 60]
    below = pattern("targets.below").search(segment.text[max(0, score.start - 40) : score.start])
    return bool(pattern("targets.stop").search(near) and below) or bool(pattern("targets.stop").search(segment.label))


def _from_to(before: str, after: str) -> tuple[str, float] | None:
    """`from 71% to at least 82%`: the first is the baseline, the second the target."""
    number = r"\d{0,3}(?:\.\d+)?\s?(?:%|per ?cent|percent)?"
    if re.search(
        r"\bfrom (?:the (?:current|present) |today's |about |around )?$", before[-30:], re.IGNORECASE
    ) and re.match(r"[^.;]{0,30}?\bto (?:at least |about |over |above )?\d", after):
        return "baseline", 4.0
    if re.search(
        rf"\bfrom [^.;]{{0,20}}?{number}[^.;]{{0,24}}?\bto (?:at least |about |over |above )?$",
        before[-60:],
        re.IGNORECASE,
    ):
        return "target", 4.0
    return None


def _bracketed(after: str, weight: float) -> tuple[str, float] | None:
    """What is said of a score right behind it: `88% (target)`, `74% today`, `82% or better`."""
    if pattern("targets.then_baseline").match(after):
        return "baseline", _NAMED
    if pattern("targets.then_needed").match(after):
        return "target", 3.0 + weight
    if pattern("targets.then_target").match(after):
        return "target", 2.2 + weight
    if pattern("targets.then_today").match(after):
        return "baseline", 1.6 + weight
    return None


def _nearest(before: str, weight: float) -> tuple[str, float] | None:
    """The nearest cue before the score decides."""
    last = {role: m for role in ("target", "baseline") for m in cue("metrics", role).finditer(before)}
    aim, start = last.get("target"), last.get("baseline")
    if aim and start and start.start() < aim.start() and aim.end() <= start.end():
        del last["target"]  # `few-shot prompting reaches`: what reaches it is what there is
    found = [(len(before) - m.end(), role) for role, m in last.items()]
    if not found:
        return None
    distance, role = min(found, key=lambda pair: (pair[0], pair[1] != "target"))
    named = role == "baseline" and re.search(r"\bbaseline\b[^.;]{0,30}$", before, re.IGNORECASE)
    return role, _NAMED if named else (2.2 - distance / 75) + weight * 0.5


def _tuned(before: str) -> bool:
    """True when the score is one of a tuned model, not of an alternative or a target."""
    last = None
    for match in pattern("targets.tuned").finditer(before):
        last = match
    return bool(last and not last.group("other"))


def _alternative(before: str) -> tuple[str, float] | None:
    """A score in a sentence on prompting or retrieval is one of the alternatives."""
    incumbent = re.search(r"\b(?:API|incumbent|vendor|frontier)\b[^,;]*$", before)
    shown = cue("facts", "prompting").search(before) or cue("facts", "rag").search(before)
    return ("baseline", 1.0) if shown and not incumbent else None
