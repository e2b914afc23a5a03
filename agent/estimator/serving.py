"""Serving: memory of weights and KV cache, tokens per second, USD per month, break-even against an API."""

from __future__ import annotations

from math import ceil
from typing import Literal

from agent.errors import UsageError
from agent.estimator.inputs import GpuSpec, ModelShape
from agent.models import Frozen, Low3

GIB = 2**30
HOURS_PER_MONTH = 730.0
ServingPrecision = Literal["bf16", "fp8", "int4"]
BYTES: dict[ServingPrecision, float] = {"bf16": 2.0, "fp8": 1.0, "int4": 0.56}
"""Bytes per weight inside the blocks; int4 with its scales in groups of 128 and some layers left in 16 bits."""
USABLE_SHARE = 0.90
"""vLLM's default gpu_memory_utilization."""
ENGINE_GIB = 1.0
"""CUDA context, graphs and the engine's own buffers, per replica."""
BANDWIDTH_SHARE, COMPUTE_SHARE = 0.75, 0.40
"""Set beforehand, not fitted: eight TensorRT-LLM rows of dense models on Hopper came within 12%."""
MOE_SHARE = 0.5
"""The same source's mixture-of-experts rows were about half of what their active weights promise."""
RATE_BAND = (0.6, 1.5)
MAX_SEQUENCES = 256
"""vLLM's default max_num_seqs."""


class Load(Frozen):
    """What is asked of a served model in a month."""

    requests_per_month: float = 0.0
    tokens_in: int = 1000
    tokens_out: int = 300
    peak_over_mean: float = 3.0


class Serving(Frozen):
    """One model on one kind of GPU, and what a month of it costs.

    `output_tokens_per_s` is what one replica gives at full load; `fits` looks at one request of the given length.
    """

    weights_gib: float
    kv_gib_per_request: float
    memory_gib: float
    fits: Literal["yes", "no", "tight"]
    concurrent_requests: int
    output_tokens_per_s: Low3
    requests_per_month_capacity: float
    replicas: int
    gpus_total: int
    usd_per_month: Low3 | None
    api_usd_per_month: float | None = None
    saving_usd_per_month: float | None = None
    break_even_requests_per_month: float | None = None
    assumptions: tuple[str, ...] = ()


def weights_gib(model: ModelShape, precision: ServingPrecision = "bf16") -> float:
    """GiB of the weights over all GPUs; embeddings and head stay in 16 bits."""
    rest = model.parameters - model.block_parameters
    return (model.block_parameters * BYTES[precision] + rest * 2.0) / GIB


def serving_memory_gib(
    model: ModelShape, precision: ServingPrecision = "bf16", context_tokens: int = 4096, concurrency: int = 1
) -> float:
    """GiB over all GPUs: weights, KV cache of `concurrency` requests of `context_tokens`, the engine."""
    cache = model.kv_bytes_per_token_bf16 * context_tokens * concurrency / GIB
    return weights_gib(model, precision) + cache + ENGINE_GIB


def _fits(need: float, have: float) -> Literal["yes", "no", "tight"]:
    return "yes" if need <= USABLE_SHARE * have else "tight" if need <= have else "no"


def output_rate(
    model: ModelShape, gpu: GpuSpec, gpus: int, precision: ServingPrecision, running: int, load: Load
) -> float:
    """Output tokens per second of one replica with `running` requests at once.

    A decoding step reads all weights and the caches, or is bound by compute; the prompts' prefill takes its share.
    """
    bandwidth = gpu.bandwidth_gb_s * 1e9 * gpus * BANDWIDTH_SHARE
    fast = precision == "fp8" and gpu.dense_fp8_tflops is not None
    peak = (gpu.dense_fp8_tflops if fast and gpu.dense_fp8_tflops else gpu.dense_tflops) * 1e12 * gpus * COMPUTE_SHARE
    cache = running * model.kv_bytes_per_token_bf16 * (load.tokens_in + load.tokens_out / 2)
    decode = max(
        (weights_gib(model, precision) * GIB + cache) / bandwidth, 2.0 * model.active_parameters * running / peak
    )
    prefill = running * load.tokens_in / load.tokens_out * 2.0 * model.active_parameters / peak
    return running / (decode + prefill) * (MOE_SHARE if model.experts else 1.0)


