"""From a row of a table of measured runs to a RunSpec, by what its columns say of framework, batch and reading.

The columns are those of the published-measurement tables in evals/estimator; a missing cell is assumed as
docs/estimator.md lists, and the assumption is returned in words.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from agent.errors import UsageError
from agent.estimator.catalogue import from_size, gpu_spec, shape
from agent.estimator.inputs import (
    ALL_LINEAR,
    GpuSpec,
    LossKernel,
    ModelShape,
    Optimizer,
    Precision,
    Quantisation,
    RunSpec,
    Sharding,
    Stack,
    Target,
    TrainingMethod,
)
from agent.models import Frozen

Row = Mapping[str, str]


class ReadRow(Frozen):
    """A row as a run, and what had to be assumed."""

    run: RunSpec
    notes: tuple[str, ...] = ()


@cache
def _presets() -> tuple[dict[str, Any], ...]:
    return tuple(tomllib.loads((files("agent.estimator") / "stacks.toml").read_text(encoding="utf-8"))["stack"])


def cell(row: Row, name: str) -> str:
    """A cell's text without surrounding space; empty when the column is missing."""
    return (row.get(name) or "").strip()


def number(row: Row, name: str) -> float | None:
    """A cell as a number above zero, or None when it is empty or no number."""
    text = cell(row, name).replace(",", "")
    try:
        value = float(text)
    except ValueError:
        return None
    return value if value > 0 else None


MEMORY_COLUMNS = ("peak_value", "peak_unit", "peak_gib_per_gpu", "memory_metric", "seq_len_note")
SPEED_COLUMNS = ("value", "unit", "tokens_per_s_per_gpu", "derivation", "global_batch", "total_time_h")


def is_memory_table(row: Row) -> bool:
    """Whether a row's columns are those of the memory table; a table with neither kind is taken as one."""
    return sum(c in row for c in MEMORY_COLUMNS) >= sum(c in row for c in SPEED_COLUMNS)


def preset(row: Row) -> dict[str, Any]:
    """The framework's preset fields, or none when the framework is not known."""
    texts = (cell(row, "framework").lower(), cell(row, "source").lower())
    return next((p for text in texts for p in _presets() if re.search(p["match"], text)), {})


def model_of(row: Row) -> ModelShape:
    """The shape by architecture key, then by model name, then estimated from the parameter count.

    Raises:
        UsageError: none of the three says anything.
    """
    for name in (cell(row, "arch_key"), cell(row, "model"), cell(row, "model").split("/")[-1]):
        for prefix in ("", "DeepSeek-"):
            try:
                found = shape(prefix + name)
            except UsageError:
                continue
            if not found.estimated:
                return _resized(found, row)
    size = number(row, "params_b")
    return from_size(size, cell(row, "model") or None) if size else shape(cell(row, "model") or "unnamed model")


def _resized(found: ModelShape, row: Row) -> ModelShape:
    """The row's own parameter count where it differs a little (longer position tables, padded vocabularies)."""
    size = number(row, "params_b")
    if size is None or not 0.005 < abs(size / found.params_b - 1) < 0.2 or found.experts:
        return found
    return found.model_copy(update={"parameters": round(size * 1e9)})


def gpu_of(row: Row) -> GpuSpec:
    """The GPU, whatever form factor or power limit the name adds; an unnamed one is taken as an A100 of 80 GB."""
    name = cell(row, "gpu") or "A100-80GB"
    plain = re.sub(r"\(.*?\)", " ", name.replace("_", " ")).strip()
    plain = re.sub(r"(?i)\bdgx|\bhbm\w*|\bsxm\d?|\bnvlink|^\d+\s*x\s*", " ", plain)
    plain = " ".join(plain.replace("-", " ").split())
    for text in (name, plain, " ".join(plain.split()[:2]), plain.split()[0]):
        try:
            found = gpu_spec(text)
        except UsageError:
            continue
        size = re.search(r"(\d{2,3})\s?GB", name, re.IGNORECASE)
        if size and abs(float(size[1]) / found.marketing_gb - 1) > 0.1:
            scale = float(size[1]) / found.marketing_gb
            found = found.model_copy(update={"usable_gib": found.usable_gib * scale, "marketing_gb": float(size[1])})
        return _power_limited(found, name)
    if is_memory_table(row):  # memory does not depend on the name, only a full card's reading on its size
        return gpu_spec("A100-80GB")
    return gpu_spec(name)


