"""Pure scoring: one case against its labels, then figures over many cases. Nothing here reads, writes or prints."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass

from evals.dataset import CODES, Labels
from evals.intervals import cluster_bootstrap, share_interval, upper_bound
from evals.matching import same
from evals.outcome import Outcome


@dataclass(frozen=True)
class Score:
    """One case: what was right, missing, wrong and invented."""

    slug: str
    cluster: Hashable
    sound: bool
    dangerous: bool
    facts_right: frozenset[str]
    facts_missing: frozenset[str]
    facts_wrong: frozenset[str]
    facts_invented: frozenset[str]
    codes_right: frozenset[str]
    codes_wrong: frozenset[str]
    codes_missed: frozenset[str]
    blockers_wrong: frozenset[str]
    verdict_right: bool
    approach_right: bool | None
    approved: bool
    approved_with_conditions: bool
    questions_asked: frozenset[str]
    questions_missing: frozenset[str]
    quotes: int
    bad_quotes: int
    crashed: bool
    seconds: float

    @property
    def perfect(self) -> bool:
        """Nothing to mend."""
        return not (
            self.facts_missing
            or self.facts_wrong
            or self.facts_invented
            or self.codes_wrong
            or self.codes_missed
            or self.questions_missing
            or self.bad_quotes
            or self.crashed
            or not self.verdict_right
            or self.approach_right is False
        )


@dataclass(frozen=True)
class Counts:
    """Right, wrong (or invented) and missed, with the usual ratios; NaN where nothing was to be counted."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        """Of what was reported, the share that is right."""
        return _share(self.right, self.right + self.wrong)

    @property
    def recall(self) -> float:
        """Of what was to be reported, the share that was."""
        return _share(self.right, self.right + self.missed)

    @property
    def f1(self) -> float:
        """Harmonic mean of both."""
        return _share(2 * self.right, 2 * self.right + self.wrong + self.missed)

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.right + other.right, self.wrong + other.wrong, self.missed + other.missed)


@dataclass(frozen=True)
class Figure:
    """One number of the table: its value, the 95% interval, and the k of n behind it."""

    value: float
    low: float = math.nan
    high: float = math.nan
    k: int | None = None
    n: int | None = None
    higher_is_better: bool = True


def score(labels: Labels, outcome: Outcome) -> Score:
    """Holds one outcome against the labels. A crash misses everything that was to be said."""
    reported = {n: v for n, v in outcome.facts.items() if n in labels.fact_names}
    right = {n for n, v in labels.facts.items() if n in reported and same(n, v, reported[n])}
    wrong = (set(labels.facts) & set(reported)) - right
    fired = outcome.fired
    asked = {q.split(":", 1)[0] for q in outcome.questions}
    blockers = {f.code for f in outcome.findings if f.severity == "blocker"} & fired
    return Score(
        slug=labels.slug,
        cluster=labels.cluster,
        sound=labels.sound,
        dangerous=labels.dangerous,
        facts_right=frozenset(right),
        facts_missing=frozenset(set(labels.facts) - set(reported)),
        facts_wrong=frozenset(wrong),
        facts_invented=frozenset(set(reported) - set(labels.facts)),
        codes_right=fired & labels.fires,
        codes_wrong=fired & labels.must_be_silent,
        codes_missed=labels.fires - fired,
        blockers_wrong=frozenset(blockers) & labels.must_be_silent,
        verdict_right=outcome.verdict in labels.verdict,
        approach_right=outcome.approach in labels.approach if labels.approach else None,
        approved=outcome.verdict == "approve",
        approved_with_conditions=outcome.verdict == "approve_with_conditions",
        questions_asked=labels.questions & asked,
        questions_missing=labels.questions - asked,
        quotes=len(outcome.all_quotes),
        bad_quotes=len(outcome.bad_quotes),
        crashed=bool(outcome.crash),
        seconds=outcome.seconds,
    )


def fact_counts(scores: Iterable[Score]) -> dict[str, Counts]:
    """Counts by fact name. A wrong value is both a false report and a missed fact."""
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for s in scores:
        for name in s.facts_right:
            found[name]["right"] += 1
        for name in s.facts_wrong:
            found[name].update(("wrong", "missed"))
        for name in s.facts_invented:
            found[name]["wrong"] += 1
        for name in s.facts_missing:
            found[name]["missed"] += 1
    return {n: Counts(c["right"], c["wrong"], c["missed"]) for n, c in sorted(found.items())}


def code_counts(scores: Iterable[Score]) -> dict[str, Counts]:
    """Counts by rule code, only the codes that fired or should have."""
    right: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    for s in scores:
        right.update(s.codes_right)
        wrong.update(s.codes_wrong)
        missed.update(s.codes_missed)
    return {c: Counts(right[c], wrong[c], missed[c]) for c in CODES if right[c] + wrong[c] + missed[c]}


def figures(scores: Sequence[Score]) -> dict[str, Figure]:
    """Every figure of the table by name, in its order."""
    return {
        "rule_precision": _pooled(scores, lambda s: (len(s.codes_right), len(s.codes_right) + len(s.codes_wrong))),
        "rule_recall": _pooled(scores, lambda s: (len(s.codes_right), len(s.codes_right) + len(s.codes_missed))),
        "rule_f1": _bootstrapped(scores, lambda some: _total(code_counts(some)).f1),
        "rule_f1_macro": _bootstrapped(scores, lambda some: macro_f1(code_counts(some))),
        "fact_recall": _pooled(scores, lambda s: (len(s.facts_right), _labelled(s))),
        "facts_invented": _pooled(scores, lambda s: (len(s.facts_invented), _reported(s)), higher_is_better=False),
        "facts_wrong": _pooled(scores, lambda s: (len(s.facts_wrong), _reported(s)), higher_is_better=False),
        "fact_f1": _bootstrapped(scores, lambda some: _total(fact_counts(some)).f1),
        "fact_f1_macro": _bootstrapped(scores, lambda some: macro_f1(fact_counts(some))),
        "verdict": _pooled(scores, lambda s: (int(s.verdict_right), 1)),
        "approach": _pooled(scores, lambda s: (int(s.approach_right is True), int(s.approach_right is not None))),
        "dangerous_approvals": _bounded(scores, lambda s: (int(s.dangerous and s.approved), int(s.dangerous))),
        "dangerous_with_conditions": _bounded(
            scores, lambda s: (int(s.dangerous and s.approved_with_conditions), int(s.dangerous))
        ),
        "false_blockers_per_sound": _per_sound(scores),
        "questions_asked": _pooled(
            scores, lambda s: (len(s.questions_asked), len(s.questions_asked) + len(s.questions_missing))
        ),
        "quotes_valid": _pooled(scores, lambda s: (s.quotes - s.bad_quotes, s.quotes)),
        "crashes": _bounded(scores, lambda s: (int(s.crashed), 1)),
    }


def macro_f1(counts: dict[str, Counts]) -> float:
    """Mean F1 over names, each name alike."""
    return _mean([c.f1 for c in counts.values()])


def _total(counts: dict[str, Counts]) -> Counts:
    return sum(counts.values(), Counts())


def _labelled(s: Score) -> int:
    return len(s.facts_right) + len(s.facts_wrong) + len(s.facts_missing)


def _reported(s: Score) -> int:
    return len(s.facts_right) + len(s.facts_wrong) + len(s.facts_invented)


def _pooled(
    scores: Sequence[Score], count: Callable[[Score], tuple[int, int]], higher_is_better: bool = True
) -> Figure:
    """A share over all cases; its interval takes the base document for the unit."""
    found: defaultdict[Hashable, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for s in scores:
        (a, b), (more, of) = found[s.cluster], count(s)
        found[s.cluster] = a + more, b + of
    k, n = (sum(column) for column in zip(*found.values(), strict=True)) if found else (0, 0)
    low, high = share_interval(found)
    return Figure(_share(k, n), low, high, k, n, higher_is_better)


def _bounded(scores: Sequence[Score], count: Callable[[Score], tuple[int, int]]) -> Figure:
    """Something that must not happen: k of n, and what the true rate may still be."""
    k, n = (sum(column) for column in zip(*map(count, scores), strict=True)) if scores else (0, 0)
    return Figure(_share(k, n), 0.0, upper_bound(k, n), k, n, higher_is_better=False)


def _per_sound(scores: Sequence[Score]) -> Figure:
    sound = [s for s in scores if s.sound]
    wrong = sum(len(s.blockers_wrong) for s in sound)
    return Figure(_share(wrong, len(sound)), 0.0, upper_bound(wrong, len(sound)), wrong, len(sound), False)


def _bootstrapped(scores: Sequence[Score], statistic: Callable[[Sequence[Score]], float]) -> Figure:
    groups: defaultdict[Hashable, list[Score]] = defaultdict(list)
    for s in scores:
        groups[s.cluster].append(s)
    low, high = cluster_bootstrap(groups, statistic, draws=400)
    return Figure(statistic(scores), low, high, n=len(groups))


def _share(k: float, n: float) -> float:
    return k / n if n else math.nan


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else math.nan
