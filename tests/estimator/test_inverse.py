from __future__ import annotations

import pytest

from agent.errors import UsageError
from agent.estimator import (
    RunSpec,
    cheapest,
    experiments_for_budget,
    fitting_sets,
    gpu_spec,
    largest_model,
    longest_sequence,
    memory,
    run_cost,
    shape,
    smallest_gpu_set,
    usual_set,
)

RUN = RunSpec(model=shape("Llama 3.1 8B"), method="lora", gpu=gpu_spec("A100-80GB"), examples=5000)


def test_every_fitting_set_holds_the_run_and_half_of_it_does_not() -> None:
    big = RUN.model_copy(update={"model": shape("Llama 3.1 70B"), "method": "full"})
    for one in fitting_sets(big):
        held = big.model_copy(update={"gpu": one.gpu, "gpus": one.gpus})
        assert memory(held).typical_gib <= one.gpu.usable_gib
        if one.gpus > 1:
            half = held.model_copy(update={"gpus": one.gpus // 2})
            assert memory(half).typical_gib > one.gpu.usable_gib


def test_the_smallest_set_for_the_guides_projects() -> None:
    assert smallest_gpu_set(shape("Llama 3.1 8B"), "lora").memory_gib <= 24
    seventy = smallest_gpu_set(shape("Llama 3.1 70B"), "qlora")
    assert 44 <= seventy.memory_gib <= 80
    usual = usual_set(RUN)
    assert usual is not None
    assert (usual.gpus, usual.gpu.datacentre) == (1, True)


def test_the_longest_sequence_fits_and_the_next_does_not() -> None:
    longest = longest_sequence(RUN)
    assert longest % 128 == 0
    fits, more = (RUN.model_copy(update={"sequence_length": longest + n}) for n in (0, 128))
    assert memory(fits).typical_gib <= RUN.gpu.usable_gib < memory(more).typical_gib


def test_the_longest_sequence_ends_at_the_models_context() -> None:
    llama2 = RUN.model_copy(update={"model": shape("Llama 2 7B")})
    assert longest_sequence(llama2) == 4096
    assert longest_sequence(RUN.model_copy(update={"gpu": gpu_spec("T4")})) == 0


def test_the_largest_model_grows_with_thrift() -> None:
    full, lora, qlora = (largest_model(RUN.gpu, m).parameters for m in ("full", "lora", "qlora"))
    assert full < lora < qlora


def test_the_cheapest_set_is_no_dearer_than_any_other_with_bf16() -> None:
    best = cheapest(RUN)
    assert best.usd_per_run == min(
        s.usd_per_run for s in fitting_sets(RUN) if s.usd_per_run is not None and s.gpu.native_bf16
    )


def test_what_a_budget_buys() -> None:
    low, high = experiments_for_budget(300, RUN)
    cost = run_cost(RUN)
    assert (low * cost[2], high * cost[0]) == pytest.approx((300, 300))
    with pytest.raises(UsageError):
        experiments_for_budget(-1, RUN)
