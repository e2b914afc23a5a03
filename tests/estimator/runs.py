"""Hypothesis strategies for runs."""

from __future__ import annotations

from hypothesis import strategies as st

from agent.estimator import ModelShape, RunSpec, all_models, from_size, gpu_spec

GPUS = tuple(gpu_spec(name) for name in ("T4", "L4", "A10G", "L40S", "A100-40GB", "A100-80GB", "H100", "H200"))
MODELS = tuple(m for m in all_models() if m.parameters > 4e8)


def models() -> st.SearchStrategy[ModelShape]:
    """Catalogue models, and shapes estimated from a size."""
    return st.one_of(st.sampled_from(MODELS), st.floats(0.5, 400).map(from_size))


def runs(method: str | None = None, most_gpus: int = 8) -> st.SearchStrategy[RunSpec]:
    """Possible runs."""
    return st.builds(
        RunSpec,
        model=models(),
        method=st.just(method) if method else st.sampled_from(("lora", "qlora", "full")),
        gpu=st.sampled_from(GPUS),
        gpus=st.integers(1, most_gpus),
        examples=st.integers(10, 1_000_000),
        tokens_per_example=st.integers(50, 8000),
        epochs=st.floats(0.5, 10),
        micro_batch=st.integers(1, 16),
        sequence_length=st.integers(64, 8192),
        rank=st.sampled_from((4, 8, 16, 64)),
        checkpointing=st.booleans(),
        flash_attention=st.booleans(),
    )
