"""Peak memory of one GPU: low, typical and high, with its parts."""

from __future__ import annotations

from typing import Literal

from agent.estimator.activations import activations
from agent.estimator.inputs import RunSpec
from agent.estimator.weights import quantisation, sharding, static
from agent.models import Frozen, Low3

GIB = 2**30
PROCESS_GIB = 0.55
"""CUDA context and library workspaces."""
RESERVED_OVER_ALLOCATED = 1.08
BAND = (0.80, 1.25)


class Memory(Frozen):
    """Peak GiB per GPU and its parts; the parts add up to `typical_gib`."""

    low_gib: float
    typical_gib: float
    high_gib: float
    parts_gib: dict[str, float]
    peak_phase: Literal["optimiser step", "loss", "layer"]
    assumptions: tuple[str, ...] = ()

    @property
    def low_typical_high(self) -> Low3:
        """The three figures."""
        return (self.low_gib, self.typical_gib, self.high_gib)


def _sharding_buffers(run: RunSpec) -> float:
    """Gathered weights under FSDP or ZeRO-3: two blocks, and the root unit with embedding and head."""
    if sharding(run) not in ("fsdp", "zero3"):
        return 0.0
    per = 0.53 if quantisation(run) != "none" else 2.0
    return 2 * run.model.layer_parameters * per + 2.0 * run.model.embedding_parameters


def _dequantised(run: RunSpec) -> float:
    widest = run.model.hidden * max(run.model.mlp_width if not run.model.experts else run.model.expert_width, 1)
    return 2.0 * 2 * widest if quantisation(run) != "none" else 0.0


def memory(run: RunSpec) -> Memory:
    """Peak GiB on the fullest GPU of the run.

    The three moments that can be the peak do not add up: the optimiser step, the loss, and one layer's backward.
    """
    fixed, live = static(run), activations(run)
    buffers = _sharding_buffers(run) + _dequantised(run)
    phases: dict[Literal["optimiser step", "loss", "layer"], float] = {
        "optimiser step": fixed.step_transient,
        "loss": live.checkpoints + live.loss + buffers,
        "layer": live.checkpoints + live.layer + buffers,
    }
    peak = max(phases, key=lambda k: phases[k])
    transient = {
        "optimiser step": {"optimiser step": fixed.step_transient},
        "loss": {"activations": live.checkpoints, "logits and loss": live.loss, "buffers": buffers},
        "layer": {"activations": live.checkpoints + live.layer, "buffers": buffers},
    }[peak]
    parts = {
        "weights": fixed.weights,
        "quantisation constants": fixed.quantisation_constants,
        "adapters": fixed.adapters,
        "gradients": fixed.gradients,
        "optimiser states": fixed.optimiser,
        **transient,
    }
    measured = run.stack.metric != "allocated"
    if measured:
        parts["fragmentation"] = (RESERVED_OVER_ALLOCATED - 1) * sum(transient.values())
    if run.stack.metric == "process":
        parts["CUDA and framework"] = PROCESS_GIB * GIB
    gib = {k: v / GIB for k, v in parts.items() if v > 0}
    total = sum(gib.values())
    return Memory(low_gib=total * BAND[0], typical_gib=total, high_gib=total * BAND[1], parts_gib=gib, peak_phase=peak)


def leanest(run: RunSpec) -> RunSpec:
    """The same run at its smallest: micro-batch 1 with checkpointing (rule EST3)."""
    return run.model_copy(update={"micro_batch": 1, "checkpointing": True, "checkpoints": None})


def fits(run: RunSpec) -> Literal["yes", "no", "tight"]:
    """`yes`: the typical estimate fits. `no`: even the low one at micro-batch 1 with checkpointing does not."""
    if memory(run).typical_gib <= run.gpu.usable_gib:
        return "yes"
    return "no" if memory(leanest(run)).low_gib > run.gpu.usable_gib else "tight"
