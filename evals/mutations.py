"""One-fact edits of sound bases, and exactly which findings each must bring; the same backwards; two flaws together."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from evals.bases import SECTIONS, Plan, bases, markdown, roles
from evals.variants import Expected, Variant

_FILE = Path(__file__).parent / "phrasings" / "mutations.toml"
PER_BASE = 12
RESTORED_PER_BASE = 3
_ONLY_WHERE_NAMED = frozenset({"full"})
"""Shapes in which a flaw elsewhere also takes away what the method rests on: only edits that name them."""
_ARITHMETIC = re.compile(r"([a-z_]+)([*+-])([\d.]+)")


class Operator(BaseModel):
    """One edit and what follows from it; see the head of mutations.toml."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    codes: frozenset[str] = frozenset()
    asks: frozenset[str] = frozenset()
    may: frozenset[str] = frozenset()
    verdict: frozenset[str] = Field(min_length=1)
    facts: tuple[str, ...]
    shapes: frozenset[str] = frozenset()
    drop: tuple[str, ...] = ()
    say: Mapping[str, tuple[str, ...]] = {}
    add: Mapping[str, tuple[str, ...]] = {}
    fields: Mapping[str, Any] = {}
    restore: tuple[str, ...] = ()
    mend: Mapping[str, tuple[str, ...]] = {}
    pairs: bool = False

    @model_validator(mode="after")
    def _expects_something(self) -> Operator:
        if not self.codes and not self.asks:
            raise ValueError(f"{self.id}: names neither a finding nor a question")
        return self

    def fits(self, plan: Plan) -> bool:
        """True when the edit makes sense for this shape of proposal."""
        return plan.shape in self.shapes if self.shapes else plan.shape not in _ONLY_WHERE_NAMED

    def apply(self, plan: Plan, turn: int = 0) -> Plan:
        """The flawed plan; `turn` picks among wordings."""
        changed = plan.with_fields(**{k: _worked_out(v, plan.fields) for k, v in self.fields.items()})
        changed = changed.without(*self.drop)
        for role, wordings in self.say.items():
            changed = changed.saying(role, wordings[turn % len(wordings)])
        for section, wordings in self.add.items():
            changed = changed.adding(section, wordings[turn % len(wordings)])
        return changed

    @property
    def touched(self) -> frozenset[str]:
        """The roles and fields that the edit changes."""
        return frozenset((*self.drop, *self.say, *self.fields))

    @property
    def expected(self) -> Expected:
        """What must, and what may, differ from the base."""
        return Expected(codes=self.codes, asks=self.asks, may=self.may, verdicts=self.verdict, facts=self.facts)


@cache
def operators() -> tuple[Operator, ...]:
    """All operators in the file's order.

    Raises:
        ValidationError: the file names a thing that is not there.
    """
    return tuple(Operator.model_validate(row) for row in tomllib.loads(_FILE.read_text("utf-8"))["operator"])


def mutations(plans: Sequence[Plan] | None = None, per_base: int | None = PER_BASE) -> Iterator[Variant]:
    """The suite: for each base its edits, some of them given back, and one pair of flaws.

    Args:
        plans: the bases; all by default.
        per_base: edits for each base, spread so that each operator is used alike; None takes all that fit.
    """
    used: Counter[str] = Counter()
    for turn, plan in enumerate(bases() if plans is None else plans):
        fitting = sorted((o for o in operators() if o.fits(plan)), key=lambda o: (used[o.id], o.id))
        chosen = fitting[:per_base]
        used.update(o.id for o in chosen)
        for operator in chosen:
            yield Variant(plan.slug, operator.id, markdown(operator.apply(plan, turn)), operator.expected)
        for operator in [o for o in chosen if o.restore][:RESTORED_PER_BASE]:
            yield Variant(plan.slug, f"restored:{operator.id}", markdown(restored(operator, plan, turn)), Expected())
        for operator in [o for o in chosen if o.mend][:RESTORED_PER_BASE]:
            mended = Expected(facts=operator.facts)
            yield Variant(plan.slug, f"mended:{operator.id}", markdown(_mended(operator, plan, turn)), mended)
        if pair := _pairable(chosen):
            yield _pair(plan, *pair, turn)


def restored(operator: Operator, plan: Plan, turn: int) -> Plan:
    """The flawed plan with what was missing said at its end, in other words where the role has several."""
    flawed = operator.apply(plan, turn)
    home = roles()[operator.restore[0]]["section"]
    if operator.say:
        flawed = flawed.without(*operator.say)
    whole = "operation" if home != "operation" else SECTIONS[-1]
    for role in operator.restore:
        wordings = roles()[role]["say"]
        flawed = flawed.adding(whole, wordings[(plan.choices[role] + 1) % len(wordings)])
    return flawed


def _mended(operator: Operator, plan: Plan, turn: int) -> Plan:
    """The flawed plan with the one sentence that answers the finding; the flaw's own words stay."""
    flawed = operator.apply(plan, turn)
    for section, wordings in operator.mend.items():
        flawed = flawed.adding(section, wordings[turn % len(wordings)])
    return flawed


def _pairable(chosen: Sequence[Operator]) -> tuple[Operator, Operator] | None:
    """Two of these operators that touch different roles and fields."""
    fit = [o for o in chosen if o.pairs]
    found = ((a, b) for a in fit for b in fit if a.id < b.id and not a.touched & b.touched)
    return next(found, None)


def _pair(plan: Plan, first: Operator, second: Operator, turn: int) -> Variant:
    """Two flaws at once: the verdict is no better than that of either alone."""
    both = second.apply(first.apply(plan, turn), turn)
    alone = (f"{plan.slug}~{first.id}", f"{plan.slug}~{second.id}")
    return Variant(plan.slug, "two-flaws", markdown(both), Expected(no_better_than=alone))


def _worked_out(value: Any, fields: Mapping[str, Any]) -> Any:
    """A literal, or a figure from another field: `r-3`, `total*0.6`."""
    match = _ARITHMETIC.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return value
    left, right = fields[match[1]], float(match[3])
    result = {"*": left * right, "+": left + right, "-": left - right}[match[2]]
    return round(result)
