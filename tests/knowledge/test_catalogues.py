from __future__ import annotations

import re
from collections.abc import Callable

import pytest

import knowledge
from knowledge.catalogue import CatalogueKind
from knowledge.specs import GpuSpec, HostedModel, ModelSpec

UNUSUAL = ("DeepSeek V3", "Llama 4", "gpt-oss", "Qwen3.5", "Qwen3.6", "Gemma 4")
YEAR = re.compile(r"20\d\d")
SEED_SHAPES = {
    "Llama 3.1 8B": (8_030_261_248, 32, 4096, 14336, 32, 8, 128_256),
    "Llama 3.1 70B": (70_553_706_496, 80, 8192, 28672, 64, 8, 128_256),
    "Qwen2.5 32B": (32_763_876_352, 64, 5120, 27648, 40, 8, 152_064),
    "Mixtral 8x7B": (46_702_792_704, 32, 4096, 14336, 32, 8, 32_000),
}


def counted(m: ModelSpec) -> int:
    """Parameters from the shape: attention, MLP or experts, embeddings; norms and biases left out."""
    attention = m.hidden * m.head_dim * 2 * (m.heads + m.kv_heads)
    matrices = 3 if m.gated_mlp else 2
    mlp = matrices * m.hidden * m.intermediate
    if m.moe_experts:
        mlp = 3 * m.hidden * (m.moe_intermediate * m.moe_experts + m.moe_shared_intermediate)
    return m.layers * (attention + mlp) + m.vocab * m.hidden * (1 if m.tied else 2)


def test_catalogues_are_large_enough() -> None:
    assert len(knowledge.models()) >= 60
    assert len(knowledge.gpus()) >= 17
    assert len(knowledge.instances()) >= 60
    assert len(knowledge.hosted()) >= 20
    assert len(knowledge.languages()) >= 100
    assert len(knowledge.fx()) >= 30


@pytest.mark.parametrize("model", knowledge.models(), ids=lambda m: m.name)
def test_every_model_has_sources_and_dates(model: ModelSpec) -> None:
    assert model.shape_source
    assert YEAR.search(model.shape_date)
    assert model.licence
    assert model.licence_source
    assert YEAR.search(model.licence_date)
    assert model.languages
    assert model.languages_source
    assert YEAR.search(model.languages_date)
    assert YEAR.match(model.released)


@pytest.mark.parametrize(
    "model",
    # Latent or linear attention, experts in every second layer, wider global layers: other numbers count there too.
    [m for m in knowledge.models() if m.family not in UNUSUAL],
    ids=lambda m: m.name,
)
def test_the_count_of_a_model_follows_from_its_shape(model: ModelSpec) -> None:
    assert counted(model) == pytest.approx(model.params, rel=0.02)
    assert model.params_active <= model.params
    assert (model.params_active < model.params) == bool(model.moe_experts)
    assert model.kv_bytes_per_token_bf16 == 4 * model.layers * model.kv_heads * model.head_dim


@pytest.mark.parametrize("name", SEED_SHAPES)
def test_shapes_are_those_of_the_published_configurations(name: str) -> None:
    m = knowledge.model(name)
    assert m is not None
    got = (m.params, m.layers, m.hidden, m.intermediate, m.heads, m.kv_heads, m.vocab)
    assert got == SEED_SHAPES[name]


@pytest.mark.parametrize(
    ("spelling", "name"),
    [
        ("Llama-3.1-8B-Instruct", "Llama 3.1 8B"),
        ("meta-llama/Llama-3.1-8B", "Llama 3.1 8B"),
        ("meta-llama/Meta-Llama-3.1-8B-Instruct", "Llama 3.1 8B"),
        ("unsloth/Meta-Llama-3.1-8B-Instruct-bnb-4bit", "Llama 3.1 8B"),
        ("Llama 3.1 (8 billion parameters)", "Llama 3.1 8B"),
        ("LLaMA 3 8B", "Llama 3 8B"),
        ("LLaMA-3 8B", "Llama 3 8B"),
        ("meta-llama/Llama-3.3-70B-Instruct-Turbo", "Llama 3.3 70B"),
        ("Qwen2.5:14b", "Qwen2.5 14B"),
        ("qwen2.5:14b-instruct-q4_K_M", "Qwen2.5 14B"),
        ("Qwen 2.5 32B", "Qwen2.5 32B"),
        ("Qwen2_5-7B", "Qwen2.5 7B"),
        ("OpenPipe/Qwen3-14B-Instruct", "Qwen3 14B"),
        ("Qwen3-4B-Instruct-2507", "Qwen3 4B 2507"),
        ("Mistral-7B-Instruct-v0.3", "Mistral 7B v0.3"),
        ("Mistral 7B", "Mistral 7B v0.3"),
        ("mistralai/Mixtral-8x7B-Instruct-v0.1", "Mixtral 8x7B"),
        ("gemma3:4b-it-qat", "Gemma 3 4B"),
        ("google/gemma-3-4b-it", "Gemma 3 4B"),
        ("Phi-3", "Phi-3 mini 4k"),
        ("deepseek-r1:7b", "DeepSeek R1 Distill Qwen 7B"),
    ],
)
def test_models_are_known_in_their_usual_spellings(spelling: str, name: str) -> None:
    found = knowledge.model(spelling)
    assert found is not None
    assert found.name == name


