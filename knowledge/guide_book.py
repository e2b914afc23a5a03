"""The guide as entries: by id, by kind, by search."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, cached_property
from typing import NamedTuple, TypeVar

from knowledge.entries import (
    KINDS,
    AntiPattern,
    CostRow,
    Entry,
    Example,
    NotFineTuning,
    Principle,
    ReviewQuestion,
    Situation,
)
from knowledge.errors import BadKnowledge, UnknownName
from knowledge.files import data_file, rows
from knowledge.names import nearest

E = TypeVar("E", bound=Entry)

FILES: dict[str, type[Entry]] = {
    "principles.toml": Principle,
    "situations.toml": Situation,
    "examples.toml": Example,
    "anti_patterns.toml": AntiPattern,
    "not_fine_tuning.toml": NotFineTuning,
    "questions.toml": ReviewQuestion,
    "costs.toml": CostRow,
}


class Hit(NamedTuple):
    """An entry found by a search; a higher score fits better."""

    entry: Entry
    score: float


class Guide:
    """The entries in the guide's order, with the organisation's own after them. Immutable.

    Raises:
        BadKnowledge: two entries have one id.
    """

    def __init__(self, entries: Iterable[Entry]) -> None:
        """Indexes the entries by id."""
        self._by_id: dict[str, Entry] = {}
        for entry in entries:
            if entry.id in self._by_id:
                raise BadKnowledge(f"{entry.id}: the id is used twice")
            self._by_id[entry.id] = entry

    def entry(self, entry_id: str) -> Entry:
        """The entry with an id.

        Raises:
            UnknownName: there is none; names the nearest ids.
        """
        found = self._by_id.get(entry_id)
        if found is None:
            raise UnknownName("guide entry", entry_id, nearest(entry_id, self._by_id))
        return found

    def entries(self, kind: str | None = None) -> tuple[Entry, ...]:
        """All entries, or those of one kind (`situation`, `cost`, …), in the guide's order.

        Raises:
            UnknownName: no such kind.
        """
        if kind is not None and kind not in KINDS:
            raise UnknownName("kind of guide entry", kind, KINDS)
        return tuple(e for e in self._by_id.values() if kind in (None, e.kind))

    @cached_property
    def principles(self) -> tuple[Principle, ...]:
        """What the guide says as a rule."""
        return self._of(Principle)

    @cached_property
    def situations(self) -> tuple[Situation, ...]:
        """The guide's twelve situations, in its order."""
        return self._of(Situation)

    @cached_property
    def anti_patterns(self) -> tuple[AntiPattern, ...]:
        """The guide's five, in its order."""
        return self._of(AntiPattern)

    @cached_property
    def examples(self) -> tuple[Example, ...]:
        """The guide's three worked examples."""
        return self._of(Example)

    @cached_property
    def costs(self) -> tuple[CostRow, ...]:
        """The guide's seven cost rows."""
        return self._of(CostRow)

    @cached_property
    def not_fine_tuning(self) -> tuple[NotFineTuning, ...]:
        """The signs that fine-tuning is the wrong tool."""
        return self._of(NotFineTuning)

    @cached_property
    def questions(self) -> tuple[ReviewQuestion, ...]:
        """The questions of the architecture review."""
        return self._of(ReviewQuestion)

    def search(self, words: str, limit: int = 5) -> list[Hit]:
        """The entries that fit plain words best, at most `limit`; empty when nothing fits."""
        from knowledge.search import rank

        return [Hit(entry, score) for entry, score in rank(self.entries(), words, limit)]

    def with_entries(self, more: Iterable[Entry]) -> Guide:
        """This guide with further entries after its own.

        Raises:
            BadKnowledge: an id is used already.
        """
        return Guide((*self._by_id.values(), *more))

    def _of(self, kind: type[E]) -> tuple[E, ...]:
        return tuple(e for e in self._by_id.values() if isinstance(e, kind))


@cache
def guide() -> Guide:
    """The guide that ships with the package, read once."""
    return Guide(entry for name, kind in FILES.items() for entry in rows(kind, data_file("guide", name)))


def guide_source() -> str:
    """The guide's text itself, one paragraph or table row a line."""
    return data_file("guide", "source.txt").read_text(encoding="utf-8")
