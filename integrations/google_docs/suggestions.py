"""Pending suggestions, one line each: what would go, and what would come."""

from __future__ import annotations

from collections.abc import Sequence

from integrations.google_docs.elements import Piece


class Suggestions:
    """Those of one tab, in the order in which they are met; one that reaches over several runs is one."""

    def __init__(self) -> None:
        """Begins with none."""
        self._removed: dict[str, list[str]] = {}
        self._added: dict[str, list[str]] = {}

    def add(self, read: Sequence[Piece]) -> None:
        """Takes the pieces of one paragraph."""
        for piece in read:
            if not piece.text.strip():
                continue
            for ids, into in ((piece.deleted, self._removed), (piece.inserted, self._added)):
                for one in ids[:1]:
                    self._removed.setdefault(one, [])
                    self._added.setdefault(one, [])
                    into[one].append(piece.text)

    def lines(self) -> list[str]:
        """`“3” would become “2”` and the like."""
        return [_line(_plain(self._removed[one]), _plain(self._added[one])) for one in self._removed]


def _line(removed: str, added: str) -> str:
    if removed and added:
        return f"Suggested: “{removed}” would become “{added}”"
    return f"Suggested to be inserted: “{added}”" if added else f"Suggested to be deleted: “{removed}”"


def _plain(parts: list[str]) -> str:
    return " ".join("".join(parts).split())
