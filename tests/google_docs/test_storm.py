"""Whole runs with random faults, deaths, lost memory and two bots; `evals.benchmarks.google_faults` does hundreds."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.google_docs.fake import FakeGoogle
from tests.google_docs.storm import storming


@pytest.mark.parametrize("first", [1000, 1005, 1010, 1015])
def test_nothing_is_said_twice_and_nothing_is_lost(fake: FakeGoogle, tmp_path: Path, first: int) -> None:
    with storming(fake, tmp_path) as storm:
        wrong = [one for seed in range(first, first + 5) for one in storm.run(seed)]
        assert wrong == []
        assert storm.happened["faults"]
        assert storm.happened["two bots"]
