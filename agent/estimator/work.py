"""What one micro-batch makes a GPU do: operations, bytes moved, kernels started, bytes sent. Counts only, no speeds."""

from __future__ import annotations

from agent.estimator.activations import MLP_TARGETS, checkpoint_mode
from agent.estimator.inputs import RunSpec
from agent.estimator.weights import precision, quantisation, sharding
from agent.models import Frozen

RECOMPUTED = {"full": 1.0, "selective": 0.4, "none": 0.0}
"""Share of the forward products that the backward pass repeats; selective: every second product and no attention."""


class Work(Frozen):
    """The work of one micro-batch on one GPU, forward and backward.

    Attributes:
        matmul_flops: matrix products with weights, recomputation included.
        attention_flops: causal attention, likewise.
        elementwise_bytes: read and written by everything else (norms, rotary, activations, casts, loss).
        adapter_bytes: likewise by adapters.
        dequantised_bytes: moved to turn quantised weights into 16 bits.
        kernels: started from Python.
        sent_bytes: gathered and scattered between GPUs for sharding.
        tensor_parallel_bytes: reduced between the GPUs of a tensor-parallel group.
        optimiser_bytes: moved by the optimiser step, spread over the accumulated micro-batches.
    """

    matmul_flops: float
    attention_flops: float
    elementwise_bytes: float
    adapter_bytes: float
    dequantised_bytes: float
    kernels: float
    sent_bytes: float
    tensor_parallel_bytes: float
    optimiser_bytes: float


def _matmul_weights(run: RunSpec) -> float:
    """Weights that a token is multiplied with: active ones and the head, not the embedding table."""
    model = run.model
    return model.active_parameters - (0 if model.tied_embeddings else model.vocabulary * model.hidden)


def passes(run: RunSpec) -> float:
    """Times that the weights are multiplied: forward, gradient of inputs, gradient of weights (full only), repeats,
    and a reference or teacher model's forward pass.
    """
    reference = 1.0 if run.objective in ("dpo", "rl", "distillation") else 0.0
    return 2.0 + (1.0 if run.method == "full" else 0.0) + RECOMPUTED[checkpoint_mode(run)] + reference


def _elementwise(run: RunSpec) -> float:
    """Bytes per token.

    `eager` was counted on the Hugging Face Llama code as the activations were: 40 f + 512 h with recomputation,
    29 f + 393 h without, 209 h more when hidden states are fp32. Fused kernels read and write each value once: norms,
    rotary embedding, gated activation and residual sums come to 22 f + 83 h and 16 f + 58 h.
    """
    model, again = run.model, checkpoint_mode(run) == "full"
    fused = run.stack.blocks != "eager"
    width = model.live_mlp_width * (1.0 if model.gated_mlp else 0.64)
    if fused:
        layer = 22 * width + 83 * model.hidden if again else 16 * width + 58 * model.hidden
    else:
        layer = 40 * width + 512 * model.hidden if again else 29 * width + 393 * model.hidden
    if not fused and precision(run) == "mixed" and sharding(run) == "none":
        layer += 209 * model.hidden
    loss = {"stock": 60, "padded": 52, "fused": 16, "chunked": 50, "compiled": 16, "linear": 20}[run.stack.loss_kernel]
    return layer * model.layers + loss * model.vocabulary


def _adapter_bytes(run: RunSpec) -> float:
    """Bytes per token of adapters: 212 h for four attention ones, 90 f + 310 h for all seven (counted, fp32 ones)."""
    if run.method == "full":
        return 0.0
    model = run.model
    all_linear = any(t in run.targets for t in MLP_TARGETS)
    layer = 90.0 * model.live_mlp_width + 310.0 * model.hidden if all_linear else 212.0 * model.hidden
    narrow = 1.0 if run.stack.adapter_fp32 else 0.4
    return layer * model.layers * narrow * (1.0 if checkpoint_mode(run) == "full" else 0.65)


def _dequantised(run: RunSpec) -> float:
    """Bytes of dequantisation: 10 a weight and pass for bitsandbytes (FIT on eight litgpt rows that are not
    scored), 18 for GPTQ unpacked by PyTorch through int32 (counted).
    """
    kind = quantisation(run)
    if kind == "none":
        return 0.0
    per = 18.0 if kind in ("gptq4", "gptq8") and run.stack.gptq_unpacks else 10.0
    return passes(run) * run.model.block_parameters * per


def adapters_per_layer(run: RunSpec) -> int:
    """Adapted matrices in one layer."""
    return 0 if run.method == "full" else sum(t not in ("head", "embed") for t in run.targets)


def _kernels(run: RunSpec) -> float:
    """Kernels of all layers, products included: counted on the Hugging Face code, 120 a layer and 17 an adapter, or 160
    and 25 with recomputation.
    """
    again = checkpoint_mode(run) == "full"
    layer = 160.0 + 25 * adapters_per_layer(run) if again else 120.0 + 17 * adapters_per_layer(run)
    layer *= {"eager": 1.0, "fused": 0.6, "compiled": 0.6, "megatron": 0.3}[run.stack.blocks]
    if quantisation(run) != "none":
        layer += 14.0 * passes(run)
    return layer * run.model.layers


def _sent(run: RunSpec) -> float:
    """Bytes over the links for FSDP and ZeRO-3: weights gathered forward and backward, gradients scattered."""
    if sharding(run) not in ("fsdp", "zero3") or run.gpus == 1:
        return 0.0
    weights = 0.53 if quantisation(run) != "none" else 2.0
    gradients = 2.0 if run.method == "full" else 0.0
    shards = run.gpus / (run.stack.tensor_parallel * run.stack.pipeline_parallel)
    return (2 * weights + gradients) * run.model.parameters * max(0.0, 1 - 1 / shards)


def work(run: RunSpec) -> Work:
    """Counts the work of one micro-batch on one GPU; tensor and pipeline parallelism divide it."""
    model, tokens = run.model, run.micro_batch_tokens
    tensor = run.stack.tensor_parallel
    parts = tensor * run.stack.pipeline_parallel * run.stack.context_parallel
    again = checkpoint_mode(run) == "full"
    causal = 2.0 * model.layers * model.query_width * run.sequence_length  # 4 w s, half of it masked
    shards = run.gpus if sharding(run) in ("fsdp", "zero1", "zero2", "zero3") else parts
    reduced = (6.0 if again else 4.0) * 2 * 2.0 * model.hidden * model.layers * (tensor - 1) / tensor
    return Work(
        matmul_flops=2.0 * passes(run) * _matmul_weights(run) * tokens / parts,
        # The backward pass of a flash kernel does 2.5 times the forward one: it recomputes the scores.
        attention_flops=(4.5 if again else 3.5) * causal * tokens / parts,
        elementwise_bytes=_elementwise(run) * tokens / parts,
        adapter_bytes=_adapter_bytes(run) * tokens / parts,
        dequantised_bytes=_dequantised(run) / parts,
        kernels=_kernels(run) / run.stack.pipeline_parallel,
        sent_bytes=_sent(run) / parts,
        tensor_parallel_bytes=reduced * tokens / parts * tensor,
        optimiser_bytes=28.0 * model.parameters / shards / run.grad_accumulation if run.method == "full" else 0.0,
    )
