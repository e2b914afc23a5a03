from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from agent.estimator import ModelShape, RunSpec, from_size, gpu_spec, hours, memory, run_cost, shape, throughput
from tests.estimator.runs import models, runs

TOLERANCE = 1 + 1e-9
pytestmark = pytest.mark.filterwarnings("ignore::hypothesis.errors.NonInteractiveExampleWarning")


def need(run: RunSpec, **changes: object) -> float:
    return memory(run.model_copy(update=changes)).typical_gib


@settings(max_examples=60, deadline=None)
@given(runs(), st.integers(2, 4))
def test_a_larger_batch_never_needs_less(run: RunSpec, times: int) -> None:
    assert need(run, micro_batch=run.micro_batch * times) * TOLERANCE >= need(run)


@settings(max_examples=60, deadline=None)
@given(runs(), st.integers(1, 8192))
def test_longer_sequences_never_need_less(run: RunSpec, more: int) -> None:
    assert need(run, sequence_length=run.sequence_length + more) * TOLERANCE >= need(run)


@settings(max_examples=60, deadline=None)
@given(runs(), st.integers(1, 256))
def test_a_higher_rank_never_needs_less(run: RunSpec, more: int) -> None:
    assert need(run, rank=run.rank + more) * TOLERANCE >= need(run)


@settings(max_examples=60, deadline=None)
@given(runs(), st.floats(0.5, 300), st.floats(1.2, 3))
def test_more_parameters_never_need_less(run: RunSpec, size: float, times: float) -> None:
    assert need(run, model=from_size(size * times)) * TOLERANCE >= need(run, model=from_size(size))


@settings(max_examples=80, deadline=None)
@given(runs("full", most_gpus=32), st.integers(2, 4))
def test_full_fine_tuning_over_more_gpus_never_needs_more_on_each(run: RunSpec, times: int) -> None:
    assert need(run, gpus=run.gpus * times) <= need(run) * TOLERANCE


@settings(max_examples=80, deadline=None)
@given(runs())
def test_qlora_needs_no_more_than_lora_and_lora_no_more_than_full(run: RunSpec) -> None:
    qlora, lora, full = (need(run, method=m, checkpointing=True) for m in ("qlora", "lora", "full"))
    assert qlora <= lora * TOLERANCE
    assert lora <= full * TOLERANCE


@settings(max_examples=60, deadline=None)
@given(runs())
def test_checkpointing_and_flash_attention_never_need_more(run: RunSpec) -> None:
    assert need(run, checkpointing=True) <= need(run, checkpointing=False) * TOLERANCE
    assert need(run, flash_attention=True) <= need(run, flash_attention=False) * TOLERANCE


@settings(max_examples=60, deadline=None)
@given(runs())
def test_the_parts_add_up_and_the_range_is_in_order(run: RunSpec) -> None:
    found = memory(run)
    assert sum(found.parts_gib.values()) == pytest.approx(found.typical_gib)
    assert all(part > 0 for part in found.parts_gib.values())
    assert 0 < found.low_gib < found.typical_gib < found.high_gib <= 1.8 * found.low_gib


@settings(max_examples=60, deadline=None)
@given(runs())
def test_twice_the_examples_take_twice_the_hours(run: RunSpec) -> None:
    double = run.model_copy(update={"examples": 2 * (run.examples or 1)})
    assert hours(double) == pytest.approx([2 * h for h in hours(run)], rel=1e-3)


@settings(max_examples=60, deadline=None)
@given(runs())
def test_speed_is_within_the_gpu_and_its_range_in_order(run: RunSpec) -> None:
    found = throughput(run)
    assert 0 < found.low < found.typical < found.high <= 3.5 * found.low
    assert 0 < found.utilisation < 1


@settings(max_examples=40, deadline=None)
@given(runs(), st.floats(0.1, 20))
def test_cost_follows_the_price(run: RunSpec, price: float) -> None:
    at_price = run.model_copy(update={"gpu": run.gpu.model_copy(update={"usd_per_hour": (price, price, price)})})
    assert run_cost(at_price) == pytest.approx([h * run.gpus * price for h in hours(run)])


@settings(max_examples=40, deadline=None)
@given(models())
def test_a_shape_has_the_parameters_that_it_says(found: ModelShape) -> None:
    assert found.block_parameters + found.embedding_parameters == pytest.approx(found.parameters, rel=0.15)


@pytest.mark.parametrize(
    "wrong",
    [
        {"model": "8b"},
        {"gpu": 80},
        {"gpus": 0},
        {"micro_batch": -1},
        {"sequence_length": 0},
        {"rank": 0},
        {"epochs": 0},
        {"examples": -5},
        {"method": "prefix"},
        {"params_b": 8},
    ],
)
def test_what_has_the_wrong_type_or_sign_is_no_run(wrong: dict[str, object]) -> None:
    right = {"model": shape("Llama 3.1 8B"), "method": "lora", "gpu": gpu_spec("A100")}
    RunSpec.model_validate(right)
    with pytest.raises(ValidationError):
        RunSpec.model_validate({**right, **wrong})
