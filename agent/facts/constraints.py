"""Constraints of the workload: where it may run, latency, languages, tenants, how often its knowledge changes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agent.facts.assertions import assertion
from agent.facts.language import named_languages
from agent.facts.lexicon import cue
from agent.facts.reading import LIVE, Candidate, Hit, Reading, decide, fact, live, place
from agent.facts.segments import Segment
from agent.models import Fact


def read(reading: Reading) -> Iterator[Fact]:
    """Facts `constraints.*`, `knowledge.changes`, `task.scope`, `x.privacy_rule`, `x.external_flow`, `x.research_grade`."""
    yield from _on_prem(reading)
    yield from _latency(reading)
    yield from _languages(reading)
    yield from _tenants(reading)
    yield from _changes(reading)
    yield from _research(reading)


def _first(reading: Reading, key: str, statuses: tuple[str, ...]) -> Hit | None:
    return next(live(reading.prose, key, statuses), None)


def _on_prem(reading: Reading) -> Iterator[Fact]:
    rule = _first(reading, "privacy_rule", (*LIVE, "rejected", "conditional", "comparison", "past"))
    if rule:
        yield fact("x.privacy_rule", rule.words, rule.segment.evidence())
        yield fact("constraints.on_prem", True, rule.segment.evidence())
    elif on_prem := _first(reading, "on_prem", LIVE):
        yield fact("constraints.on_prem", True, on_prem.segment.evidence())
    flow = _first(reading, "external_flow", (*LIVE, "conditional"))
    if flow and not re.search(
        r"\b(?:not|never|no|without|nothing)\b|n['’]t\b",
        flow.segment.text[max(0, flow.start - 50) : flow.end],
        re.IGNORECASE,
    ):
        yield fact("x.external_flow", flow.words, flow.segment.evidence())


def _latency(reading: Reading) -> Iterator[Fact]:
    for segment in reading.having("latency"):
        for q in segment.quantities:
            seconds = re.search(r"(\d+(?:\.\d+)?)\s?(?:s|seconds?)\b", segment.text)
            value = q.high if q.kind == "latency" else None
            if value is None and not any(x.kind == "latency" for x in segment.quantities) and seconds:
                value = float(seconds.group(1)) * 1000
            if value is None:
                continue
            measured = re.search(
                r"measured|observed|we see|clocked|benchmarked|came in|ran at|achiev\w+|recorded",
                segment.text,
                re.IGNORECASE,
            )
            if measured and not re.search(
                r"must|under|below|budget|requirement|need|target", segment.text, re.IGNORECASE
            ):
                yield fact("x.latency_measured_p99_ms", value, segment.evidence())
            else:
                yield fact("constraints.latency_p99_ms", value, segment.evidence())
            break
        else:
            continue
        break
    yield from _measured_latency(reading)


def _measured_latency(reading: Reading) -> Iterator[Fact]:
    for segment in reading.having("latency"):
        if re.search(
            r"\b(?:measured|observed|clocked|benchmarked|recorded|came in at|load.?test\w* (?:gave|showed|at))\b",
            segment.text,
            re.IGNORECASE,
        ):
            if q := next((q for q in reversed(segment.quantities) if q.kind == "latency"), None):
                yield fact("x.latency_measured_p99_ms", q.high, segment.evidence())
                return


_LANGUAGE_CONTEXT = re.compile(
    r"language|multilingual|bilingual|languages|in (?:English|German|French|Spanish|Mandarin|Chinese|Hindi|Japanese|Korean|Arabic|Italian|Portuguese)|speak\w*|translat\w+|tickets|queries|customers|messages|share|%|written|workload|documents|corpus",
    re.IGNORECASE,
)


def _languages(reading: Reading) -> Iterator[Fact]:
    found: dict[str, Segment] = {}
    share, share_segment = 0.0, None
    for segment in reading.prose:
        if segment.role in ("others", "rejected", "appendix") or not _LANGUAGE_CONTEXT.search(segment.context):
            continue
        for name, start, end in named_languages(segment.text):
            if assertion(segment, start, end).status in ("other", "question") or re.match(
                r"\s*(?:team|office|market|law|regulation|subsidiary|customers? base|company|authorit)",
                segment.text[end:],
                re.IGNORECASE,
            ):
                continue
            found.setdefault(name, segment)
            part = _share(segment, start, end)
            if name != "English" and part > share:
                share, share_segment = part, segment
    if found:
        evidence = tuple(dict.fromkeys(s.evidence() for s in found.values()))[:3]
        yield fact("constraints.languages", list(found), *evidence)
    if share_segment is not None:
        yield fact("x.language_share", share, share_segment.evidence())


def _share(segment: Segment, start: int, end: int) -> float:
    for q in segment.quantities:
        between = segment.text[q.end : start] if q.end <= start else segment.text[end : q.start]
        if q.kind == "percent" and len(between) < 40 and not re.search(r"[,;:.]|\band\b", between):
            return q.high / 100
    return 0.0


_EACH = re.compile(
    r"(?:adapters?|models?|LoRAs?|fine.?tunes?|copies|copy|voice|style)\s+(?:of its own\s+)?(?:per|for each|for every|each for|to each|of each)\s+(?P<a>\w+)|"
    r"\b(?:each|every)\s+(?P<b>\w+)\s+(?:has|wants?|gets?|with|needs?|keeps?)\s+(?:its|their|his|an?)\s+own|\bper[- ](?P<c>tenant|customer|client|variant|brand|area|hospital|clinic|bank|store|chain)\b|"
    r"\b(?:one|a) (?:\w+ ){0,2}(?:adapter|model|copy) (?:per|for each|for every|each) (?:\w+ )?(?P<d>\w+)|, (?:one|each) per (?:\w+ )?(?P<e>\w+)",
    re.IGNORECASE,
)


def _variants(reading: Reading) -> set[str]:
    """Stems of the words for what has an adapter of its own: `one adapter for each clinic` gives `clini`."""
    found = set()
    for segment in reading.prose:
        for match in _EACH.finditer(segment.text):
            found |= {w.lower()[:5] for w in match.groups() if w and len(w) > 3}
    return found


def _tenants(reading: Reading) -> Iterator[Fact]:
    candidates = []
    variants = _variants(reading) | {"tenan"}
    for segment in reading.prose:
        if segment.role in ("others", "rejected"):
            continue
        for q in segment.quantities:
            if q.kind != "count" or q.unit != "tenants" or q.high < 2 or q.high > 100_000:
                continue
            named = any(word.lower()[:5] in variants for word in q.noun.split()[-2:])
            staged = re.search(
                r"first|then|begin|start|pilot|week|month|follow|join",
                segment.text[max(0, q.start - 20) : q.end + 25],
                re.IGNORECASE,
            )
            each = re.match(r"\W?\s?(?:a|per|for each|each)\s\w+", segment.text[q.end :], re.IGNORECASE)
            named = named or re.match(
                r"\s*each (?:get|gets|have|has|want|wants|need|needs|receive|run)\b",
                segment.text[q.end :],
                re.IGNORECASE,
            )
            if (
                named
                and not staged
                and not each
                and assertion(segment, q.start, q.end).status in (*LIVE, "conditional", "past")
            ):
                candidates.append(
                    Candidate(
                        q.high, (segment.evidence(),), place(segment) + (0.5 if "tenan" in q.noun.lower() else 0.0)
                    )
                )
        number = re.fullmatch(r"\W*(\d{1,5})\W*", segment.text)
        if number and re.fullmatch(
            r"(?:number of )?(?:tenants|brands|customers|clients|variants|practice areas|clinics|stores|languages|agents|countries|business units)(?: in scope| served)?",
            segment.label,
            re.IGNORECASE,
        ):
            candidates.append(Candidate(float(number.group(1)), (segment.evidence(),), 3.0))
    if found := decide("constraints.tenants", candidates):
        yield found.model_copy(update={"others": ()})


def _changes(reading: Reading) -> Iterator[Fact]:
    often = next(_often(reading), None)
    stable = _first(reading, "stable", (*LIVE, "past"))
    if often:
        yield fact("knowledge.changes", "often", often.evidence())
        words = often.text + " " + (often.following.text if often.following else "")
        if re.search(
            r"re.?train\w*|train\w* (?:it |again|further|run|is)|fresh training|from memory|absorb\w*|into the weights|\blearns?\b|memori[sz]\w+",
            words,
            re.IGNORECASE,
        ):
            yield fact("x.knowledge_trained_in", True, often.evidence())
    elif stable:
        yield fact("knowledge.changes", "stable", stable.segment.evidence())


_LOOKED_UP = re.compile(
    r"look(?:ed|s)?[ -]up|retriev\w+|fetch\w*|insert\w*|tool calls?|(?:put|written|placed|comes?|given|shown) (?:\w+ ){0,4}(?:prompt|beside|with the request|at the (?:time|moment))|comes? (?:from|with) (?:the|tool|a|each)|"
    r"consulted (?:by|in|at)|none of (?:that|this|it) is learn\w*|not (?:learnt|learned|asked to remember|from the weights|stored)|never from the weights|pulled from|does not change",
    re.IGNORECASE,
)


def _often(reading: Reading) -> Iterator[Segment]:
    """Statements that what the model must know changes by the day or week, unless it is looked up instead of learnt."""
    for segment in reading.prose:
        if segment.role in ("others", "rejected", "appendix"):
            continue
        for match in cue("facts", "changes_often").finditer(segment.text):
            said = assertion(segment, *match.span()).status
            around = segment.text + " " + (segment.following.text if segment.following else "")
            retrained = re.search(
                r"re.?train|re.?tun|train\w*|adapter|weights|absorb|learn|fine.?tun", around, re.IGNORECASE
            )
            looked_up = _LOOKED_UP.search(around)
            if said in (*LIVE, "past", "conditional", "comparison") and not (looked_up and not retrained):
                if not re.search(
                    r"\bnot\b|n['’]t\b|nothing", segment.text[max(0, match.start() - 30) : match.end()], re.IGNORECASE
                ):
                    yield segment


def _research(reading: Reading) -> Iterator[Fact]:
    grade = _first(reading, "research_grade", LIVE)
    free = _first(reading, "cost_free", (*LIVE, "rejected"))
    if grade and free:
        yield fact("x.research_grade", True, grade.segment.evidence(), free.segment.evidence())


def scope(reading: Reading, tenants: float | None) -> Iterator[Fact]:
    """Fact `task.scope`: many_variants from tenants; narrow or broad only when said."""
    if tenants and tenants >= 3:
        found = next((s for s in reading.prose if _EACH.search(s.text)), None)
        if found:
            yield fact("task.scope", "many_variants", found.evidence(), basis="inferred")
        return
    pattern = re.compile(
        r"\b(narrow(?:ly)?(?: scoped)?|single (?:task|use case|narrow task)|one (?:narrow |single )?(?:task|job)|one use case|confined to|this one task|does one thing|"
        r"broad|open.?ended|general.?purpose|many (?:tasks|use cases)|wide range of tasks)\b",
        re.IGNORECASE,
    )
    candidates = []
    for segment in reading.prose:
        for match in pattern.finditer(segment.text):
            if assertion(segment, *match.span()).status in LIVE:
                broad = re.match(r"broad|open|general|many|wide", match.group(), re.IGNORECASE)
                candidates.append(Candidate("broad" if broad else "narrow", (segment.evidence(),), place(segment)))
    if found := decide("task.scope", candidates):
        yield found.model_copy(update={"others": ()})
    else:
        yield from _implied(reading)


_TASKS = {
    "classify": r"classif\w+|categori[sz]\w+|tagg?(?:s|ing)|rout(?:e|es|ing)|triag\w+|moderat\w+|flagg?\w*|sort(?:s|ed|ing)? (?:\w+ )?into|label(?:s|ling)? (?:tickets|e.?mails|pages|requests)",
    "extract": r"extract\w*|pars(?:e|es|ing)|normali[sz]\w+|fields? from|fault codes?|line items",
    "summarise": r"summar\w+|digest\w*|narratives?|abstracts?",
    "draft": r"draft\w*|repl(?:y|ies)|letters?|respond\w*|responses? to|descriptions?|product copy|hints|leaflets?|write.?ups?",
    "translate": r"translat\w+|locali[sz]\w+|subtitl\w+",
    "code": r"SQL|code (?:generation|completion|review)|unit tests|assertions",
}
_BROAD = re.compile(
    r"copilot|assistant\b|chat.?bot|agent\b|any (?:question|task)|all departments|everything|general.?purpose|many (?:tasks|use cases)|several tasks|platform",
    re.IGNORECASE,
)


def _implied(reading: Reading) -> Iterator[Fact]:
    """Narrow, when title and first sentences speak of one kind of output and of nothing broad."""
    opening = [s for s in reading.segments if s.role not in ("others", "rejected")][:9]
    text = " ".join(s.text for s in opening)
    kinds = [kind for kind, pattern in _TASKS.items() if re.search(rf"\b(?:{pattern})\b", text, re.IGNORECASE)]
    shown = next(
        (
            s
            for s in opening
            if kinds and s.block.kind != "heading" and re.search(_TASKS[kinds[0]], s.text, re.IGNORECASE)
        ),
        None,
    )
    if len(kinds) == 1 and shown and not _BROAD.search(text):
        yield fact("task.scope", "narrow", shown.evidence(), basis="inferred")
