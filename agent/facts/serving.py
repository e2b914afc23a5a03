"""How the tuned model is served, with which adapters, what it replaces, and how it comes back."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agent.facts import hardware
from agent.facts.assertions import assertion
from agent.facts.lexicon import cue
from agent.facts.reading import LIVE, Candidate, Hit, Reading, decide, fact, live, place
from agent.models import Fact


def read(reading: Reading) -> Iterator[Fact]:
    """Facts `serving.*`, `x.serving.*`, `x.replaces`, `x.ownership`."""
    yield from _plan(reading)
    yield from _gpu(reading)
    yield from _adapters(reading)
    yield from _replaces(reading)
    yield from _rollback(reading)
    yield from _cue(reading, "serving.parity", "parity", True)
    yield from _all_at_once(reading)
    yield from _owner(reading)


def _live(reading: Reading, key: str, statuses: tuple[str, ...] = (*LIVE, "conditional")) -> Iterator[Hit]:
    return live(reading.prose, key, statuses)


def _cue(reading: Reading, name: str, key: str, value: object) -> Iterator[Fact]:
    for hit in _live(reading, key, (*LIVE, "conditional", "comparison", "past")):
        yield fact(name, value, hit.segment.evidence())
        return


_SERVING_LABEL = re.compile(
    r"serv(?:ing|ed)|deploy\w*|inference|hosting|production|run.?time|running|operation|runs on|hosted", re.IGNORECASE
)


def _labelled(reading: Reading) -> Iterator[Candidate]:
    """What stands behind `Serving:`, in a serving row of a table, or first in a section on serving."""
    for segment in reading.prose:
        if (
            segment.label
            and _SERVING_LABEL.search(segment.label)
            and not re.search(r"cost|budget|\$|usd|not|latency", segment.label, re.IGNORECASE)
        ):
            undecided = re.search(
                r"\b(?:tbd|undecided|later|none|n/a|open|unknown|not (?:yet )?(?:decided|planned))\b",
                segment.text,
                re.IGNORECASE,
            )
            if (
                segment.role not in ("others", "rejected", "appendix")
                and not undecided
                and len(segment.text.split()) >= 2
            ):
                yield Candidate(segment.text.strip(), (segment.evidence(),), 2.0 + place(segment))


def _plan(reading: Reading) -> Iterator[Fact]:
    candidates = list(_labelled(reading))
    for segment, _, start, end in _live(reading, "serving"):
        if re.search(r"\bsav(?:e|es|ing|ings)\b", segment.text, re.IGNORECASE):
            continue
        strong = cue("facts", "serving_strong").search(segment.text) or segment.role == "serving"
        negative = re.search(
            r"\b(?:no (?:plan|decision)|not (?:yet )?(?:decided|planned|known|part|covered|considered)|tbd|undecided|to be (?:decided|determined|settled)|unclear|out of scope|(?:decide|think|see|settle|look)\w* (?:about |at |on )?(?:it |that |this )?later|after the training|once (?:we|it) (?:know|is trained))\b",
            segment.text[max(0, start - 40) : end + 60],
            re.IGNORECASE,
        )
        if strong and not negative and segment.block.kind != "heading":
            candidates.append(
                Candidate(
                    segment.text.strip(),
                    (segment.evidence(),),
                    place(segment) + (1.0 if segment.role == "serving" else 0.0),
                )
            )
    served = {id(g.segment) for g in reading.gpus if hardware.serving(g) and g.said.status in LIVE}
    for segment in reading.prose:
        if id(segment) in served and segment.role not in ("others", "past", "rejected"):
            candidates.append(Candidate(segment.text.strip(), (segment.evidence(),), 0.8 * place(segment)))
    candidates = [
        c._replace(weight=c.weight + (1.5 if cue("facts", "serving_engine").search(c.value) else 0.0))
        for c in candidates
        if len(re.findall(r"[A-Za-z]{2,}", c.value)) >= 3
    ]
    if found := decide("serving.plan", candidates):
        yield found.model_copy(update={"others": ()})


def _gpu(reading: Reading) -> Iterator[Fact]:
    candidates = [
        Candidate((g.name, g.count_high or 1.0), (g.segment.evidence(),), place(g.segment) + (0.5 if g.count else 0.0))
        for g in reading.gpus
        if g.said.status in LIVE and g.segment.role not in ("others", "past", "rejected") and hardware.serving(g)
    ]
    if found := decide("serving.hardware", candidates):
        name, count = found.value
        yield found.model_copy(update={"value": f"{count:g}x {name}", "others": ()})
        yield fact("x.serving.gpu", name, *found.evidence[:1])
        yield fact("x.serving.count", count, *found.evidence[:1])


def _adapters(reading: Reading) -> Iterator[Fact]:
    separate = next(_live(reading, "separate", (*LIVE, "rejected", "conditional", "comparison")), None)
    merged = next(
        (
            h
            for h in _live(reading, "merged", LIVE)
            if not _NEGATED.search(h.segment.text[max(0, h.start - 28) : h.end])
        ),
        None,
    )
    if merged and not (separate and separate.segment is merged.segment and separate.start < merged.start):
        yield fact("serving.adapters", "merged", merged.segment.evidence())
    elif separate:
        yield fact("serving.adapters", "separate", separate.segment.evidence())


_NEGATED = re.compile(r"\b(?:not|never|no|without|un|if|nothing)\b|n['’]t\b", re.IGNORECASE)


_REPLACE = re.compile(
    r"\b(?:replac\w+|migrat\w+ (?:from|off|away)|mov\w+ (?:off|away from)|bring\w* (?:it|this|that|the workload|them) in.?house|in.?hous(?:e|ing)|switch\w* (?:from|off|away)|retire|get(?:ting)? off|leav\w+ the|instead of paying|swap\w* out|cut\w* over from|take over from|substitut\w+|supersed\w+|decommission\w*|phase out)\b",
    re.IGNORECASE,
)
_API = re.compile(
    r"\bAPI\b|OpenAI|GPT[-\s]?\d\w*|Claude|Gemini|Anthropic|frontier|hosted model|vendor|provider", re.IGNORECASE
)
_LIVE_MODEL = re.compile(
    r"(?:current|existing|incumbent|live|old|in.production|today's|production|legacy)\s+(?:\w+\s+){0,2}(?:model|system|classifier|engine|pipeline|assistant|bot)",
    re.IGNORECASE,
)


def _replaces(reading: Reading) -> Iterator[Fact]:
    for segment in reading.segments:
        if segment.role in ("others", "rejected", "appendix") or segment.block.kind == "code":
            continue
        for match in _REPLACE.finditer(segment.text):
            if assertion(segment, *match.span()).status not in (*LIVE, "past", "conditional"):
                continue
            around = segment.text[match.start() : match.end() + 70]
            if _API.search(around) or (
                _API.search(segment.text) and re.search(r"in.?house", match.group(), re.IGNORECASE)
            ):
                yield fact("x.replaces", "api", segment.evidence())
                return
            if _LIVE_MODEL.search(around):
                yield fact("x.replaces", "model", segment.evidence())
                return


def _rollback(reading: Reading) -> Iterator[Fact]:
    for segment in reading.prose:
        if segment.role in ("others", "appendix"):
            continue
        if segment.has("no_rollback"):
            yield fact("serving.rollback", False, segment.evidence())
            return
    for hit in _live(reading, "rollback", (*LIVE, "conditional", "fallback", "past")):
        habit = re.search(r"by hand|as (?:now|today|before)|discard|dismiss", hit.words, re.IGNORECASE)
        if habit and not _CHOICE.search(hit.segment.text):
            continue  # how it is done today, not a way back to it
        if not re.search(
            r"\b(?:no|not|without|never)\b[^.;]{0,20}$",
            hit.segment.text[max(0, hit.start - 25) : hit.start],
            re.IGNORECASE,
        ):
            yield fact("serving.rollback", True, hit.segment.evidence())
            return


_CHOICE = re.compile(
    r"\b(?:off|if|when|should|can|may|could|fails?|disabl\w+|withdraw\w*|dislikes?|content|otherwise|then|again|back|stays?|remains?|whereupon|always|go on|carry on|continue)\b",
    re.IGNORECASE,
)


def _all_at_once(reading: Reading) -> Iterator[Fact]:
    for hit in _live(reading, "all_at_once", LIVE):
        staged = cue("facts", "phased").search(hit.segment.text)
        if re.search(r"\bback\b|manual|queue\b|\boff\b", hit.words, re.IGNORECASE):
            continue
        before = hit.segment.text[max(0, hit.start - 20) : hit.start]
        if not staged and not re.search(r"\b(?:no|not|never|rather than|instead of|avoid)\b", before, re.IGNORECASE):
            yield fact("x.serving.all_at_once", hit.words, hit.segment.evidence())
            return


def _owner(reading: Reading) -> Iterator[Fact]:
    for segment in reading.prose:
        match = cue("facts", "owner").search(segment.text)
        if match and re.search(
            r"after launch|in production|monitor|retrain|maintain|on.?call|upkeep|run(?:s|ning) it|operat|owner",
            segment.context,
            re.IGNORECASE,
        ):
            if not re.search(
                r"own (?:infrastructure|data|hardware|servers?)",
                match.group() + segment.text[match.end() : match.end() + 15],
                re.IGNORECASE,
            ):
                yield fact("x.ownership", segment.text[match.start() : match.end() + 60].strip(), segment.evidence())
                return
