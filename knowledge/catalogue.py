"""The catalogues, each read once on first use: models, GPUs, cloud machines, hosted models, languages, currencies."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, Literal, TypeVar

from pydantic import BaseModel

from knowledge.errors import UnknownName
from knowledge.files import data_file, read_toml, validated
from knowledge.names import by_alias, family_key, key, nearest, resolve_gpu, resolve_model
from knowledge.specs import (
    Currency,
    GpuSpec,
    HostedModel,
    Instance,
    Language,
    LanguageGroup,
    ModelSpec,
    without_blanks,
)

T = TypeVar("T", bound=BaseModel)
CatalogueKind = Literal["model", "gpu", "instance", "hosted", "language", "currency"]


@cache
def models() -> tuple[ModelSpec, ...]:
    """Open-weights base models, family by family."""
    return _csv(ModelSpec, "models.csv")


def model(name: str) -> ModelSpec | None:
    """The base model that a name stands for, in any usual spelling, tuned or quantised; None when unknown."""
    return resolve_model(name, _models_by_alias())


def family(name: str) -> tuple[ModelSpec, ...]:
    """All sizes of a family by its name, with or without a size (`Llama 3.1`, `Qwen 2.5 14B`); empty when unknown."""
    wanted = {family_key(name), key(name)}
    found = model(name)
    return tuple(m for m in models() if key(m.family) in wanted or (found and m.family == found.family))


@cache
def gpus() -> tuple[GpuSpec, ...]:
    """GPUs, from the datacentre to the desk."""
    return _csv(GpuSpec, "gpus.csv")


def gpu(name: str) -> GpuSpec | None:
    """The GPU that a name stands for; `A100` alone means the 80 GB one, `H100` the SXM one. None when unknown."""
    return resolve_gpu(name, _gpus_by_alias())


@cache
def instances() -> tuple[Instance, ...]:
    """Cloud machine types with their GPUs."""
    return _dated(Instance, "instances.toml", "instance")


def instance(name: str) -> Instance | None:
    """A cloud machine type by name, with or without SageMaker's `ml.`; None when unknown."""
    return _instances_by_name().get(key(name.strip().removeprefix("ml.")))


@cache
def hosted() -> tuple[HostedModel, ...]:
    """Models reached only through an API."""
    table = read_toml(data_file("catalogues", "hosted.toml"))
    return _validated(HostedModel, table["model"], "hosted.toml")


def hosted_model(name: str) -> HostedModel | None:
    """A hosted model by name; a fine-tuned one's `ft:` and owner do not matter. None when unknown."""
    plain = name.removeprefix("ft:").split(":", 1)[0]
    return resolve_model(plain, _hosted_by_alias())


@cache
def languages() -> tuple[Language, ...]:
    """Languages by ISO code."""
    table = read_toml(data_file("catalogues", "languages.toml"))
    return _validated(Language, table["language"], "languages.toml")


@cache
def language_groups() -> tuple[LanguageGroup, ...]:
    """Groups of languages, like the guide's "Asian languages"."""
    table = read_toml(data_file("catalogues", "languages.toml"))
    return _validated(LanguageGroup, table["group"], "languages.toml")


def language(name: str) -> Language | None:
    """A language by ISO code, English name or own name; None when unknown."""
    return _languages_by_name().get(key(name))


@cache
def fx() -> Mapping[str, Currency]:
    """Approximate dollars for one unit of each currency, by ISO code."""
    return MappingProxyType({c.code: c for c in _dated(Currency, "fx.toml", "currency")})


def suggest(name: str, kind: CatalogueKind, limit: int = 3) -> tuple[str, ...]:
    """The catalogue's names most like a name, the most alike first; empty when none is alike.

    Raises:
        UnknownName: no such kind of catalogue.
    """
    if kind not in _SPELLINGS:
        raise UnknownName("catalogue", kind, tuple(_SPELLINGS))
    return nearest(name, _SPELLINGS[kind](), limit)


_SPELLINGS = {
    "model": lambda: [m.name for m in models()],
    "gpu": lambda: [g.name for g in gpus()],
    "instance": lambda: [i.name for i in instances()],
    "hosted": lambda: [h.name for h in hosted()],
    "language": lambda: [n.name for n in languages()],
    "currency": lambda: list(fx()),
}


@cache
def _models_by_alias() -> dict[str, ModelSpec]:
    return by_alias((m, m.spellings) for m in models())


@cache
def _gpus_by_alias() -> dict[str, GpuSpec]:
    return by_alias((g, g.spellings) for g in gpus())


@cache
def _hosted_by_alias() -> dict[str, HostedModel]:
    return by_alias((h, h.spellings) for h in hosted())


@cache
def _instances_by_name() -> dict[str, Instance]:
    return by_alias((i, (i.name, i.name.removeprefix("Standard_"))) for i in instances())


@cache
def _languages_by_name() -> dict[str, Language]:
    return by_alias((n, (n.code, *n.spellings)) for n in languages())


def _csv(kind: type[T], name: str) -> tuple[T, ...]:
    text = data_file("catalogues", name).read_text(encoding="utf-8")
    return _validated(kind, map(without_blanks, csv.DictReader(io.StringIO(text))), name)


def _dated(kind: type[T], name: str, table: str) -> tuple[T, ...]:
    """Rows that share the file's source and date unless they name their own."""
    content = read_toml(data_file("catalogues", name))
    shared = {"source": content["source"], "date": content["date"]}
    return _validated(kind, ({**shared, **row} for row in content[table]), name)


def _validated(kind: type[T], found: Iterable[dict[str, Any]], where: str) -> tuple[T, ...]:
    return tuple(validated(kind, row, where) for row in found)
