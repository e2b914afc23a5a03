"""Single runs with published readings, and facts that hold whatever the constants are."""

from __future__ import annotations

import pytest

from agent.estimator import RunSpec, Stack, fits, gpu_spec, memory, shape, throughput
from agent.estimator.weights import adapter_parameters, static
from agent.estimator.work import work

A100, L4 = gpu_spec("A100-80GB"), gpu_spec("L4")
LLAMA8, LLAMA70 = shape("Llama 3.1 8B"), shape("Llama 3.1 70B")


def test_pure_bf16_full_fine_tuning_peaks_at_ten_bytes_a_parameter() -> None:
    """Published: 67.46 GiB allocated for Mistral 7B on one A100 (fms-acceleration)."""
    run = RunSpec(
        model=shape("Mistral 7B v0.1"),
        method="full",
        gpu=A100,
        micro_batch=4,
        sequence_length=4096,
        precision="bf16",
        grad_accumulation=1,
        stack=Stack(metric="allocated", blocks="fused", loss_kernel="fused"),
    )
    found = memory(run)
    assert found.typical_gib == pytest.approx(67.46, rel=0.01)
    assert found.peak_phase == "optimiser step"


def test_an_adapters_parameters_are_counted() -> None:
    run = RunSpec(model=shape("Llama 2 7B"), method="lora", gpu=A100, rank=8, targets=("q", "v"))
    assert adapter_parameters(run) == 4_194_304


def test_the_guides_memory_claims() -> None:
    """7B LoRA in 24 GB at a small batch; 70B QLoRA on one 80 GB GPU; neither at a large batch."""
    seven = RunSpec(model=LLAMA8, method="lora", gpu=L4)
    assert fits(seven) == "yes"
    assert fits(seven.model_copy(update={"micro_batch": 8})) == "tight"
    seventy = RunSpec(model=LLAMA70, method="qlora", gpu=gpu_spec("H100"))
    assert fits(seventy) == "yes"
    assert fits(seventy.model_copy(update={"method": "lora"})) == "no"


def test_no_means_that_not_even_the_leanest_run_fits() -> None:
    assert fits(RunSpec(model=LLAMA70, method="full", gpu=A100, gpus=2)) == "no"
    assert fits(RunSpec(model=LLAMA8, method="full", gpu=A100)) == "tight"


def test_a_vocabulary_counts() -> None:
    run = RunSpec(model=LLAMA8, method="lora", gpu=A100, sequence_length=8192)
    small = LLAMA8.model_copy(update={"vocabulary": 32000})
    assert memory(run).parts_gib["logits and loss"] > 3 * memory(run.model_copy(update={"model": small})).parts_gib.get(
        "logits and loss", 0.0
    )


def test_lora_needs_two_thirds_of_the_products_of_full_fine_tuning() -> None:
    plain = {"model": LLAMA8, "gpu": A100}
    lora, full = (work(RunSpec(method=m, checkpointing=False, **plain)).matmul_flops for m in ("lora", "full"))
    again = [work(RunSpec(method=m, **plain)).matmul_flops for m in ("lora", "full")]
    assert lora / full == pytest.approx(2 / 3)
    assert again[0] / again[1] == pytest.approx(3 / 4)


def test_preference_pairs_take_twice_the_tokens_and_a_reference() -> None:
    run = RunSpec(model=LLAMA8, method="full", gpu=A100, gpus=8, examples=1000)
    pairs = run.model_copy(update={"objective": "dpo"})
    assert pairs.total_tokens == 2 * (run.total_tokens or 0)
    assert memory(pairs).parts_gib["weights"] > memory(run).parts_gib["weights"]


def test_zero_stages_shard_one_thing_after_another() -> None:
    run = RunSpec(model=LLAMA8, method="full", gpu=A100, gpus=8)
    one, two, three = (static(run.model_copy(update={"stack": Stack(sharding=z)})) for z in ("zero1", "zero2", "zero3"))
    assert one.optimiser == two.optimiser == three.optimiser
    assert one.gradients > two.gradients == three.gradients
    assert two.weights > three.weights


def test_a_faster_gpu_is_faster() -> None:
    run = RunSpec(model=LLAMA8, method="lora", gpu=L4)
    speeds = [throughput(run.model_copy(update={"gpu": gpu_spec(g)})).typical for g in ("L4", "L40S", "A100", "H100")]
    assert speeds == sorted(speeds)
