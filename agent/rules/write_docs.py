"""Writes `docs/rules/` from the rules: `python -m agent.rules.write_docs` in a checkout."""

from __future__ import annotations

from pathlib import Path

from agent.rules.docs import pages

FOLDER = Path("docs/rules")


def write(folder: Path) -> None:
    """Writes every page and removes those of rules that are gone."""
    current = pages()
    for old in folder.glob("*.md"):
        if old.name not in current:
            old.unlink()
    for name, text in current.items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write(FOLDER)
