"""From a name, a size or a Hugging Face config.json to a ModelShape; from a name to a GpuSpec.

The figures stand in the knowledge catalogue; this is the one place that converts them.
"""

from __future__ import annotations

import csv
import re
from functools import cache
from importlib.resources import files

import knowledge.catalogue as known
from agent.errors import UsageError
from agent.estimator.inputs import GpuSpec, ModelShape
from knowledge.specs import GpuSpec as KnownGpu
from knowledge.specs import ModelSpec

SIZE_IN_NAME = re.compile(r"(?<![\w.])(\d+x)?(\d+(?:\.\d+)?)\s?(b|m|bn|billion|million)(?![a-z])", re.IGNORECASE)
LLAMA_LAYER_WEIGHTS = 13.0
"""Weights of a block over hidden²: attention 2.5 with grouped queries, MLP 3 x 3.5 (Llama 3)."""


def _model_shape(spec: ModelSpec) -> ModelShape:
    return ModelShape(
        name=spec.name,
        parameters=spec.params,
        active_parameters=spec.params_active,
        layers=spec.layers,
        hidden=spec.hidden,
        mlp_width=spec.intermediate,
        heads=spec.heads,
        kv_heads=spec.kv_heads,
        head_dim=spec.head_dim,
        vocabulary=spec.vocab,
        context_tokens=spec.context,
        tied_embeddings=spec.tied,
        gated_mlp=spec.gated_mlp,
        experts=spec.moe_experts,
        experts_per_token=spec.moe_topk,
        expert_width=spec.moe_intermediate,
        kv_bytes_per_token_bf16=spec.kv_bytes_per_token_bf16,
    )


def _gpu_spec(spec: KnownGpu) -> GpuSpec:
    return GpuSpec(
        name=spec.name,
        usable_gib=spec.usable_gib,
        marketing_gb=spec.memory_gb,
        dense_tflops=spec.dense_tflops,
        dense_fp8_tflops=spec.dense_fp8_tflops,
        bandwidth_gb_s=spec.bandwidth_gb_s,
        usd_per_hour=spec.usd_per_hour,
        native_bf16=spec.bf16_native,
        architecture=spec.architecture,
        datacentre=spec.segment == "datacentre",
    )


@cache
def all_models() -> tuple[ModelShape, ...]:
    """Every decoder of the catalogue."""
    return tuple(_model_shape(m) for m in known.models() if m.architecture == "decoder")


@cache
def all_gpus() -> tuple[GpuSpec, ...]:
    """Every GPU of the catalogue."""
    return tuple(_gpu_spec(g) for g in known.gpus())


@cache
def _older_shapes() -> dict[str, ModelShape]:
    """Models that published measurements name and that the catalogue does not list, by lower-case name."""
    with (files("agent.estimator") / "older_shapes.csv").open(encoding="utf-8") as handle:
        rows = list(csv.DictReader(handle))
    found: dict[str, ModelShape] = {}
    for row in rows:
        number = {k: int(v) for k, v in row.items() if v.isdigit()}
        found[row["name"].lower()] = ModelShape(
            name=row["name"],
            parameters=number["parameters"],
            active_parameters=number["parameters"],
            layers=number["layers"],
            hidden=number["hidden"],
            mlp_width=number["mlp_width"],
            heads=number["heads"],
            kv_heads=number["kv_heads"],
            head_dim=number["head_dim"],
            vocabulary=number["vocabulary"],
            context_tokens=number["context_tokens"],
            tied_embeddings=row["tied_embeddings"] == "yes",
            gated_mlp=row["gated_mlp"] == "yes",
            kv_bytes_per_token_bf16=4 * number["layers"] * number["kv_heads"] * number["head_dim"],
        )
    return found


def from_size(params_b: float, name: str | None = None) -> ModelShape:
    """A Llama-like shape for a size in billions of parameters; `estimated` is set.

    Depth grows as the 0.39th power of the size (32 layers at 8B, 80 at 70B); grouped-query attention with 8
    key-value heads, MLP 3.5 times the hidden size, a vocabulary of 128k; embeddings are tied below 4B.

    Raises:
        UsageError: a size of zero or less.
    """
    if not params_b > 0:
        raise UsageError(f"a model of {params_b:g}B parameters", "a size is above zero", "Give billions, like 8")
    total = params_b * 1e9
    layers = max(8, round(32 * (params_b / 8) ** 0.39))
    tied, vocabulary = params_b < 4, 128_256
    rest = vocabulary * (1 if tied else 2)
    # LLAMA_LAYER_WEIGHTS x layers x hidden² + rest x hidden = total
    quadratic = LLAMA_LAYER_WEIGHTS * layers
    hidden = (-rest + (rest * rest + 4 * quadratic * total) ** 0.5) / (2 * quadratic)
    heads = max(1, round(hidden / 128))
    kv_heads = min(8, heads)
    return ModelShape(
        name=name or f"{params_b:g}B model",
        parameters=round(total),
        active_parameters=round(total),
        layers=layers,
        hidden=heads * 128,
        mlp_width=round(3.5 * heads * 128),
        heads=heads,
        kv_heads=kv_heads,
        head_dim=128,
        vocabulary=vocabulary,
        context_tokens=131_072,
        tied_embeddings=tied,
        kv_bytes_per_token_bf16=2 * 2 * layers * kv_heads * 128,
        estimated=True,
    )


def size_in_name(name: str) -> float | None:
    """Billions of parameters that a name states (`my-13b-chat` is 13), or None."""
    match = SIZE_IN_NAME.search(name.replace("_", " ").replace("-", " "))
    if match is None:
        return None
    times = int(match[1][:-1]) if match[1] else 1
    return times * float(match[2]) / (1000 if match[3].lower().startswith("m") else 1)


def shape(name_or_params_b: str | float) -> ModelShape:
    """A catalogue model by name, or a shape estimated from a size (a number, or the "13B" in an unknown name).

    Raises:
        UsageError: the name is unknown and says no size; with the nearest names.
    """
    if isinstance(name_or_params_b, (int, float)):
        return from_size(float(name_or_params_b))
    spec = known.model(name_or_params_b)
    if spec is not None:
        return _model_shape(spec)
    if older := _older_shapes().get(re.sub(r"^llama[- ]1[- ]", "llama-", name_or_params_b.strip().lower())):
        return older
    size = size_in_name(name_or_params_b)
    if size is None:
        raise UsageError(f"unknown model {name_or_params_b!r}", fix=_did_you_mean(name_or_params_b, "model"))
    return from_size(size, name_or_params_b)


def gpu_spec(name: str) -> GpuSpec:
    """A catalogue GPU by name (`A100` means the 80 GB card, `H100` the SXM one).

    Raises:
        UsageError: the name is unknown; with the nearest names.
    """
    spec = known.gpu(name)
    if spec is None:
        raise UsageError(f"unknown GPU {name!r}", fix=_did_you_mean(name, "gpu"))
    return _gpu_spec(spec)


def _did_you_mean(name: str, kind: known.CatalogueKind) -> str:
    near = known.suggest(name, kind)
    if near:
        return f"Did you mean {', '.join(near)}?"
    return "Give a size in billions, like 8b" if kind == "model" else "Give a name like A100-80GB or H100"