@pytest.mark.parametrize(
    "name", ["Llama 3.1 7B", "Llama", "Qwen 2.5", "Mistral", "Nemotron 3 Nano 30B-A3B", "", "8B", "our model"]
)
def test_what_is_no_single_known_model_is_not_guessed(name: str) -> None:
    assert knowledge.model(name) is None


@pytest.mark.parametrize(
    ("name", "sizes"), [("Llama 3.1", 3), ("Qwen 2.5 14B", 7), ("LLaMA-3", 2), ("Mistral 7B", 2), ("Llama", 0), ("", 0)]
)
def test_a_family_is_found_with_or_without_a_size(name: str, sizes: int) -> None:
    assert len(knowledge.family(name)) == sizes


@pytest.mark.parametrize("model", knowledge.models(), ids=lambda m: m.name)
def test_every_spelling_of_a_model_is_its_own(model: ModelSpec) -> None:
    assert all(knowledge.model(spelling) is model for spelling in model.spellings)


@pytest.mark.parametrize("gpu", knowledge.gpus(), ids=lambda g: g.name)
def test_every_spelling_of_a_gpu_is_its_own(gpu: GpuSpec) -> None:
    assert all(knowledge.gpu(spelling) is gpu for spelling in gpu.spellings)


@pytest.mark.parametrize("gpu", knowledge.gpus(), ids=lambda g: g.name)
def test_every_figure_of_a_gpu_has_a_source(gpu: GpuSpec) -> None:
    assert gpu.spec_source
    assert gpu.usable_source
    assert 0.85 * gpu.memory_gb < gpu.usable_gib <= gpu.memory_gb
    for price, source in (
        (gpu.usd_low, gpu.usd_low_source),
        (gpu.usd_typical, gpu.usd_typical_source),
        (gpu.usd_high, gpu.usd_high_source),
    ):
        assert (price is None) == (source == "")
        assert not source or YEAR.search(source) or "not recorded" in source
    if gpu.usd_per_hour:
        assert list(gpu.usd_per_hour) == sorted(gpu.usd_per_hour)
    assert gpu.bf16_native == (gpu.dense_bf16_tflops is not None)


@pytest.mark.parametrize(
    ("spelling", "name"),
    [
        ("A100", "A100-80GB"),
        ("A100 80GB", "A100-80GB"),
        ("NVIDIA A100-SXM4-80GB", "A100-80GB"),
        ("A100 (40 GB)", "A100-40GB"),
        ("H100s", "H100"),
        ("H100 SXM", "H100"),
        ("GeForce RTX 4090 GPU", "RTX-4090"),
        ("rtx4090", "RTX-4090"),
        ("Tesla T4", "T4"),
        ("RTX A6000", "RTX-A6000"),
    ],
)
def test_gpus_are_known_in_their_usual_spellings(spelling: str, name: str) -> None:
    found = knowledge.gpu(spelling)
    assert found is not None
    assert found.name == name


@pytest.mark.parametrize("name", ["8xH100", "a consumer GPU", "GPU", "", "A1000"])
def test_what_is_no_known_gpu_is_not_guessed(name: str) -> None:
    assert knowledge.gpu(name) is None


def test_dense_figures_are_not_the_sparse_ones_of_the_brochures() -> None:
    dense = {g.name: g.dense_tflops for g in knowledge.gpus()}
    assert (dense["H100"], dense["L40S"], dense["A100-80GB"], dense["T4"]) == (989, 362, 312, 65)


def test_instances_name_gpus_of_the_catalogue() -> None:
    names = {g.name for g in knowledge.gpus()}
    for machine in knowledge.instances():
        assert machine.gpu in names
        assert YEAR.search(machine.date)


