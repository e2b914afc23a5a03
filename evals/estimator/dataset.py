"""The tables of published measurements, as runs with their measured figure."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from agent.estimator import RunSpec
from agent.estimator.cells import Row
from agent.estimator.rows import read_row

DATA = Path(__file__).parent / "data"
Kind = Literal["memory", "throughput"]
MEASURED = {"memory": "peak_gib_per_gpu", "throughput": "tokens_per_s_per_gpu"}
UNKNOWN_TO_A_PROPOSAL = ("framework", "notes", "loss_kernel", "source", "seq_len_note", "optimizer")
"""What a proposal does not say of its software."""


@dataclass(frozen=True)
class Measured:
    """One row: the run, the figure that was measured (None for a run that ran out of memory), where from."""

    row: Row
    run: RunSpec
    value: float | None
    source: str

    @property
    def method(self) -> str:
        """lora, qlora or full."""
        return self.run.method


@cache
def table(kind: Kind) -> tuple[dict[str, str], ...]:
    """All rows of a table, scored or not."""
    with (DATA / f"{kind}.csv").open(encoding="utf-8", newline="") as handle:
        return tuple(csv.DictReader(handle))


def scored(kind: Kind, *, with_oom: bool = False, blind: bool = False) -> tuple[Measured, ...]:
    """The rows that count.

    Args:
        kind: which table.
        with_oom: also the runs that ran out of memory.
        blind: read as if nothing were known of the software (`UNKNOWN_TO_A_PROPOSAL` emptied).
    """
    wanted = ("yes", "oom-check") if with_oom else ("yes",)
    return tuple(_measured(row, kind, blind) for row in table(kind) if row["usable_for_eval"] in wanted)


def _measured(row: dict[str, str], kind: Kind, blind: bool) -> Measured:
    hidden = {name: "" for name in UNKNOWN_TO_A_PROPOSAL if name in row} if blind else {}
    text = row[MEASURED[kind]]
    return Measured(row, read_row({**row, **hidden}).run, float(text) if text else None, row["source_id"])
