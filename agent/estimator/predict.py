"""One prediction per row of a table of runs, so that anyone can score the estimator on their own."""

from __future__ import annotations

from typing import NamedTuple

from pydantic import ValidationError

from agent.errors import UsageError
from agent.estimator.cells import Row, is_memory_table
from agent.estimator.memory import memory
from agent.estimator.rows import read_row
from agent.estimator.speed import throughput
from agent.models import Low3


class Prediction(NamedTuple):
    """GiB per GPU, or tokens per second per GPU; None with the reason in `note` when a row cannot be read."""

    value: Low3 | None
    note: str


def predict(row: Row) -> Prediction:
    """Predicts peak memory for a row of a memory table, speed for one of a throughput table.

    Never raises for a row's content: what cannot be read is said in the note.
    """
    try:
        read = read_row(row)
    except (UsageError, ValidationError, ValueError) as error:
        return Prediction(None, f"not predicted: {_one_line(error)}")
    if is_memory_table(row):
        found = memory(read.run)
        value, said = found.low_typical_high, f"peak in the {found.peak_phase} phase"
    else:
        speed = throughput(read.run)
        value, said = speed.low_typical_high, f"limited by {speed.limit}"
    return Prediction(value, "; ".join((said, read.run.stack.name, *read.notes)))


def _one_line(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
    return " ".join(str(error).split())
