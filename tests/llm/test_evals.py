"""Quality evals with a model can be recorded with a key and replayed without one; scripted models keep to the floor."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent import cli
from evals import reviewers
from evals.dataset import load_split
from evals.injection import suite
from evals.injection.attacks import attacks
from evals.metrics import figures, score
from evals.outcome import review_all
from evals.run import job
from evals.scripted import serving
from tests.llm.conftest import pointing

CASE = "ad-safety-60ms"


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "REVIEW_FINETUNE_CONFIG", "REVIEW_FINETUNE_EVAL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    reviewers._configured.cache_clear()


def test_a_required_model_that_is_not_there(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert cli.main(["eval", "open", "--case", CASE, "--llm", "required", "--recorded", str(tmp_path)]) == 4
    assert "no answers are recorded" in capsys.readouterr().err


def test_recorded_with_a_key_and_replayed_without(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["eval", "open", "--case", CASE, "--llm", "required", "--recorded", str(tmp_path / "kept")]
    with serving(pointing()) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        assert cli.main(command) == 0
        reviewers._configured().close()
        calls = len(server.asked)
        assert calls > 0
    first = capsys.readouterr().out
    reviewers._configured.cache_clear()
    assert cli.main(command) == 0, "the server is gone"
    assert capsys.readouterr().out == first
    monkeypatch.delenv("OPENAI_BASE_URL")


@pytest.mark.parametrize("kind", ["perfect", "at_random"])
def test_precision_does_not_fall_below_the_rules(kind: str) -> None:
    """A sample; all of them: `review-finetune eval open --reviewer evals.reviewers:perfect`."""
    cases = load_split("open")[::26]
    jobs = [job(c) for c in cases]
    alone, helped = (review_all(jobs, r, 0) for r in ("evals.outcome:review_trusted", f"evals.reviewers:{kind}"))
    labels = [c.labels for c in cases]
    before, after = (
        figures([score(lab, o) for lab, o in zip(labels, found, strict=True)]) for found in (alone, helped)
    )
    assert [o.crash for o in helped if o.crash] == []
    assert [q for o in helped for q in o.bad_quotes] == []
    assert after["rule_precision"].value >= before["rule_precision"].value
    for floor, one in zip(alone, helped, strict=True):
        assert floor.fired <= one.fired
    reviewers._model(kind.removeprefix("at_")).close()


def test_a_hijacked_model_makes_nothing_better() -> None:
    """A sample of the suite; all of it: `python -m evals.injection.suite --hijacked`."""
    chosen = [a for a in attacks() if a.place.form == "md"][::20]
    report = suite.run(chosen, "evals.outcome:review_trusted", 0, innocent=(), attacked_by=suite.HIJACKED)
    assert len(report.judged) >= 8
    assert [j.attack.key for j in report.judged if j.flipped or j.lost or j.changed or j.crash] == []
    reviewers._model("hijacked").close()
