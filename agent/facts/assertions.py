"""What is asserted of a mention: planned, fallback, rejected, past, someone else's, conditional, comparison, question.

The ConText idea (Harkema et al. 2009: trigger, direction, terminator) with cues of this field, inside the clause.
Three things are ours: negations are counted, so that two of them plan again; a new verb of choosing ends the reach of
a negation; and the subject of `if … fails` is what the plan takes for granted. Section and list lead are the default.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from agent.facts.lexicon import Cue, cue
from agent.facts.once import once
from agent.facts.segments import Segment

Status = Literal[
    "planned", "fallback", "rejected", "past", "other", "conditional", "comparison", "question", "option", "stated"
]

_SECTION: dict[str, Status] = {
    "rejected": "rejected",
    "fallback": "fallback",
    "others": "other",
    "past": "past",
    "options": "option",
    "risk": "option",
    "appendix": "option",
}
_REACH = 90
"""Characters before or after a mention within which a cue can speak of it."""


class Assertion(NamedTuple):
    """A status and the words that gave it (empty when the place alone did)."""

    status: Status
    because: str


class _Scope(NamedTuple):
    """The words of the clause before and behind a mention, other subjects' parentheses blanked."""

    before: str
    after: str


@once
def assertion(segment: Segment, start: int, end: int) -> Assertion:
    """What the segment asserts of its stretch `start`–`end`."""
    scope = _scope(segment, start, end)
    if segment.text[start:end].lower().endswith("ed") and _DONE.search(scope.before):
        return Assertion("past", scope.before.split()[-1])
    return (
        _asked(segment, scope)
        or _presupposed(scope)
        or _second(segment, start)
        or _unless(segment, start, end)
        or _fallen_to(scope)
        or _negated(scope)
        or _cued("fallback", scope)
        or _if_failing(segment, start)
        or _elsewhere(scope)
        or _by_place(segment)
        or _cued("option", scope)
        or _cued("conditional", scope)
        or _contrast(scope)
        or _cued("planned", scope)
        or Assertion("stated", "")
    )


_DONE = re.compile(
    r"\b(?:we|they|I|he|she|team|vendor|was|were|had been|has been|have been|which|who|and then|and)\s*"
    r"(?:then |first |have |had )?\Z",
    re.IGNORECASE,
)
"""`was fine-tuned`, `we fine-tuned`: a participle that reports."""

_ASIDE = re.compile(
    r"\b(?:nobody|no one|none) (?:but|except|other than) (?:\w+ ){1,4}?(?:may|can|will|must)\b", re.IGNORECASE
)
"""`nobody but the lead may`: who may, not whether."""
_PARENTHESIS = re.compile(r"\([^()]{0,300}\)")
_REMARK = re.compile(
    r"\(\s*(?:(?:is|was|were|are|our|the|a|an|as|now|since|both|all|already)\s)*"
    r"(?:rejected|ruled out|dropped|discarded|not|no|never|fall|plan B|backup|contingency|last|in 20|option|if|only|"
    r"unless|planned|proposed|chosen|tried|past|previous|later|maybe|perhaps|out of scope|too|unlikely|reserve)\b",
    re.IGNORECASE,
)
"""A parenthesis that speaks of what stands before it."""


def _scope(segment: Segment, start: int, end: int) -> _Scope:
    text = segment.text
    clause = segment.clause_at(start)
    low, high = max(clause.start, start - _REACH), min(max(clause.end, end), end + _REACH)
    aside = _ASIDE.search(text, max(0, start - _REACH), start)
    low = max(low, aside.end()) if aside else low
    if text[end : end + 8].startswith((", which ", ", that ")):
        relative = text.find(",", end + 2)
        high = min(end + _REACH, relative if relative > 0 else len(text))
    if "(" not in text:
        return _Scope(text[low:start], text[end:high])
    for match in _PARENTHESIS.finditer(text):
        a, b = match.span()
        if a < start and end < b:
            spoken = len(text[a:start].split()) + len(text[end:b].split())
            low, high = (max(low, a + 1), min(max(b - 1, end), end + _REACH)) if spoken > 2 else (low, high)
        elif not (a >= end and not text[end:a].strip() and _REMARK.match(match.group())):
            text = text[:a] + " " * (b - a) + text[b:]
    return _Scope(text[low:start], text[end:high])


def _asked(segment: Segment, scope: _Scope) -> Assertion | None:
    if segment.text.rstrip().endswith("?"):
        return Assertion("question", "?")
    match = cue("assertions", "questions.before").search(scope.before)
    return Assertion("question", match.group()) if match else None


