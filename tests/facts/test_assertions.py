"""Judged sentences: what is asserted of the words in [brackets], written before the code was looked at.

`live` is planned or stated, `!x` means anything but x, `a|b` either.
"""

from __future__ import annotations

import re

import pytest

from agent.documents import parse
from agent.facts.assertions import assertion
from agent.facts.segments import Segment, segments

LIVE = frozenset({"planned", "stated"})
EVERY = frozenset(
    {"planned", "fallback", "rejected", "past", "other", "conditional", "comparison", "question", "option", "stated"}
)
DEAD = "rejected|comparison"

PLANNED = """
live :: We will use [LoRA] on the 8B model.
live :: The team proposes [full fine-tuning] of the 7B model.
live :: [QLoRA] is our choice for the first quarter.
live :: We intend to update all weights with [full fine-tuning].
live :: Approach: [LoRA], rank 16.
live :: Training will be done on [8x H100] rented by the hour.
live :: The model is to be adapted by [QLoRA].
live :: We request [8x H100] for six weeks.
live :: [LoRA] was chosen over full fine-tuning.
live :: We prefer [LoRA] to full fine-tuning.
live :: [LoRA], not full fine-tuning, is the plan.
live :: Rather than full fine-tuning, we will use [LoRA].
live :: Instead of full fine-tuning we train a [LoRA] adapter.
live :: Instead of LoRA, we will run [full fine-tuning].
live :: We favour [LoRA] because it fits on one card.
live :: We favor [LoRA] over full fine-tuning.
live :: Not only [LoRA] but also prompt tuning will be tried.
live :: We will use not only LoRA but also [full fine-tuning] in the first month.
live :: There is no reason not to use [LoRA].
live :: We cannot do without [full fine-tuning].
live :: Nothing but [full fine-tuning] will do.
live :: We see no alternative to [full fine-tuning].
live :: There is no doubt that [full fine-tuning] is right.
live :: We won't hesitate to use [full fine-tuning].
live :: We will not stop at LoRA; [full fine-tuning] follows in May.
live :: We cannot afford mistakes, so [full fine-tuning] is the plan.
live :: LoRA lacks the capacity, therefore [full fine-tuning].
live :: LoRA alone will not reach the target, hence [full fine-tuning].
live :: [LoRA] does not need eight GPUs.
live :: [LoRA] has no effect on latency once merged.
live :: [LoRA] will not change the base weights.
live :: No quantisation: plain [LoRA] in bf16.
!rejected :: Without quantisation, [LoRA] needs 24 GB.
live :: We rejected full fine-tuning; [LoRA] it is.
live :: We rejected full fine-tuning and will use [LoRA].
live :: We rejected full fine-tuning, so [LoRA] is used.
live :: Since full fine-tuning is out of the question, [LoRA] remains.
live :: After rejecting full fine-tuning we settled on [LoRA].
live :: The plan is [LoRA] without full fine-tuning.
live :: We will not rent 8x H100 but [a single A100].
live :: We do not need 8x H100: [one A100] is enough.
live :: We use [LoRA] (full fine-tuning was rejected).
live :: [Full fine-tuning], which needs 8 GPUs, is the plan.
live :: Like our competitors, we will use [full fine-tuning].
live :: Unlike our competitors, we will use [LoRA].
live :: Following the vendor's advice, we will use [LoRA].
live :: [LoRA] is what the vendor recommends and what we will do.
live :: Their approach is full fine-tuning; ours is [LoRA].
live :: Some would start with full fine-tuning; we start with [LoRA].
live :: [8x H100] will be provided by the platform team.
live :: [Full fine-tuning] will be performed by the vendor.
live :: We set aside [a test set] of 500 tickets before training.
live :: The [test set] is not used for tuning.
live :: Nobody but the QA lead may open [the test set].
live :: No example of [the test set] is used in training.
live :: We plan [30 experiments] at $15 each.
live :: We will not run more than [30 experiments].
live :: No more than [30 experiments] will be run.
live :: Fewer than [30 experiments] will be needed.
live :: We considered full fine-tuning but chose [LoRA].
live :: Full fine-tuning was abandoned in favour of [LoRA].
live :: We start with [full fine-tuning] and move to QLoRA if it does not fit.
live :: [Full fine-tuning] first; LoRA later if the GPUs are not granted.
live :: LoRA will only be used if [full fine-tuning] is too slow.
live :: Full fine-tuning only if [LoRA] falls more than 3 points short.
live :: There will be no full fine-tune unless [LoRA] misses by 3 points.
live :: Last year we tried prompting; this year we will use [LoRA].
live :: Prompting was tried in the spring, and now we propose [LoRA].
!rejected :: We do not rule out [LoRA].
!rejected :: It is not that we reject [LoRA]; it is simply the second step.
!rejected :: We never said that [LoRA] was off the table.
!rejected :: No other method than [LoRA] was considered.
!rejected :: We see no problem with [LoRA].
!rejected :: We are not sure that [LoRA] will be enough.
!rejected :: Full fine-tuning was rejected because [LoRA] reached 84%.
"""

