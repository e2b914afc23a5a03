"""Peak memory of one GPU: low, typical and high, with its parts."""

from __future__ import annotations

from typing import Literal

from agent.estimator.activations import Activations, activations, checkpoint_mode
from agent.estimator.inputs import RunSpec
from agent.estimator.weights import (
    CONSTANT_BYTES,
    LIVE_ELEMENTS,
    WHOLE_BYTES,
    Static,
    precision,
    quantisation,
    sharding,
    static,
    upcast,
)
from agent.models import Frozen, Low3

GIB = 2**30
CONTEXT_GIB = 0.75
"""CUDA context and library workspaces (fms: what nvidia-smi shows above the allocator on one GPU is 0.5 to 0.9)."""
STEP_FRAGMENTATION = 0.03
"""Share of the optimiser step's bytes, which are few and large, that fragmentation costs; assumed."""
RESERVED_OVER_LIVE = 1.10
"""FIT on fms single-GPU rows with linear loss (21 nvidia-smi readings beside allocated ones, error 0.6%)."""
SECOND_PHASE = 0.7
"""FIT on its other loss kernels: how much of the smaller of loss and layer phase is reserved beside the larger."""
NCCL_GIB, GATHERED_AHEAD_GIB = 0.5, 1.5
"""FIT on its FSDP rows: communication buffers, and at most this much of the next unit gathered ahead."""
DEEPSPEED_GIB = 0.5
"""A communication group of one process; general knowledge, not measured here."""
VARYING_LOGITS = 1.9
"""FIT on ms-swift rows: reserved logits blocks of other lengths, over those of the longest batch."""
BAND = (0.77, 1.36)
"""Measured over predicted, low and high: wider than on the public rows, where 98% lie within 0.80 and 1.25, because a
stack that no public row shows errs more."""
Phase = Literal["optimiser step", "loss", "layer"]


class Memory(Frozen):
    """Peak GiB per GPU and its parts; the parts add up to `typical_gib`."""

    low_gib: float
    typical_gib: float
    high_gib: float
    parts_gib: dict[str, float]
    peak_phase: Phase

    @property
    def low_typical_high(self) -> Low3:
        """The three figures."""
        return (self.low_gib, self.typical_gib, self.high_gib)


def gathered_bytes(run: RunSpec) -> float:
    """Weights gathered for use: two blocks and the root unit (embedding and head) under FSDP.

    DeepSpeed ZeRO-3 may keep stage3_max_live_parameters gathered instead.
    """
    model, kind = run.model, sharding(run)
    per = WHOLE_BYTES[quantisation(run)] + CONSTANT_BYTES[quantisation(run)]
    if kind == "fsdp":
        return 2 * model.layer_parameters * per + 2.0 * model.embedding_parameters
    if kind == "zero3":
        return min(float(model.block_parameters), LIVE_ELEMENTS) * per + 2.0 * model.embedding_parameters
    return 0.0


def scratch_bytes(run: RunSpec) -> float:
    """Short-lived copies of weights while one layer is worked on.

    bitsandbytes: the widest matrix dequantised, forward and backward. GPTQ in plain PyTorch: the widest matrix unpacked
    through int32, int8 and fp16, and the fp16 weights of each live layer, saved for its backward pass.
    """
    model, kind = run.model, quantisation(run)
    widest = model.hidden * max(model.expert_width if model.experts else model.mlp_width, 3 * model.kv_width)
    if kind in ("gptq4", "gptq8") and run.stack.gptq_unpacks:
        live = model.layer_parameters if checkpoint_mode(run) == "full" else model.block_parameters
        return 7.0 * widest + 2.0 * live
    return 2 * 2.0 * widest if kind != "none" else 0.0


def cast_bytes(run: RunSpec) -> float:
    """Copies in 16 bits that autocast makes of unsharded fp32 weights and keeps for the backward pass."""
    if precision(run) != "mixed" or sharding(run) not in ("none", "ddp", "layers"):
        return 0.0
    one_layer = run.method != "full" and checkpoint_mode(run) == "full"
    return 2.0 * (run.model.layer_parameters if one_layer else run.model.parameters)


def reference_bytes(run: RunSpec) -> float:
    """A second model in 16 bits: the reference of preference or reinforcement learning, or a teacher of the same size.

    With adapters the reference is the base without them.
    """
    needs = run.objective == "distillation" or (run.method == "full" and run.objective in ("dpo", "rl"))
    return 2.0 * run.model.parameters / run.gpus if needs else 0.0


def outside_bytes(run: RunSpec) -> float:
    """Bytes outside PyTorch's allocator: CUDA context, and the communication buffers of several processes."""
    if run.gpus > 1:
        return (CONTEXT_GIB + NCCL_GIB) * GIB + min(GATHERED_AHEAD_GIB * GIB, gathered_bytes(run))
    return (CONTEXT_GIB + (0.0 if sharding(run) == "none" else DEEPSPEED_GIB)) * GIB


def head_cast_bytes(run: RunSpec) -> float:
    """A head that was upcast to fp32 is cast to 16 bits for its product, and that copy kept for the backward pass."""
    return 2.0 * run.model.vocabulary * run.model.hidden if upcast(run) else 0.0