FULL_POWER_W = {"H100": 700, "H200": 700, "A100-80GB": 400, "A100-40GB": 400}


def _power_limited(gpu: GpuSpec, name: str) -> GpuSpec:
    """A card run below its full power: clocks fall with about the 0.6th power of it (dynamic power is f V²)."""
    watts = re.search(r"(\d{3})\s?W\b", name)
    full = FULL_POWER_W.get(gpu.name)
    if not watts or not full or int(watts[1]) >= full:
        return gpu
    return gpu.model_copy(update={"power_share": round((int(watts[1]) / full) ** 0.6, 3)})


def method_of(row: Row) -> TrainingMethod:
    """full, lora or qlora; a 4-bit base makes LoRA a QLoRA."""
    text = cell(row, "method").lower()
    if "qlora" in text or ("lora" in text and _quantisation(row) in ("nf4", "nf4-dq", "gptq4")):
        return "qlora"
    return "lora" if "lora" in text or "adapter" in text else "full"


def _quantisation(row: Row) -> Quantisation | None:
    text = cell(row, "quant").lower()
    if not text or text in ("none", "no", "16 bit", "bf16"):
        return None
    if "gptq" in text:
        return "gptq8" if "8" in text else "gptq4"
    if "aqlm" in text or re.search(r"\b2.?bit", text):
        return "aqlm2"
    if "8" in text and "4" not in text:
        return "int8"
    return "nf4-dq" if "dq" in text or "double" in text or "hqq" in text else "nf4"