REJECTED = f"""
{DEAD} :: LoRA was chosen over [full fine-tuning].
{DEAD} :: We prefer LoRA to [full fine-tuning].
rejected :: LoRA, not [full fine-tuning], is the plan.
{DEAD} :: We will use LoRA rather than [full fine-tuning].
{DEAD} :: Rather than [full fine-tuning], we will use LoRA.
{DEAD} :: Instead of [full fine-tuning] we train a LoRA adapter.
{DEAD} :: We favor LoRA over [full fine-tuning].
rejected :: We rejected [full fine-tuning].
rejected :: [Full fine-tuning] was rejected.
rejected :: [Full fine-tuning] has been ruled out on cost.
rejected :: We ruled out [full fine-tuning] on cost.
rejected :: [Full fine-tuning] is off the table.
rejected :: We have decided against [full fine-tuning].
rejected :: The board dismissed [8x H100] as too dear.
rejected|option :: We considered [full fine-tuning] but chose LoRA.
rejected :: [Full fine-tuning] was considered and dropped.
rejected :: No [full fine-tuning] is planned.
rejected :: [Full fine-tuning] is not planned.
rejected :: We are not proposing [full fine-tuning].
rejected :: We won't need [8x H100].
rejected :: This project does not require [8x H100].
rejected :: There is no need for [8x H100].
rejected :: [8x H100] would be overkill.
rejected :: [Full fine-tuning] is unnecessary here.
rejected :: [Full fine-tuning] makes no sense at this size.
rejected :: [Full fine-tuning] is out of scope.
rejected :: We refrain from [full fine-tuning].
rejected :: We avoid [full fine-tuning].
rejected :: Without [full fine-tuning], the job fits on one card.
rejected :: The plan is LoRA without [full fine-tuning].
rejected :: Neither LoRA nor [full fine-tuning] is needed.
rejected :: Neither [LoRA] nor full fine-tuning is needed.
rejected :: [Full fine-tuning] cannot be justified.
rejected :: We see no case for [full fine-tuning].
rejected :: [Full fine-tuning] isn't an option.
rejected :: We advise against [full fine-tuning].
rejected :: We stopped short of [full fine-tuning].
rejected :: [Full fine-tuning] is hardly worth the money.
rejected :: We would rather not use [full fine-tuning].
rejected :: [Full fine-tuning] was abandoned in favour of LoRA.
rejected :: We moved away from [full fine-tuning] in favor of LoRA.
rejected|past|comparison :: LoRA replaces [full fine-tuning] in this version of the plan.
rejected :: We use LoRA ([full fine-tuning] was rejected).
rejected :: [Full fine-tuning] was rejected because LoRA reached 84%.
rejected :: We will not rent [8x H100] but a single A100.
rejected :: The rejected alternative was [full fine-tuning].
rejected :: [Full fine-tuning], which we rejected, needs 8 GPUs.
rejected :: What we don't want is [full fine-tuning].
rejected :: We want nothing to do with [full fine-tuning].
rejected :: [Full fine-tuning] is not on the cards.
rejected :: We will not do [full fine-tuning], and merging adapters is out too.
rejected :: Nobody here asks for [8x H100].
rejected :: We have no [test set].
rejected :: There is no [test set] yet.
rejected :: Since [full fine-tuning] is out of the question, LoRA remains.
rejected :: After rejecting [full fine-tuning] we settled on LoRA.
"""

ELSEWHERE = """
past :: Last year we tried [full fine-tuning] on a 7B model.
past :: In 2024 the team ran [full fine-tuning] on its own cluster.
past :: [LoRA] was tried in the spring and scored 81%.
past|other :: The previous project used [8x H100].
past :: An earlier pilot used [QLoRA] at rank 8.
past :: We previously trained with [LoRA].
past :: Our earlier attempt at [full fine-tuning] overfitted.
past :: The old model had been trained with [full fine-tuning].
past :: Six months ago we measured [LoRA] at 79%.
past :: We have already run [LoRA] and it reached 84.1%.
past :: Last year's [test set] had 200 tickets.
past|other :: Last year's team needed [200 experiments].
other|comparison|rejected :: Unlike our competitor's [8x H100], one card is enough.
other :: Our competitor uses [full fine-tuning].
other :: Acme Corp. trained theirs with [full fine-tuning].
other :: Other teams ran [full fine-tuning] on the same base.
other :: The paper reports that [full fine-tuning] learns more.
other|comparison :: According to the vendor, [LoRA] loses two points.
other :: The platform team's model was made by [full fine-tuning].
other :: In the literature [full fine-tuning] is usual.
other :: A sister company rents [8x H100].
other :: Biderman et al. find that [LoRA] learns less and forgets less.
other|option :: The vendor offered us [8x H100].
other :: Their approach is [full fine-tuning]; ours is LoRA.
other :: Many companies reach for [full fine-tuning] by reflex.
other|option :: Some would start with [full fine-tuning]; we start with LoRA.
other :: The vendor's [test set] is public.
"""