_IF_SUBJECT = re.compile(
    r"\b(?:if|unless|once|when|should|until|in case|where|as soon as)\s(?:(?:the|our|a|an|plain|standard|this)\s)*\Z",
    re.IGNORECASE,
)
_FAILING = re.compile(
    r"\s(?:(?:alone|training|still|also|itself|has|have|really|run|runs|result|score|quality) )*"
    r"(?:fail(?:s|ed)?\b|falls?\b|miss(?:es)?\b|"
    r"(?:is|are|be|being) (?:still |far |simply )?(?:too\b|not (?:good )?enough|insufficient|out of memory)|"
    r"prov(?:es?|ing)\b|do(?:es)? not\b|doesn['’]t\b|plateaus?\b|stalls?\b|disappoints?\b|lags?\b|trails?\b|cannot\b|"
    r"can['’]t\b|is not (?:good )?(?:enough|sufficient)|overfits?\b|overruns?\b|runs? (?:out|over)\b|turns? out\b|"
    r"exceeds?\b|breaks?\b|does worse|underperforms?\b|comes? (?:up|in|out) (?:short|below|under))",
    re.IGNORECASE,
)


def _presupposed(scope: _Scope) -> Assertion | None:
    """`if LoRA falls short`: what may fail is what is done first."""
    match = _IF_SUBJECT.search(scope.before)
    return Assertion("stated", match.group().strip()) if match and _FAILING.match(scope.after) else None


_FALLEN_TO = re.compile(
    r"(?:\bfall(?:s|ing)? back (?:to|on|onto)"
    r"|\b(?:drop|switch|resort|retreat|revert|move)(?:s|ing)? (?:back |down |over )?to) (?:a |the |plain |using )?\Z"
    r"|\bonly if\b[^.;]{0,60}\b(?:not|fails?|too|cannot|n['’]t)\b[^.;]{0,50}"
    r"\b(?:will|would|shall|do|can|may)\b[^.;]{0,45}\Z",
    re.IGNORECASE,
)


def _fallen_to(scope: _Scope) -> Assertion | None:
    """`if the result is not good enough, we fall back to LoRA`: the negation is the condition's, not the method's."""
    match = _FALLEN_TO.search(scope.before)
    denied = match and re.search(
        r"(?:\bnot|\bnever|n['’]t|\bno need to)\s\Z", scope.before[: match.start()], re.IGNORECASE
    )
    return Assertion("fallback", match.group().strip()) if match and not denied else None


_SECOND = re.compile(
    r"\W*(?:(?:and|our|the|as)\s)?(?:plan B|back.?up|contingency|fall.?back|second choice|failing that|"
    r"if all else fails)\b",
    re.IGNORECASE,
)
_IF_THEN = re.compile(
    r"\W*(?:if|should|in case|when|once)\b[^;]*,[^,;]*"
    r"\b(?:switch|swap|go over|move over|turn|make do|settle|retreat|revert)\b[^,;]{0,40}\Z",
    re.IGNORECASE,
)


_IF_FAILING = re.compile(
    r"\W*(?:only )?(?:if|should|in case|when|once|were)\b[^;]{0,40}\b(?:miss\w*|fall\w*|short|below|under|fail\w*|not|"
    r"too|exceed\w*|turns? out|prov\w+|disappoint\w*|plateau\w*|run\w* (?:out|dry|over)|stays?)\b[^;]*?,[^;]*\Z",
    re.IGNORECASE,
)


def _if_failing(segment: Segment, start: int) -> Assertion | None:
    """`Should the best adapter miss the target, we come back with a case for …`: not this plan, but perhaps a later."""
    before = segment.text[:start]
    match = _IF_FAILING.match(before)
    return Assertion("conditional", before.split(",")[0].strip()) if match and not _APPROVED.search(before) else None


def _second(segment: Segment, start: int) -> Assertion | None:
    """`Plan B, if the price goes up: small adapters`, `If it gets too slow, we can still switch to adapters`."""
    before = segment.text[:start]
    if match := _SECOND.match(before):
        return Assertion("fallback", match.group().strip())
    match = _IF_THEN.match(before)
    return Assertion("fallback", match.group().strip()) if match and not _APPROVED.search(before) else None


_UNLESS = re.compile(r"\b(?:unless|except (?:if|when)|only (?:if|when|once|after)|until|not before)\b", re.IGNORECASE)


def _unless(segment: Segment, start: int, end: int) -> Assertion | None:
    """`no full fine-tune unless LoRA misses by 3 points` holds full fine-tuning back on a condition."""
    match = _UNLESS.search(segment.text, end, end + 120)
    if match and _last("rejected", segment.text[max(0, start - _REACH) : start]):
        return Assertion("conditional", match.group())
    return None


