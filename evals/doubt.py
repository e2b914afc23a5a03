"""Of what the rules "cannot tell", what should have been decided: where the labels state a finding, or the value.

A rule's doubt is decidable when its code is labelled as firing, or when the same rule decides once the labelled facts
stand in the place of what the reader took. What stays in doubt then is doubt about the document, and a question.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any

from evals.dataset import Case, Labels
from evals.intervals import share_interval
from evals.matching import same
from evals.metrics import Figure


@dataclass(frozen=True)
class Doubt:
    """One "cannot tell": `finding` when the labels call it one, else the labelled facts with which the rule decides."""

    slug: str
    cluster: Hashable
    code: str
    why: str
    finding: bool = False
    values: tuple[str, ...] = ()

    @property
    def decidable(self) -> bool:
        """True when a careful reader of the text would not have doubted."""
        return self.finding or bool(self.values)

    @property
    def line(self) -> str:
        """For whoever mends it."""
        reason = "labelled as a finding" if self.finding else f"decided by {', '.join(self.values)}"
        return f"{self.code:5} {self.slug:40} {reason}: {self.why}"


def doubts(cases: Sequence[Case], workers: int | None = None) -> list[Doubt]:
    """Every "cannot tell" of these cases, without a model; debatable codes (`open` in the labels) are left out."""
    if workers == 0:
        return [d for case in cases for d in of_case(case)]
    with ProcessPoolExecutor(workers) as pool:
        return [d for found in pool.map(of_case, cases, chunksize=4) for d in found]


def of_case(case: Case) -> list[Doubt]:
    """The doubts of one case, each rule judged once more on the labelled facts."""
    from agent.documents import parse
    from agent.rules.registry import rule_of, run
    from agent.stages import read_facts

    read = read_facts(parse(*case.rendered())).case
    labelled = read.with_facts(_labelled(read.facts, case.labels, read.document))
    unsure = [c for c in run(read).checks if c.outcome == "cannot_tell" and c.code not in case.labels.open]
    settled = {c.code for c in run(labelled).checks if c.outcome != "cannot_tell"}
    differing = partial(_differing, read.facts, case.labels)
    return [
        Doubt(
            case.slug,
            case.labels.cluster,
            c.code,
            c.why,
            c.code in case.labels.fires,
            differing(rule_of(c.code).needs) if c.code in settled else (),
        )
        for c in unsure
    ]


def figure(found: Sequence[Doubt]) -> Figure:
    """The share that was decidable, by base document; lower is better."""
    groups: defaultdict[Hashable, list[bool]] = defaultdict(list)
    for doubt in found:
        groups[doubt.cluster].append(doubt.decidable)
    k = sum(d.decidable for d in found)
    low, high = share_interval({name: (sum(values), len(values)) for name, values in groups.items()})
    return Figure(k / len(found) if found else 0.0, low, high, k, len(found), higher_is_better=False)


def by_rule(found: Iterable[Doubt]) -> str:
    """A row for each rule in doubt, the most decidable doubts first."""
    kinds: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for doubt in found:
        kinds[doubt.code][_kind(doubt)] += 1
    rows = sorted(kinds.items(), key=lambda row: (row[1]["open"] - row[1].total(), row[0]))
    lines = [
        "| rule | cannot tell | a finding by the labels | decided by a labelled value | open |",
        "|---|---|---|---|---|",
    ]
    lines += [f"| {code} | {n.total()} | {n['finding']} | {n['value']} | {n['open']} |" for code, n in rows]
    return "\n".join(lines)


def _kind(doubt: Doubt) -> str:
    return "finding" if doubt.finding else "value" if doubt.values else "open"


def _labelled(facts: Any, labels: Labels, document: Any) -> Any:
    """The labelled public facts with the reader's own facts of other kinds; each is given words of the document."""
    from agent.facts.ledger import Facts
    from agent.models import Evidence, Fact

    first = document.body[0]
    words = (Evidence(quote=document.quote(first), start=first.start, end=first.end),)
    kept = {n: f for n, f in facts.items() if n not in labels.fact_names}
    said = {
        n: Fact(name=n, value=_as_read(v), evidence=facts[n].evidence if n in facts else words)
        for n, v in labels.facts.items()
    }
    return Facts({**kept, **said})


def _as_read(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) and value and isinstance(value[0], (int, float)) else value


def _differing(facts: Any, labels: Labels, needs: Iterable[str]) -> tuple[str, ...]:
    """The facts that the rule reads and that we have not, have otherwise, or have without a label."""
    return tuple(
        name
        for name in needs
        if name in labels.fact_names
        and (name in labels.facts or name in facts)
        and not (name in labels.facts and name in facts and same(name, labels.facts[name], facts[name].value))
    )
