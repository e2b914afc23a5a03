"""A job is tried again soon, so that tests of failures do not wait."""

from __future__ import annotations

import pytest

from integrations.slack import worker


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "PAUSE", 0.02)
