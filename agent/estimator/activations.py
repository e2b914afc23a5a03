"""Bytes that come and go with the tokens in flight: checkpoints, layer working set, logits and loss."""

from __future__ import annotations

from agent.estimator.inputs import Checkpoints, RunSpec
from agent.estimator.weights import quantisation, sharding
from agent.models import Frozen

LOSS_BYTES = {"stock": 14.0, "fused": 8.0, "chunked": 4.0, "linear": 0.0, "none": 0.0}
"""Bytes per token and vocabulary entry. Stock Hugging Face: bf16 logits 2, fp32 copy 4, shifted copy 4, gradient 4."""


class Activations(Frozen):
    """Bytes on one GPU that depend on the micro-batch."""

    checkpoints: float
    layer: float
    loss: float


def checkpoint_mode(run: RunSpec) -> Checkpoints:
    """What is kept between forward and backward."""
    return run.checkpoints or ("full" if run.checkpointing else "none")


def residual_bytes(run: RunSpec) -> float:
    """Bytes per element of the hidden state between blocks."""
    if run.stack.residual_fp32 is not None:
        return 4.0 if run.stack.residual_fp32 else 2.0
    return 4.0 if quantisation(run) in ("nf4", "nf4-dq") or run.precision == "fp32" else 2.0


def kept_per_layer(run: RunSpec) -> float:
    """Bytes per token that one layer keeps for its backward pass, without recomputation."""
    model = run.model
    width, hidden = model.live_mlp_width, model.hidden
    frozen = run.method != "full"
    kept = 6 * width + 25 * hidden if model.gated_mlp else 2 * width + 18 * hidden
    if not frozen or any(t in run.targets for t in ("gate", "up", "down")):
        kept += 2 * width + 3 * hidden
    if frozen and quantisation(run) != "none":
        kept += 3 * width + 9 * hidden
    return float(kept)


def attention_scores(run: RunSpec) -> float:
    """Bytes per token of one layer's score matrices when no flash kernel is used: 5 a s (arXiv:2205.05198)."""
    return 0.0 if run.flash_attention else 5.0 * run.model.heads * run.sequence_length


def live_layer(run: RunSpec) -> float:
    """Bytes per token of the one layer that is being recomputed and differentiated."""
    model = run.model
    if model.experts:
        return 8.0 * model.experts_per_token * model.expert_width + 26 * model.hidden
    base = 26.0 if run.precision in (None, "bf16", "fp16") else 23.5
    if sharding(run) == "fsdp":
        base = 20.0
    return (12.0 if model.gated_mlp else 8.0) * model.mlp_width + base * model.hidden


def activations(run: RunSpec) -> Activations:
    """Peak activation bytes of one GPU by part."""
    tokens, model, mode = run.micro_batch_tokens, run.model, checkpoint_mode(run)
    kept = kept_per_layer(run) + attention_scores(run)
    if mode == "full":
        stored = 0.0 if run.stack.offload_checkpoints else residual_bytes(run) * model.layers * model.hidden
    else:
        stored = model.layers * kept * (0.45 if mode == "selective" else 1.0)
    layer = live_layer(run) + attention_scores(run) if mode == "full" else 8.0 * model.hidden
    return Activations(
        checkpoints=tokens * stored,
        layer=tokens * layer,
        loss=tokens * model.vocabulary * LOSS_BYTES[run.stack.loss_kernel],
    )
