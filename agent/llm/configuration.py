"""Which model, where, and what it may cost: from the environment and the table `[model]` of `review-finetune.toml`.

    [model]
    name = "gpt-6-luna"
    seconds = 60          # for all calls of one review together
    tokens = 200_000      # in and out, of one review
    usd = 0.25            # of one review
    context = 32_768      # tokens that the model takes, where `models.toml` does not know it
    api = "auto"          # or responses, chat
    word = true           # word questions and summary; for that the model sees them and not the document
    investigate = false   # let the model search with read-only tools: up to four calls more
    at_once = 4           # calls at once, of all reviews of a batch, on all machines of its queue
    cache = true          # keep answers for a month, so that the same document costs nothing twice
    usd_in = 0.10         # per million tokens, where `models.toml` does not know the price
    usd_out = 0.50

The environment says where: OPENAI_API_KEY, and OPENAI_BASE_URL for any server that speaks OpenAI's API (a local one
needs no key). Azure: AZURE_OPENAI_ENDPOINT and AZURE_OPENAI_API_KEY; with OPENAI_API_VERSION the dated API, without it
v1. REVIEW_FINETUNE_MODEL names the model, at Azure the deployment.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError

from agent.errors import UsageError
from agent.models import Frozen

KEY, ADDRESS, NAME = "OPENAI_API_KEY", "OPENAI_BASE_URL", "REVIEW_FINETUNE_MODEL"
AZURE_KEY, AZURE_ADDRESS, AZURE_VERSION = "AZURE_OPENAI_API_KEY", "AZURE_OPENAI_ENDPOINT", "OPENAI_API_VERSION"
OPENAI = "https://api.openai.com/v1"
NO_KEY = "none"
"""What a local server that asks for no key is sent."""
CONTEXT = 32_768
Api = Literal["auto", "responses", "chat"]


class Known(Frozen):
    """What `models.toml` says of one model."""

    input: float
    cached: float
    output: float
    context: int
    effort: str = ""
    source: str
    date: Any


class Limits(Frozen):
    """The table `[model]`."""

    name: str = ""
    seconds: float = Field(default=60.0, gt=0)
    tokens: int = Field(default=200_000, gt=0)
    usd: float = Field(default=0.25, gt=0)
    context: int | None = Field(default=None, ge=2048)
    api: Api = "auto"
    word: bool = True
    investigate: bool = False
    at_once: int = Field(default=4, ge=1, le=256)
    cache: bool = True
    usd_in: float | None = Field(default=None, ge=0)
    usd_out: float | None = Field(default=None, ge=0)


DEFAULTS = Limits()
"""The defaults."""


@dataclass(frozen=True)
class ModelSettings:
    """One model at one address, with its limits.

    Attributes:
        name: as the address knows it.
        address: where it is asked; of Azure with a version, the resource's own address.
        key: never shown.
        limits: what a review may take.
        azure_version: of the API at Azure, or empty.
        folder: where answers are kept, or None to keep none.
        days: how long they are kept; None for ever.
        replay: only what is kept is answered, nobody is asked.
    """

    name: str
    address: str = OPENAI
    key: str = field(default=NO_KEY, repr=False)
    limits: Limits = DEFAULTS
    azure_version: str = ""
    folder: Path | None = None
    days: int | None = 30
    replay: bool = False

    def with_flags(self, investigate: bool, no_cache: bool) -> ModelSettings:
        """The same with what the command line asks for."""
        limits = self.limits.model_copy(update={"investigate": True}) if investigate else self.limits
        return replace(self, limits=limits, folder=None if no_cache else self.folder)

    @property
    def known(self) -> Known | None:
        """What is known of the model; a dated name is that of its family."""
        listed = models()
        family = max((n for n in listed if self.name == n or self.name.startswith(f"{n}-20")), key=len, default=None)
        return listed[family] if family else None

    @property
    def context(self) -> int:
        """Tokens that the model takes."""
        return self.limits.context or (self.known.context if self.known else CONTEXT)

    @property
    def priced(self) -> bool:
        """True when calls can be priced."""
        return self.known is not None or self.limits.usd_in is not None or self.limits.usd_out is not None

    def cost(self, input_tokens: int, cached_tokens: int, output_tokens: int) -> float:
        """US dollars of a call; 0 where no price is known."""
        own, known = self.limits, self.known
        if own.usd_in is not None or own.usd_out is not None:
            return (input_tokens * (own.usd_in or 0) + output_tokens * (own.usd_out or 0)) / 1e6
        if known is None:
            return 0.0
        fresh = max(0, input_tokens - cached_tokens)
        return (fresh * known.input + cached_tokens * known.cached + output_tokens * known.output) / 1e6


@cache
def _file() -> dict[str, Any]:
    return tomllib.loads((files("agent.llm") / "models.toml").read_text(encoding="utf-8"))


@cache
def models() -> dict[str, Known]:
    """The models whose price is known."""
    return {name: Known(**table) for name, table in _file()["models"].items()}


def default_model() -> str:
    """The model that is asked where none is named."""
    return str(_file()["default"])


def configured(
    table: Mapping[str, Any], environ: Mapping[str, str], file: str = "review-finetune.toml"
) -> ModelSettings | None:
    """The model that is configured, or None.

    Args:
        table: `[model]` of the configuration.
        environ: the environment.
        file: named when the table is wrong.

    Raises:
        UsageError: an unknown key or a value out of range in the table.
    """
    limits = _limits(table, file)
    name = environ.get(NAME) or limits.name or default_model()
    folder = kept_in(environ) if limits.cache else None
    if azure := environ.get(AZURE_ADDRESS):
        version = environ.get(AZURE_VERSION, "")
        address = azure if version else f"{azure.rstrip('/')}/openai/v1"
        return ModelSettings(name, address, environ.get(AZURE_KEY) or NO_KEY, limits, version, folder)
    key, server = environ.get(KEY), environ.get(ADDRESS)
    if not key and not server:
        return None
    return ModelSettings(name, server or OPENAI, key or NO_KEY, limits, "", folder)


def kept_in(environ: Mapping[str, str]) -> Path:
    """The folder of kept answers: in the user's cache, or where REVIEW_FINETUNE_CACHE says."""
    if own := environ.get("REVIEW_FINETUNE_CACHE"):
        return Path(own)
    home = environ.get("XDG_CACHE_HOME") or str(Path(environ.get("HOME") or ".") / ".cache")
    return Path(home) / "review-finetune"


def _limits(table: Mapping[str, Any], file: str) -> Limits:
    try:
        return Limits(**table)
    except (ValidationError, TypeError) as error:
        first = error.errors()[0] if isinstance(error, ValidationError) else {"loc": (), "msg": str(error)}
        place = ".".join(("model", *(str(part) for part in first["loc"])))
        raise UsageError(f"configuration {file}", f"{place}: {str(first['msg']).lower()}", "Mend that line.") from None
