"""The tables of published measurements, as runs with their measured figure."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from agent.estimator import RunSpec, Stack, gpu_spec, shape
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


def counted() -> tuple[Measured, ...]:
    """Steps whose peak was counted operation by operation on fake tensors (count_models.py)."""
    with (DATA / "counted.csv").open(encoding="utf-8", newline="") as handle:
        return tuple(
            Measured(row, _counted_run(row), float(row["peak_gib"]), "counted") for row in csv.DictReader(handle)
        )


def _counted_run(row: Row) -> RunSpec:
    stack = Stack(metric="allocated", loss_kernel="padded", lora_dropout=False, kbit_upcast=row["kbit_upcast"] == "1")
    return RunSpec.model_validate(
        {
            "model": shape(row["model"]),
            "method": row["method"],
            "gpu": gpu_spec("A100-80GB"),
            "micro_batch": int(row["micro_batch"]),
            "grad_accumulation": 1,
            "sequence_length": int(row["seq_len"]),
            "targets": tuple(t for t in row["targets"].split(",") if t) or ("q",),
            "checkpointing": row["recomputed"] == "1",
            "precision": "mixed" if row["fp32_weights"] == "1" else "autocast" if row["autocast"] == "1" else "bf16",
            "stack": stack,
        }
    )
