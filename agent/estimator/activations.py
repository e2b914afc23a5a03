"""Bytes that come and go with the tokens in flight: checkpoints, layer working set, logits and loss.

The coefficients of `eager` blocks were counted by running the Hugging Face Llama code of transformers 5.23 on PyTorch
fake tensors for four shapes, and solving for the MLP width f and the hidden size h (evals/estimator/count_blocks.py).
"""

from __future__ import annotations

from agent.estimator.inputs import Checkpoints, RunSpec
from agent.estimator.weights import precision, quantisation, sharding, upcast
from agent.models import Frozen

MLP_TARGETS = ("gate", "up", "down")


class Activations(Frozen):
    """Bytes on one GPU that depend on the tokens in flight."""

    checkpoints: float
    layer: float
    loss: float
    wrapped: float


def checkpoint_mode(run: RunSpec) -> Checkpoints:
    """What is kept between forward and backward."""
    return run.checkpoints or ("full" if run.checkpointing else "none")


def loss_bytes(run: RunSpec) -> float:
    """Bytes per token and vocabulary entry at the peak of the loss.

    stock: 16-bit logits 2, fp32 copy 4, shifted copy 4, log-softmax or gradient 4 (Hugging Face until 2024-10).
    padded: without the shifted copy (Hugging Face since then). fused: one kernel over the logits (FIT: fms rows).
    chunked: 16-bit logits and their gradient, fp32 for one chunk. compiled: logits and gradient. linear: none.
    """
    table = {"stock": 14.0, "padded": 12.0, "fused": 10.0, "chunked": 5.0, "compiled": 4.0, "linear": 0.0}
    if run.objective in ("classification", "embedding"):
        return 0.0  # no language-model head
    if run.stack.loss_kernel == "fused" and precision(run) != "bf16":
        return 8.0
    return table[run.stack.loss_kernel]


def residual_bytes(run: RunSpec) -> float:
    """Bytes per element of the hidden state between blocks."""
    if upcast(run):
        return 4.0
    return 4.0 if precision(run) in ("mixed", "fp32") and sharding(run) in ("none", "ddp", "layers") else 2.0


def _adapts_mlp(run: RunSpec) -> bool:
    return run.method == "full" or any(t in run.targets for t in MLP_TARGETS)


def kept_per_layer(run: RunSpec) -> float:
    """Bytes per token that one layer keeps for its backward pass, without recomputation."""
    model, full = run.model, run.method == "full"
    width, hidden, wide = model.live_mlp_width, model.hidden, precision(run) in ("mixed", "fp32")
    mlp = (6.0 if model.gated_mlp else 2.0) * width
    rest = (25.0 if model.gated_mlp else 18.0) * hidden
    if _adapts_mlp(run):
        mlp, rest = mlp + 2 * width, rest + 3 * hidden
    if not full and quantisation(run) != "none" and run.stack.keeps_4bit_inputs:
        mlp, rest = mlp + 3 * width, rest + 9 * hidden
    if not full and run.stack.adapter_fp32 and run.stack.blocks == "eager":
        rest += 6.0 * hidden
    if not full and run.stack.lora_dropout:
        # A mask of one byte a value, and a dropped copy where the input was shared with other saved tensors.
        mlp, rest = (mlp + width, rest + 6 * hidden) if _adapts_mlp(run) else (mlp, rest + 3 * hidden)
    return mlp + rest + (10.0 * hidden if full and wide else 0.0)


def selective_per_layer(run: RunSpec) -> float:
    """Bytes per token that per-operator selective checkpointing keeps: the layer's input, every second matrix
    product (q, v, gate, down in a Llama block) and the attention output (torchtitan's policy).
    """
    model = run.model
    return 2.0 * (2 * model.hidden + 2 * model.query_width + model.kv_width + model.live_mlp_width)


def attention_scores(run: RunSpec, *, live: bool = False) -> float:
    """Bytes per token of one layer's score matrices when no flash kernel is used.

    Kept for the backward pass 5 a s (arXiv:2205.05198); in the layer that is being differentiated 10 a s (counted).
    """
    return 0.0 if run.flash_attention else (10.0 if live else 5.0) * run.model.heads * run.sequence_length


def live_layer(run: RunSpec) -> float:
    """Bytes per token of the one layer that is being recomputed and differentiated.

    Fused blocks: FIT on the fms rows with linear loss, under FSDP on its full fine-tuning rows. Eager ones as counted.
    """
    model, width, hidden = run.model, run.model.live_mlp_width, run.model.hidden
    if model.experts:
        return 8.0 * width + 26.0 * hidden
    gated = 1.0 if model.gated_mlp else 8 / 12
    if sharding(run) == "fsdp" and run.stack.blocks != "eager":
        return 12.0 * gated * width + 20.0 * hidden
    if run.stack.blocks != "eager":
        return 12.0 * gated * width + (26.0 if precision(run) == "bf16" else 23.5) * hidden
    if run.method == "full":
        return 11.3 * gated * width + 37.0 * hidden
    if _adapts_mlp(run) and run.stack.adapter_fp32:
        return 14.9 * gated * width + (60.0 if precision(run) == "bf16" else 46.0) * hidden
    return 10.0 * gated * width + 40.0 * hidden


def activations(run: RunSpec) -> Activations:
    """Peak activation bytes of one GPU by part."""
    stack, model, mode = run.stack, run.model, checkpoint_mode(run)
    tokens = run.micro_batch_tokens / stack.context_parallel / stack.tensor_parallel
    layers = model.layers / stack.pipeline_parallel / (run.gpus if sharding(run) == "layers" else 1)
    layer = 8.0 * model.hidden
    if mode == "full":
        kept = 0.0 if stack.offload_checkpoints else residual_bytes(run) * model.hidden
        layer = live_layer(run) + attention_scores(run, live=True)
    elif mode == "selective":
        kept, layer = selective_per_layer(run), live_layer(run)
    else:
        kept = kept_per_layer(run) + attention_scores(run)
    # PEFT under FSDP was measured to keep one more hidden state per layer through the backward pass (FIT: fms rows).
    peft_fsdp = mode == "full" and run.method != "full" and sharding(run) == "fsdp"
    return Activations(
        wrapped=tokens * layers * 2.0 * model.hidden if peft_fsdp else 0.0,
        checkpoints=tokens * layers * kept,
        layer=tokens * layer,
        loss=tokens * model.vocabulary * loss_bytes(run),
    )
