"""A deleted review leaves no answer of the model behind, and a kept review loses none."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from agent import documents
from agent.service import Service
from agent.settings import Settings
from tests.llm.conftest import ENVELOPE, ODD, Start, pointing

OTHER = ODD.replace("claims letters", "tax letters")


def answers(folder: Path) -> list[str]:
    return [p.read_text() for p in folder.rglob("*.json") if "pointers" in p.read_text() or "texts" in p.read_text()]


@pytest.mark.parametrize("configured", [True, False])
def test_what_a_model_answered_goes_with_the_review(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, configured: bool
) -> None:
    kept = tmp_path / "kept"
    monkeypatch.setenv("REVIEW_FINETUNE_CACHE", str(kept))
    _, model = start(pointing(("evaluation.test_set", ENVELOPE)), folder=kept)
    service = Service(Settings(store=str(tmp_path / "reviews.db"), model=model.settings if configured else None))
    one, two = (
        service.start(documents.parse(text.encode(), "a.md"), who="ann", model=model).review_id for text in (ODD, OTHER)
    )
    assert len(answers(kept)) == 4
    assert any("envelope" in answer for answer in answers(kept))
    service.delete(one)
    assert len(answers(kept)) == 2
    service.delete(two)
    assert answers(kept) == []


def test_what_a_model_answered_goes_when_a_review_expires(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = tmp_path / "kept"
    monkeypatch.setenv("REVIEW_FINETUNE_CACHE", str(kept))
    _, model = start(pointing(("evaluation.test_set", ENVELOPE)), folder=kept)
    settings = Settings(store=str(tmp_path / "reviews.db"), keep_days=30)
    old = Service(settings, clock=lambda: datetime(2026, 1, 1, tzinfo=UTC))
    old.start(documents.parse(ODD.encode(), "a.md"), who="ann", model=model)
    assert answers(kept)
    later = replace(old, clock=lambda: datetime(2026, 6, 1, tzinfo=UTC))
    later.start(documents.parse(OTHER.encode(), "b.md"), who="ann")
    assert answers(kept) == []
