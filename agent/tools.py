"""The deterministic checks as LangChain tools: read-only, typed arguments, bounded output. None decides anything."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from langchain_core.tools import StructuredTool, ToolException
from pydantic import BaseModel, ConfigDict, Field

from agent.errors import ReviewError
from agent.models import Block, Document, Evidence
from agent.rules.case import Case

MOST_PASSAGES = 10
LONGEST = 600
"""Characters of one text in an answer."""


class Arguments(BaseModel):
    """Base of the arguments: nothing that is not named here is taken."""

    model_config = ConfigDict(extra="forbid")


class SearchDocument(Arguments):
    """Arguments of `search_document`."""

    words: str = Field(min_length=1, max_length=200, description="words to look for in the visible text")
    limit: int = Field(default=5, ge=1, le=MOST_PASSAGES, description="at most so many passages")


class ReadGuideEntry(Arguments):
    """Arguments of `read_guide_entry`."""

    entry_id: str = Field(max_length=100, description="id of an entry, such as cost/7b-5k-lora")


class RunEstimator(Arguments):
    """Arguments of `run_estimator`."""

    model: str = Field(max_length=100, description="name of a model, or its size such as 13B")
    method: Literal["lora", "qlora", "full"] = "lora"
    gpu: str = Field(default="A100-80GB", max_length=50, description="catalogue name of the GPU")
    gpus: int = Field(default=1, ge=1, le=100_000)
    examples: int = Field(default=5000, ge=1, le=10**12)
    tokens_per_example: int = Field(default=1000, ge=1, le=10**7)
    epochs: float = Field(default=3, gt=0, le=10_000)
    sequence_length: int = Field(default=2048, ge=1, le=10**7)


class RuleOutcome(Arguments):
    """Arguments of `rule_outcome`."""

    code: str = Field(max_length=50, description="code or name of a rule, such as AP1")


ARGUMENTS: dict[str, type[Arguments]] = {
    "search_document": SearchDocument,
    "read_guide_entry": ReadGuideEntry,
    "run_estimator": RunEstimator,
    "rule_outcome": RuleOutcome,
}
"""Arguments by tool."""


def tools(case: Case) -> tuple[StructuredTool, ...]:
    """The tools for one proposal. An unknown name gives an answer that says so, not an exception."""
    return (
        _tool(search_document, case.document),
        _tool(read_guide_entry),
        _tool(run_estimator, case),
        _tool(rule_outcome, case),
    )


def search_document(document: Document, words: str, limit: int = 5) -> list[dict[str, Any]]:
    """Passages of the visible text that hold the words, best first; each a verbatim quote with its place."""
    from knowledge.search import terms

    wanted = set(terms(words))
    scored = [(len(wanted & set(terms(_context(document, b)))), b) for b in document.body]
    best = sorted((pair for pair in scored if pair[0]), key=lambda pair: -pair[0])[:limit]
    return [_passage(document, block).model_dump(mode="json") for _, block in best]


def read_guide_entry(entry_id: str) -> dict[str, Any]:
    """One entry of the guide: title, text, and whether it is the guide's own sentence or restored."""
    from knowledge import guide

    entry = guide().entry(entry_id)
    return {"id": entry.id, "title": entry.title, "text": entry.text[: 4 * LONGEST], "provenance": entry.provenance}


def run_estimator(case: Case, **given: Any) -> dict[str, Any]:
    """Memory per GPU, hours, cost and weeks of a fine-tuning run, each low to high, with what was assumed."""
    from agent.estimator import RunSpec, estimate, gpu_spec, shape
    from agent.sizing import priced

    gpu = priced(gpu_spec(given["gpu"]), case.prices)
    run = RunSpec(**given | {"model": shape(_size(given["model"])), "gpu": gpu})
    return estimate(run).model_dump(mode="json")


def rule_outcome(case: Case, code: str) -> dict[str, Any]:
    """What one rule says of this proposal, why, and on which quotes."""
    from agent.rules.registry import judge, rule_of

    one, result = rule_of(code), judge(code, case)
    quotes = [e.model_dump(mode="json") for e in result.evidence[:MOST_PASSAGES]]
    return {"code": one.code, "name": one.name, "outcome": result.outcome, "why": result.why, "evidence": quotes}


def _tool(function: Callable[..., Any], *bound: Case | Document) -> StructuredTool:
    """A function as a tool; what it looks at is bound here and no argument of the caller's."""

    def answer(**given: Any) -> Any:
        from knowledge import UnknownName

        try:
            return function(*bound, **given)
        except (ReviewError, UnknownName) as error:
            raise ToolException(str(error)) from error

    return StructuredTool.from_function(
        answer,
        name=function.__name__,
        description=function.__doc__,
        args_schema=ARGUMENTS[function.__name__],
        handle_tool_error=True,
    )


def _context(document: Document, block: Block) -> str:
    """A block with what tells its meaning: of a table cell the heads of its row and column."""
    return " ".join((document.quote(block), block.label, *block.headers))


def _passage(document: Document, block: Block) -> Evidence:
    end = min(block.end, block.start + LONGEST)
    return Evidence(
        quote=document.text[block.start : end],
        page=block.page,
        section=" › ".join(block.section) or None,
        start=block.start,
        end=end,
    )


def _size(model: str) -> str | float:
    """`13B` as 13.0; any other name as it is."""
    number = model.strip().casefold().removesuffix("b")
    return float(number) if number.replace(".", "", 1).isdigit() else model
