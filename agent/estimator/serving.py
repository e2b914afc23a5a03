"""Serving: memory of weights and KV cache, tokens per second, USD per month, break-even against an API."""

from __future__ import annotations

from typing import Literal

from agent.errors import UsageError
from agent.estimator.inputs import GpuSpec, ModelShape
from agent.models import Frozen, Low3

GIB = 2**30
HOURS_PER_MONTH = 730.0
ServingPrecision = Literal["bf16", "fp8", "int4"]
BYTES: dict[ServingPrecision, float] = {"bf16": 2.0, "fp8": 1.0, "int4": 0.56}
USABLE_SHARE = 0.90
"""vLLM's default gpu_memory_utilization."""
ENGINE_GIB = 1.0
BANDWIDTH_SHARE, COMPUTE_SHARE, MOE_SHARE = 0.75, 0.40, 0.5
MAX_SEQUENCES = 256
"""vLLM's default max_num_seqs."""


class Serving(Frozen):
    """One model on one set of GPUs, and what a month of it costs."""

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


def weights_gib(model: ModelShape, precision: ServingPrecision) -> float:
    """GiB of the weights; embeddings and head stay in 16 bits."""
    return (model.block_parameters * BYTES[precision] + (model.parameters - model.block_parameters) * 2.0) / GIB


def serving_memory_gib(
    model: ModelShape, precision: ServingPrecision = "bf16", context_tokens: int = 4096, concurrency: int = 1
) -> float:
    """GiB over all GPUs: weights, KV cache of `concurrency` requests of `context_tokens`, the engine."""
    cache = model.kv_bytes_per_token_bf16 * context_tokens * concurrency / GIB
    return weights_gib(model, precision) + cache + ENGINE_GIB


def _fits(need: float, have: float) -> Literal["yes", "no", "tight"]:
    return "yes" if need <= USABLE_SHARE * have else "tight" if need <= have else "no"


def _tokens_per_s(
    model: ModelShape, gpu: GpuSpec, gpus: int, precision: ServingPrecision, running: int, lengths: tuple[int, int]
) -> float:
    tokens_in, tokens_out = lengths
    bandwidth, peak = gpu.bandwidth_gb_s * 1e9 * gpus * BANDWIDTH_SHARE, gpu.dense_tflops * 1e12 * gpus * COMPUTE_SHARE
    read = weights_gib(model, precision) * GIB
    cache = running * model.kv_bytes_per_token_bf16 * (tokens_in + tokens_out / 2)
    decode = max((read + cache) / bandwidth, 2.0 * model.active_parameters * running / peak)
    prefill = running * tokens_in / tokens_out * 2.0 * model.active_parameters / peak
    return running / (decode + prefill) * (MOE_SHARE if model.experts else 1.0)


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
    """Serves `model` on `gpus` GPUs as one replica; more replicas when the peak load asks for them."""
    if tokens_in <= 0 or tokens_out <= 0:
        raise UsageError("tokens per request must be above zero")
    have, weights = gpu.usable_gib * gpus, weights_gib(model, precision)
    each = model.kv_bytes_per_token_bf16 * (tokens_in + tokens_out) / GIB
    room = USABLE_SHARE * have - weights - ENGINE_GIB
    running = max(0, min(MAX_SEQUENCES, int(room / each)))
    rate = _tokens_per_s(model, gpu, gpus, precision, running, (tokens_in, tokens_out)) if running else 0.0
    capacity = rate * 3600 * HOURS_PER_MONTH / tokens_out
    replicas = 1
    if requests_per_month and capacity:
        replicas = max(1, -(-int(requests_per_month * peak_over_mean) // max(1, int(capacity))))
    total = replicas * gpus
    bill = None
    if gpu.usd_per_hour:
        low, typical, high = (p * total * HOURS_PER_MONTH for p in gpu.usd_per_hour)
        bill = (low, typical, high)
    api = saving = even = None
    if api_usd_per_1m:
        per_request = (tokens_in * api_usd_per_1m[0] + tokens_out * api_usd_per_1m[1]) / 1e6
        api = None if requests_per_month is None else requests_per_month * per_request
        saving = None if api is None or bill is None else api - bill[1]
        even = None if bill is None else bill[1] / replicas / per_request
    return Serving(
        weights_gib=weights,
        kv_gib_per_request=each,
        memory_gib=weights + ENGINE_GIB + each * max(1, running),
        fits=_fits(weights + ENGINE_GIB + each, have),
        concurrent_requests=running,
        output_tokens_per_s=(0.6 * rate, rate, 1.4 * rate),
        requests_per_month_capacity=capacity,
        replicas=replicas,
        gpus_total=total,
        usd_per_month=bill,
        api_usd_per_month=api,
        saving_usd_per_month=saving,
        break_even_requests_per_month=even,
        assumptions=(
            f"{tokens_in} tokens in and {tokens_out} out per request",
            f"peak load {peak_over_mean:g} times the mean",
            f"{HOURS_PER_MONTH:g} hours a month, GPUs rented all the time",
        ),
    )
