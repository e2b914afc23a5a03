"""What can go wrong when the knowledge is asked or extended; `str(error)` is one line for a user."""

from __future__ import annotations


class UnknownName(KeyError):
    """An id or name that the knowledge base does not hold, with the nearest ones that it does.

    Args:
        kind: what was looked for, e.g. "guide entry" or "model".
        name: the name as given.
        nearest: names that exist, the most alike first.
    """

    def __init__(self, kind: str, name: str, nearest: tuple[str, ...] = ()) -> None:
        """Keeps the parts for callers that word it otherwise."""
        self.kind, self.name, self.nearest = kind, name, nearest
        super().__init__(name)

    def __str__(self) -> str:
        """One line: what is unknown, and what was perhaps meant."""
        line = f"no {self.kind} named {self.name!r}"
        return f"{line}; nearest: {', '.join(self.nearest)}" if self.nearest else line


class BadKnowledge(ValueError):
    """A data file that cannot be used: which file, which entry and field, and what is wrong with it."""
