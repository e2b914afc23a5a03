"""Dialogues: a proposal, rounds of answers, and what has to come of each (see README.md here)."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from agent import documents, stages
from agent.dialogue.turns import Answer, Turn
from agent.review import judge
from agent.stages import Draft

HERE = Path(__file__).parent
MOMENT = "2026-11-24T12:00:00Z"


class Round(BaseModel):
    """Answers given at once, and what follows: `verdict` holds the allowed values."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    answers: dict[str, str] = Field(min_length=1)
    verdict: tuple[str, ...]
    answered: frozenset[str] = frozenset()
    insufficient: frozenset[str] = frozenset()
    facts: dict[str, float | str | bool] = {}
    resolved: frozenset[str] = frozenset()
    open: frozenset[str] = frozenset()
    asks: frozenset[str] = frozenset()
    approach: str = ""


class Dialogue(BaseModel):
    """One dialogue. `document` is a path below `evals/`; `still` says that the answers must not move the verdict."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    slug: str = ""
    about: str
    document: str
    first: tuple[str, ...]
    still: bool = False
    round: tuple[Round, ...] = Field(min_length=1)


class Outcome(NamedTuple):
    """What came of one dialogue: verdicts from first to last, and everything that was not as it should be."""

    dialogue: Dialogue
    verdicts: tuple[str, ...]
    faults: tuple[str, ...]


def load(folder: Path = HERE) -> tuple[Dialogue, ...]:
    """The dialogues on disk.

    Raises:
        ValueError: a file is no dialogue; says which.
    """
    found = []
    for path in sorted(folder.glob("*.toml")):
        try:
            found.append(Dialogue(**{"slug": path.stem} | tomllib.loads(path.read_text("utf-8"))))
        except (ValidationError, tomllib.TOMLDecodeError) as error:
            raise ValueError(f"{path.name}: {error}") from error
    return tuple(found)


def play(dialogue: Dialogue) -> Outcome:
    """Plays a dialogue on the engine alone."""
    path = HERE.parent / dialogue.document
    draft = judge(stages.read_facts(documents.parse(path.read_bytes(), path.name)))
    verdicts, faults = [_verdict(draft)], []
    if verdicts[0] not in dialogue.first:
        faults.append(f"first verdict {verdicts[0]}, not {' or '.join(dialogue.first)}")
    turns: tuple[Turn, ...] = ()
    for number, one in enumerate(dialogue.round, 1):
        asked = {q.id: q for q in draft.questions}
        faults += [
            f"round {number}: {i} is not asked; asked are {', '.join(asked)}" for i in one.answers if i not in asked
        ]
        said = [Answer(at=MOMENT, who="pm", question=asked[i], text=t) for i, t in one.answers.items() if i in asked]
        turns += tuple(said)
        draft = judge(stages.hear_people(draft, turns))
        verdicts.append(_verdict(draft))
        faults += [f"round {number}: {fault}" for fault in _faults(one, draft)]
    if dialogue.still and len(set(verdicts)) > 1:
        faults.append(f"the verdict moved: {' → '.join(verdicts)}")
    return Outcome(dialogue, tuple(verdicts), tuple(faults))


def _verdict(draft: Draft) -> str:
    assert draft.verdict is not None
    return draft.verdict.value


def _faults(wanted: Round, draft: Draft) -> Iterator[str]:
    if _verdict(draft) not in wanted.verdict:
        codes = ", ".join(draft.verdict.because) if draft.verdict else ""
        yield f"verdict {_verdict(draft)} because of {codes}, not {' or '.join(wanted.verdict)}"
    status = {q.id: q.status for q in draft.questions}
    for name, state in (("answered", wanted.answered), ("insufficient", wanted.insufficient)):
        yield from (
            f"{one} is {status.get(one, 'not asked')}, not {name}" for one in sorted(state) if status.get(one) != name
        )
    yield from (f"{one} is not asked" for one in sorted(wanted.asks) if status.get(one) != "open")
    findings = {f.code: f.status for f in draft.findings}
    for name, codes in (("resolved", wanted.resolved), ("open", wanted.open)):
        yield from (f"{c} is {findings.get(c, 'none')}, not {name}" for c in sorted(codes) if findings.get(c) != name)
    for name, value in wanted.facts.items():
        fact = draft.case.facts.get(name)
        read = fact.value if fact else None
        ends = set(read) if isinstance(read, (list, tuple)) else {read}
        if value not in ends:
            yield f"{name} is {read}, not {value}"
    approach = draft.recommendation.approach if draft.recommendation else ""
    if wanted.approach and approach != wanted.approach:
        yield f"approach {approach}, not {wanted.approach}"


def report(outcomes: tuple[Outcome, ...]) -> str:
    """A line for each dialogue with its faults, and the sums."""
    lines = []
    for one in outcomes:
        mark = "ok  " if not one.faults else "FAIL"
        lines.append(f"{mark} {one.dialogue.slug}: {' → '.join(one.verdicts)}")
        lines += [f"     {fault}" for fault in one.faults]
    right = sum(not o.faults for o in outcomes)
    still = [o for o in outcomes if o.dialogue.still]
    unmoved = sum(len(set(o.verdicts)) == 1 for o in still)
    lines.append(
        f"{right} of {len(outcomes)} dialogues right; unmoved where nothing may move: {unmoved} of {len(still)}"
    )
    return "\n".join(lines)