CONDITIONAL = """
conditional|fallback :: If LoRA falls short by more than 3 points, we will ask for [full fine-tuning].
live|conditional :: If [LoRA] falls short by more than 3 points, we will ask for full fine-tuning.
conditional|fallback|rejected :: There will be no [full fine-tune] unless LoRA misses by 3 points.
conditional|fallback :: [Full fine-tuning] only if LoRA falls more than 3 points short.
conditional :: If the budget allows, we will run [full fine-tuning] as well.
conditional :: We will run [full fine-tuning] as well if the budget allows.
conditional :: Were the budget to be doubled, [full fine-tuning] would be possible.
conditional :: Provided that legal agrees, we will use [LoRA].
conditional|comparison|option :: [Full fine-tuning] would require 8 GPUs.
conditional|comparison :: [Full fine-tuning] would cost ten times as much.
conditional|fallback :: In case memory is short we use [QLoRA].
conditional|fallback|option :: When LoRA plateaus, [full fine-tuning] will be considered.
conditional :: As long as the bank approves, [8x H100] will be rented.
conditional|fallback :: Once LoRA has failed on the locked set, and only then, will we try [full fine-tuning].
conditional :: [A test set] will be built if time allows.
conditional|fallback :: If the first ten fail, [20 more experiments] follow.
fallback :: Should that prove too slow, we fall back to [LoRA].
fallback :: Should full fine-tuning prove too slow, [LoRA] is the fallback.
fallback :: [LoRA] is our plan B.
fallback :: We start with full fine-tuning and move to [QLoRA] if it does not fit.
fallback|conditional :: Full fine-tuning first; [LoRA] later if the GPUs are not granted.
fallback :: [Full fine-tuning] stays in reserve.
fallback :: As a last resort: [full fine-tuning].
fallback :: Failing that, [LoRA].
fallback|conditional :: Otherwise we use [QLoRA].
fallback :: [QLoRA] is the backup if the A100s are taken.
fallback :: In the worst case we drop down to [LoRA].
fallback|conditional :: We have [LoRA] up our sleeve should full fine-tuning be too expensive.
fallback :: We will resort to [LoRA] when the GPUs run out of memory.
fallback|conditional :: [LoRA] will only be used if full fine-tuning is too slow.
fallback :: We keep [LoRA] as a contingency.
fallback :: If full fine-tuning is too expensive we can always switch to [LoRA].
fallback :: The second choice is [LoRA].
"""

COMPARED = """
!planned :: [Full fine-tuning] needs twelve times the memory of LoRA.
comparison :: LoRA costs a tenth of [full fine-tuning].
comparison :: LoRA is cheaper than [full fine-tuning].
comparison :: Compared with [full fine-tuning], LoRA trains 0.2% of the weights.
comparison :: LoRA comes within a point of [full fine-tuning] on this benchmark.
comparison|past :: LoRA was as good as [full fine-tuning] in our pilot.
comparison :: The difference between LoRA and [full fine-tuning] was 0.4 points.
comparison :: Versus [full fine-tuning], the saving is 90%.
comparison :: [LoRA] vs full fine-tuning: 84.1 against 84.4.
comparison :: LoRA vs [full fine-tuning]: 84.1 against 84.4.
comparison|rejected :: Unlike [full fine-tuning], LoRA leaves the base untouched.
question :: Do we need [full fine-tuning]?
question :: Should we use [LoRA] or QLoRA?
question :: It is an open question whether [full fine-tuning] is needed.
question|option :: We have yet to decide between LoRA and [QLoRA].
question :: Is [8x H100] justified?
question|option :: To be decided: [LoRA] or QLoRA.
question :: It remains to be seen whether [LoRA] suffices.
option :: Option A: [full fine-tuning].
option|conditional :: We could use [LoRA].
option :: Possible methods are prompting, [LoRA] and full fine-tuning.
option|conditional :: [Full fine-tuning] might help later.
option :: One could also try [full fine-tuning].
option :: [QLoRA] may be explored at a later stage.
option :: A possible extension is [full fine-tuning].
option|rejected :: Alternatives include [full fine-tuning] and distillation.
"""

