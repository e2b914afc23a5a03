"""Inspect runs our reviewer over an open case, offline, and reports the figures of our own functions."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("inspect_ai", reason="the extra `inspect` is not installed: pip install -e '.[inspect]'")

SLUG = "permit-letters-full-first"


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("reviewer", "perfect"), [("standin:review", 1.0), ("standin:wrong", 0.0)])
def test_inspect_gives_our_figures(tmp_path: Path, reviewer: str, perfect: float) -> None:
    from inspect_ai import eval as run

    from evals.run import load_cases, run_cases
    from evals.tasks import open_cases

    (log,) = run(open_cases(SLUG, reviewer), model=None, log_dir=str(tmp_path), display="none")
    assert log.status == "success", log.error
    assert log.samples
    assert [s.value for s in (log.samples[0].scores or {}).values()] == [perfect]
    shown = {name: m.value for scores in log.results.scores for name, m in scores.metrics.items()}  # type: ignore[union-attr]
    cases = [c for c in load_cases("open") if c.slug == SLUG]
    for name, figure in run_cases("open", cases, reviewer, workers=0).figures.items():
        if figure.value == figure.value:
            assert shown[name] == pytest.approx(figure.value), name
