"""Variants of bases held against their base: what must differ, what must not, and a list of those that fail."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import unified_diff
from fnmatch import fnmatch

from evals.dataset import VERDICTS
from evals.intervals import share_interval, wilson
from evals.matching import same
from evals.metrics import Figure
from evals.outcome import Outcome

_RANK = {verdict: rank for rank, verdict in enumerate(VERDICTS)}


@dataclass(frozen=True)
class Expected:
    """How a variant's review may differ from its base's; by default not at all.

    Args:
        codes: must fire, and did not.
        may: may fire as well.
        verdicts: allowed verdicts; empty means the base's.
        facts: patterns of fact names that may change.
        no_better_than: keys of other variants; then only the verdict's rank is compared with theirs.
        asks: must be asked about: their checks say `cannot_tell`.
    """

    codes: frozenset[str] = frozenset()
    may: frozenset[str] = frozenset()
    verdicts: frozenset[str] = frozenset()
    facts: tuple[str, ...] = ()
    no_better_than: tuple[str, ...] = ()
    asks: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Variant:
    """A changed base: its text, the form it is read in, and what is expected of its review."""

    base: str
    operator: str
    source: str
    expected: Expected = field(default_factory=Expected)
    form: str = "md"

    @property
    def key(self) -> str:
        """`base~operator`, its name in the list of survivors."""
        return f"{self.base}~{self.operator}"


@dataclass(frozen=True)
class Judged:
    """One variant with what is wrong about its review: grave things, and facts that moved."""

    variant: Variant
    wrong: tuple[str, ...]
    moved: tuple[str, ...]

    @property
    def asked(self) -> bool:
        """The review saw the edit, and asked instead of telling: the lesser failure."""
        return bool(self.wrong) and "cannot_tell" in self.wrong[0]

    @property
    def line(self) -> str:
        """For the list of survivors."""
        said = "; ".join((*self.wrong, *(f"fact moved: {m}" for m in self.moved)))
        return f"{self.variant.operator:28} {self.variant.base:24} {said}"


def difference(variant: Variant, base: str) -> str:
    """The sentences in which a variant's Markdown differs from its base's, or where else the difference lies."""
    old, new = (re.sub(r"(?<=[.!?]) (?=[A-Z])", "\n", text).splitlines() for text in (base, variant.source))
    lines = [line for line in unified_diff(old, new, lineterm="", n=0) if not line.startswith(("---", "+++", "@@"))]
    return "\n".join(line for line in lines if line not in ("+", "-")) or f"the same text as {variant.form}"


def judge(variant: Variant, base: Outcome, outcome: Outcome, others: Mapping[str, Outcome]) -> Judged:
    """Holds one variant's review against its base's."""
    if outcome.crash or base.crash:
        return Judged(variant, (f"crash: {outcome.crash or base.crash}",), ())
    if variant.expected.no_better_than:
        return Judged(variant, tuple(_better(variant, outcome, others)), ())
    return Judged(
        variant, tuple(_wrong(variant.expected, base, outcome)), tuple(_moved(variant.expected, base, outcome))
    )


def suite_figures(suite: str, judged: Sequence[Judged], bases: Sequence[Outcome]) -> dict[str, Figure]:
    """The rates of one suite, by base document, and whether the bases themselves were read as the sound texts they are.

    Args:
        suite: `mutations` or `invariance`.
        judged: every variant.
        bases: the reviews of the unchanged bases.
    """
    sound = sum(o.verdict == "approve" and not o.fired for o in bases)
    found = {"bases_sound": Figure(sound / len(bases), *wilson(sound, len(bases)), sound, len(bases))}
    if suite == "invariance":
        return found | _pair_of_rates("held", judged)
    given_back = [j for j in judged if j.variant.operator.startswith(("restored:", "mended:"))]
    pairs = [j for j in judged if j.variant.operator == "two-flaws"]
    edits = [j for j in judged if j not in given_back and j not in pairs]
    found |= _pair_of_rates("killed", edits) if edits else {}
    found |= {"restored": _rate(given_back, lambda j: not j.wrong)} if given_back else {}
    return found | ({"monotone": _rate(pairs, lambda j: not j.wrong)} if pairs else {})


def _pair_of_rates(name: str, judged: Sequence[Judged]) -> dict[str, Figure]:
    """Without anything wrong; and without any other fact moved either."""
    return {
        name: _rate(judged, lambda j: not j.wrong),
        f"{name}_exactly": _rate(judged, lambda j: not j.wrong and not j.moved),
    }


def by_operator(judged: Sequence[Judged]) -> str:
    """A line for each operator with survivors: how many, of how many; the worst first."""
    total = Counter(j.variant.operator for j in judged)
    failed = Counter(j.variant.operator for j in judged if j.wrong)
    asked = Counter(j.variant.operator for j in judged if j.asked)
    moved = Counter(j.variant.operator for j in judged if j.moved and not j.wrong)
    rows = sorted(((failed[o] / n, moved[o] / n, o) for o, n in total.items() if failed[o] or moved[o]), reverse=True)
    lines = [f"Operators with survivors ({len(rows)} of {len(total)}):"]
    lines += [
        f"  {o:32} {failed[o]:3} of {total[o]:3} survive ({asked[o]:3} asked), {moved[o]:3} more move a fact"
        for _, _, o in rows
    ]
    return "\n".join(lines)


def _wrong(expected: Expected, base: Outcome, outcome: Outcome) -> list[str]:
    new, gone = outcome.fired - base.fired, base.fired - outcome.fired
    said = []
    if missing := sorted(expected.codes - new):
        said.append("not noticed: " + "; ".join(_unnoticed(c, base, outcome) for c in missing))
    for code in sorted(expected.asks):
        result, why = outcome.checks.get(code, ("no check", ""))
        if result != "cannot_tell":
            said.append(f"not asked: {code} {result} – {why}")
    if extra := sorted(new - expected.codes - expected.may):
        told = {f.code: f.message for f in outcome.findings}
        said.append("fired as well: " + "; ".join(f"{c} – {told[c]}" for c in extra))
    if gone:
        said.append(f"went away: {', '.join(sorted(gone))}")
    if outcome.verdict not in (expected.verdicts or {base.verdict}) and not said:
        said.append(f"verdict {outcome.verdict}, wanted {' or '.join(expected.verdicts or {base.verdict})}")
    if not (expected.codes or expected.asks) and outcome.approach != base.approach and not said:
        said.append(f"approach {outcome.approach}, was {base.approach}")
    return said


def _unnoticed(code: str, base: Outcome, outcome: Outcome) -> str:
    result, why = outcome.checks.get(code, ("no check", ""))
    return f"{code} fires on the base already" if code in base.fired else f"{code} {result} – {why}"


def _moved(expected: Expected, base: Outcome, outcome: Outcome) -> list[str]:
    names = sorted(set(base.facts) | set(outcome.facts))
    kept = [n for n in names if not any(fnmatch(n, pattern) for pattern in expected.facts)]
    return [said for name in kept if (said := _change(name, base, outcome))]


def _change(name: str, base: Outcome, outcome: Outcome) -> str:
    before, after = base.facts.get(name), outcome.facts.get(name)
    if name not in outcome.facts:
        return f"{name} {before!r} lost"
    if name not in base.facts:
        return f"{name} {after!r} new"
    return "" if same(name, before, after) else f"{name} {before!r} → {after!r}"


def _better(variant: Variant, outcome: Outcome, others: Mapping[str, Outcome]) -> list[str]:
    alone = [others[key].verdict for key in variant.expected.no_better_than if key in others]
    worst = max(alone, key=lambda v: _RANK.get(v, 0), default="approve")
    better = _RANK.get(outcome.verdict, 0) < _RANK.get(worst, 0)
    return [f"verdict {outcome.verdict} with two flaws, {worst} with one"] if better else []


def _rate(judged: Sequence[Judged], good: Callable[[Judged], bool]) -> Figure:
    groups: defaultdict[Hashable, list[bool]] = defaultdict(list)
    for j in judged:
        groups[j.variant.base].append(good(j))
    flat = [v for values in groups.values() for v in values]
    low, high = share_interval({base: (sum(values), len(values)) for base, values in groups.items()})
    return Figure(sum(flat) / len(flat) if flat else 0.0, low, high, sum(flat), len(flat))
