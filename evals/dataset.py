"""Labelled cases from disk: `cases/<split>/<slug>.md` is the proposal, `<slug>.toml` its labels (see CASES.md)."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from agent.facts.names import PUBLIC

ROOT = Path(__file__).parent / "cases"
Carrier = Literal["md", "docx", "pdf", "html", "txt"]
Split = Literal["open", "closed"]
SPLITS: tuple[Split, ...] = ("open", "closed")

VERDICTS = ("approve", "approve_with_conditions", "revise", "do_not_fine_tune", "not_a_proposal")
APPROACHES = ("lora", "qlora", "full", "api", "none")
_CODES = (
    "AP1 AP2 AP3 AP4 AP5 NF1 NF2 NF3 NF4 NF5 NF6 FIT1 FIT2 FIT3 FIT4 FIT5 FIT6 EST1 EST2 EST3 EST4 EST5 EV1 EV2 "
    "OPS1 OPS2 OPS3 SEC1"
)
_QUESTIONS = (
    "lora-limit alternatives-scores base-model-choice gpu-memory experiment-budget test-set ship-stop-number "
    "full-ft-threshold data-origin serving-plan parity-rollout-rollback ownership adapters-per-tenant cost-and-time "
    "numbers-conflict confirm-fact"
)
CODES: tuple[str, ...] = tuple(_CODES.split())
QUESTIONS: tuple[str, ...] = tuple(_QUESTIONS.split())


class BadCase(ValueError):
    """A case on disk is not usable; the message names the file and every defect in it."""


class Labels(BaseModel):
    """What one reader of the guide and the contract says about one proposal."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    slug: str
    carrier: Carrier = "md"
    kind: tuple[str, ...] = ()
    author: str = ""
    verdict: tuple[str, ...] = Field(min_length=1)
    approach: tuple[str, ...] = ()
    fires: frozenset[str] = frozenset()
    silent: frozenset[str] = frozenset()
    open: frozenset[str] = frozenset()
    questions: frozenset[str] = frozenset()
    dangerous: bool = False
    absent: frozenset[str] = frozenset()
    facts: dict[str, Any] = {}
    quotes: dict[str, str] = {}
    base: str = ""
    fact_names: frozenset[str] = Field(default=frozenset(PUBLIC), description="names that are labelled completely")
    note: str = ""

    @model_validator(mode="after")
    def _known_names(self) -> Labels:
        unknown = [
            *_unknown("verdict", self.verdict, VERDICTS),
            *_unknown("approach", self.approach, APPROACHES),
            *_unknown("code", self.fires | self.open | (self.silent - {"*"}), CODES),
            *_unknown("question", self.questions, QUESTIONS),
            *_unknown("fact", (*self.facts, *self.absent), tuple(PUBLIC)),
        ]
        if both := self.fires & self.silent:
            unknown.append(f"both in fires and in silent: {', '.join(sorted(both))}")
        if both := self.absent & set(self.facts):
            unknown.append(f"both in facts and in absent: {', '.join(sorted(both))}")
        if unknown:
            raise ValueError("; ".join(unknown))
        return self

    @property
    def must_be_silent(self) -> frozenset[str]:
        """The codes that are wrong when they fire; `*` stands for all that are neither expected nor debatable."""
        rest = frozenset(CODES) - self.fires - self.open
        return rest if "*" in self.silent else self.silent & rest

    @property
    def sound(self) -> bool:
        """A proposal with nothing wrong in it: the documents on which an accusation is the worst error."""
        return not self.fires and "not_a_proposal" not in self.verdict and not self.dangerous

    @property
    def cluster(self) -> str:
        """The base document: variants of one text are one unit in every interval."""
        return self.base or self.slug


class Case(BaseModel):
    """One proposal with its labels."""

    model_config = ConfigDict(frozen=True)

    split: str
    labels: Labels
    source: str
    """The Markdown text, or empty when the document is a file as found."""
    path: Path

    @property
    def slug(self) -> str:
        """Its name in every table."""
        return self.labels.slug

    def rendered(self) -> tuple[bytes, str]:
        """The document as a reader receives it: bytes and file name in the labelled carrier."""
        if not self.source:
            return self.path.read_bytes(), self.path.name
        from evals.render import render

        return render(self.source, self.labels.carrier, self.slug)


def load_split(split: str, root: Path = ROOT) -> tuple[Case, ...]:
    """The cases of one split, by slug.

    Raises:
        BadCase: a label file is wrong or its text is missing.
    """
    folder = root / split
    if not folder.is_dir():
        raise BadCase(f"no folder of cases at {folder}")
    return tuple(load_case(path, split) for path in sorted(folder.glob("*.toml")))


def texts_without_labels(split: str, root: Path = ROOT) -> tuple[str, ...]:
    """Slugs of texts that nobody has labelled: never scored, so never wanted in a commit."""
    folder = root / split
    return tuple(sorted({p.stem for p in folder.glob("*.md")} - {p.stem for p in folder.glob("*.toml")} - {"README"}))


def load_case(path: Path, split: str) -> Case:
    """One case from its label file.

    Raises:
        BadCase: naming the file and what is wrong in it.
    """
    try:
        raw = tomllib.loads(path.read_text("utf-8"))
        labels = Labels.model_validate(raw)
    except tomllib.TOMLDecodeError as error:
        raise BadCase(f"{path.name}: not TOML: {error}") from None
    except ValidationError as error:
        raise BadCase(f"{path.name}: {_defects(error)}") from None
    if labels.slug != path.stem:
        raise BadCase(f"{path.name}: slug is {labels.slug!r}, the file's name says {path.stem!r}")
    text = path.with_suffix(".md")
    if not text.is_file():
        raise BadCase(f"{path.name}: its text {text.name} is missing")
    return Case(split=split, labels=labels, source=text.read_text("utf-8"), path=text)


def _unknown(kind: str, given: Any, known: tuple[str, ...]) -> list[str]:
    return [f"unknown {kind} {name!r}" for name in sorted(set(given) - set(known))]


def _defects(error: ValidationError) -> str:
    return "; ".join(f"{'.'.join(map(str, e['loc']))} {e['msg']}".strip() for e in error.errors())
