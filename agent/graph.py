"""The review as a LangGraph: the stages of `agent.review` as nodes, one verb each, with a state that can be kept.

After `report` it waits for people. Whatever they say (`agent.dialogue.turns`) resumes it, on any process or machine
that has its checkpointer: the facts are read anew, and all that follows from them.

`graph` has no checkpointer: whoever runs it gives one, `builder.compile(checkpointer=…)`, where reviews are to last.
"""

from __future__ import annotations

import os
import time
from functools import wraps
from typing import Any, Protocol

from langgraph.graph import START, StateGraph
from langgraph.runtime import Runtime
from langgraph.types import interrupt

from agent import documents, stages
from agent.context import Context
from agent.dialogue.turns import TURN
from agent.llm import Model
from agent.policy import Policy
from agent.review import assemble, new_id
from agent.state import Input, State, draft
from agent.tracing import TEXT

Update = dict[str, Any]

if not os.environ.get(TEXT):
    # LangSmith traces by its own variables, the state with it: the document's text stays here unless it is asked for.
    os.environ.setdefault("LANGSMITH_HIDE_INPUTS", "true")
    os.environ.setdefault("LANGSMITH_HIDE_OUTPUTS", "true")


class Node(Protocol):
    """What the graph runs: a function of the state that gives what it adds."""

    def __call__(self, state: State, runtime: Runtime[Context]) -> Update:
        """The update."""


def timed(node: Node) -> Node:
    """Adds the time that a node worked to `seconds`."""

    @wraps(node)
    def run(state: State, runtime: Runtime[Context]) -> Update:
        started = time.perf_counter()
        update = node(state, runtime)
        return update | {"seconds": time.perf_counter() - started}

    return run


@timed
def read(state: State, runtime: Runtime[Context]) -> Update:
    """Bytes → document; a document that is given is taken as it is."""
    return {"document": state.document or documents.read(state.data, state.name)}


@timed
def extract(state: State, runtime: Runtime[Context]) -> Update:
    """Document → facts."""
    assert state.document is not None
    return {"facts": dict(stages.read_facts(state.document, _policy(runtime)).case.facts)}


@timed
def point(state: State, runtime: Runtime[Context]) -> Update:
    """Facts → facts with what a language model points at."""
    done = stages.point_out(draft(state, _policy(runtime)), _model(runtime))
    return {"facts": dict(done.case.facts), "usage": done.usage}


@timed
def estimate(state: State, runtime: Runtime[Context]) -> Update:
    """Facts → the run as proposed and as recommended."""
    return {"estimate": stages.estimate_run(draft(state, _policy(runtime))).estimate}


@timed
def check(state: State, runtime: Runtime[Context]) -> Update:
    """Facts and estimate → findings."""
    done = stages.check_rules(draft(state, _policy(runtime)))
    return {
        "findings": done.findings,
        "checks": done.checks,
        "asks": done.ran.asks,
        "situations": done.situations,
    }


@timed
def investigate(state: State, runtime: Runtime[Context]) -> Update:
    """Findings → what a language model finds with read-only tools, judged anew; only where it is asked for."""
    before = draft(state, _policy(runtime))
    done = stages.investigate(before, _model(runtime))
    if done is before:
        return {}
    judged = {"findings": done.findings, "checks": done.checks, "asks": done.ran.asks, "situations": done.situations}
    return {"facts": dict(done.case.facts), "estimate": done.estimate, "usage": done.usage, **judged}


@timed
def recommend(state: State, runtime: Runtime[Context]) -> Update:
    """Findings → the approach that the guide would take."""
    return {"recommendation": stages.recommend_plan(draft(state, _policy(runtime))).recommendation}


@timed
def ask(state: State, runtime: Runtime[Context]) -> Update:
    """Findings → open questions."""
    return {"questions": stages.ask_questions(draft(state, _policy(runtime))).questions}


@timed
def decide(state: State, runtime: Runtime[Context]) -> Update:
    """Findings and questions → verdict."""
    return {"verdict": stages.decide_verdict(draft(state, _policy(runtime))).verdict}


@timed
def word(state: State, runtime: Runtime[Context]) -> Update:
    """Questions and summary → the same in the reader's words."""
    done = stages.put_into_words(draft(state, _policy(runtime)), _model(runtime))
    return {"questions": done.questions, "verdict": done.verdict, "usage": done.usage}


def report(state: State, runtime: Runtime[Context]) -> Update:
    """Everything → the review; its id is that of the thread."""
    context = runtime.context or Context()
    thread = runtime.execution_info.thread_id if runtime.execution_info else None
    return {"review": assemble(draft(state, context.policy), thread or new_id(), context.clock(), state.seconds)}


def wait(state: State, runtime: Runtime[Context]) -> Update:
    """Stops with the open questions until somebody says something; it only asks, as it runs again when resumed."""
    asked = [q.model_dump(mode="json") for q in state.questions if q.status != "answered"]
    said = interrupt({"questions": asked})
    return {"turns": (*state.turns, TURN.validate_python(said))}


@timed
def hear(state: State, runtime: Runtime[Context]) -> Update:
    """What people said → facts, beside those of the document."""
    done = stages.hear_people(draft(state, _policy(runtime)), state.turns)
    return {"heard": done.heard, "facts": dict(done.case.facts)}


def _policy(runtime: Runtime[Context]) -> Policy:
    return (runtime.context or Context()).policy


def _model(runtime: Runtime[Context]) -> Model | None:
    return (runtime.context or Context()).model


builder = (
    StateGraph(State, context_schema=Context, input_schema=Input)
    .add_node("read", read)
    .add_node("extract", extract)
    .add_node("point", point)
    .add_node("estimate", estimate)
    .add_node("check", check)
    .add_node("investigate", investigate)
    .add_node("recommend", recommend)
    .add_node("ask", ask)
    .add_node("decide", decide)
    .add_node("word", word)
    .add_node("report", report)
    .add_node("wait", wait)
    .add_node("hear", hear)
    .add_edge(START, "read")
    .add_edge("read", "extract")
    .add_edge("extract", "point")
    .add_edge("point", "estimate")
    .add_edge("estimate", "check")
    .add_edge("check", "investigate")
    .add_edge("investigate", "recommend")
    .add_edge("recommend", "ask")
    .add_edge("ask", "decide")
    .add_edge("decide", "word")
    .add_edge("word", "report")
    .add_edge("report", "wait")
    .add_edge("wait", "hear")
    .add_edge("hear", "estimate")
)
graph = builder.compile(name="review-finetune")
