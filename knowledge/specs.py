"""The rows of the catalogues, frozen. Every group of figures names its source; prices and cards also their date."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from knowledge.entries import Frozen


def _split(separator: str | None) -> BeforeValidator:
    return BeforeValidator(lambda v: tuple(x for x in v.split(separator) if x) if isinstance(v, str) else v)


Aliases = Annotated[tuple[str, ...], _split(";")]
Codes = Annotated[tuple[str, ...], _split(None)]


class ModelSpec(Frozen):
    """An open-weights base model.

    `params` counts all weights, `params_active` those that one token passes through. `languages` are the ISO codes
    that the model's card names; when `languages_complete` is false the card says that there are more.
    """

    name: str
    family: str
    hf_id: str
    params: int = Field(gt=0)
    params_active: int = Field(gt=0)
    layers: int = Field(gt=0)
    hidden: int = Field(gt=0)
    intermediate: int = Field(gt=0)
    heads: int = Field(gt=0)
    kv_heads: int = Field(gt=0)
    head_dim: int = Field(gt=0)
    vocab: int = Field(gt=0)
    context: int = Field(gt=0)
    tied: bool
    gated_mlp: bool
    architecture: Literal["decoder", "encoder"]
    moe_experts: int = 0
    moe_topk: int = 0
    moe_intermediate: int = 0
    moe_shared_intermediate: int = 0
    kv_bytes_per_token_bf16: int = Field(gt=0)
    params_check: str
    shape_source: str
    shape_date: str
    licence: str
    released: str
    licence_source: str
    licence_date: str
    languages: Codes
    languages_complete: bool
    languages_claimed: int
    languages_source: str
    languages_date: str
    aliases: Aliases = ()
    notes: str = ""

    @property
    def params_b(self) -> float:
        """Billions of parameters in all."""
        return self.params / 1e9

    @property
    def active_b(self) -> float:
        """Billions of parameters that one token passes through."""
        return self.params_active / 1e9

    @property
    def spellings(self) -> tuple[str, ...]:
        """The name and every other way in which it is written."""
        return (self.name, *self.aliases)

    def supports(self, language: str) -> bool | None:
        """Whether the card lists a language (ISO code); None when the card does not say."""
        accepted = {"no": ("no", "nb", "nn"), "nb": ("nb", "no"), "yue": ("yue",)}.get(language, (language,))
        if any(code in self.languages for code in accepted):
            return True
        return False if self.languages_complete else None


class GpuSpec(Frozen):
    """A GPU. `usable_gib` is what PyTorch can allocate; TFLOPS are dense, without sparsity; prices per GPU-hour."""

    name: str
    vendor: Literal["NVIDIA", "AMD"]
    architecture: str
    segment: Literal["datacentre", "workstation", "consumer"]
    memory_gb: float = Field(gt=0)
    usable_gib: float = Field(gt=0)
    usable_source: str
    dense_bf16_tflops: float | None = None
    dense_fp16_tflops: float = Field(gt=0)
    dense_fp8_tflops: float | None = None
    bandwidth_gb_s: float = Field(gt=0)
    bf16_native: bool
    spec_source: str
    usd_low: float | None = Field(default=None, gt=0)
    usd_low_source: str = ""
    usd_typical: float | None = Field(default=None, gt=0)
    usd_typical_source: str = ""
    usd_high: float | None = Field(default=None, gt=0)
    usd_high_source: str = ""
    aliases: Aliases = ()
    notes: str = ""

    @property
    def dense_tflops(self) -> float:
        """Dense 16-bit TFLOPS: bf16 where the GPU has it, else fp16."""
        return self.dense_bf16_tflops or self.dense_fp16_tflops

    @property
    def usd_per_hour(self) -> tuple[float, float, float] | None:
        """Low, typical and high price of one GPU for an hour; None when none was found."""
        known = [p for p in (self.usd_low, self.usd_typical, self.usd_high) if p is not None]
        if not known:
            return None
        typical = self.usd_typical or known[len(known) // 2]
        return min(known), typical, max(known)

    @property
    def spellings(self) -> tuple[str, ...]:
        """The name and every other way in which it is written."""
        return (self.name, *self.aliases)


class Instance(Frozen):
    """A cloud machine type: the GPU's catalogue name and how many it has."""

    name: str
    provider: str
    gpu: str
    gpus: int = Field(gt=0)
    source: str
    date: str


class HostedModel(Frozen):
    """A model reached only through an API. Prices in US dollars per million tokens; None where not known."""

    name: str
    vendor: str
    fine_tunable: bool | None = None
    aliases: tuple[str, ...] = ()
    usd_in_per_1m: float | None = Field(default=None, gt=0)
    usd_out_per_1m: float | None = Field(default=None, gt=0)
    context: int | None = None
    price_source: str = ""
    price_date: str = ""
    usd_train_per_1m: float | None = Field(default=None, gt=0)
    tuned_usd_in_per_1m: float | None = Field(default=None, gt=0)
    tuned_usd_out_per_1m: float | None = Field(default=None, gt=0)
    training_source: str = ""
    retired: str = ""
    notes: str = ""

    @property
    def spellings(self) -> tuple[str, ...]:
        """The name and every other way in which it is written."""
        return (self.name, *self.aliases)

    @model_validator(mode="after")
    def _priced_with_source(self) -> HostedModel:
        if self.usd_in_per_1m is not None and not (self.price_source and self.price_date):
            raise ValueError("a price needs price_source and price_date")
        return self


class Language(Frozen):
    """A language: ISO 639 code, English name, its own name, other names, and the groups it belongs to."""

    code: str
    name: str
    own_name: str
    others: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()

    @property
    def spellings(self) -> tuple[str, ...]:
        """Every name, without the code."""
        return tuple(dict.fromkeys((self.name, self.own_name, *self.others)))


class LanguageGroup(Frozen):
    """A group of languages and the words by which people mean it, like "Asian languages"."""

    name: str
    words: tuple[str, ...]


class Currency(Frozen):
    """US dollars for one unit of a currency, approximate, as of `date`."""

    code: str = Field(pattern=r"^[A-Z]{3}$")
    name: str
    signs: tuple[str, ...] = ()
    usd: float = Field(gt=0)
    source: str
    date: str


def without_blanks(row: dict[str, Any]) -> dict[str, Any]:
    """A CSV row without its empty cells, so that defaults apply."""
    return {k: v for k, v in row.items() if v != ""}