def _phases(run: RunSpec, fixed: Static, live: Activations) -> dict[Phase, dict[str, float]]:
    """What comes on top of the resident bytes at each moment that can be the peak; the moments do not add up.

    Gradients grow while checkpoints are freed, so a backward pass holds the larger of the two, unless
    gradients are accumulated over several micro-batches.
    """
    buffers = gathered_bytes(run) + cast_bytes(run)
    head = buffers + head_cast_bytes(run)
    kept = fixed.gradients if run.grad_accumulation > 1 else 0.0
    late = max(0.0, fixed.gradients - kept - live.checkpoints)
    return {
        "optimiser step": {"gradients": fixed.gradients, "optimiser step": fixed.step_transient},
        "loss": {"gradients": kept, "activations": live.checkpoints, "logits and loss": live.loss, "buffers": head},
        "layer": {
            "gradients": kept + late,
            "activations": live.checkpoints + live.layer + live.wrapped,
            "buffers": buffers + scratch_bytes(run),
        },
    }


def _reserved(run: RunSpec, fixed: Static, live: Activations) -> dict[str, float]:
    """Bytes that PyTorch's allocator holds beyond the resident ones, when the card has room for them.

    It keeps the blocks of every phase: those of the loss and of the layers are only partly shared, and under FSDP
    those of the optimiser step are not shared with them at all.
    """
    varying = 1.0
    if run.stack.varying_lengths:
        mean = run.stack.mean_length_tokens or run.sequence_length
        varying += VARYING_LOGITS * min(1.0, mean / run.sequence_length)
    loss, layer = live.loss * varying, live.layer + live.wrapped
    held = RESERVED_OVER_LIVE * (live.checkpoints + max(loss, layer) + SECOND_PHASE * min(loss, layer))
    step, gradients = fixed.step_transient, fixed.gradients
    if sharding(run) != "fsdp":
        gradients = fixed.gradients if run.grad_accumulation > 1 else 0.0
        step = max(0.0, fixed.gradients - gradients + step - held)
    return {
        "gradients": gradients,
        "optimiser step": step,
        "activations": live.checkpoints + layer,
        "buffers": gathered_bytes(run) + cast_bytes(run) + scratch_bytes(run) + head_cast_bytes(run),
        "logits and loss": held - live.checkpoints - layer,
    }


def _fragmented(run: RunSpec, phase: Phase) -> float:
    """Share of a phase's bytes that a full card cannot use, because free blocks do not join up."""
    if phase == "optimiser step" or run.stack.expandable_segments:
        return STEP_FRAGMENTATION
    return RESERVED_OVER_LIVE - 1


def _bytes(run: RunSpec) -> tuple[Phase, dict[str, float]]:
    """The phase of the peak, and its parts with what is resident."""
    fixed, live, metric = static(run), activations(run), run.stack.metric
    phases = _phases(run, fixed, live)
    loose = {phase: 0.0 if metric == "allocated" else _fragmented(run, phase) for phase in phases}
    peak = max(phases, key=lambda phase: (1 + loose[phase]) * sum(phases[phase].values()))
    resident = {
        "weights": fixed.weights + reference_bytes(run),
        "quantisation constants": fixed.quantisation_constants,
        "adapters": fixed.adapters,
        "optimiser states": fixed.optimiser,
    }
    needed = resident | phases[peak] | {"fragmentation": loose[peak] * sum(phases[peak].values())}
    if metric != "allocated":
        needed["CUDA and framework"] = outside_bytes(run)
    if metric in ("reserved", "process") and not run.stack.expandable_segments:
        return peak, _reading(run, resident | _reserved(run, fixed, live), sum(needed.values()))
    return peak, needed


def memory(run: RunSpec) -> Memory:
    """Peak GiB on the fullest GPU of the run.

    `stack.metric` says which figure: `needed` is what the card must have; the others predict a tool's reading, which
    is larger where the allocator keeps blocks that it could give back. The need of full fine-tuning is never put below
    that of LoRA on the same stack: measured where activations dominate, the two came within 1% (fms, 4 GPUs, FSDP).
    """
    peak, parts = _bytes(run)
    if run.method == "full" and run.stack.metric == "needed":
        lora = sum(_bytes(run.model_copy(update={"method": "lora"}))[1].values())
        short = max(0.0, lora - sum(parts.values()))
        parts = {**parts, "activations": parts.get("activations", 0.0) + short}
    gib = {k: v / GIB for k, v in parts.items() if v > 0}
    total = sum(gib.values())
    return Memory(low_gib=total * BAND[0], typical_gib=total, high_gib=total * BAND[1], parts_gib=gib, peak_phase=peak)


def _reading(run: RunSpec, parts: dict[str, float], needed: float) -> dict[str, float]:
    """What a tool shows: all that is reserved, but no more than the card has unless the run needs it."""
    if run.stack.metric == "process":
        parts["CUDA and framework"] = outside_bytes(run)
    ceiling = max(needed, run.gpu.usable_gib * GIB)
    given_back = min(0.0, ceiling - sum(parts.values()))
    return {**parts, "logits and loss": parts["logits and loss"] + given_back}


def leanest(run: RunSpec) -> RunSpec:
    """The same run at its smallest: micro-batch 1 with checkpointing (rule EST3), and what is not said at its least."""
    least = {"micro_batch": 1, "checkpointing": True, "checkpoints": None, "grad_accumulation": 1}
    return run.model_copy(update=least | ({} if run.precision else {"precision": "bf16"}))


def fits(run: RunSpec) -> Literal["yes", "no", "tight"]:
    """`yes`: the typical estimate fits. `no`: even the low one at micro-batch 1 with checkpointing does not."""
    if memory(run).typical_gib <= run.gpu.usable_gib:
        return "yes"
    return "no" if memory(leanest(run)).low_gib > run.gpu.usable_gib else "tight"
