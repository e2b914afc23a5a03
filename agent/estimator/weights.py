"""Bytes that are there at every moment: weights, adapters, gradients, optimiser states. All per GPU."""

from __future__ import annotations

from agent.estimator.inputs import ModelShape, Precision, Quantisation, RunSpec, Sharding, Target
from agent.models import Frozen

WHOLE_BYTES: dict[Quantisation, float] = {
    "none": 2.0,
    "nf4": 0.5,
    "nf4-dq": 0.5,
    "int8": 1.0,
    "gptq4": 0.5,
    "gptq8": 1.0,
    "aqlm2": 0.28,
}
"""Bytes per weight inside the blocks; embeddings, head and norms are never quantised."""

CONSTANT_BYTES: dict[Quantisation, float] = {
    "none": 0.0,
    # QLoRA, arXiv:2305.14314 section 3: one fp32 constant per block of 64 weights; with double quantisation these take
    # 8 bits each, and 32 bits per 256 of them.
    "nf4": 4 / 64,
    "nf4-dq": 1 / 64 + 4 / (64 * 256),
    "int8": 0.0,
    # GPTQ in groups of 128: an fp16 scale and a packed zero point.
    "gptq4": 2.5 / 128,
    "gptq8": 3 / 128,
    "aqlm2": 0.0,
}

SUBGROUP_ELEMENTS = 1e9
"""DeepSpeed's sub_group_size: the optimiser step of ZeRO-3 takes this many elements at a time."""
LIVE_ELEMENTS = 1e9
"""DeepSpeed's stage3_max_live_parameters: gathered weights that may stay on a GPU."""


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
        """Everything that stays between steps, gradients not among it."""
        return self.weights + self.quantisation_constants + self.adapters + self.optimiser


def quantisation(run: RunSpec) -> Quantisation:
    """The base model's storage: what the stack says, else NF4 with double quantisation for QLoRA."""
    if run.method == "full":
        return "none"
    return run.stack.quantisation or ("nf4-dq" if run.method == "qlora" else "none")


def sharding(run: RunSpec) -> Sharding:
    """How the run is split over its GPUs: FSDP unless the stack says otherwise; nothing to split on one GPU."""
    said = run.stack.sharding
    if run.gpus == 1:
        return said if said in ("zero1", "zero2", "zero3") else "none"
    return said or "fsdp"


def precision(run: RunSpec) -> Precision:
    """What the run says; else autocast for adapters, and fp32 master weights for full fine-tuning."""
    return run.precision or ("mixed" if run.method == "full" else "autocast")


