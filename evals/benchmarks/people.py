"""What the processes of the benchmarks do: answer, each answer sent twice; and die at a chosen point."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from importlib import import_module
from typing import Any

from agent import documents
from agent.models import Review
from agent.service import Service
from agent.settings import Settings

PROPOSAL = """# Drafting warranty replies, team {n}

We will fine-tune Llama-3.1-8B-Instruct on 14,200 approved replies. We will run a full fine-tune, updating all weights,
because this gives the best quality. If training turns out to be too slow, we will fall back to LoRA.

We rent 8 H100 GPUs for three months at $46,000, and iterate until the quality is good enough. The project takes ten
weeks. The measure is the share of drafts that agents keep; the target is 80%, against 61% for the prompted API.

The model replaces the commercial API. It is served with vLLM on one A100 80GB. We switch all agents over on launch day.
"""
ANSWERS = {
    "lora-limit": "We switch to LoRA on Llama 3.1 8B; full fine-tuning is dropped.",
    "test-set": "We hold out 400 replies, carved out by the QA lead before training, locked.",
    "gpu-memory": "One A100 80GB instead.",
    "experiment-budget": "30 runs at $9 each.",
}
POINTS = (
    "agent.service:Thread.brought_to",
    "agent.graph:TURN.validate_python",
    "agent.stages:hear_people",
    "agent.stages:estimate_run",
    "agent.stages:check_rules",
    "agent.stages:recommend_plan",
    "agent.stages:ask_questions",
    "agent.stages:decide_verdict",
    "agent.graph:assemble",
    "agent.records:open_questions",
    "agent.store.history:Store.settle",
    "agent.store.sqlite:_Sqlite.prune",
)
"""Where a process is killed: at each node, before and after it, and where results are kept."""


def service(place: str) -> Service:
    """The reviews of a store."""
    return Service(Settings(store=place, keep_days=0))


def start(place: str, number: int) -> Review:
    """A new review."""
    document = documents.parse(PROPOSAL.format(n=number).encode(), f"proposal-{number}.md")
    return service(place).start(document, who="pm", source=f"doc-{number}")


def answer_all(place: str, jobs: list[tuple[str, str]]) -> int:
    """Answers one question of one review after another, each twice, as a door does that got no receipt.

    Returns:
        Answers acknowledged.
    """
    reviews = service(place)
    for review_id, question in jobs:
        for _ in range(2):
            reviews.answer(review_id, {question: ANSWERS[question]}, who="pm", delivery=f"{review_id}/{question}")
    return len(jobs)


def die(place: str, review_id: str, question: str, point: str, after: bool) -> None:
    """Answers, and is killed where `point` is called: before it runs, or after."""
    import agent.thread  # noqa: F401

    module, _, path = point.partition(":")
    if path == "Thread.brought_to":
        module = "agent.thread"
    owner: Any = import_module(module)
    *parts, name = path.split(".")
    for part in parts:
        owner = getattr(owner, part)
    if parts and parts[0] == "TURN":
        import agent.graph as graph

        graph.TURN = _Dying(owner, name, after)  # type: ignore[assignment]
    else:
        setattr(owner, name, _killing(getattr(owner, name), after))
    reviews = service(place)
    reviews.answer(review_id, {question: ANSWERS[question]}, who="pm", delivery=f"{review_id}/{question}")


class _Dying:
    """An object of which one method kills the process."""

    def __init__(self, wrapped: Any, name: str, after: bool) -> None:
        self._wrapped = wrapped
        setattr(self, name, _killing(getattr(wrapped, name), after))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._wrapped, name)


def _killing(function: Callable[..., Any], after: bool) -> Callable[..., Any]:
    def run(*given: Any, **named: Any) -> Any:
        if after:
            function(*given, **named)
        os.kill(os.getpid(), signal.SIGKILL)

    return run
