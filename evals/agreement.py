"""Do two readers label alike? The closed cases were labelled twice, each time without sight of the other labels.

python -m evals.agreement
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from evals.dataset import CODES, ROOT
from evals.matching import same

Labels = Mapping[str, Any]


class Agreement(NamedTuple):
    """What two readers of the same documents have in common.

    Attributes:
        documents: labelled by both.
        decisions: document × rule, where neither calls the rule debatable.
        kappa: Cohen's, over the decisions.
        verdicts: documents of which a verdict is accepted by both.
        facts: (labelled by both with the same value, labelled by either).
    """

    documents: int
    decisions: int
    kappa: float
    verdicts: int
    facts: tuple[int, int]


def kappa(pairs: Sequence[tuple[bool, bool]]) -> float:
    """Cohen's kappa of two yes/no readers; 1 when they agree wholly, 0 when no more than by chance."""
    n = len(pairs)
    agreed = sum(a == b for a, b in pairs) / n
    first, second = sum(a for a, _ in pairs) / n, sum(b for _, b in pairs) / n
    chance = first * second + (1 - first) * (1 - second)
    return 1.0 if chance == 1 else (agreed - chance) / (1 - chance)


def compare(first: Mapping[str, Labels], second: Mapping[str, Labels]) -> Agreement:
    """Two readers' labels by slug."""
    both = [(first[slug], second[slug]) for slug in sorted(first.keys() & second.keys())]
    pairs = [pair for one, other in both for pair in _decisions(one, other)]
    alike = sum(
        name in two["facts"] and same(name, value, two["facts"][name])
        for one, two in both
        for name, value in one["facts"].items()
    )
    either = sum(len(one["facts"].keys() | two["facts"].keys()) for one, two in both)
    verdicts = sum(bool(set(one["verdict"]) & set(two["verdict"])) for one, two in both)
    return Agreement(len(both), len(pairs), kappa(pairs), verdicts, (alike, either))


def _decisions(one: Labels, other: Labels) -> Iterator[tuple[bool, bool]]:
    debatable = {*one.get("open", ()), *other.get("open", ())}
    return ((code in one["fires"], code in other["fires"]) for code in CODES if code not in debatable)


def read(folder: Path) -> dict[str, Labels]:
    """The labels of a folder by slug."""
    found = (tomllib.loads(path.read_text("utf-8")) for path in sorted(folder.glob("*.toml")))
    return {labels["slug"]: labels for labels in found}


def main() -> None:
    """Prints the figures."""
    made = compare(read(ROOT / "closed"), read(ROOT / "second"))
    print(f"{made.documents} documents; kappa {made.kappa:.2f} over {made.decisions} decisions; ", end="")
    print(f"verdicts {made.verdicts}; facts alike {made.facts[0]} of {made.facts[1]}")


if __name__ == "__main__":
    main()
