"""A ModelShape from a Hugging Face config.json."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agent.errors import UsageError
from agent.estimator.inputs import ModelShape

FIELDS: dict[str, tuple[str, ...]] = {
    "hidden": ("hidden_size", "n_embd", "d_model"),
    "layers": ("num_hidden_layers", "n_layer", "n_layers"),
    "heads": ("num_attention_heads", "n_head", "n_heads"),
    "vocabulary": ("vocab_size",),
}
UNGATED = ("gelu", "gelu_new", "gelu_fast", "relu")
GATED_FAMILIES = ("gemma", "gemma2", "gemma3", "gemma3_text")


def from_config(config: Mapping[str, Any], name: str = "config.json") -> ModelShape:
    """A shape from the parsed config.json of a decoder; multimodal configs count their text part only.

    Raises:
        UsageError: a field that decides the size is missing or not a number above zero.
    """
    text = config.get("text_config") or config
    if not isinstance(text, Mapping):
        raise UsageError(f"{name} is not a model config", "it is not a table of fields")
    hidden, layers, heads, vocabulary = (_number(text, names, name) for names in FIELDS.values())
    kv_heads = int(text.get("num_key_value_heads") or (1 if text.get("multi_query") else heads))
    head_dim = int(text.get("head_dim") or hidden // heads)
    width = int(text.get("intermediate_size") or text.get("n_inner") or 4 * hidden)
    if text.get("model_type") == "qwen":
        width //= 2  # Qwen v1 prints the width of both halves
    experts = int(text.get("num_local_experts") or text.get("num_experts") or text.get("n_routed_experts") or 0)
    expert_width = int(text.get("moe_intermediate_size") or width) if experts else 0
    top = int(text.get("num_experts_per_tok") or 2) if experts else 0
    gated, tied = _gated(text), bool(text.get("tie_word_embeddings", False))
    attention = hidden * head_dim * 2 * (heads + kv_heads)
    matrices = (3 if gated else 2) * hidden
    embeddings = vocabulary * hidden * (1 if tied else 2)
    total = layers * (attention + matrices * (expert_width * experts or width)) + embeddings
    active = layers * (attention + matrices * (expert_width * top or width)) + embeddings
    return ModelShape(
        name=str(text.get("_name_or_path") or config.get("_name_or_path") or name),
        parameters=total,
        active_parameters=active,
        layers=layers,
        hidden=hidden,
        mlp_width=width,
        heads=heads,
        kv_heads=kv_heads,
        head_dim=head_dim,
        vocabulary=vocabulary,
        context_tokens=int(text.get("max_position_embeddings") or text.get("n_positions") or 4096),
        tied_embeddings=tied,
        gated_mlp=gated,
        experts=experts,
        experts_per_token=top,
        expert_width=expert_width,
        kv_bytes_per_token_bf16=4 * layers * kv_heads * head_dim,
    )


def _number(config: Mapping[str, Any], names: tuple[str, ...], where: str) -> int:
    value = next((config[n] for n in names if config.get(n)), None)
    if not isinstance(value, int) or value <= 0:
        raise UsageError(f"{where} is not a model config", f"it has no {names[0]} above zero")
    return value


def _gated(config: Mapping[str, Any]) -> bool:
    if config.get("model_type") in GATED_FAMILIES:
        return True
    activation = config.get("hidden_act") or config.get("hidden_activation") or config.get("activation_function")
    return str(activation or "silu") not in UNGATED
