"""The nouns of a review, frozen: Document → Fact → Estimate → Finding → Question → Verdict → Review.

Public shapes follow the contract (`docs/contract.md`); what is ours alone says so.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

BlockKind = Literal[
    "heading",
    "paragraph",
    "list_item",
    "cell",
    "code",
    "quote",
    "header",
    "footer",
    "footnote",
    "comment",
    "deleted",
    "field",
]
"""Furniture and side notes are kept apart from the body: see `Block.is_body`."""

Severity = Literal["blocker", "major", "minor"]
Method = Literal["full", "lora", "qlora", "api", "none", "unclear"]
Low3 = tuple[float, float, float]
Range = tuple[float, float]


class Frozen(BaseModel):
    """Base of every type here: immutable, no unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Box(NamedTuple):
    """A rectangle in PDF user space, points."""

    left: float
    bottom: float
    right: float
    top: float


class Anchor(Frozen):
    """Where `text[start:end]` stands in the original file; the map back for highlights and comments.

    Exactly one of the places is given: a PDF box on a page, a DOCX path (`body/12/tbl/0/1/p0#run3+5`), an
    index in a Google Doc (`t.0+17`), or a character offset in the decoded Markdown, HTML or text source.
    """

    start: int
    end: int
    page: int | None = None
    box: Box | None = None
    path: str | None = None
    offset: int | None = None


class Block(Frozen):
    """A stretch of `Document.text` with its place. Blocks are in reading order and do not overlap.

    A table cell is one block: `table` numbers the table in the document, `row`/`column` count from 0, `headers` are
    the texts of its column header cell(s) and `label` that of its row's first cell. Header cells have `is_header`.
    """

    kind: BlockKind
    start: int
    end: int
    page: int | None = None
    section: tuple[str, ...] = ()
    level: int = 0
    table: int | None = None
    row: int | None = None
    column: int | None = None
    is_header: bool = False
    headers: tuple[str, ...] = ()
    label: str = ""
    hidden: str | None = None
    note: str | None = None

    @property
    def is_body(self) -> bool:
        """True for what the author says to the reader: visible, no furniture, no reviewer comment, not deleted."""
        return self.hidden is None and self.kind not in ("header", "footer", "comment", "deleted")


