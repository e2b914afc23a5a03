from __future__ import annotations

import pytest

from agent.errors import UsageError
from agent.estimator import all_gpus, all_models, from_config, from_size, gpu_spec, shape


def test_the_catalogue_is_large_enough() -> None:
    assert len(all_models()) >= 45
    assert len(all_gpus()) >= 14


@pytest.mark.parametrize(
    ("name", "billions"),
    [("Llama 3.1 8B", 8.03), ("meta-llama/Llama-3.1-8B", 8.03), ("Qwen2.5-32B", 32.76), ("Qwen-7B", 7.72)],
)
def test_known_names(name: str, billions: float) -> None:
    found = shape(name)
    assert found.params_b == pytest.approx(billions, abs=0.01)
    assert not found.estimated


@pytest.mark.parametrize(("given", "billions"), [("our-13b-chat", 13), (13, 13), (0.5, 0.5), ("tiny 350M thing", 0.35)])
def test_unknown_models_are_estimated_from_their_size_and_say_so(given: str | float, billions: float) -> None:
    found = shape(given)
    assert found.estimated
    assert found.params_b == pytest.approx(billions)


@pytest.mark.parametrize("name", ["Llama 3.1 8B", "Llama 3.1 70B", "Qwen2.5 32B", "Mistral 7B v0.1"])
def test_an_estimated_shape_is_near_the_real_one(name: str) -> None:
    real = shape(name)
    guess = from_size(real.params_b)
    assert guess.hidden == pytest.approx(real.hidden, rel=0.3)
    assert guess.layers * guess.hidden == pytest.approx(real.layers * real.hidden, rel=0.3)


@pytest.mark.parametrize(
    ("ask", "name", "hint"), [(shape, "Lama", "Llama"), (gpu_spec, "H10", "H100"), (gpu_spec, "zzz", "A100-80GB")]
)
def test_unknown_names_get_suggestions_on_one_line(ask: object, name: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        ask(name)  # type: ignore[operator]
    assert hint in str(caught.value)
    assert "\n" not in str(caught.value)


def test_sizes_of_zero_or_less_are_refused() -> None:
    for size in (0, -8, float("nan")):
        with pytest.raises(UsageError):
            from_size(size)


LLAMA = {
    "model_type": "llama",
    "hidden_size": 4096,
    "intermediate_size": 14336,
    "num_hidden_layers": 32,
    "num_attention_heads": 32,
    "num_key_value_heads": 8,
    "vocab_size": 128256,
    "max_position_embeddings": 131072,
    "hidden_act": "silu",
    "tie_word_embeddings": False,
}


def test_a_config_gives_the_catalogues_shape() -> None:
    found, real = from_config(LLAMA), shape("Llama 3.1 8B")
    assert found.parameters == pytest.approx(real.parameters, rel=0.001)
    assert (found.kv_width, found.context_tokens, found.gated_mlp) == (real.kv_width, real.context_tokens, True)


def test_a_mixture_of_experts_config() -> None:
    mixtral = {**LLAMA, "vocab_size": 32000, "num_local_experts": 8, "num_experts_per_tok": 2}
    found, real = from_config(mixtral), shape("Mixtral 8x7B")
    assert found.parameters == pytest.approx(real.parameters, rel=0.01)
    assert found.active_parameters == pytest.approx(real.active_parameters, rel=0.01)


def test_a_multimodal_config_counts_its_text_part() -> None:
    assert from_config({"text_config": LLAMA, "vision_config": {}}).hidden == 4096


@pytest.mark.parametrize(
    "broken", [{}, {"hidden_size": 4096}, {**LLAMA, "num_hidden_layers": "many"}, {**LLAMA, "vocab_size": 0}]
)
def test_a_config_that_is_none_says_what_is_missing(broken: dict[str, object]) -> None:
    with pytest.raises(UsageError, match="is not a model config"):
        from_config(broken)
