"""The kinds of guide entry, frozen. Each rests on the guide's own sentences or says from where it is restored."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Kind = Literal["situation", "anti-pattern", "example", "cost", "question", "not-fine-tuning", "principle", "policy"]
Approach = Literal["lora", "qlora", "full", "api", "none"]
Range = tuple[float, float]
"""Low and high, inclusive; `inf` where the source states no upper bound."""

KINDS: tuple[Kind, ...] = (
    "principle", "situation", "example", "anti-pattern", "not-fine-tuning", "question", "cost", "policy"
)  # fmt: skip


class Frozen(BaseModel):
    """Immutable, no unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Source(Frozen):
    """A public document that an entry rests on."""

    title: str
    ref: str


class Note(Frozen):
    """What measurement or arithmetic says beside the guide's figure."""

    text: str
    source: str


class Entry(Frozen):
    """One entry: an id `kind/slug`, a title, its text, and where it comes from.

    `guide` entries carry the verbatim sentences of the guide in `quotes`; `restored` ones carry `reasons` and public
    `sources`; `organisation` ones carry the file that they were loaded from in `sources`.
    """

    id: str = Field(pattern=r"^[a-z]+(-[a-z]+)*/[a-z0-9]+(-[a-z0-9]+)*$")
    title: str
    text: str
    provenance: Literal["guide", "restored", "organisation"] = "guide"
    quotes: tuple[str, ...] = ()
    reasons: str = ""
    sources: tuple[Source, ...] = ()
    notes: tuple[Note, ...] = ()
    codes: tuple[str, ...] = ()
    refs: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """The part of the id before the slash."""
        return self.id.split("/", 1)[0]

    @model_validator(mode="after")
    def _rests_on_something(self) -> Entry:
        if self.provenance == "guide" and not self.quotes:
            raise ValueError(f"{self.id}: a guide entry needs the guide's sentences in quotes")
        if self.provenance == "restored" and not (self.reasons and self.sources):
            raise ValueError(f"{self.id}: a restored entry needs reasons and sources")
        return self


class Principle(Entry):
    """What the guide says as a rule rather than as a row."""


class Situation(Entry):
    """One row of the guide's situation table: the three cells, and the same in figures.

    `methods` stand in the guide's order of preference; `models` are catalogue names; `params_b` are billions.
    """

    situation: str
    action: str
    why: str
    methods: tuple[Approach, ...]
    params_b: Range | None = None
    models: tuple[str, ...] = ()
    families: tuple[str, ...] = ()
    avoid_families: tuple[str, ...] = ()
    adapters: Literal["separate", "merged"] | None = None
    examples: Range | None = None
    experiments: Range | None = None
    gpus: Range | None = None
    latency_p99_ms: Range | None = None
    tenants: Range | None = None
    weeks: Range | None = None
    on_prem: bool = False
    multilingual: bool = False
    needs_evidence: bool = False

    @model_validator(mode="before")
    @classmethod
    def _from_row(cls, data: dict[str, Any]) -> dict[str, Any]:
        cells = [data["situation"], data["action"], data["why"]]
        return {"text": "{}: {}. {}.".format(*cells), "quotes": [_row(cells)], **data}


class AntiPattern(Entry):
    """One of the guide's five patterns to push back on, in its own words; `codes` names the rule."""

    looks_like: str
    why_wrong: str
    redirect: str

    @model_validator(mode="before")
    @classmethod
    def _from_parts(cls, data: dict[str, Any]) -> dict[str, Any]:
        lines = [
            f"What it looks like: {data['looks_like']}",
            f"Why it's wrong: {data['why_wrong']}",
            f"How to redirect: {data['redirect']}",
        ]
        return {"text": "\n".join(lines), "quotes": lines, **data}


class CostRow(Entry):
    """One row of the guide's cost table: the four cells, and the figures read from them (USD, weeks, billions).

    `gpu` is a catalogue name; None where the guide names none.
    """

    shape: str
    how: str
    budget: str
    timeline: str
    approach: Approach
    params_b: Range | None = None
    examples: Range | None = None
    gpu: str | None = None
    gpus: Range | None = None
    usd: Range
    weeks: Range
    tenants: Range | None = None
    serving_extra: bool = False

    @model_validator(mode="before")
    @classmethod
    def _from_row(cls, data: dict[str, Any]) -> dict[str, Any]:
        cells = [data["shape"], data["how"], data["budget"], data["timeline"]]
        return {"text": "{}: {}, {}, {}.".format(*cells), "quotes": [_row(cells)], **data}


class Plan(Frozen):
    """A proposal of a worked example in figures: what was right, or what was wrong."""

    method: Approach
    reason: str
    model: str | None = None
    params_b: float | None = None
    gpu: str | None = None
    gpus: Range | None = None
    usd: float | None = None
    weeks: float | None = None
    experiments: int | None = None
    experiment_usd: Range | None = None
    adapters: Literal["separate", "merged"] | None = None
    tenants: int | None = None
    serving_gpu: str | None = None
    serving_gpus: int | None = None
    serving_usd_per_month: float | None = None
    api_usd_per_month: float | None = None
    saving_usd_per_month: float | None = None


class Example(Entry):
    """One of the guide's three worked examples: the right proposal, the wrong one, what to remember."""

    remember: str
    right: Plan
    wrong: Plan
    examples: int | None = None
    situations: tuple[str, ...] = ()


class NotFineTuning(Entry):
    """A sign that fine-tuning is the wrong tool; `instead` names the right one."""

    provenance: Literal["guide", "restored", "organisation"] = "restored"
    instead: Literal["rag", "prompting", "stronger_base", "do_not_build"]


class ReviewQuestion(Entry):
    """A question of the architecture review; the id ends in the contract's question id."""

    provenance: Literal["guide", "restored", "organisation"] = "restored"
    good_answer: str

    @property
    def question_id(self) -> str:
        """The contract's id."""
        return self.id.split("/", 1)[1]


class Policy(Entry):
    """A rule of the organisation's own, added to the guide."""

    provenance: Literal["guide", "restored", "organisation"] = "organisation"


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"
