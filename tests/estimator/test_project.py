from __future__ import annotations

import pytest

from agent.errors import UsageError
from agent.estimator import ProjectShape, RunSpec, estimate, gpu_spec, project, shape

RUN = RunSpec(model=shape("Llama 3.1 8B"), method="lora", gpu=gpu_spec("A100-80GB"), examples=5000)


def test_the_guides_fintech_example() -> None:
    """30 experiments at $5 to $15, about $300, three weeks."""
    found = estimate(RUN, experiments=(30, 30))
    assert found.compute_usd[0] < 300 < found.compute_usd[1] * 1.5
    assert found.weeks[0] <= 3 <= found.weeks[1]
    assert found.fits == "yes"


def test_compute_is_runs_times_cost() -> None:
    found = estimate(RUN, experiments=(10, 20))
    assert found.compute_usd == pytest.approx((10 * found.cost_per_run_usd[0], 20 * found.cost_per_run_usd[1]))


def test_more_work_never_takes_less_time() -> None:
    plain = estimate(RUN).weeks
    for more in ("collects_data", "replaces_api", "research", "hard_task"):
        weeks = estimate(RUN, work=ProjectShape(**{more: True})).weeks
        assert weeks[0] > plain[0]
        assert weeks[1] > plain[1]


def test_a_further_variant_adds_a_run() -> None:
    one, twelve = (estimate(RUN, work=ProjectShape(variants=n)) for n in (1, 12))
    assert twelve.compute_usd[0] - one.compute_usd[0] == pytest.approx(11 * one.cost_per_run_usd[0])


def test_what_is_assumed_is_said() -> None:
    unknown = RUN.model_copy(update={"examples": None, "model": shape("our 13b")})
    said = " ".join(estimate(unknown).assumptions)
    assert "5,000 examples, as the number is not known" in said
    assert "estimated from its size" in said
    assert "moves the cost most" in said


def test_the_project_is_people_and_compute() -> None:
    one, whole = estimate(RUN), project(RUN)
    assert whole.weeks == one.weeks
    assert whole.total_usd[0] > one.compute_usd[0]
    assert whole.total_usd[1] > one.compute_usd[1]


def test_no_price_is_said_so() -> None:
    unpriced = RUN.model_copy(update={"gpu": RUN.gpu.model_copy(update={"usd_per_hour": None})})
    with pytest.raises(UsageError, match="no price per hour"):
        estimate(unpriced)