def data_shards(run: RunSpec) -> int:
    """GPUs that a sharded state is divided over, besides tensor and pipeline parallelism."""
    return max(1, run.gpus // (run.stack.tensor_parallel * run.stack.pipeline_parallel * run.stack.context_parallel))


def _target_widths(model: ModelShape, target: Target) -> tuple[int, int, int]:
    """Input width, output width and number of such matrices in the whole model."""
    mlp, copies = (model.expert_width, model.experts) if model.experts else (model.mlp_width, 1)
    table: dict[Target, tuple[int, int, int]] = {
        "q": (model.hidden, model.query_width, model.layers),
        "k": (model.hidden, model.kv_width, model.layers),
        "v": (model.hidden, model.kv_width, model.layers),
        "o": (model.query_width, model.hidden, model.layers),
        "gate": (model.hidden, mlp, copies * model.layers if model.gated_mlp else 0),
        "up": (model.hidden, mlp, copies * model.layers),
        "down": (mlp, model.hidden, copies * model.layers),
        "head": (model.hidden, model.vocabulary, 1),
        "embed": (model.vocabulary, model.hidden, 1),
    }
    return table[target]


def adapter_parameters(run: RunSpec) -> int:
    """Trainable parameters of the adapter: r x (in + out) per adapted matrix (LoRA, arXiv:2106.09685).

    `trains_embeddings` adds whole copies of embedding and head (peft's modules_to_save).
    """
    total = run.trainable_parameters or 0
    if run.trainable_parameters is None:
        for target in run.targets:
            width_in, width_out, copies = _target_widths(run.model, target)
            total += run.rank * (width_in + width_out) * copies
    embeddings = run.model.embedding_parameters if run.trains_embeddings else 0
    return total if total > embeddings and run.trainable_parameters else total + embeddings


def trainable_parameters(run: RunSpec) -> int:
    """What the optimiser updates: everything, or the adapter."""
    return run.model.parameters if run.method == "full" else adapter_parameters(run)


def upcast(run: RunSpec) -> bool:
    """Whether embeddings, head, norms and hidden states are fp32 beside a bitsandbytes base."""
    return run.stack.kbit_upcast and quantisation(run) in ("nf4", "nf4-dq", "int8") and sharding(run) != "fsdp"


def weight_bytes(run: RunSpec) -> tuple[float, float]:
    """Bytes of the whole base model: its weights, and the quantisation constants beside them."""
    model, kind = run.model, quantisation(run)
    head = model.vocabulary * model.hidden if run.stack.unties_embeddings and model.tied_embeddings else 0
    if kind == "none":
        return (model.parameters + head) * (4.0 if precision(run) in ("mixed", "fp32") else 2.0), 0.0
    rest = (model.parameters - model.block_parameters + head) * (4.0 if upcast(run) else 2.0)
    return model.block_parameters * WHOLE_BYTES[kind] + rest, model.block_parameters * CONSTANT_BYTES[kind]


def master_copies(run: RunSpec) -> bool:
    """Whether trainable weights, gradients and states are fp32."""
    if run.method != "full":
        return run.stack.adapter_fp32
    return precision(run) in ("mixed", "fp32")


def _state_bytes(run: RunSpec) -> tuple[float, float]:
    """Optimiser bytes per trainable parameter: what stays, and the transient of the step.

    PyTorch's foreach AdamW makes one more list of updates in the parameter's type; fused and 8-bit ones do not.
    """
    wide = 4.0 if master_copies(run) else 2.0
    table = {
        "adamw": (2 * wide, wide),
        "adamw_fused": (2 * wide, 0.0),
        "adamw_8bit": (2.0 + 2 * 4 / 256, 0.0),  # bitsandbytes: two 8-bit states, one fp32 constant per block of 256
        "paged_adamw_8bit": (2.0 + 2 * 4 / 256, 0.0),
        "paged_adamw": (0.0, 0.0),  # moved to CPU memory as soon as the card is full
        "adafactor": (0.01, wide),
        "sgd": (0.0, wide),
    }
    states, step = table[run.optimizer]
    # Paged states are managed memory outside PyTorch's allocator, so only nvidia-smi may see them.
    outside = run.optimizer.startswith("paged") and run.stack.metric != "process"
    return (0.0, step) if outside else (states, step)


def _deepspeed(run: RunSpec, trained: int) -> tuple[float, float, float]:
    """Gradients, optimiser states and step transient of DeepSpeed's 16-bit optimisers with an fp32 master copy.

    ZeRO (arXiv:1910.02054): 2 bytes of gradient; 4 master + 8 Adam. At the step the averaged 16-bit gradients are
    flattened (2) and widened (4), by sub-groups under ZeRO-3.
    """
    shards = data_shards(run)
    split_grads = shards if sharding(run) in ("zero2", "zero3") else 1
    part = trained / shards
    step = 6.0 * (min(part, SUBGROUP_ELEMENTS) if sharding(run) == "zero3" else part)
    buckets = 2 * 2.0 * run.stack.bucket_elements
    states = 0.0 if run.stack.offload_optimizer else 12.0 * part
    return trained * 2.0 / split_grads + buckets, states, 0.0 if run.stack.offload_optimizer else step


def static(run: RunSpec) -> Static:
    """Weights, adapters, gradients and optimiser states of one GPU.

    Full fine-tuning in pure bf16 keeps 2 + 2 + 4 bytes a parameter and 2 more for a moment; with an fp32 master
    copy 4 + 4 + 8 and 4 more (ZeRO, arXiv:1910.02054 section 3). Adapters are kept in fp32 by peft: 16 bytes.
    """
    kind, shards = sharding(run), data_shards(run)
    split = run.stack.tensor_parallel * run.stack.pipeline_parallel * (run.gpus if kind == "layers" else 1)
    weights, constants = (b / split for b in weight_bytes(run))
    trained = trainable_parameters(run) // split
    full, wide = run.method == "full", 4.0 if master_copies(run) else 2.0
    split_weights = shards if kind in ("fsdp", "zero3") else 1
    if kind in ("zero1", "zero2", "zero3"):
        wide = 2.0
        if full:
            weights = run.model.parameters * 2.0 / split
        gradients, optimiser, step = _deepspeed(run, trained)
    else:
        split_states = shards if kind == "fsdp" else 1
        states, transient = _state_bytes(run)
        gradients = trained * wide / split_states
        optimiser = 0.0 if run.stack.offload_optimizer else trained * states / split_states
        step = 0.0 if run.stack.offload_optimizer else trained * transient / split_states
    if run.stack.offload_parameters:
        gradients = optimiser = step = 0.0  # CPU offload of FSDP and ZeRO takes gradients and optimiser along
    if run.stack.layer_gradients_only:
        gradients, step = gradients / run.model.layers, step / run.model.layers
    return Static(
        weights=0.0 if run.stack.offload_parameters else weights / split_weights,
        quantisation_constants=0.0 if run.stack.offload_parameters else constants / split_weights,
        adapters=0.0 if full or run.stack.offload_parameters else trained * wide / split_weights,
        gradients=gradients,
        optimiser=optimiser,
        step_transient=step,
    )