_CHOOSING = (
    r"will|shall|now|instead|therefore|so|are|is|chose|picked|took|settled|went|kept|stayed|opted|adopted|"
    r"started|moved|"
    r"switched|decided|ask"
)
_NEW_SUBJECT = re.compile(
    r"[:;]|(?<!that )(?<!why )(?<!which )(?<!where )(?<!what )\b(?:we|I|team) (?:will|shall|use|train|propose|"
    r"run|start|"
    r"plan|go|are|settled?|chose|choose|prefer|opt|adopt|picked|took|keep|ask|recommend|request|rent|stay|have)\b|"
    rf"\b(?:and|but|then) (?:{_CHOOSING})\b|,? (?:using|and use|unless|except|until)\b",
    re.IGNORECASE,
)
"""Between a cue and a mention: the mention belongs to another verb."""
_BASE_VERB = re.compile(
    r"\b(?:and|but) (?:use|choose|pick|take|settle|go|keep|stay|run|train|propose|opt|adopt|prefer|start|rent)\b",
    re.IGNORECASE,
)
_PARTICLE = re.compile(r"(?:not|n['’]t|cannot|never|no|neither|nor|without)\Z", re.IGNORECASE)
"""A negation that holds for verbs joined by `and` too: `we will not rent a cluster and run …`."""


def _broken(cue_words: str, between: str) -> bool:
    """True when what stands between cue and mention starts something of its own."""
    if _NEW_SUBJECT.search(between):
        return True
    return bool(_BASE_VERB.search(between)) and not _PARTICLE.search(cue_words)


_AND = re.compile(r"[,;]|\b(?:and|or|nor|but)\b", re.IGNORECASE)
_BOUND = re.compile(r"\b(?:more|fewer|less|greater|larger|later|longer) than\s*\Z", re.IGNORECASE)
_PART = re.compile(
    r"\b(?:no|not (?:a|one|any)|none|nobody|nothing)\s(?!need|case|form|kind|sort|type|use|plan|sign|version|"
    r"trace|way|"
    r"point|chance|amount|intention)(?:\w+\s)?(?:of|from|in|with|about)\s(?:the |our |these |those |this )?\Z",
    re.IGNORECASE,
)
"""`no example of the test set` denies the example, not the set."""
_FRONTED = re.compile(
    r"\W*(?:(?:and|so|but)\s)?(?:without|instead of|rather than|as opposed to|in place of|over|against|sin|sans)\b",
    re.IGNORECASE,
)
_SPEAKING = re.compile(r"\b(?:sa(?:y|id|ying)|claim\w*|mean|think|believ\w+|argu\w+|suggest\w*) (?:that )?\Z", re.I)


def _negated(scope: _Scope) -> Assertion | None:
    """An odd number of negations that reach the mention, or a rejection behind it that nothing denies."""
    before = scope.before
    if _BOUND.search(before) or _PART.search(before):
        return _behind("rejected", scope.after)
    reaching = _reaching(before)
    rejecting = [m for m, real in reaching if real]
    if not rejecting or len(reaching) % 2 == 0:
        return _behind("rejected", scope.after)
    if _SPEAKING.search(before):
        return None
    nearest = rejecting[0]
    if cue("assertions", "not_negation.before").search(before[rejecting[-1].start() :]):
        return None
    return Assertion("rejected", nearest.group())


def _reaching(before: str) -> list[tuple[re.Match[str], bool]]:
    """Negations whose reach holds the mention, nearest first; False for those that only turn another round."""
    found = [(m, True) for m in cue("assertions", "rejected.before").finditer(before)]
    taken = [m.span() for m, _ in found]
    turning = cue("assertions", "turning.before").finditer(before)
    found += [(m, False) for m in turning if not any(a < m.end() and m.start() < b for a, b in taken)]
    found.sort(key=lambda pair: -pair[0].start())
    kept: list[tuple[re.Match[str], bool]] = []
    for match, real in found:
        if _broken(match.group(), before[match.end() :]):
            break
        if kept and (kept[-1][0].group().lower() == "nor" or _AND.search(before[match.end() : kept[-1][0].start()])):
            break
        if "," in before[match.end() :] and _FRONTED.match(before) and match.start() < 8:
            break
        kept.append((match, real))
    return kept


def _behind(status: Status, after: str) -> Assertion | None:
    """A cue close behind the mention with no new subject in between."""
    match = _after(status).search(after)
    near = match and match.start() < 40 and _same_subject(after[: match.start()])
    return Assertion(status, match.group().strip()) if match and near else None


def _after(status: str) -> Cue:
    return cue("assertions", f"{status}.after")


