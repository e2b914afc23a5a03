from __future__ import annotations

import pytest

from agent.errors import UsageError
from agent.estimator import gpu_spec, serving, serving_memory_gib, shape

QWEN32, A100 = shape("Qwen2.5 32B"), gpu_spec("A100-80GB")


def test_the_cache_is_counted_by_context_and_concurrency() -> None:
    """131,072 bytes a token for Llama 3.1 8B in 16 bits."""
    model = shape("Llama 3.1 8B")
    one, many = (serving_memory_gib(model, "bf16", 8192, n) for n in (1, 11))
    assert many - one == pytest.approx(10 * 8192 * 131_072 / 2**30)


def test_the_guides_logistics_example_fits_on_two_a100s() -> None:
    found = serving(QWEN32, A100, 2)
    assert found.fits == "yes"
    assert found.concurrent_requests > 5 * serving(QWEN32, A100, 1).concurrent_requests
    assert found.usd_per_month is not None
    assert found.usd_per_month[0] < 4_500 < found.usd_per_month[2]


def test_more_load_takes_more_replicas_and_money() -> None:
    few, many = (serving(QWEN32, A100, 2, requests_per_month=n) for n in (1e5, 1e8))
    assert few.replicas == 1
    assert many.replicas > 10
    assert few.usd_per_month is not None
    assert many.usd_per_month is not None
    assert many.usd_per_month[1] == pytest.approx(few.usd_per_month[1] * many.replicas)


def test_break_even_is_where_the_bills_meet() -> None:
    found = serving(QWEN32, A100, 2, requests_per_month=1e6, api_usd_per_1m=(2.5, 10))
    assert found.api_usd_per_month == pytest.approx(5_500)
    assert found.break_even_requests_per_month is not None
    at = serving(QWEN32, A100, 2, requests_per_month=found.break_even_requests_per_month, api_usd_per_1m=(2.5, 10))
    assert at.saving_usd_per_month == pytest.approx(0, abs=1e-6)


def test_a_model_that_is_too_large_serves_nobody() -> None:
    found = serving(shape("Llama 3.1 405B"), A100, 1)
    assert found.fits == "no"
    assert found.concurrent_requests == 0
    assert found.output_tokens_per_s == (0, 0, 0)


def test_impossible_loads_are_refused() -> None:
    for wrong in ({"tokens_out": 0}, {"requests_per_month": -1}, {"gpus": 0}):
        with pytest.raises(UsageError):
            serving(QWEN32, A100, **wrong)  # type: ignore[arg-type]