PLACES = [
    ("## Alternatives considered\n\nFull training of all weights on [8x H100].", "option|rejected"),
    ("We rejected:\n\n- [full fine-tuning]\n- 8x H100", "rejected"),
    ("We rejected:\n\n- full fine-tuning\n- [8x H100]", "rejected"),
    ("We will use:\n\n- [LoRA]\n- one card", "live"),
    ("The following were ruled out:\n\n1. prompting\n2. [full fine-tuning]", "rejected"),
    ("We will not:\n\n- run [full fine-tuning]\n- merge adapters", "rejected"),
    ("Options we considered and rejected:\n\n- [full fine-tuning]", "rejected"),
    ("| Chosen | Rejected |\n|---|---|\n| LoRA | [full fine-tuning] |", "rejected"),
    ("| Chosen | Rejected |\n|---|---|\n| [LoRA] | full fine-tuning |", "live"),
    ("| Item | Choice |\n|---|---|\n| Rejected | [full fine-tuning] |", "rejected"),
    ("| Item | Choice |\n|---|---|\n| Method | [LoRA] |", "live"),
    ("| Item | Choice |\n|---|---|\n| Fallback | [LoRA] |", "fallback"),
    ("## Rejected options\n\n[Full fine-tuning] on eight cards.", "rejected"),
    ("## What we will not do\n\n[Full fine-tuning] on eight cards.", "rejected"),
    ("## Out of scope\n\n- [Full fine-tuning]", "rejected"),
    ("## Fallback\n\n[QLoRA] at rank 16.", "fallback"),
    ("## Plan B\n\n[QLoRA] at rank 16.", "fallback"),
    ("## Related work\n\n[Full fine-tuning] on 64 cards.", "other"),
    ("## History\n\n[Full fine-tuning] on a 7B model.", "past"),
    ("## Risks\n\n[Full fine-tuning] overfits.", "option|conditional"),
    ("## Method\n\n[LoRA], rank 16.", "live"),
    ("## 3. Approach\n\n[QLoRA] on one card.", "live"),
    ("## Method\n\n**Rejected:** [full fine-tuning], for its cost.", "rejected"),
    ("## Method\n\nFallback: [LoRA], if memory is short.", "fallback"),
    ("## Method\n\nMethod: [LoRA].", "live"),
    ("## Method\n\n**Why not full training?** [Full fine-tuning] costs ten times as much.", "!planned"),
    ("In scope: LoRA. Out of scope: [full fine-tuning].", "rejected"),
    ("In scope: [LoRA]. Out of scope: full fine-tuning.", "live"),
    ("## Why not [full fine-tuning]\n\nIt costs ten times as much.", "rejected|question|comparison"),
    ("## [Full fine-tuning] (rejected)\n\nIt would need eight cards.", "rejected"),
]

SENTENCES = [
    tuple(line.split(" :: "))
    for block in (PLANNED, REJECTED, ELSEWHERE, CONDITIONAL, COMPARED)
    for line in block.strip().splitlines()
]


def allowed(expected: str) -> frozenset[str]:
    """The statuses that a judged word admits."""
    if expected.startswith("!"):
        return EVERY - {expected[1:]}
    names = set(expected.split("|"))
    return frozenset(names - {"live"}) | (LIVE if "live" in names else frozenset())


def marked(text: str) -> tuple[list[Segment], Segment, int, int]:
    """The segments of a Markdown text, and the one with the bracketed words and their place in it."""
    words = re.search(r"\[([^\]]+)\]", text)
    assert words
    plain = text[: words.start()] + "\ue000" + words.group(1) + "\ue001" + text[words.end() :]
    found = segments(parse(plain.replace("\ue000", "").replace("\ue001", "").encode(), "proposal.md"))
    before = plain.replace("\ue001", "").split("\ue000")[0].count(words.group(1))
    places = [(s, m.start()) for s in found for m in re.finditer(re.escape(words.group(1)), s.text)]
    segment, start = places[before]
    return found, segment, start, start + len(words.group(1))


@pytest.mark.parametrize(("expected", "sentence"), SENTENCES, ids=[s[1] for s in SENTENCES])
def test_sentence(expected: str, sentence: str) -> None:
    _, segment, start, end = marked(sentence)
    said = assertion(segment, start, end)
    assert said.status in allowed(expected), (said, [segment.text[c.start : c.end] for c in segment.clauses])
    assert said.because in segment.text


@pytest.mark.parametrize(("text", "expected"), PLACES, ids=[p[0] for p in PLACES])
def test_place(text: str, expected: str) -> None:
    _, segment, start, end = marked("# Proposal\n\n" + text)
    said = assertion(segment, start, end)
    assert said.status in allowed(expected), (said, segment)


@pytest.mark.parametrize(("expected", "sentence"), [SENTENCES[0]])
def test_after_other_sentences_nothing_changes(expected: str, sentence: str) -> None:
    _, segment, start, end = marked("We rejected it. " + sentence + " Nobody wants it.")
    assert assertion(segment, start, end).status in allowed(expected)