class Document(Frozen):
    """One document as text with places. `text[b.start:b.end]` is the text of block `b`; between blocks stand newlines.

    `text` holds every block, hidden ones and side notes included, so that an offset means one thing everywhere.
    """

    name: str
    format: Literal["pdf", "docx", "markdown", "html", "text", "gdoc"]
    sha256: str
    title: str | None = None
    pages: int | None = None
    text: str
    blocks: tuple[Block, ...]
    anchors: tuple[Anchor, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def words(self) -> int:
        """Words in the visible body."""
        return sum(len(self.text[b.start : b.end].split()) for b in self.blocks if b.is_body)

    @cached_property
    def body(self) -> tuple[Block, ...]:
        """The blocks that carry the author's plan."""
        return tuple(b for b in self.blocks if b.is_body)

    def quote(self, block: Block) -> str:
        """The text of one block."""
        return self.text[block.start : block.end]

    def block_at(self, offset: int) -> Block | None:
        """The block that holds a text offset, or None between blocks."""
        return next((b for b in self.blocks if b.start <= offset < b.end), None)


class Evidence(Frozen):
    """A verbatim quote with its place: `document.text[start:end] == quote`."""

    quote: str
    page: int | None = None
    section: str | None = None
    start: int
    end: int


class Fact(Frozen):
    """One reading of the document: a value and the words that show it.

    `others` holds contradicting readings of the same name (ours; not in the JSON): both are kept, a question asks.
    """

    name: str
    value: Any
    basis: Literal["stated", "inferred"] = "stated"
    source: Literal["rules", "llm", "answer"] = "rules"
    evidence: tuple[Evidence, ...] = ()
    others: tuple[Fact, ...] = ()


class Estimate(Frozen):
    """Memory, time and money of a fine-tuning project; every tuple is low … high."""

    method: Method
    model: str
    gpu: str
    gpus: int
    memory_gib_per_gpu: Low3
    memory_breakdown_gib: dict[str, float]
    fits: Literal["yes", "no", "tight"]
    hours_per_run: Low3
    cost_per_run_usd: Range
    experiments: Range
    compute_usd: Range
    weeks: Range
    serving_usd_per_month: float | None = None
    assumptions: tuple[str, ...] = ()


class Project(Frozen):
    """The whole project around the training runs, low and high."""

    weeks: Range
    people_weeks: Range
    total_usd: Range


class EstimateSection(Frozen):
    """Asked, guide and computed, side by side."""

    as_proposed: Estimate | None
    as_recommended: Estimate
    guide_row: str
    project: Project


class Situation(Frozen):
    """One of the guide's twelve situations held against the facts."""

    id: str
    matches: Literal["yes", "no", "cannot_tell"]
    why: str
    evidence: tuple[Evidence, ...] = ()


class Recommendation(Frozen):
    """What the guide and the estimator say to do instead, or to go on doing."""

    approach: Literal["lora", "qlora", "full", "api", "none"]
    instead: Literal["rag", "prompting", "stronger_base", "do_not_build"] | None = None
    base_model: str | None = None
    hardware: str | None = None
    why: str
    guide_refs: tuple[str, ...] = ()
    counter_plan: str = ""


STANDING = ("open", "disputed")
"""Statuses in which a finding counts for the verdict as it is: a dispute alone lifts nothing, an approver does."""


class Finding(Frozen):
    """One rule that fired. Evidence, or `absence` when the thing is nowhere in the visible document."""

    code: str
    name: str
    severity: Severity
    message: str
    redirect: str
    evidence: tuple[Evidence, ...] = ()
    absence: bool = False
    guide_refs: tuple[str, ...] = ()
    question_ids: tuple[str, ...] = ()
    status: Literal["open", "unconfirmed", "resolved", "waived", "disputed"] = "open"


class Check(Frozen):
    """The outcome of one rule; every rule has exactly one."""

    code: str
    outcome: Literal["fires", "passes", "not_applicable", "cannot_tell"]
    why: str


class Question(Frozen):
    """One open architecture-review question, with the proposal's own figures in it.

    `about` is the fact of which a question asks which reading holds (ours; not in the JSON).
    """

    id: str
    text: str
    why: str
    good_answer: str
    finding_codes: tuple[str, ...] = ()
    guide_refs: tuple[str, ...] = ()
    priority: int = 5
    status: Literal["open", "answered", "insufficient"] = "open"
    answer: str | None = None
    about: str | None = None


class Verdict(Frozen):
    """The contract's table applied to findings and required questions."""

    value: Literal["approve", "approve_with_conditions", "revise", "do_not_fine_tune", "not_a_proposal"]
    summary: str
    because: tuple[str, ...] = ()


class DocumentInfo(Frozen):
    """What the JSON says of the document."""

    name: str
    format: str
    sha256: str
    pages: int | None
    words: int
    title: str | None


class Engine(Frozen):
    """How the review was made."""

    version: str
    mode: Literal["rules", "rules+llm"] = "rules"
    model: str | None = None
    llm_calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float = 0.0
    seconds: float = 0.0
    degraded: tuple[str, ...] = ()
    prompts: dict[str, str] = Field(default={}, description="ours: version and hash of each prompt that was used")
    dropped: dict[str, int] = Field(default={}, description="ours: parts of a model's answers refused, by reason")


class Review(Frozen):
    """A review as the contract's JSON: `review.model_dump(mode="json")`."""

    schema_version: Literal["1"] = "1"
    review_id: str
    created_at: str
    document: DocumentInfo
    engine: Engine
    facts: dict[str, Fact]
    situations: tuple[Situation, ...]
    estimate: EstimateSection | None
    recommendation: Recommendation
    findings: tuple[Finding, ...]
    checks: tuple[Check, ...]
    questions: tuple[Question, ...]
    verdict: Verdict
    notes: tuple[str, ...] = Field(default=(), description="ours: policy changes, notes beside the guide's figures")
