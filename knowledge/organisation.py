"""An organisation's own knowledge: a folder with `policies.toml` and `prices.toml`, laid over the guide and catalogues.

The format is described in `knowledge/README.md`.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from pydantic import Field, model_validator

from knowledge.catalogue import fx, gpu, gpus, hosted, hosted_model
from knowledge.entries import Frozen, Policy
from knowledge.errors import BadKnowledge, UnknownName
from knowledge.files import read_toml, validated
from knowledge.guide_book import Guide, guide
from knowledge.specs import Currency, GpuSpec, HostedModel

FILES = ("policies.toml", "prices.toml")
TABLES = {"policies.toml": {"policy"}, "prices.toml": {"gpu", "hosted", "currency"}}
P = TypeVar("P", bound="_Price")


class _Price(Frozen):
    name: str
    source: str = Field(min_length=1)
    date: str = Field(pattern=r"^\d{4}(-\d{2}){0,2}$")


class GpuPrice(_Price):
    """What the organisation pays for one GPU for an hour, in US dollars: low, typical, high."""

    usd_low: float = Field(gt=0)
    usd_typical: float = Field(gt=0)
    usd_high: float = Field(gt=0)

    @model_validator(mode="before")
    @classmethod
    def _one_price(cls, data: dict[str, Any]) -> dict[str, Any]:
        if "usd" not in data:
            return data
        rest = {k: v for k, v in data.items() if k != "usd"}
        return {"usd_low": data["usd"], "usd_typical": data["usd"], "usd_high": data["usd"], **rest}

    @model_validator(mode="after")
    def _in_order(self) -> GpuPrice:
        if not self.usd_low <= self.usd_typical <= self.usd_high:
            raise ValueError("prices must rise from usd_low over usd_typical to usd_high")
        return self


class HostedPrice(_Price):
    """What the organisation pays for a hosted model, in US dollars per million tokens."""

    usd_in_per_1m: float = Field(gt=0)
    usd_out_per_1m: float = Field(gt=0)


class CurrencyRate(_Price):
    """The organisation's own rate: US dollars for one unit."""

    usd: float = Field(gt=0)


class Organisation(Frozen):
    """What one organisation adds: its policies, and its prices over the list prices."""

    name: str
    policies: tuple[Policy, ...] = ()
    gpu_prices: tuple[GpuPrice, ...] = ()
    hosted_prices: tuple[HostedPrice, ...] = ()
    rates: tuple[CurrencyRate, ...] = ()

    def guide(self) -> Guide:
        """The guide with the organisation's policies after its own entries."""
        return guide().with_entries(self.policies)

    def gpus(self) -> tuple[GpuSpec, ...]:
        """The GPU catalogue at the organisation's prices."""
        return tuple(self._priced_gpu(g) for g in gpus())

    def hosted(self) -> tuple[HostedModel, ...]:
        """The hosted models at the organisation's prices."""
        return tuple(self._priced_model(h) for h in hosted())

    def fx(self) -> dict[str, Currency]:
        """The currencies at the organisation's rates."""
        own = {r.name: r for r in self.rates}
        changed = {c: {"usd": own[c].usd, "source": own[c].source, "date": own[c].date} for c in own}
        return {c: old.model_copy(update=changed.get(c, {})) for c, old in fx().items()}

    def _priced_gpu(self, old: GpuSpec) -> GpuSpec:
        price = next((p for p in self.gpu_prices if p.name == old.name), None)
        if price is None:
            return old
        cited = f"{price.source}, {price.date}"
        figures = price.model_dump(include={"usd_low", "usd_typical", "usd_high"})
        return old.model_copy(update=figures | {f"{k}_source": cited for k in figures})

    def _priced_model(self, old: HostedModel) -> HostedModel:
        price = next((p for p in self.hosted_prices if p.name == old.name), None)
        if price is None:
            return old
        figures = price.model_dump(include={"usd_in_per_1m", "usd_out_per_1m"})
        return old.model_copy(update=figures | {"price_source": price.source, "price_date": price.date})


def load_organisation(path: str | Path) -> Organisation:
    """Reads an organisation's folder.

    Args:
        path: a folder with `policies.toml`, `prices.toml` or both.

    Raises:
        BadKnowledge: one line that names the file, the entry and what is wrong with it.
    """
    folder = Path(path)
    if not folder.is_dir():
        raise BadKnowledge(f"{folder}: not a folder")
    found = {name: _tables(folder / name) for name in FILES if (folder / name).is_file()}
    if not found:
        raise BadKnowledge(f"{folder}: has neither {' nor '.join(FILES)}")
    prices = found.get("prices.toml", {})
    organisation = Organisation(
        name=folder.resolve().name,
        policies=tuple(_policy(row) for row in found.get("policies.toml", {}).get("policy", [])),
        gpu_prices=tuple(_named(GpuPrice, row, _gpu_name) for row in prices.get("gpu", [])),
        hosted_prices=tuple(_named(HostedPrice, row, _hosted_name) for row in prices.get("hosted", [])),
        rates=tuple(_named(CurrencyRate, row, _currency_code) for row in prices.get("currency", [])),
    )
    _no_twins(organisation)
    return organisation


def _tables(file: Path) -> dict[str, list[dict[str, Any]]]:
    content = read_toml(file)
    if unknown := sorted(set(content) - TABLES[file.name]):
        expected = ", ".join(f"[[{t}]]" for t in sorted(TABLES[file.name]))
        raise BadKnowledge(f"{file.name}: unknown {unknown[0]!r}; it may hold {expected}")
    for name, table in content.items():
        if not (isinstance(table, list) and all(isinstance(row, dict) for row in table)):
            raise BadKnowledge(f"{file.name}: {name!r} must be written as [[{name}]]")
    return content


def _policy(row: dict[str, Any]) -> Policy:
    where = "policies.toml"
    slug = str(row.get("id", ""))
    if not slug.startswith("policy/"):
        raise BadKnowledge(f"{where}: {slug or 'entry'}: the id must start with 'policy/'")
    cited = {"title": where, "ref": slug}
    policy = validated(Policy, {"quotes": [str(row.get("text", ""))], "sources": [cited], **row}, where)
    for ref in policy.refs:
        if not ref.startswith("policy/"):
            _guide_has(ref, policy.id)
    return policy


def _guide_has(ref: str, by: str) -> None:
    try:
        guide().entry(ref)
    except UnknownName as error:
        raise BadKnowledge(f"policies.toml: {by}: refs: {error}") from error


def _named(kind: type[P], row: dict[str, Any], find: Callable[[str], str | None]) -> P:
    price = validated(kind, row, "prices.toml")
    name = find(price.name)
    if name is None:
        raise BadKnowledge(f"prices.toml: {price.name}: not in the catalogue")
    return price.model_copy(update={"name": name})


def _gpu_name(name: str) -> str | None:
    found = gpu(name)
    return found.name if found else None


def _hosted_name(name: str) -> str | None:
    found = hosted_model(name)
    return found.name if found else None


def _currency_code(name: str) -> str | None:
    return name.upper() if name.upper() in fx() else None


def _no_twins(organisation: Organisation) -> None:
    organisation.guide()
    for prices in (organisation.gpu_prices, organisation.hosted_prices, organisation.rates):
        names = [p.name for p in prices]
        if twins := sorted({n for n in names if names.count(n) > 1}):
            raise BadKnowledge(f"prices.toml: {twins[0]}: the price is given twice")
