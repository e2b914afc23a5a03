"""Facts by name, with typed access; a name that is not there was not said (absence is a value)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from agent.facts.names import ALL, PUBLIC
from agent.models import Evidence, Fact, Range


class Facts(Mapping[str, Fact]):
    """What was read of a document: `facts["budget.usd"].value`; `"budget.usd" in facts`; unknown names raise."""

    def __init__(self, facts: Mapping[str, Fact] | None = None) -> None:
        """Takes facts by name; a name outside `names.ALL` is a programming error."""
        self._facts = dict(facts or {})
        if unknown := set(self._facts) - set(ALL):
            raise KeyError(f"no such fact: {', '.join(sorted(unknown))}")

    def __getitem__(self, name: str) -> Fact:
        return self._facts[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._facts)

    def __len__(self) -> int:
        return len(self._facts)

    def value(self, name: str) -> Any:
        """The value, or None when the document does not say."""
        if name not in ALL:
            raise KeyError(f"no such fact: {name}")
        fact = self._facts.get(name)
        return fact.value if fact else None

    def text(self, name: str) -> str | None:
        """A text value, or None."""
        value = self.value(name)
        return None if value is None else str(value)

    def number(self, name: str) -> float | None:
        """A number, or None. Of a range, the upper end."""
        value = self.value(name)
        if isinstance(value, (list, tuple)):
            value = value[-1] if value else None
        return None if value is None else float(value)

    def range(self, name: str) -> Range | None:
        """A range (low, high), or None. A single number is its own range."""
        value = self.value(name)
        if value is None:
            return None
        if isinstance(value, (list, tuple)):
            return float(value[0]), float(value[-1])
        return float(value), float(value)

    def flag(self, name: str) -> bool | None:
        """True, False, or None when the document does not say."""
        value = self.value(name)
        return None if value is None else bool(value)

    def evidence(self, *names: str) -> tuple[Evidence, ...]:
        """The quotes behind the named facts, in order, each once."""
        seen: dict[tuple[int, int], Evidence] = {}
        for name in names:
            if fact := self._facts.get(name):
                for item in fact.evidence:
                    seen.setdefault((item.start, item.end), item)
        return tuple(seen.values())

    def conflicts(self) -> tuple[Fact, ...]:
        """Facts for which the document gives two readings that contradict each other."""
        return tuple(f for f in self._facts.values() if f.others)

    def public(self) -> dict[str, Fact]:
        """The contract's facts alone, in the contract's order."""
        return {name: self._facts[name] for name in PUBLIC if name in self._facts}
