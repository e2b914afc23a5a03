"""Bytes that are there at every moment: weights, adapters, gradients, optimiser states. All per GPU."""

from __future__ import annotations

from agent.estimator.inputs import ALL_LINEAR, ModelShape, Quantisation, RunSpec, Sharding, Target
from agent.models import Frozen

BLOCK_BYTES: dict[Quantisation, float] = {
    "none": 2.0,
    # QLoRA, arXiv:2305.14314 section 3: 4 bits, one fp32 constant per block of 64; with double quantisation the
    # constants take 8 bits per block of 64 and 32 bits per 256 blocks.
    "nf4": 0.5 + 4 / 64,
    "nf4-dq": 0.5 + 1 / 64 + 4 / (64 * 256),
    "int8": 1.0,
    # GPTQ, group of 128: 4 bits, an fp16 scale and a 4-bit zero per group.
    "gptq4": 0.5 + 2.5 / 128,
    "gptq8": 1.0 + 3 / 128,
}
"""Bytes per weight inside the blocks; embeddings, head and norms are never quantised."""


class Static(Frozen):
    """Resident bytes of one GPU, and what the optimiser step adds for a moment."""

    weights: float
    quantisation_constants: float
    adapters: float
    gradients: float
    optimiser: float
    step_transient: float

    @property
    def resident(self) -> float:
        """Everything that stays, gradients included."""
        return self.weights + self.quantisation_constants + self.adapters + self.gradients + self.optimiser


def quantisation(run: RunSpec) -> Quantisation:
    """The base model's storage: what the stack says, else NF4 with double quantisation for QLoRA."""
    if run.method == "full":
        return "none"
    return run.stack.quantisation or ("nf4-dq" if run.method == "qlora" else "none")


def sharding(run: RunSpec) -> Sharding:
    """How the run is split over its GPUs: FSDP unless the stack says otherwise, nothing on one GPU."""
    if run.gpus == 1 and run.stack.sharding not in ("zero1", "zero2", "zero3"):
        return "none"
    return run.stack.sharding or "fsdp"


def _target_widths(model: ModelShape, target: Target) -> tuple[int, int, int]:
    """Input width, output width and number of such matrices in one layer (0 for the head and embedding)."""
    mlp, copies = (model.expert_width, model.experts) if model.experts else (model.mlp_width, 1)
    table: dict[Target, tuple[int, int, int]] = {
        "q": (model.hidden, model.query_width, 1),
        "k": (model.hidden, model.kv_width, 1),
        "v": (model.hidden, model.kv_width, 1),
        "o": (model.query_width, model.hidden, 1),
        "gate": (model.hidden, mlp, copies if model.gated_mlp else 0),
        "up": (model.hidden, mlp, copies),
        "down": (mlp, model.hidden, copies),
        "head": (model.hidden, model.vocabulary, 0),
        "embed": (model.vocabulary, model.hidden, 0),
    }
    return table[target]


def adapter_parameters(run: RunSpec) -> int:
    """Trainable parameters of the adapter: r x (in + out) per adapted matrix (LoRA, arXiv:2106.09685)."""
    if run.trainable_parameters is not None:
        return run.trainable_parameters
    total = 0
    for target in run.targets:
        width_in, width_out, copies = _target_widths(run.model, target)
        layers = 1 if target in ("head", "embed") else run.model.layers * copies
        total += run.rank * (width_in + width_out) * layers
    return total


def trainable_parameters(run: RunSpec) -> int:
    """What the optimiser updates: everything, or the adapter."""
    return run.model.parameters if run.method == "full" else adapter_parameters(run)


def weight_bytes(run: RunSpec) -> tuple[float, float]:
    """Bytes of the whole base model on no particular GPU: weights, and of these the quantisation constants."""
    model, kind = run.model, quantisation(run)
    rest = model.parameters - model.block_parameters
    if kind == "none":
        per = 4.0 if run.precision in ("mixed", "fp32") and run.method == "full" else 2.0
        per = 4.0 if run.precision == "fp32" or (run.precision == "mixed" and run.method == "full") else per
        return model.parameters * per, 0.0
    whole = 1.0 if kind in ("int8", "gptq8") else 0.5
    rest_bytes = 4.0 if rest_in_fp32(run) else 2.0
    return model.block_parameters * whole + rest * rest_bytes, model.block_parameters * (BLOCK_BYTES[kind] - whole)


def rest_in_fp32(run: RunSpec) -> bool:
    """Peft's prepare_model_for_kbit_training casts what is not quantised by bitsandbytes to fp32 (not for GPTQ)."""
    if run.stack.rest_fp32 is not None:
        return run.stack.rest_fp32
    return quantisation(run) in ("nf4", "nf4-dq", "int8")


def optimiser_bytes(run: RunSpec, master: bool) -> tuple[float, float]:
    """Bytes per trainable parameter: states that stay, and the transient of the step."""
    wide = 4.0 if master else 2.0
    table = {
        "adamw": (2 * wide, wide),  # foreach: one more list of updates
        "adamw_fused": (2 * wide, 0.0),
        "adamw_8bit": (2.03, 0.0),  # bitsandbytes, blocks of 2048 with one fp32 constant each
        "paged_adamw_8bit": (2.03, 0.0),
        "paged_adamw": (2 * wide, 0.0),
        "adafactor": (0.05, wide),
        "sgd": (0.0, wide),
    }
    return table[run.optimizer]


def static(run: RunSpec) -> Static:
    """Weights, adapters, gradients and optimiser states of one GPU.

    Full fine-tuning in pure bf16 keeps 2 + 2 + 4 bytes a parameter and 2 more for a moment; with an fp32 master
    copy 4 + 4 + 8 and 4 more (ZeRO, arXiv:1910.02054 section 3). Adapters are kept in fp32 by peft: 16 bytes.
    """
    kind, n = sharding(run), run.gpus
    weights, constants = weight_bytes(run)
    split_weights = n if kind in ("fsdp", "zero3") else 1
    split_grads = n if kind in ("fsdp", "zero3", "zero2") else 1
    split_states = n if kind != "none" else 1
    trained = trainable_parameters(run)
    full = run.method == "full"
    master = run.precision in ("mixed", "fp32") if full else run.stack.adapter_fp32
    wide = 4.0 if master else 2.0
    states, transient = optimiser_bytes(run, master)
    states = 0.0 if run.stack.offload_optimizer else states
    return Static(
        weights=0.0 if run.stack.offload_parameters else weights / split_weights,
        quantisation_constants=constants / split_weights,
        adapters=0.0 if full else trained * wide / split_weights,
        gradients=trained * wide / split_grads,
        optimiser=trained * states / split_states,
        step_transient=trained * transient / split_states,
    )


__all__ = ["ALL_LINEAR", "Static", "adapter_parameters", "quantisation", "sharding", "static", "trainable_parameters"]
