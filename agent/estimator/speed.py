"""Floating-point operations, tokens per second, hours and cost of one run."""

from __future__ import annotations

from agent.errors import UsageError
from agent.estimator.activations import checkpoint_mode
from agent.estimator.inputs import RunSpec
from agent.estimator.weights import quantisation, sharding
from agent.models import Frozen, Low3

BAND = (0.53, 1.6)
KERNEL_SHARE = {"A100-80GB": 0.67, "A100-40GB": 0.67, "H100-SXM": 0.425, "H100-PCIe": 0.425, "H200": 0.425}
OTHER_SHARE = 0.60


class Throughput(Frozen):
    """Tokens per second per GPU, low to high, and the utilisation of the dense peak it means."""

    low: float
    typical: float
    high: float
    flops_per_token: float
    utilisation: float

    @property
    def low_typical_high(self) -> Low3:
        """The three figures."""
        return (self.low, self.typical, self.high)


def flops_per_token(run: RunSpec) -> float:
    """Executed operations per trained token, recomputation included.

    Forward 2 per active weight and 2 L w s for causal attention; backward the same for inputs (attention double),
    and once more for weights when they are trained (full only); recomputation is one more forward.
    """
    model = run.model
    lookup = model.vocabulary * model.hidden if not model.tied_embeddings else 0
    matmul = 2.0 * (model.active_parameters - lookup)
    attention = 2.0 * model.layers * model.query_width * run.sequence_length
    passes = 2 + (1 if run.method == "full" else 0) + (1 if checkpoint_mode(run) == "full" else 0)
    attention_passes = 3 + (1 if checkpoint_mode(run) == "full" else 0)
    return passes * matmul + attention_passes * attention


def _efficiency(run: RunSpec) -> float:
    share = KERNEL_SHARE.get(run.gpu.name, OTHER_SHARE)
    share *= {"full": 1.0, "lora": 0.88, "qlora": 0.94 * 0.88}[run.method]
    share *= 0.885 if run.stack.loss_kernel == "stock" else 1.0
    return share * (0.92 if run.model.experts else 1.0)


def throughput(run: RunSpec) -> Throughput:
    """Tokens per second on each GPU."""
    flops, tokens = flops_per_token(run), run.micro_batch_tokens
    compute = tokens * flops / (_efficiency(run) * run.gpu.dense_tflops * 1e12)
    bandwidth = run.gpu.bandwidth_gb_s * 1e9
    if quantisation(run) != "none":
        compute += 3 * 2.5 * run.model.block_parameters / bandwidth
    traffic = 3 * 2 * run.model.parameters / 200e9 if sharding(run) in ("fsdp", "zero3") else 0.0
    per_layer = 6.7e-3 if run.method == "full" else 9.4e-3
    launch = run.model.layers * per_layer * (1.3 if checkpoint_mode(run) == "full" else 1.0)
    parts = (compute, traffic, launch)
    step = max(parts) + 0.6 * (sum(parts) - max(parts))
    if run.method == "full":
        step += 30 * run.model.parameters / run.gpus / bandwidth / run.grad_accumulation
    typical = tokens / step
    return Throughput(
        low=typical * BAND[0],
        typical=typical,
        high=typical * BAND[1],
        flops_per_token=flops,
        utilisation=typical * flops / (run.gpu.dense_tflops * 1e12),
    )


def _tokens(run: RunSpec) -> int:
    total = run.total_tokens
    if total is None:
        raise UsageError("hours need the number of examples", fix="Give examples (and tokens per example, epochs).")
    return total


def hours(run: RunSpec) -> Low3:
    """Wall-clock hours of one run on all its GPUs: low, typical, high."""
    speed, tokens = throughput(run), _tokens(run)
    low, typical, high = (tokens / (rate * run.gpus) / 3600 for rate in (speed.high, speed.typical, speed.low))
    return (low, typical, high)


def run_cost(run: RunSpec) -> Low3:
    """USD of one run: GPU-hours times the price per hour; low pairs the best speed with the lowest price.

    Raises:
        UsageError: no price is known for the GPU.
    """
    if run.gpu.usd_per_hour is None:
        raise UsageError(f"no price per hour is known for {run.gpu.name}", fix="Name another GPU, or give a price.")
    low, typical, high = (h * run.gpus * p for h, p in zip(hours(run), run.gpu.usd_per_hour, strict=True))
    return (low, typical, high)
