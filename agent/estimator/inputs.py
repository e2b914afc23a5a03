"""What an estimate is computed from: a model's shape, a GPU, a run, and what the software stack does with memory.

Every quantity carries its unit in its name; counts of parameters are plain integers, never "7" for 7B.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from agent.errors import UsageError
from agent.models import Frozen

TrainingMethod = Literal["lora", "qlora", "full"]
Precision = Literal["bf16", "autocast", "mixed", "fp32"]
"""`bf16`: everything in 16 bits (bf16 or fp16). `autocast`: 16-bit weights, operations under torch.autocast.
`mixed`: weights kept in fp32 and cast for each operation (frozen ones too). `fp32`: everything in 32 bits."""
Optimizer = Literal["adamw", "adamw_fused", "adamw_8bit", "paged_adamw_8bit", "paged_adamw", "adafactor", "sgd"]
Objective = Literal["sft", "dpo", "rl", "continued_pretraining", "distillation", "classification", "embedding", "other"]
LossKernel = Literal["stock", "padded", "fused", "chunked", "compiled", "linear"]
Blocks = Literal["eager", "fused", "compiled", "megatron"]
Quantisation = Literal["none", "nf4-dq", "nf4", "int8", "gptq4", "gptq8", "aqlm2"]
Sharding = Literal["none", "ddp", "zero1", "zero2", "zero3", "fsdp", "layers"]
"""`layers`: whole layers on each GPU (device_map), the head on the last."""
Checkpoints = Literal["full", "selective", "none"]
Metric = Literal["needed", "allocated", "reserved", "process"]
Target = Literal["q", "k", "v", "o", "gate", "up", "down", "head", "embed"]

ATTENTION: tuple[Target, ...] = ("q", "k", "v", "o")
ALL_LINEAR: tuple[Target, ...] = (*ATTENTION, "gate", "up", "down")


class ModelShape(Frozen):
    """The numbers of a decoder-only transformer that decide its memory and its speed.

    `parameters` counts everything, `active_parameters` what one token passes through (less for a mixture of experts).
    `estimated` is true when the shape was guessed from the size: then it is good to about 10%.
    """

    name: str
    parameters: int = Field(gt=0)
    active_parameters: int = Field(gt=0)
    layers: int = Field(gt=0)
    hidden: int = Field(gt=0)
    mlp_width: int = Field(gt=0)
    heads: int = Field(gt=0)
    kv_heads: int = Field(gt=0)
    head_dim: int = Field(gt=0)
    vocabulary: int = Field(gt=0)
    context_tokens: int = Field(default=4096, gt=0)
    tied_embeddings: bool = False
    gated_mlp: bool = True
    experts: int = Field(default=0, ge=0)
    experts_per_token: int = Field(default=0, ge=0)
    expert_width: int = Field(default=0, ge=0)
    kv_bytes_per_token_bf16: int = Field(gt=0)
    estimated: bool = False

    @property
    def params_b(self) -> float:
        """Billions of parameters."""
        return self.parameters / 1e9

    @property
    def embedding_parameters(self) -> int:
        """Input embedding and output head; one matrix when tied."""
        return self.vocabulary * self.hidden * (1 if self.tied_embeddings else 2)

    @property
    def block_parameters(self) -> int:
        """Everything inside the transformer blocks, which is what 4-bit quantisation touches."""
        return max(self.parameters - self.embedding_parameters, self.parameters // 10)

    @property
    def layer_parameters(self) -> int:
        """One block."""
        return self.block_parameters // self.layers

    @property
    def query_width(self) -> int:
        """Width of the concatenated attention heads (not always the hidden size)."""
        return self.heads * self.head_dim

    @property
    def kv_width(self) -> int:
        """Width of the key (or value) projection."""
        return self.kv_heads * self.head_dim

    @property
    def live_mlp_width(self) -> int:
        """MLP width that one token passes through: of its experts, for a mixture of experts."""
        return self.experts_per_token * self.expert_width if self.experts else self.mlp_width


class GpuSpec(Frozen):
    """One GPU. `usable_gib` is what PyTorch can allocate, which is less than the marketing figure."""

    name: str
    usable_gib: float = Field(gt=0)
    marketing_gb: float = Field(gt=0)
    dense_tflops: float = Field(gt=0)
    bandwidth_gb_s: float = Field(gt=0)
    usd_per_hour: tuple[float, float, float] | None = None
    dense_fp8_tflops: float | None = None
    native_bf16: bool = True
    architecture: str = ""
    power_share: float = Field(default=1.0, gt=0, le=1)
    datacentre: bool = True


class Stack(Frozen):
    """What the training software does. The default is Hugging Face Trainer with PEFT, the commonest stack.

    Attributes:
        loss_kernel: how the cross-entropy is computed; decides the bytes per vocabulary entry and token.
        blocks: `eager` Python blocks, `fused` norm, rotary and loss kernels, torch.compile, or Transformer Engine.
        quantisation: of the frozen base; None means NF4 with double quantisation under QLoRA, else none.
        sharding: over GPUs; None means FSDP for several GPUs.
        kbit_upcast: over a bitsandbytes base, embeddings, head, norms and hidden states are fp32, as after peft's
            prepare_model_for_kbit_training (not under FSDP, which cannot shard mixed types).
        adapter_fp32: adapters and their optimiser states in fp32 (peft since 0.11), else 16 bits.
        lora_dropout: adapters drop some inputs in training (0.05 in most examples).
        unties_embeddings: a tied model is loaded with a head of its own.
        keeps_4bit_inputs: quantised layers keep their inputs for the backward pass (bitsandbytes in older stacks).
        gptq_unpacks: a GPTQ base is unpacked by PyTorch operations, not by a kernel.
        layer_gradients_only: the optimiser steps inside the backward pass, so only one layer's gradients exist.
        bucket_elements: DeepSpeed's reduce bucket, in elements; two of them are held.
        varying_lengths: batches change length from step to step, so the allocator's cache fragments.
        mean_length_tokens: the mean of these lengths.
        expandable_segments: PyTorch's allocator setting that avoids fragmentation.
        offload_optimizer, offload_parameters, offload_checkpoints: moved to CPU memory.
        fp8: matrix products in 8 bits.
        older_flash: the first generation of flash attention kernels (2022, Triton).
        metric: `needed` is what the card must have; the others predict a reading: torch's allocated or reserved
            memory, or that of nvidia-smi (`process`).
    """

    name: str = "Hugging Face Trainer with PEFT"
    loss_kernel: LossKernel = "stock"
    blocks: Blocks = "eager"
    quantisation: Quantisation | None = None
    sharding: Sharding | None = None
    kbit_upcast: bool = False
    adapter_fp32: bool = True
    lora_dropout: bool = True
    unties_embeddings: bool = False
    keeps_4bit_inputs: bool = False
    gptq_unpacks: bool = True
    layer_gradients_only: bool = False
    bucket_elements: int = Field(default=0, ge=0)
    varying_lengths: bool = False
    expandable_segments: bool = False
    mean_length_tokens: int | None = Field(default=None, gt=0)
    offload_optimizer: bool = False
    offload_parameters: bool = False
    offload_checkpoints: bool = False
    tensor_parallel: int = Field(default=1, gt=0)
    pipeline_parallel: int = Field(default=1, gt=0)
    context_parallel: int = Field(default=1, gt=0)
    fp8: bool = False
    older_flash: bool = False
    metric: Metric = "needed"


class RunSpec(Frozen):
    """One training run, as a proposal would state it."""

    model: ModelShape
    method: TrainingMethod
    gpu: GpuSpec
    gpus: int = Field(default=1, gt=0)
    examples: int | None = Field(default=None, gt=0)
    tokens_per_example: int = Field(default=1000, gt=0)
    epochs: float = Field(default=3, gt=0)
    micro_batch: int = Field(default=1, gt=0)
    grad_accumulation: int = Field(default=8, gt=0)
    sequence_length: int = Field(default=2048, gt=0)
    rank: int = Field(default=16, gt=0)
    targets: tuple[Target, ...] = ALL_LINEAR
    trainable_parameters: int | None = Field(default=None, gt=0)
    trains_embeddings: bool = False
    checkpointing: bool = True
    checkpoints: Checkpoints | None = None
    flash_attention: bool = True
    precision: Precision | None = None
    optimizer: Optimizer = "adamw"
    objective: Objective = "sft"
    stack: Stack = Stack()

    @property
    def sequences_per_example(self) -> int:
        """A preference pair is two sequences; reinforcement learning takes a group of samples a prompt (8 is usual)."""
        return {"dpo": 2, "rl": 8}.get(self.objective, 1)

    @property
    def micro_batch_tokens(self) -> int:
        """Tokens in flight on one GPU."""
        return self.micro_batch * self.sequence_length * (2 if self.objective == "dpo" else 1)

    @property
    def total_tokens(self) -> float | None:
        """Tokens of the whole run, or None when the number of examples is unknown."""
        if self.examples is None:
            return None
        return self.examples * self.tokens_per_example * self.epochs * self.sequences_per_example


class ProjectShape(Frozen):
    """What surrounds the training: decides weeks and people, never memory.

    Attributes:
        variants: adapters trained (tenants, practice areas): each has its own runs.
        collects_data: labelled data has still to be collected or written.
        replaces_api: a live model or API is replaced: parity check, phased rollout, rollback.
        research: research-grade full fine-tuning, many open questions.
        hard_task: complex domain or a large model: more rounds of data and evaluation.
    """

    variants: int = Field(default=1, gt=0)
    collects_data: bool = False
    replaces_api: bool = False
    research: bool = False
    hard_task: bool = False
    people: tuple[float, float] = (1.0, 2.0)


def checked(run: RunSpec) -> RunSpec:
    """The run itself, if its figures are possible together.

    Raises:
        UsageError: a rank above the hidden size, or sequences beyond the model's context.
    """
    if run.method != "full" and run.rank > run.model.hidden:
        raise UsageError(f"rank {run.rank}", f"{run.model.name} has a hidden size of {run.model.hidden}", "Use 8 to 64")
    if run.sequence_length > run.model.context_tokens:
        why = f"the context of {run.model.name} is {run.model.context_tokens:,} tokens"
        raise UsageError(f"sequences of {run.sequence_length:,} tokens", why, "Give a shorter --sequence-length")
    return run
