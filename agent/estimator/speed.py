"""Tokens per second, from the counted work and the speeds of the GPU; hours and cost of a run."""

from __future__ import annotations

from math import exp, hypot, log

from agent.errors import UsageError
from agent.estimator.inputs import GpuSpec, RunSpec
from agent.estimator.weights import sharding
from agent.estimator.work import Work, work
from agent.models import Frozen, Low3

BAND = (0.54, 1.85)
"""Measured over predicted: held 90% of the public rows many times over; wide because the software is seldom known."""
NVLINK = (
    "A100-40GB",
    "A100-80GB",
    "H100",
    "H200",
    "B200",
    "GH200",
    "V100-16GB",
    "V100-32GB",
    "MI300X",
    "MI250X",
    "MI325X",
)
LINK_BYTES_PER_S = {"Volta": 100e9, "Ampere": 200e9, "Hopper": 330e9, "Blackwell": 600e9}
"""What collective operations reach over NVLink within a machine: about 0.75 of the one-way datasheet figure."""
OTHER_LINK = 20e9
"""PCIe 4.0 x16, both ways shared."""
GPUS_PER_MACHINE = 8
BETWEEN_MACHINES = 0.8
"""All eight network cards of a machine work for one collective (8 x 200 or 400 Gb/s)."""


class Speeds(Frozen):
    """The constants of the time model. Those marked FIT were fitted on the public rows named; the others have sources.

    Attributes:
        matmul_share: of the dense peak, for very wide matrices. FIT on 81 llm-foundry and 200 fms rows (Ampere) and 68
            llm-foundry rows (Hopper); matrix benchmarks reach 0.87 on an A100 and 0.80 on an H100.
        half_width: hidden size at which a matrix product reaches half of that. FIT, likewise.
        flash_share: of the peak, for FlashAttention-2 (0.50 to 0.73 on an A100, 0.35 on an H100: arXiv:2307.08691,
            arXiv:2407.08608).
        triton_flash: first-generation kernels relative to that (25% to 40% of the peak: arXiv:2307.08691).
        bandwidth_share: of the datasheet, for element-wise kernels. FIT.
        adapter_bandwidth_share: likewise for adapters. FIT.
        dequantise_share: likewise; copies reach 0.75 to 0.85.
        kernel_s: seconds to start one kernel from Python. From the litgpt and ms-swift rows of short batches, which
            are not scored: 97 ms for 24 layers, 142 ms for 32.
        fsdp_layer_s: seconds per layer of FSDP's own Python. FIT on llm-foundry and fms rows.
        overlap: share of the smaller of compute, links and launches that is not hidden. FIT.
        fp8_half_width: matrix products in 8 bits are up to twice as fast, less what casts of the inputs take, which
            is a share that falls with the width: gain = 2 / (1 + this / h). FIT on seven llm-foundry rows.
        fused_flash_share: cuDNN's attention and FlashAttention-3 on Hopper (arXiv:2407.08608: 0.55 to 0.75).
        tensor_parallel_shown: share of the tensor-parallel traffic that Megatron does not hide behind products.
        tokens_offset: tokens that loading the weights costs in every product, as memory-bound time.
    """

    matmul_share: dict[str, float] = {"Ampere": 0.785, "Hopper": 0.66}
    other_matmul_share: float = 0.66
    half_width: dict[str, float] = {"Ampere": 205.0, "Hopper": 715.0}
    other_half_width: float = 400.0
    flash_share: dict[str, float] = {"Ampere": 0.60, "Hopper": 0.37}
    other_flash_share: float = 0.45
    triton_flash: float = 0.55
    bandwidth_share: float = 0.65
    adapter_bandwidth_share: float = 0.93
    dequantise_share: float = 0.75
    kernel_s: float = 21e-6
    fsdp_layer_s: float = 3e-3
    overlap: float = 0.44
    fp8_half_width: float = 560.0
    fused_flash_share: float = 0.60
    tensor_parallel_shown: float = 0.5
    tokens_offset: float = 100.0


SPEEDS = Speeds()


class Throughput(Frozen):
    """Tokens per second per GPU, low to high, and the utilisation of the dense peak it means."""

    low: float
    typical: float
    high: float
    flops_per_token: float
    utilisation: float
    limit: str

    @property
    def low_typical_high(self) -> Low3:
        """The three figures."""
        return (self.low, self.typical, self.high)