TARGET_WORDS: tuple[tuple[str, tuple[Target, ...]], ...] = (
    (r"all[ -]?linear|linear layers|\ball\b", ALL_LINEAR),
    (r"c_attn|\bqkv\b|query_key_value|wqkv", ("q", "k", "v")),
    (r"\bq(uery)?(_proj)?\b", ("q",)),
    (r"\bk(ey)?(_proj)?\b", ("k",)),
    (r"\bv(alue)?(_proj)?\b", ("v",)),
    (r"\bo(utput)?(_proj)?\b|\bproj\b|c_proj|\bout\b", ("o",)),
    (r"\battn|attention", ("q", "k", "v", "o")),
    (r"\bmlp\b|\bw1\b|gate|\bup(_proj)?\b|\bfc\b", ("gate", "up", "down")),
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


def _sharding(row: Row) -> Sharding | None:
    text = f"{cell(row, 'parallelism')} {cell(row, 'framework')} {cell(row, 'notes')}".lower()
    if zero := re.search(r"zero[- ]?(?:stage[- ]?)?([123])|ds_config_zero([123])", text):
        return {"1": "zero1", "2": "zero2", "3": "zero3"}[zero[1] or zero[2]]  # type: ignore[return-value]
    if "deepspeed" in text:
        return "zero3" if method_of(row) == "full" else "zero2"
    plain = cell(row, "parallelism").lower()
    if "fsdp" in plain or "full_shard" in plain:
        return "fsdp"
    if "naive" in plain or "device_map" in plain:
        return "layers"
    if "ddp" in plain or plain == "dp":
        return "ddp"
    usual: Sharding | None = preset(row).get(f"sharding_{method_of(row)}")
    return usual


def _optimizer(row: Row, default: Optimizer) -> Optimizer:
    text = cell(row, "optimizer").lower()
    paged, eight = "paged" in text, bool(re.search(r"8.?bit", text))
    if eight:
        return "paged_adamw_8bit" if paged else "adamw_8bit"
    if paged:
        return "paged_adamw"
    if "adafactor" in text:
        return "adafactor"
    if "sgd" in text:
        return "sgd"
    return "adamw_fused" if "fused" in text else default


def _loss_kernel(row: Row, default: LossKernel) -> LossKernel:
    text = f"{cell(row, 'loss_kernel')} {cell(row, 'notes')}".lower()
    if re.search(r"liger|linear ce|cut.?c|cce|fused linear", text):
        return "linear"
    noted = re.search(r"loss kernel (\w+)", text)
    own = cell(row, "loss_kernel").lower() or (noted[1] if noted else "")
    if "fused" in own and "fused_loss_means" in preset(row):
        return preset(row)["fused_loss_means"]  # type: ignore[no-any-return]
    for word, kernel in (("chunk", "chunked"), ("fused", "fused"), ("compile", "compiled"), ("stock", "stock")):
        if word in own:
            return kernel  # type: ignore[return-value]
    return default


def _parallel(row: Row, letter: str) -> int:
    text = f"{cell(row, 'parallelism')} {cell(row, 'notes')}"
    found = re.search(rf"\b{letter}\s*=?\s*(\d+)", text, re.IGNORECASE)
    return max(1, int(found[1])) if found else 1


def _metric(row: Row) -> Any:
    text = cell(row, "memory_metric").lower()
    if "reserved" in text:
        return "reserved"
    if "alloc" in text or "torch" in text:
        return "allocated"
    return "process"


def _mean_length(row: Row) -> int | None:
    found = re.search(r"mean (?:length )?(?:of )?(\d{2,6})", f"{cell(row, 'seq_len_note')} {cell(row, 'notes')}")
    return int(found[1]) if found else None


def stack_of(row: Row) -> tuple[Stack, Optimizer]:
    """The software stack: the framework's preset, changed by what the row's own cells say."""
    fields = {k: v for k, v in preset(row).items() if k in Stack.model_fields}
    optimizer = _optimizer(row, preset(row).get("optimizer", "adamw"))
    text = " ".join(cell(row, c) for c in ("notes", "framework", "offload", "seq_len_note", "optimizer")).lower()
    offload = cell(row, "offload").lower()
    shard = _sharding(row)
    if shard in ("zero1", "zero2", "zero3"):
        fields["bucket_elements"] = 200_000_000 if shard != "zero3" else 0
    if "compile" in text:
        fields["blocks"] = "compiled"
        if "torchtitan" in text and re.search(r"202[5-9]", cell(row, "source")):
            fields["loss_kernel"] = "compiled"  # since 2025 its compile flag covers the loss
    fields["loss_kernel"] = _loss_kernel(row, fields.get("loss_kernel", "stock"))
    if re.search(r"in_bwd|in backward|fused backward|optimizer_in", text):
        fields["layer_gradients_only"] = True
    fields["mean_length_tokens"] = _mean_length(row)
    cpu = offload not in ("", "no", "none")
    fields["offload_parameters"] = cpu and ("param" in offload or "cpu" in offload or "weight" in offload)
    fields["offload_optimizer"] = cpu and "activation" not in offload
    fields["offload_checkpoints"] = "unsloth" in text or (cpu and "activation" in offload)
    fields["older_flash"] = "triton" in cell(row, "flash_attention").lower()
    fields["fp8"] = bool(re.search(r"float8|fp8", f"{cell(row, 'precision')} {text}"))
    fields |= {"sharding": shard, "quantisation": _quantisation(row), "metric": _metric(row)}
    for letter, name in (("TP", "tensor_parallel"), ("PP", "pipeline_parallel"), ("CP", "context_parallel")):
        fields[name] = _parallel(row, letter)
    return Stack(**fields), optimizer


def _checkpoints(row: Row) -> Any:
    text = cell(row, "gradient_checkpointing").lower()
    if not text:
        return preset(row).get("checkpoints", "full")
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


def _micro_batch(row: Row, gpus: int) -> int:
    """As said, else what the global batch leaves for one GPU and one accumulation step, else 1."""
    whole = number(row, "global_batch")
    shared = whole / gpus / (number(row, "grad_accum") or 1) if whole else 1
    return max(1, round(number(row, "micro_batch") or shared))


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
    length, said = _length(row)
    notes += said
    trainable = number(row, "trainable_params")
    run = RunSpec(
        model=model,
        method=method_of(row),
        gpu=gpu_of(row),
        gpus=gpus,
        micro_batch=_micro_batch(row, gpus),
        grad_accumulation=int(number(row, "grad_accum") or 1),
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
