"""From facts to what the estimator computes on: the model, the GPU, the run, the work around it."""

from __future__ import annotations

from collections.abc import Mapping

from agent.errors import UsageError
from agent.estimator import GpuSet, GpuSpec, ModelShape, ProjectShape, RunSpec, Stack, all_gpus, fewest, gpu_spec, shape
from agent.estimator.inputs import Objective, Precision, TrainingMethod
from agent.facts.ledger import Facts

Prices = Mapping[str, float]
"""US dollars for an hour of one GPU, by catalogue name."""

USUAL_TOKENS = 1000
"""Tokens of an example where only the corpus is counted; the estimator's own default."""
SIZES = (0.001, 5000.0)
"""Billions of parameters that a model may have; outside, the reading is taken for wrong."""
MOST = {"run.sequence_length": 2_000_000, "run.micro_batch": 4096, "run.rank": 4096, "dataset.examples": 10**10}
"""Above these, too."""
EIGHT_BITS = Stack(quantisation="int8")
PRECISIONS: dict[str, Precision] = {"bf16": "bf16", "fp32": "fp32"}
OBJECTIVES: dict[str, Objective] = {"dpo": "dpo", "rl": "rl", "continued_pretraining": "continued_pretraining"}


def model_of(facts: Facts) -> ModelShape | None:
    """The base model's shape: from the catalogue, else from its size; None when neither is said."""
    name, size = facts.text("base_model.name"), facts.number("base_model.params_b")
    if name is not None:
        try:
            found = shape(name)
        except UsageError:
            found = None
        if found and (not size or 0.8 <= found.params_b / size <= 1.25):
            return found
    if size is None or not SIZES[0] <= size <= SIZES[1]:
        return None
    return shape(size).model_copy(update={"name": name or f"{size:g}B"})


def training_method(value: str | None) -> TrainingMethod | None:
    """The method when weights are trained on own GPUs, else None."""
    methods: dict[str | None, TrainingMethod] = {"lora": "lora", "qlora": "qlora", "full": "full"}
    return methods.get(value)


def gpu_of(facts: Facts, prices: Prices) -> GpuSpec | None:
    """The training GPU by name, else the catalogue's GPU with the memory that is said; None when neither is known."""
    name, memory = facts.text("hardware.gpu"), facts.number("x.hardware.memory_gb")
    if name is not None:
        return known_gpu(name, prices)
    by_memory = {16: "T4", 24: "L4", 40: "A100-40GB", 48: "L40S", 80: "A100-80GB", 141: "H200"}
    return known_gpu(by_memory[round(memory)], prices) if memory and round(memory) in by_memory else None


def known_gpu(name: str, prices: Prices) -> GpuSpec | None:
    """A catalogue GPU at the organisation's price; None when the name is not in the catalogue."""
    try:
        found = gpu_spec(name)
    except UsageError:
        return None
    return priced(found, prices)


def priced(gpu: GpuSpec, prices: Prices) -> GpuSpec:
    """The GPU at the organisation's price, where there is one."""
    price = prices.get(gpu.name)
    return gpu if price is None else gpu.model_copy(update={"usd_per_hour": (price, price, price)})


ATTENTION = ("q", "k", "v", "o")
"""What adapters are put on in a mixture of experts unless the plan says otherwise: one in every expert is not usual."""


def run_of(facts: Facts, model: ModelShape, method: TrainingMethod, gpu: GpuSpec, gpus: int = 1) -> RunSpec:
    """The run as stated; what is not said takes the estimator's defaults."""
    said = {
        "epochs": epochs if (epochs := facts.number("run.epochs")) and 0.01 <= epochs <= 1000 else None,
        "sequence_length": _whole(facts, "run.sequence_length"),
        "micro_batch": _whole(facts, "run.micro_batch"),
        "examples": _examples(facts),
        "tokens_per_example": _tokens_per_example(facts),
        "precision": PRECISIONS.get(_precision(facts)),
        "stack": EIGHT_BITS if method == "lora" and _precision(facts) in ("int8", "8-bit") else None,
        "objective": OBJECTIVES.get(facts.text("method.objective") or ""),
        "targets": ATTENTION if model.experts else None,
    }
    if (rank := _whole(facts, "run.rank")) and rank <= model.hidden:
        said["rank"] = rank
    known = {k: v for k, v in said.items() if v is not None}
    return RunSpec.model_validate({"model": model, "method": method, "gpu": gpu, "gpus": gpus, **known})


def _precision(facts: Facts) -> str:
    return (facts.text("run.precision") or "").lower()


def _examples(facts: Facts) -> int | None:
    """Examples as counted; of a corpus given in tokens, pieces of a usual length."""
    tokens = facts.number("dataset.tokens")
    return _whole(facts, "dataset.examples") or (max(1, round(tokens / USUAL_TOKENS)) if tokens else None)


def _whole(facts: Facts, name: str) -> int | None:
    value = facts.number(name)
    return round(value) if value is not None and 1 <= value <= MOST[name] else None


def _tokens_per_example(facts: Facts) -> int | None:
    tokens, examples = facts.number("dataset.tokens"), _whole(facts, "dataset.examples")
    return min(2_000_000, max(1, round(tokens / examples))) if tokens and examples else None


def count_of(facts: Facts, otherwise: int = 1) -> int:
    """The number of training GPUs; `otherwise` when it is not said or cannot be meant."""
    value = facts.number("hardware.count")
    return round(value) if value is not None and 1 <= value <= 100_000 else otherwise


def work_of(facts: Facts, method: str) -> ProjectShape:
    """What surrounds the training, as far as the document says."""
    now, later = facts.number("x.dataset.now"), facts.number("dataset.examples")
    size = facts.number("base_model.params_b") or 0
    return ProjectShape(
        collects_data=now is not None and (later is None or now < later),
        replaces_api=facts.value("x.replaces") is not None
        or facts.value("serving.replaces_api_usd_per_month") is not None,
        research=method == "full",
        hard_task=size >= 30 or facts.text("task.scope") == "broad",
    )


def best_set(run: RunSpec, prices: Prices) -> GpuSet | None:
    """The fewest datacentre GPUs that hold the run, of these the smallest and the cheapest; None when none does."""
    from knowledge.catalogue import gpu

    def usual(one: GpuSpec) -> bool:
        entry = gpu(one.name)
        return entry is not None and (entry.segment, entry.vendor) == ("datacentre", "NVIDIA") and entry.bf16_native

    found = [one for one in all_gpus() if one.usd_per_hour and usual(one)]
    found.sort(key=lambda one: (one.marketing_gb, (priced(one, prices).usd_per_hour or (0.0, 0.0, 0.0))[1]))
    return fewest(run, found)
