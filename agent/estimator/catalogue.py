"""From a name, a size or a Hugging Face config.json to a ModelShape; from a name to a GpuSpec.

The figures stand in the knowledge catalogue; this is the one place that converts them.
"""

from __future__ import annotations

import csv
import difflib
import re
from functools import cache
from importlib.resources import files
from typing import Any

from agent.errors import UsageError
from agent.estimator.inputs import GpuSpec, ModelShape


def _rows(name: str) -> list[dict[str, str]]:
    with (files("agent.estimator") / "_seed" / name).open(encoding="utf-8") as handle:
        return list(csv.DictReader(handle))


def _key(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "", name.lower())


def _is_gated(total: int, hidden: int, width: int, layers: int, embeddings: int, attention: int) -> bool:
    """Two matrices or three in the MLP: whichever comes nearer to the published count."""
    block = (total - embeddings) / layers - attention
    return block / (hidden * width) > 2.5


def _shape_of(row: dict[str, str]) -> ModelShape:
    number = {k: int(float(v)) if v else 0 for k, v in row.items() if re.fullmatch(r"[0-9.]*", v or "")}
    tied = row["tied_embeddings"] == "True"
    hidden, layers, heads, kv = number["hidden_size"], number["layers"], number["heads"], number["kv_heads"]
    attention = hidden * number["head_dim"] * 2 * (heads + kv)
    embeddings = number["vocab_size"] * hidden * (1 if tied else 2)
    experts = number.get("moe_experts", 0)
    return ModelShape(
        name=row["model"],
        parameters=number["params_exact"],
        active_parameters=number["params_active"],
        layers=layers,
        hidden=hidden,
        mlp_width=number["intermediate_size"],
        heads=heads,
        kv_heads=kv,
        head_dim=number["head_dim"],
        vocabulary=number["vocab_size"],
        context_tokens=number["max_context"],
        tied_embeddings=tied,
        gated_mlp=bool(experts)
        or _is_gated(number["params_exact"], hidden, number["intermediate_size"], layers, embeddings, attention),
        experts=experts,
        experts_per_token=number.get("moe_topk", 0),
        expert_width=number.get("moe_intermediate", 0),
        kv_bytes_per_token_bf16=number["kv_bytes_per_token_bf16"],
    )


@cache
def _models() -> dict[str, ModelShape]:
    found: dict[str, ModelShape] = {}
    for row in _rows("models.csv"):
        if row["layers"]:
            shape_ = _shape_of(row)
            found |= {
                _key(k): shape_ for k in (row["model"], row["arch_key"], row["hf_id"], row["hf_id"].split("/")[-1])
            }
    return found


@cache
def _gpus() -> dict[str, GpuSpec]:
    found: dict[str, GpuSpec] = {}
    for row in _rows("gpus.csv"):
        prices = [float(row[f"usd_per_gpu_hour_{k}"] or 0) for k in ("low", "typical", "high")]
        low, typical, high = prices[0], prices[1] or prices[0], prices[2] or prices[1] or prices[0]
        memory = float(row["memory_gb_marketing"])
        found[_key(row["gpu"])] = GpuSpec(
            name=row["gpu"],
            usable_gib=float(row["usable_gib_seen_in_pytorch_oom_messages"] or memory * 0.985),
            marketing_gb=memory,
            dense_tflops=float(row["dense_bf16_tflops"] or row["dense_fp16_tflops"]),
            bandwidth_gb_s=float(row["mem_bandwidth_gb_s"]),
            usd_per_hour=(low, typical, high) if typical else None,
            native_bf16=row["bf16_native"] == "yes",
            generation=row["architecture"],
        )
    return found


def suggestions(name: str, known: list[str]) -> str:
    """`Did you mean …?` with up to three near names, or an empty string."""
    by_key = {_key(k): k for k in known}
    near = difflib.get_close_matches(_key(name), list(by_key), n=3, cutoff=0.5)
    return f"Did you mean {', '.join(by_key[k] for k in near)}?" if near else ""


def from_size(params_b: float, name: str | None = None) -> ModelShape:
    """A Llama-like shape for a size in billions of parameters; `estimated` is set.

    Depth and width follow the published families: hidden = 128 x round(layers) over 0.5B to 405B, grouped-query
    attention with 8 key-value heads, MLP 3.5 times the hidden size, a vocabulary of 128k.
    """
    if params_b <= 0:
        raise UsageError(f"a model of {params_b:g}B parameters", "a size is above zero", "Give billions, like 8.")
    total = params_b * 1e9
    layers = max(8, round(32 * (params_b / 8) ** 0.39))
    tied = params_b < 4
    vocabulary = 128_256
    hidden = 256
    while layers * hidden * hidden * 13 + vocabulary * hidden * (1 if tied else 2) < total:
        hidden += 64
    heads = max(1, round(hidden / 128))
    kv = min(8, heads)
    return ModelShape(
        name=name or f"{params_b:g}B (shape estimated)",
        parameters=round(total),
        active_parameters=round(total),
        layers=layers,
        hidden=hidden,
        mlp_width=round(3.5 * hidden),
        heads=heads,
        kv_heads=kv,
        head_dim=128,
        vocabulary=vocabulary,
        context_tokens=131_072,
        tied_embeddings=tied,
        kv_bytes_per_token_bf16=2 * 2 * layers * kv * 128,
        estimated=True,
    )


