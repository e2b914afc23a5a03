"""A folder of proposals, and the program run on it."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import NamedTuple

import pytest

from agent import cli
from tests.cli.conftest import FLAWED, SOUND, Ran

EXAMPLE = Path(__file__).parents[2] / "agent" / "examples" / "warranty-replies.pdf"


class Batch(NamedTuple):
    """The folders of a batch."""

    given: Path
    output: Path

    def run(self, *more: str | Path, capsys: pytest.CaptureFixture[str]) -> Ran:
        """The command on the folder."""
        words = ["batch", str(self.given), "-o", str(self.output), "--workers", "1", *map(str, more)]
        code = cli.main(words)
        return Ran(code, *capsys.readouterr())

    def table(self, name: str) -> list[dict[str, str]]:
        """A CSV file of the results."""
        with (self.output / f"{name}.csv").open(newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))


@pytest.fixture
def batch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Batch:
    """Two proposals, and an empty place for the results."""
    for name in ("REVIEW_FINETUNE_CONFIG", "REVIEW_FINETUNE_KNOWLEDGE", "REVIEW_FINETUNE_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    given = tmp_path / "in"
    given.mkdir()
    (given / "sound.md").write_text(SOUND, "utf-8")
    (given / "flawed.md").write_text(FLAWED, "utf-8")
    return Batch(given, tmp_path / "out")