def _compute_seconds(run: RunSpec, todo: Work, speeds: Speeds) -> float:
    gpu, tokens = run.gpu, run.micro_batch_tokens
    share = speeds.matmul_share.get(gpu.architecture, speeds.other_matmul_share)
    share /= 1 + speeds.half_width.get(gpu.architecture, speeds.other_half_width) / run.model.hidden
    eight_bits = run.stack.fp8 and gpu.dense_fp8_tflops is not None
    share *= gpu.power_share * (2 / (1 + speeds.fp8_half_width / run.model.hidden) if eight_bits else 1.0)
    flash = speeds.flash_share.get(gpu.architecture, speeds.other_flash_share)
    flash = max(flash, speeds.fused_flash_share) if run.stack.blocks == "megatron" else flash
    flash *= speeds.triton_flash if run.stack.older_flash else 1.0
    flash *= 1.0 if run.flash_attention else 0.35
    peak, bandwidth = gpu.dense_tflops * 1e12, gpu.bandwidth_gb_s * 1e9
    return (
        todo.matmul_flops * (1 + speeds.tokens_offset / tokens) / (share * peak)
        + todo.attention_flops / (flash * peak)
        + todo.elementwise_bytes / (speeds.bandwidth_share * bandwidth)
        + todo.adapter_bytes / (speeds.adapter_bandwidth_share * bandwidth)
        + todo.dequantised_bytes / (speeds.dequantise_share * bandwidth)
    )


def link_bytes_per_s(gpu: GpuSpec, gpus: int) -> float:
    """Bytes per second that one GPU exchanges with the others in a collective operation."""
    if gpu.name.split()[0] not in NVLINK:
        return OTHER_LINK
    link = LINK_BYTES_PER_S.get(gpu.architecture, 200e9)
    return link * (BETWEEN_MACHINES if gpus > GPUS_PER_MACHINE else 1.0)


def micro_batch_seconds(run: RunSpec, todo: Work, speeds: Speeds = SPEEDS) -> tuple[float, str]:
    """Seconds of one micro-batch with its counted work, and what takes most of them.

    Compute, links and kernel launches run side by side; part of the smaller ones shows.
    """
    fsdp = sharding(run) in ("fsdp", "zero3")
    link = link_bytes_per_s(run.gpu, run.gpus)
    reduced = todo.tensor_parallel_bytes / link_bytes_per_s(run.gpu, 1)
    shown = speeds.tensor_parallel_shown if run.stack.blocks == "megatron" else 1.0
    times = {
        "compute": _compute_seconds(run, todo, speeds) + shown * reduced,
        "links": todo.sent_bytes / link,
        "kernel launches": todo.kernels * speeds.kernel_s + (run.model.layers * speeds.fsdp_layer_s if fsdp else 0.0),
    }
    longest = max(times, key=lambda k: times[k])
    hidden = sum(times.values()) - times[longest]
    total = times[longest] + speeds.overlap * hidden + todo.optimiser_bytes / (run.gpu.bandwidth_gb_s * 1e9)
    if run.stack.offload_parameters:
        # Each GPU's share of the weights comes from CPU memory, forward and backward.
        total += todo.sent_bytes / max(1, run.gpus - 1) / OTHER_LINK
    bubble = 1.0 + (run.stack.pipeline_parallel - 1) / max(run.grad_accumulation, 4 * run.stack.pipeline_parallel)
    return total * bubble, longest


def throughput(run: RunSpec, speeds: Speeds = SPEEDS) -> Throughput:
    """Tokens per second on each GPU, padding included."""
    todo, tokens = work(run), run.micro_batch_tokens
    seconds, limit = micro_batch_seconds(run, todo, speeds)
    parts = run.stack.tensor_parallel * run.stack.pipeline_parallel * run.stack.context_parallel
    typical = tokens / seconds / parts
    flops = (todo.matmul_flops + todo.attention_flops) * parts / tokens
    return Throughput(
        low=typical * BAND[0],
        typical=typical,
        high=typical * BAND[1],
        flops_per_token=flops,
        utilisation=typical * flops / (run.gpu.dense_tflops * 1e12),
        limit=limit,
    )


def _tokens(run: RunSpec) -> float:
    total = run.total_tokens
    if total is None:
        raise UsageError("hours need the number of examples", fix="Give examples (and tokens per example, epochs)")
    return total


def hours(run: RunSpec) -> Low3:
    """Wall-clock hours of one run on all its GPUs: low, typical, high.

    Raises:
        UsageError: the number of examples is not known.
    """
    speed, tokens = throughput(run), _tokens(run)
    low, typical, high = (tokens / (rate * run.gpus) / 3600 for rate in (speed.high, speed.typical, speed.low))
    return (low, typical, high)


def run_cost(run: RunSpec) -> Low3:
    """USD of one run: low, typical, high.

    GPU-hours and price are uncertain independently, so their relative spreads are combined as the root of the sum of
    squares of their logarithms: the slowest software and the dearest provider seldom meet.

    Raises:
        UsageError: no price is known for the GPU, or the number of examples is not known.
    """
    if run.gpu.usd_per_hour is None:
        raise UsageError(f"no price per hour is known for {run.gpu.name}", fix="Name another GPU, or give a price")
    length, price = hours(run), run.gpu.usd_per_hour
    typical = length[1] * run.gpus * price[1]
    low, high = (exp(hypot(log(length[end] / length[1]), log(price[end] / price[1]))) for end in (0, 2))
    return (typical / low, typical, typical * high)
