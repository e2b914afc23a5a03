"""An estimate's assumptions in words, and which of them moves it most."""

from __future__ import annotations

from agent.estimator.inputs import RunSpec
from agent.estimator.speed import BAND
from agent.estimator.weights import precision, quantisation
from agent.models import Range

DEFAULT_EXAMPLES = 5000
PRECISION_WORDS = {
    "bf16": "everything in 16 bits",
    "autocast": "16-bit base weights, operations under autocast",
    "mixed": "fp32 master weights, 16-bit operations",
    "fp32": "everything in 32 bits",
}
OBJECTIVE_WORDS = {
    "dpo": "preference pairs: two sequences an example and a reference pass",
    "rl": "reinforcement learning: eight samples a prompt; their generation is not counted, and may take as long again",
    "distillation": "a teacher of the same size runs forward beside it",
}


def count(value: float) -> str:
    """A number with commas: 5,000."""
    return f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:g}"


def assumptions(run: RunSpec) -> tuple[str, ...]:
    """What the figures rest on, one clause each."""
    said = [
        f"micro-batch {run.micro_batch} of {count(run.sequence_length)} tokens, "
        f"{'with' if run.checkpointing else 'without'} gradient checkpointing, "
        f"{'with' if run.flash_attention else 'without'} flash attention",
        f"{PRECISION_WORDS[precision(run)]}, optimiser {run.optimizer.replace('_', ' ')}, {run.stack.name}",
        f"{run.epochs:g} epochs of {count(run.tokens_per_example)} tokens an example",
    ]
    if run.method != "full":
        kind = quantisation(run)
        base = "" if kind == "none" else f", base in {kind}"
        said.append(f"adapters of rank {run.rank} on {len(run.targets)} matrices a layer{base}")
    if run.examples is None:
        said.append(f"{count(DEFAULT_EXAMPLES)} examples, as the number is not known")
    if run.model.estimated:
        said.append(f"the shape of {run.model.name} is estimated from its size")
    if run.objective in OBJECTIVE_WORDS:
        said.append(OBJECTIVE_WORDS[run.objective])
    if run.gpu.usd_per_hour:
        low, typical, high = run.gpu.usd_per_hour
        said.append(f"{run.gpu.name} at ${low:.2f} to ${high:.2f} an hour, typically ${typical:.2f}")
    return tuple(said)


def sensitivity(run: RunSpec, experiments: Range) -> str:
    """The single assumption that moves the cost most, with its range."""
    spreads = {
        f"the software's speed ({BAND[0]:g} to {BAND[1]:g} times the typical)": BAND[1] / BAND[0],
        f"the number of experiments ({experiments[0]:g} to {experiments[1]:g})": experiments[1]
        / max(experiments[0], 1),
        "tokens an example (half to twice as many)": 4.0 if run.tokens_per_example == 1000 else 1.5,
    }
    if run.gpu.usd_per_hour:
        low, _, high = run.gpu.usd_per_hour
        spreads[f"the price of the GPU (${low:.2f} to ${high:.2f} an hour)"] = high / low
    most = max(spreads, key=lambda k: spreads[k])
    return f"moves the cost most: {most}, {spreads[most]:.1f} times between its ends"
