"""What the software of a row does: its framework's preset, changed by what the row's own cells say."""

from __future__ import annotations

import re

from agent.estimator.cells import Row, base_of, cell, method_of, preset
from agent.estimator.inputs import LossKernel, Metric, Optimizer, Sharding, Stack


def sharding_of(row: Row) -> Sharding | None:
    """How the run is split over GPUs; None when the row does not say."""
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


def _metric(row: Row) -> Metric:
    text = cell(row, "memory_metric").lower()
    if "reserved" in text:
        return "reserved"
    if "alloc" in text or "torch" in text:
        return "allocated"
    return "process"


def _mean_length(row: Row) -> int | None:
    found = re.search(r"mean (?:length )?(?:of )?(\d{2,6})", f"{cell(row, 'seq_len_note')} {cell(row, 'notes')}")
    return int(found[1]) if found else None


def _offloads(row: Row, text: str) -> dict[str, bool]:
    """What moves to CPU memory; Unsloth's own checkpointing always does."""
    said = cell(row, "offload").lower()
    some = said not in ("", "no", "none", "false")
    activations = "activ" in said or "checkpoint" in said
    return {
        "offload_parameters": some and not activations and ("optim" not in said or "param" in said),
        "offload_optimizer": some and not activations,
        "offload_checkpoints": "unsloth" in text or activations,
    }


def stack_of(row: Row) -> tuple[Stack, Optimizer]:
    """The software stack: the framework's preset, changed by what the row's own cells say."""
    fields = {k: v for k, v in preset(row).items() if k in Stack.model_fields}
    optimizer = _optimizer(row, preset(row).get("optimizer", "adamw"))
    text = " ".join(cell(row, c) for c in ("notes", "framework", "offload", "seq_len_note", "optimizer")).lower()
    shard = sharding_of(row)
    if shard in ("zero1", "zero2", "zero3"):
        fields["bucket_elements"] = 200_000_000 if shard != "zero3" else 0
    if "compile" in text:
        fields["blocks"] = "compiled"
        if "torchtitan" in text and re.search(r"202[5-9]", cell(row, "source")):
            fields["loss_kernel"] = "compiled"  # since 2025 its compile flag covers the loss
    if "liger" in f"{text} {cell(row, 'loss_kernel').lower()}":
        fields.setdefault("blocks", "fused")  # its kernels cover norms, rotary embedding and SwiGLU too
    fields["loss_kernel"] = _loss_kernel(row, fields.get("loss_kernel", "stock"))
    if re.search(r"in_bwd|in backward|fused backward|optimizer_in", text):
        fields["layer_gradients_only"] = True
    fields["mean_length_tokens"] = _mean_length(row)
    fields |= _offloads(row, text)
    fields["older_flash"] = "triton" in cell(row, "flash_attention").lower()
    fields["fp8"] = bool(re.search(r"float8|fp8", f"{cell(row, 'precision').lower()} {text}"))
    fields |= {"sharding": shard, "quantisation": base_of(row), "metric": _metric(row)}
    for letter, name in (("TP", "tensor_parallel"), ("PP", "pipeline_parallel"), ("CP", "context_parallel")):
        fields[name] = _parallel(row, letter)
    return Stack(**fields), optimizer