def _replicas(load: Load, capacity: float) -> int:
    if not load.requests_per_month or not capacity:
        return 1
    return max(1, ceil(load.requests_per_month * load.peak_over_mean / capacity))


def _bill(gpu: GpuSpec, gpus: int) -> Low3 | None:
    if gpu.usd_per_hour is None:
        return None
    low, typical, high = (price * gpus * HOURS_PER_MONTH for price in gpu.usd_per_hour)
    return (low, typical, high)


def serving(
    model: ModelShape,
    gpu: GpuSpec,
    gpus: int = 1,
    *,
    precision: ServingPrecision = "bf16",
    requests_per_month: float | None = None,
    tokens_in: int = 1000,
    tokens_out: int = 300,
    peak_over_mean: float = 3.0,
    api_usd_per_1m: tuple[float, float] | None = None,
) -> Serving:
    """Serves `model` on `gpus` GPUs as one replica; more replicas when the peak load asks for them.

    Args:
        model: what is served (adapters add little: one base serves many).
        gpu: the kind of GPU.
        gpus: GPUs of one replica.
        precision: of the weights; the KV cache is in 16 bits.
        requests_per_month: the load; without it one replica is priced.
        tokens_in: of a request's prompt.
        tokens_out: of its answer.
        peak_over_mean: busiest hour over the mean.
        api_usd_per_1m: prices of the API that it replaces, per million tokens in and out.

    Raises:
        UsageError: no tokens, or a negative load.
    """
    if tokens_in <= 0 or tokens_out <= 0 or gpus <= 0 or (requests_per_month or 0) < 0:
        raise UsageError("serving needs tokens, GPUs and requests above zero")
    load = Load(
        requests_per_month=requests_per_month or 0.0,
        tokens_in=tokens_in,
        tokens_out=tokens_out,
        peak_over_mean=peak_over_mean,
    )
    return _served(model, gpu, gpus, precision, load, api_usd_per_1m)


def _served(
    model: ModelShape,
    gpu: GpuSpec,
    gpus: int,
    precision: ServingPrecision,
    load: Load,
    api_usd_per_1m: tuple[float, float] | None,
) -> Serving:
    have, weights = gpu.usable_gib * gpus, weights_gib(model, precision)
    each = model.kv_bytes_per_token_bf16 * (load.tokens_in + load.tokens_out) / GIB
    running = max(0, min(MAX_SEQUENCES, int((USABLE_SHARE * have - weights - ENGINE_GIB) / each)))
    rate = output_rate(model, gpu, gpus, precision, running, load) if running else 0.0
    capacity = rate * 3600 * HOURS_PER_MONTH / load.tokens_out
    replicas = _replicas(load, capacity)
    bill = _bill(gpu, gpus * replicas)
    prices = api_usd_per_1m or (0.0, 0.0)
    per_request = (load.tokens_in * prices[0] + load.tokens_out * prices[1]) / 1e6
    api = load.requests_per_month * per_request or None
    return Serving(
        weights_gib=weights,
        kv_gib_per_request=each,
        memory_gib=weights + ENGINE_GIB + each * max(1, running),
        fits=_fits(weights + ENGINE_GIB + each, have),
        concurrent_requests=running,
        output_tokens_per_s=(RATE_BAND[0] * rate, rate, RATE_BAND[1] * rate),
        requests_per_month_capacity=capacity,
        replicas=replicas,
        gpus_total=gpus * replicas,
        usd_per_month=bill,
        api_usd_per_month=api,
        saving_usd_per_month=api - bill[1] if api is not None and bill else None,
        break_even_requests_per_month=bill[1] / replicas / per_request if bill and per_request else None,
        assumptions=(
            f"{load.tokens_in:,} tokens in and {load.tokens_out:,} out a request, weights in {precision}",
            f"peak load {load.peak_over_mean:g} times the mean; GPUs rented all {HOURS_PER_MONTH:g} hours of a month",
        ),
    )


def smallest_replica(model: ModelShape, gpu: GpuSpec, precision: ServingPrecision = "bf16") -> Serving | None:
    """The fewest GPUs of a kind (1 to 64, doubling) that serve the model comfortably; None when none do."""
    for gpus in (1, 2, 4, 8, 16, 32, 64):
        found = serving(model, gpu, gpus, precision=precision)
        if found.fits == "yes":
            return found
    return None
