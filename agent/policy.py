"""An organisation's policy: rules switched off or re-graded, thresholds and prices changed, each with its reason.

Read from `review-finetune.toml`:

    [rules.EST2]
    off = true
    reason = "Timelines are agreed elsewhere."

    [rules.OPS1]
    severity = "blocker"
    reason = "Nothing goes live without a serving plan here."

    [thresholds.max_experiments]
    value = 60
    reason = "Cluster quota."

    [prices.A100-80GB]
    usd_per_hour = 1.10
    reason = "Reserved contract until 2027."
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError

from agent.errors import UsageError
from agent.models import Frozen, Severity
from agent.rules.thresholds import Thresholds


class RuleChange(Frozen):
    """A rule switched off or given another severity."""

    off: bool = False
    severity: Severity | None = None
    reason: str = Field(min_length=3)


class Changed(Frozen):
    """A threshold's value."""

    value: float
    reason: str = Field(min_length=3)


class Price(Frozen):
    """What an hour of one GPU costs this organisation."""

    usd_per_hour: float = Field(gt=0)
    reason: str = Field(min_length=3)


class Policy(Frozen):
    """Everything that an organisation changed; empty by default."""

    rules: dict[str, RuleChange] = {}
    thresholds: dict[str, Changed] = {}
    prices: dict[str, Price] = {}
    cited: dict[str, tuple[str, ...]] = {}

    def off(self, code: str) -> str | None:
        """The reason for which a rule is switched off, or None when it runs."""
        change = self.rules.get(code)
        return change.reason if change and change.off else None

    def grade(self, code: str, severity: Severity) -> Severity:
        """The severity of a finding under this policy."""
        change = self.rules.get(code)
        return change.severity if change and change.severity else severity

    def refs(self, code: str) -> tuple[str, ...]:
        """The organisation's own entries that a rule's findings cite after the guide's."""
        return self.cited.get(code, ())

    def limits(self) -> Thresholds:
        """The thresholds under this policy."""
        return Thresholds(**{name: change.value for name, change in self.thresholds.items()})

    def usd_per_hour(self) -> dict[str, float]:
        """GPU prices by catalogue name."""
        return {name: price.usd_per_hour for name, price in self.prices.items()}

    def notes(self) -> tuple[str, ...]:
        """What was changed, one sentence each, for the review."""
        rules = [_rule_note(code, change) for code, change in self.rules.items()]
        limits = [f"Policy: {n} is {c.value:g} ({c.reason})" for n, c in self.thresholds.items()]
        prices = [f"Policy: {n} costs ${p.usd_per_hour:g} an hour ({p.reason})" for n, p in self.prices.items()]
        return (*rules, *limits, *prices)


NO_POLICY = Policy()
"""The contract as it stands."""


def load(path: Path) -> Policy:
    """Reads a policy file.

    Raises:
        UsageError: the file is missing, is not TOML, names an unknown rule, threshold or GPU, or gives no reason.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"policy {path.name}", error.strerror or "cannot be read", "Give an existing file.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"policy {path.name}", f"not TOML: {error}") from None
    return parse(data, path.name)


def parse(data: dict[str, Any], name: str) -> Policy:
    """Checks a policy that was read.

    Raises:
        UsageError: as `load`.
    """
    try:
        policy = Policy(**data)
        policy.limits()
    except ValidationError as error:
        raise UsageError(f"policy {name}", _first_error(error), "Each change needs its value and a reason.") from None
    _check_codes(policy, name)
    _check_gpus(policy, name)
    return policy


def _rule_note(code: str, change: RuleChange) -> str:
    what = "is switched off" if change.off else f"counts as {change.severity}"
    return f"Policy: {code} {what} ({change.reason})"


def _first_error(error: ValidationError) -> str:
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"])
    return f"{place}: {first['msg'].lower()}" if place else first["msg"].lower()


def _check_codes(policy: Policy, name: str) -> None:
    from agent.rules.registry import rule_of

    for code, change in policy.rules.items():
        if rule_of(code).code != code:
            raise UsageError(f"policy {name}", f"rules go by code, not {code!r}", f"Write {rule_of(code).code}.")
        if not change.off and change.severity is None:
            raise UsageError(f"policy {name}", f"rules.{code} changes nothing", "Write off = true, or a severity.")


def _check_gpus(policy: Policy, name: str) -> None:
    from agent.estimator import gpu_spec

    for gpu in policy.prices:
        try:
            gpu_spec(gpu)
        except UsageError as error:
            raise UsageError(f"policy {name}", f"prices.{gpu}: {error.what}", error.fix) from None
