"""Several processes on one store, and processes that die: nothing lost or twice. The full load: evals/benchmarks."""

from __future__ import annotations

import pytest

from evals.benchmarks.answering import answer_at_once
from evals.benchmarks.killing import kill_any_time, kill_at

POINTS = [("agent.stages:hear_people", True), ("agent.store.history:Store.settle", False)]
"""In a node, and when the graph is done and its review not yet kept."""


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_processes_answer_at_once(kind: str, place: str, request: pytest.FixtureRequest) -> None:
    store = place if kind == "sqlite" else request.getfixturevalue("database")
    assert answer_at_once(store, processes=3, reviews=1) == []


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_a_process_that_is_killed_at_a_node_loses_nothing(
    kind: str, place: str, request: pytest.FixtureRequest
) -> None:
    store = place if kind == "sqlite" else request.getfixturevalue("database")
    assert kill_at(store, POINTS) == []


@pytest.mark.slow
def test_a_process_that_is_killed_at_any_moment_loses_nothing(place: str) -> None:
    assert kill_any_time(place, 2) == []