@pytest.mark.parametrize(
    ("name", "gpu", "count"),
    [
        ("p4d.24xlarge", "A100-40GB", 8),
        ("ml.g5.12xlarge", "A10G", 4),
        ("p5.48xlarge", "H100", 8),
        ("a2-highgpu-1g", "A100-40GB", 1),
        ("Standard_ND96asr_v4", "A100-40GB", 8),
        ("ND96amsr_A100_v4", "A100-80GB", 8),
    ],
)
def test_instances_are_found(name: str, gpu: str, count: int) -> None:
    found = knowledge.instance(name)
    assert found is not None
    assert (found.gpu, found.gpus) == (gpu, count)


@pytest.mark.parametrize("model", knowledge.hosted(), ids=lambda h: h.name)
def test_prices_of_hosted_models_have_source_and_date(model: HostedModel) -> None:
    assert model.usd_in_per_1m
    assert model.usd_out_per_1m
    assert model.price_source
    assert YEAR.search(model.price_date)
    if model.usd_train_per_1m or model.tuned_usd_in_per_1m or model.fine_tunable:
        assert model.training_source
    assert knowledge.hosted_model(model.name) is model


def test_a_tuned_hosted_model_is_its_base() -> None:
    found = knowledge.hosted_model("ft:gpt-4o-2024-08-06:acme::abc")
    assert found is not None
    assert found.name == "gpt-4o"
    assert found.fine_tunable


@pytest.mark.parametrize(
    ("model", "language", "listed"),
    [
        ("Llama 3.1 8B", "ja", False),
        ("Llama 3.1 8B", "hi", True),
        ("Llama 3 8B", "de", False),
        ("Mixtral 8x7B", "es", True),
        ("Qwen2.5 7B", "ko", True),
        ("Qwen2.5 7B", "hi", None),
        ("Qwen3 8B", "ta", True),
        ("Gemma 3 27B", "sw", None),
        ("Phi-4 mini", "nb", True),
        ("Qwen3 8B", "no", True),
    ],
)
def test_languages_are_those_of_the_card(model: str, language: str, listed: bool | None) -> None:
    found = knowledge.model(model)
    assert found is not None
    assert found.supports(language) is listed


def test_languages_of_models_are_in_the_language_catalogue() -> None:
    codes = {language.code for language in knowledge.languages()}
    assert {c for m in knowledge.models() for c in m.languages} <= codes
    groups = {group.name for group in knowledge.language_groups()}
    assert {g for language in knowledge.languages() for g in language.groups} == groups


@pytest.mark.parametrize(
    ("name", "code"), [("Mandarin", "zh"), ("日本語", "ja"), ("hi", "hi"), ("Filipino", "tl"), ("GERMAN", "de")]
)
def test_languages_are_found_by_any_name(name: str, code: str) -> None:
    found = knowledge.language(name)
    assert found is not None
    assert found.code == code


def test_asian_languages_are_what_the_guide_means() -> None:
    asian = {language.code for language in knowledge.languages() if "asian" in language.groups}
    assert {"zh", "ja", "ko", "hi", "vi", "th", "id"} <= asian
    assert not {"en", "de", "es", "ar", "ru"} & asian


def test_exchange_rates_are_dated_and_plausible() -> None:
    rates = knowledge.fx()
    assert {"EUR", "GBP", "INR", "JPY", "CNY", "KRW", "CHF", "CAD", "AUD", "BRL"} <= set(rates)
    assert rates["USD"].usd == 1
    assert 0.9 < rates["EUR"].usd < 1.3
    assert 0.005 < rates["JPY"].usd < 0.01
    assert all(c.source and YEAR.search(c.date) for c in rates.values())


@pytest.mark.parametrize(
    ("name", "kind", "expected"),
    [
        ("Lama 3.1 8B", "model", "Llama 3.1 8B"),
        ("A100-80", "gpu", "A100-80GB"),
        ("p4d.24large", "instance", "p4d.24xlarge"),
        ("gpt4o", "hosted", "gpt-4o"),
        ("Mandarinn Chinese", "language", "Chinese"),
        ("EURO", "currency", "EUR"),
    ],
)
def test_suggestions_are_near(name: str, kind: CatalogueKind, expected: str) -> None:
    assert expected in knowledge.suggest(name, kind)


def test_suggestions_stay_silent_when_nothing_is_near() -> None:
    assert knowledge.suggest("xyzzy", "gpu") == ()


def test_an_unknown_catalogue_is_named() -> None:
    with pytest.raises(knowledge.UnknownName, match="model, gpu"):
        knowledge.suggest("x", "cars")  # type: ignore[arg-type]


@pytest.mark.parametrize("load", [knowledge.models, knowledge.gpus, knowledge.languages, knowledge.guide])
def test_data_are_read_once(load: Callable[[], object]) -> None:
    assert load() is load()
