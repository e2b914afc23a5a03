"""The graph of one stored review: its thread is brought up to the review's history, wherever a process left it."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime
from typing import Any

os.environ.setdefault("LANGGRAPH_STRICT_MSGPACK", "true")
# Read when langgraph is imported: a checkpoint holds our own types and plain values, and nothing else is made of it.

from langchain_core.runnables import RunnableConfig
from langgraph.types import Command

from agent.context import Context
from agent.dialogue.turns import Turn
from agent.graph import builder
from agent.models import Review
from agent.policy import Policy
from agent.store.history import Store


class Thread:
    """One review as a thread of the graph. The caller holds the review's lock."""

    def __init__(
        self,
        store: Store,
        review_id: str,
        policy: Policy,
        clock: Callable[[], datetime],
        base: Callable[[], dict[str, Any]],
    ) -> None:
        """`base` gives the state as the document alone made it, for a thread that has to be made."""
        self._store, self._id, self._base = store, review_id, base
        self._saver = store.saver()
        self._graph = builder.compile(checkpointer=self._saver, name="review-finetune")
        self._config: RunnableConfig = {"configurable": {"thread_id": review_id}}
        self._context = Context(policy=policy, clock=clock)

    def brought_to(self, turns: tuple[Turn, ...]) -> Review:
        """The review after everything that was said."""
        known = self.known()
        if known is None or known != turns[: len(known)]:
            self._make(turns)
            known = turns
        if self._graph.get_state(self._config).next != ("wait",):  # a process died on the way
            self._run(None)
        for turn in turns[len(known) :]:
            self._run(Command(resume=turn.model_dump(mode="json")))
        review = self._graph.get_state(self._config).values["review"]
        assert isinstance(review, Review)
        return review

    def known(self) -> tuple[Turn, ...] | None:
        """What the thread has taken in; None where there is none, or an older version of the program wrote it."""
        try:
            state = self._graph.get_state(self._config).values
            return tuple(state["turns"]) if state else None
        except (KeyError, TypeError, ValueError):
            return None

    def _make(self, turns: tuple[Turn, ...]) -> None:
        """Makes the thread from the history, standing before `hear`: nothing is read or asked of a model again."""
        self._saver.delete_thread(self._id)
        document = self._store.document(self._id)
        start = {"document": document, "name": document.name, "turns": turns, **self._base()}
        self._graph.update_state(self._config, start, as_node="wait")

    def _run(self, given: Command[Any] | None) -> None:
        self._graph.invoke(given, self._config, context=self._context, durability="sync")