def _size_in(name: str) -> float | None:
    match = re.search(r"(\d+(?:\.\d+)?)\s*(b|m)\b", name.lower().replace("_", " ").replace("-", " "))
    return None if match is None else float(match[1]) / (1000 if match[2] == "m" else 1)


def shape(name_or_params_b: str | float) -> ModelShape:
    """A catalogue model by name, or a shape estimated from a size (a number, or the "13B" in an unknown name).

    Raises:
        UsageError: the name is unknown and says no size; with the nearest names.
    """
    if isinstance(name_or_params_b, (int, float)):
        return from_size(float(name_or_params_b))
    known = _models()
    if found := known.get(_key(name_or_params_b)):
        return found
    size = _size_in(name_or_params_b)
    if size is None:
        names = sorted({m.name for m in known.values()})
        raise UsageError(f"unknown model {name_or_params_b!r}", fix=suggestions(name_or_params_b, names))
    return from_size(size, name_or_params_b)


def gpu_spec(name: str) -> GpuSpec:
    """A catalogue GPU by name ("A100" means the 80 GB card).

    Raises:
        UsageError: the name is unknown; with the nearest names.
    """
    known = _gpus()
    aliases = {"a100": "a10080gb", "h100": "h100sxm", "v100": "v10032gb", "a6000": "rtxa6000"}
    key = _key(name)
    if found := known.get(aliases.get(key, key)):
        return found
    raise UsageError(f"unknown GPU {name!r}", fix=suggestions(name, [g.name for g in known.values()]))


def from_config(config: dict[str, Any], name: str = "config.json") -> ModelShape:
    """A shape from a Hugging Face config.json.

    Raises:
        UsageError: a field that decides the size is missing.
    """
    config = config.get("text_config") or config
    names = {
        "hidden": ("hidden_size", "n_embd", "d_model"),
        "layers": ("num_hidden_layers", "n_layer", "n_layers"),
        "heads": ("num_attention_heads", "n_head", "n_heads"),
        "vocabulary": ("vocab_size",),
    }
    read = {k: next((int(config[f]) for f in fields if config.get(f)), 0) for k, fields in names.items()}
    if missing := [names[k][0] for k, v in read.items() if not v]:
        raise UsageError(f"{name} is not a model config", f"it has no {', '.join(missing)}")
    hidden, layers, heads = read["hidden"], read["layers"], read["heads"]
    kv = int(config.get("num_key_value_heads") or heads)
    head_dim = int(config.get("head_dim") or hidden // heads)
    width = int(config.get("intermediate_size") or 4 * hidden)
    experts = int(config.get("num_local_experts") or config.get("num_experts") or config.get("n_routed_experts") or 0)
    expert_width = int(config.get("moe_intermediate_size") or width) if experts else 0
    top = int(config.get("num_experts_per_tok") or 2) if experts else 0
    attention = hidden * head_dim * 2 * (heads + kv)
    gated = str(config.get("hidden_act", config.get("activation_function", "silu"))) not in ("gelu", "relu", "gelu_new")
    mats = 3 if gated else 2
    embeddings = read["vocabulary"] * hidden * (1 if config.get("tie_word_embeddings", False) else 2)
    total = layers * (attention + mats * hidden * (expert_width * experts if experts else width)) + embeddings
    active = layers * (attention + mats * hidden * (expert_width * top if experts else width)) + embeddings
    return ModelShape(
        name=str(config.get("_name_or_path") or name),
        parameters=total,
        active_parameters=active,
        layers=layers,
        hidden=hidden,
        mlp_width=width,
        heads=heads,
        kv_heads=kv,
        head_dim=head_dim,
        vocabulary=read["vocabulary"],
        context_tokens=int(config.get("max_position_embeddings") or 4096),
        tied_embeddings=bool(config.get("tie_word_embeddings", False)),
        gated_mlp=gated,
        experts=experts,
        experts_per_token=top,
        expert_width=expert_width,
        kv_bytes_per_token_bf16=4 * layers * kv * head_dim,
    )


def all_gpus() -> tuple[GpuSpec, ...]:
    """Every GPU of the catalogue."""
    return tuple(dict.fromkeys(_gpus().values()))


def all_models() -> tuple[ModelShape, ...]:
    """Every open-weights model of the catalogue."""
    return tuple(dict.fromkeys(_models().values()))