def _last(key: str, before: str) -> re.Match[str] | None:
    """The nearest cue before the mention, unless another mention's verb stands between (`not A: we use B`)."""
    last = None
    for match in cue("assertions", f"{key}.before").finditer(before):
        last = match
    if last is None or key in ("fallback", "conditional"):
        return last
    return None if _broken(last.group(), before[last.end() :]) else last


def _same_subject(between: str) -> bool:
    """True when what lies between mention and cue does not start a new subject."""
    if between.lstrip(" ,").startswith(("which ", "that ")):
        between = between.lstrip(" ,").split(" ", 1)[1]
        return not re.search(r"[,;:]", between)
    return not re.search(r"[,;:]|\b(?:and|we|which|that|it|if|when|unless|because|than)\b", between)


_TO_BE = re.compile(r"\b(?:will|shall|is to|are to|to) be\b", re.IGNORECASE)
_WE_TOO = re.compile(r"\b(?:and|as) (?:what |so )?(?:will |do |shall )?we\b", re.IGNORECASE)


def _elsewhere(scope: _Scope) -> Assertion | None:
    """Someone else's, or past."""
    match = _last("other", scope.before)
    if match and not ("," in scope.before[match.end() :] and _OPENING.match(scope.before)):
        return Assertion("other", match.group().strip())
    if match := _last("past", scope.before):
        return Assertion("past", match.group())
    other = _behind("other", scope.after)
    if other and not _TO_BE.search(scope.after.split(other.because)[0]) and not _WE_TOO.search(scope.after):
        return other
    return _behind("past", scope.after)


_OPENING = re.compile(
    r"\W*(?:like|unlike|following|after|as|despite|contrary to|on the advice of|with)\b", re.IGNORECASE
)
"""A phrase before the clause proper: what follows its comma is not part of it."""
_NEXT_VERB = re.compile(
    r"[;—]|[.!?]\s|\b(?:and|then|or) (?:then |later )?(?:we )?(?:move|switch|fall|go|turn|try|use|drop|step|"
    r"resort|revert|adopt|"
    r"add|back)\b|\b(?:first|second|next|later),",
    re.IGNORECASE,
)


def _cued(status: Status, scope: _Scope) -> Assertion | None:
    match = _last(status, scope.before)
    if match and not (status == "conditional" and _is_permission(scope.before, match)):
        return Assertion(status, match.group())
    match = _after(status).search(scope.after)
    if match and match.start() < 60 and not _NEXT_VERB.search(scope.after[: match.start()]):
        return Assertion(status, match.group().strip())
    return None


def _is_permission(before: str, match: re.Match[str]) -> bool:
    """`only the lead may open …`, `if this is approved, …`: neither leaves the thing itself open."""
    if match.group().lower() == "may":
        return bool(re.search(r"\b(?:nobody|no one|only|none)\b", before[: match.start()], re.IGNORECASE))
    return bool(_APPROVED.match(before, match.start()))


_APPROVED = re.compile(
    r"(?:if|once|when) (?:(?:the|this|our|it|is|are|gets?|be|being|has|been|proposal|request|plan|project|budget) )*"
    r"(?:approved|agreed|accepted|granted|signed|funded)\b|if you (?:agree|approve)\b",
    re.IGNORECASE,
)


def _contrast(scope: _Scope) -> Assertion | None:
    match = None if _BOUND.search(scope.before) else _last("comparison", scope.before[-40:])
    if match and "," in scope.before[-40:][match.end() :] and _OPENING.match(scope.before):
        match = None
    match = match or _after("comparison").match(scope.after.lstrip())
    return Assertion("comparison", match.group().strip()) if match else None


_PLACES: tuple[tuple[Status, re.Pattern[str]], ...] = (
    ("rejected", re.compile(r"\brejected|\bruled out|\bdecided against|won['’]t\b|\bwill not\b", re.IGNORECASE)),
    (
        "question",
        re.compile(r"\b(?:to be (?:decided|determined|discussed)|tbd|undecided|open (?:question|point))", re.I),
    ),
    ("option", re.compile(r"\A\s*options?(?: [A-Z\d])?\b(?!.*(?:rejected|chosen|taken))", re.IGNORECASE)),
)


def _by_place(segment: Segment) -> Assertion | None:
    """The status that the list's lead, the cell's header, or the section gives."""
    for text in filter(None, (segment.lead, segment.label)):
        for given, pattern in _PLACES:
            if pattern.search(text):
                return Assertion(given, text)
        if cue("assertions", "sections.rejected").search(text):
            return Assertion("rejected", text)
        if cue("assertions", "sections.fallback").search(text):
            return Assertion("fallback", text)
    status = _SECTION.get(segment.role)
    return Assertion(status, segment.section) if status else None
