"""From a row of a table of measured runs to a RunSpec, by what its columns say of framework, batch and reading.

The columns are those of the published-measurement tables in evals/estimator; a missing cell is assumed as
docs/estimator.md lists, and the assumption is returned in words.
"""

from __future__ import annotations

import re

from agent.estimator.cells import Row, cell, is_memory_table, method_of, number, preset
from agent.estimator.inputs import ALL_LINEAR, Checkpoints, Precision, RunSpec, Sharding, Target
from agent.estimator.row_shape import gpu_of, model_of
from agent.estimator.row_stack import stack_of
from agent.models import Frozen


class ReadRow(Frozen):
    """A row as a run, and what had to be assumed."""

    run: RunSpec
    notes: tuple[str, ...] = ()


TARGET_WORDS: tuple[tuple[str, tuple[Target, ...]], ...] = (
    (r"all[ -]?linear|linear layers|\ball\b", ALL_LINEAR),
    (r"c_attn|qkv|query_key_value", ("q", "k", "v")),
    (r"\bq(uery)?(_proj)?\b", ("q",)),
    (r"\bk(ey)?(_proj)?\b", ("k",)),
    (r"\bv(alue)?(_proj)?\b", ("v",)),
    (r"\bo(utput)?(_proj)?\b|\bproj\b|c_proj|linear_proj|\bout\b", ("o",)),
    (r"\battn|attention", ("q", "k", "v", "o")),
    (r"\bmlp\b|\bw1\b|gate|\bup(_proj)?\b|\bfc\b|fc1|fc2", ("gate", "up", "down")),
    (r"\bw2\b|down", ("down",)),
    (r"\bhead|lm_head|output_proj", ("head",)),
)


def targets_of(row: Row) -> tuple[Target, ...]:
    """The adapted matrices; all linear layers when the row does not say."""
    text = cell(row, "target_modules").lower() or preset(row).get("targets", "")
    found = {t for pattern, targets in TARGET_WORDS if re.search(pattern, text) for t in targets}
    return tuple(t for t in (*ALL_LINEAR, "head") if t in found) or ALL_LINEAR


def _trains_embeddings(row: Row) -> bool:
    text = " ".join(cell(row, c) for c in ("method", "target_modules", "model", "notes")).lower()
    return method_of(row) != "full" and bool(re.search(r"\(emb\)|\+ ?emb|modules_to_save|wte|embed_tokens", text))


def _precision(row: Row, shard: Sharding | None) -> Precision | None:
    text = f"{cell(row, 'precision')} {cell(row, 'method')}".lower()
    framework = cell(row, "framework").lower()
    if "fp32 param" in text or "float8" in text or "fp8" in text or re.search(r"\bamp\b|amp_", text):
        return "mixed"
    if "mixed" in text:
        if "litgpt" in framework:
            return "mixed"
        return "mixed" if shard in ("fsdp", "zero3") and method_of(row) == "full" else "autocast"
    if "pure" in text or "true" in text:
        return "bf16"
    if "fp32" in text or "float32" in text:
        return "fp32"
    if method_of(row) == "full" and "full_precision" in preset(row):
        return preset(row)["full_precision"]  # type: ignore[no-any-return]
    return "autocast" if re.search(r"bf16|fp16|float16", text) else None


def _checkpoints(row: Row) -> Checkpoints:
    text = cell(row, "gradient_checkpointing").lower()
    if not text:
        usual: Checkpoints = preset(row).get("checkpoints", "full")
        return usual
    if "selective" in text:
        return "selective"
    return "none" if text in ("no", "false", "off", "0") else "full"


UNPACKED_LONGEST = 800
"""Longest sample, in tokens, that a short run on instruction data meets when batches are cut but not packed: Alpaca's
longest are 1,034 to 1,304 tokens (LitGPT's tables), and some hundred steps seldom meet them."""


def _length(row: Row) -> tuple[int, list[str]]:
    length = int(number(row, "seq_len") or 0)
    if not length:
        return 2048, ["sequence length assumed 2048"]
    text = f"{cell(row, 'seq_len_note')} {cell(row, 'notes')}".lower()
    if is_memory_table(row) and re.search(r"unpacked|not packed|packed ?[=:] ?false|without packing|no packing", text):
        return min(length, UNPACKED_LONGEST), [
            f"batches are not packed: longest sample taken as {UNPACKED_LONGEST} tokens"
        ]
    return length, []


def _batches(row: Row, replicas: int) -> tuple[int, int]:
    """Micro-batch and accumulation steps: as said, else what the global batch leaves for one replica, else 1."""
    shared = (number(row, "global_batch") or 0.0) / replicas
    micro = max(1, round(number(row, "micro_batch") or shared / (number(row, "grad_accum") or 1) or 1))
    return micro, max(1, round(number(row, "grad_accum") or shared / micro or 1))


def read_row(row: Row) -> ReadRow:
    """A table row as a run.

    Raises:
        UsageError: neither model nor size can be read, or the GPU's name is unknown.
    """
    stack, optimizer = stack_of(row)
    gpus = int(number(row, "num_gpus") or 1)
    model, notes = model_of(row), list[str]()
    if model.estimated:
        notes.append(f"shape of {model.name} estimated from its size")
    replicas = gpus // (stack.tensor_parallel * stack.pipeline_parallel * stack.context_parallel)
    micro_batch, accumulation = _batches(row, max(1, replicas))
    length, said = _length(row)
    notes += said
    trainable = number(row, "trainable_params")
    run = RunSpec(
        model=model,
        method=method_of(row),
        gpu=gpu_of(row),
        gpus=gpus,
        micro_batch=micro_batch,
        grad_accumulation=accumulation,
        sequence_length=length,
        rank=min(int(number(row, "rank") or 16), model.hidden),
        targets=targets_of(row),
        trainable_parameters=int(trainable) if trainable and method_of(row) != "full" else None,
        trains_embeddings=_trains_embeddings(row),
        checkpoints=_checkpoints(row),
        flash_attention=cell(row, "flash_attention").lower() not in ("no", "eager", "false"),
        precision=_precision(row, stack.sharding or ("fsdp" if gpus > 1 else None)),
        optimizer=optimizer,
        stack=stack,
    )
    return ReadRow(run=run, notes=tuple(notes))
