"""How far the list of changes was read, in a small file beside the reviews."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from agent.settings import OFF, Settings


class State:
    """The file; one that is lost or damaged means a look at everything that is shared, and nothing said twice."""

    def __init__(self, path: Path) -> None:
        """Takes the place of the file."""
        self._path = path

    @classmethod
    def of(cls, settings: Settings) -> State:
        """The file that belongs to a configuration; with reviews in PostgreSQL, in the user's data folder."""
        home = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local/share") / "review-finetune"
        shared = settings.store == OFF or "://" in settings.store
        return cls(home / "google.json" if shared else Path(f"{Path(settings.store).expanduser()}.google.json"))

    def token(self) -> str | None:
        """The page to go on with, or None."""
        return self._read().get("token")

    def failed(self) -> list[str]:
        """Documents that are to be looked at again."""
        return list(self._read().get("failed", []))

    def keep(self, token: str, failed: list[str]) -> None:
        """Keeps both, whole or not at all."""
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        new = self._path.with_name(f"{self._path.name}.new")
        new.write_text(json.dumps({"token": token, "failed": failed}), "utf-8")
        os.replace(new, self._path)

    def _read(self) -> dict[str, Any]:
        try:
            found = json.loads(self._path.read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}
