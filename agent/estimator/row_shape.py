"""The model and the GPU that a row names, however it writes them."""

from __future__ import annotations

import re

from agent.errors import UsageError
from agent.estimator.catalogue import from_size, gpu_spec, shape
from agent.estimator.cells import Row, cell, is_memory_table, number
from agent.estimator.inputs import GpuSpec, ModelShape


def model_of(row: Row) -> ModelShape:
    """The shape by architecture key, then by model name, then estimated from the parameter count.

    Raises:
        UsageError: none of the three says anything.
    """
    for name in (cell(row, "arch_key"), cell(row, "model"), cell(row, "model").split("/")[-1]):
        for prefix in ("", "DeepSeek-"):
            try:
                found = shape(prefix + name)
            except UsageError:
                continue
            if not found.estimated:
                return _resized(found, row)
    size = number(row, "params_b")
    return from_size(size, cell(row, "model") or None) if size else shape(cell(row, "model") or "unnamed model")


def _resized(found: ModelShape, row: Row) -> ModelShape:
    """The row's own parameter count where it differs a little (longer position tables, padded vocabularies)."""
    size = number(row, "params_b")
    if size is None or not 0.005 < abs(size / found.params_b - 1) < 0.2 or found.experts:
        return found
    return found.model_copy(update={"parameters": round(size * 1e9)})


SAME_CHIP = {"GB200": "B200", "H800": "H100", "A800": "A100"}
"""Names of boards whose GPU computes as another's; links between them may be slower."""


def gpu_of(row: Row) -> GpuSpec:
    """The GPU, whatever form factor or power limit the name adds; an unnamed one is taken as an A100 of 80 GB."""
    name = cell(row, "gpu") or "A100-80GB"
    plain = re.sub(r"\(.*?\)", " ", name.replace("_", " ")).strip()
    plain = re.sub(r"(?i)\bdgx|\bhbm\w*|\bsxm\d?|\bnvlink|^\d+\s*x\s*", " ", plain)
    plain = " ".join(SAME_CHIP.get(word.upper(), word) for word in plain.replace("-", " ").split())
    for text in (name, plain, " ".join(plain.split()[:2]), plain.split()[0]):
        try:
            found = gpu_spec(text)
        except UsageError:
            continue
        size = re.search(r"(\d{2,3})\s?GB", name, re.IGNORECASE)
        if size and abs(float(size[1]) / found.marketing_gb - 1) > 0.1:
            scale = float(size[1]) / found.marketing_gb
            found = found.model_copy(update={"usable_gib": found.usable_gib * scale, "marketing_gb": float(size[1])})
        return _power_limited(found, name)
    if is_memory_table(row):  # memory does not depend on the name, only a full card's reading on its size
        return gpu_spec("A100-80GB")
    return gpu_spec(name)


FULL_POWER_W = {"H100": 700, "H200": 700, "A100-80GB": 400, "A100-40GB": 400}


def _power_limited(gpu: GpuSpec, name: str) -> GpuSpec:
    """A card run below its full power: clocks fall with about the 0.6th power of it (dynamic power is f V²)."""
    watts = re.search(r"(\d{3})\s?W\b", name)
    full = FULL_POWER_W.get(gpu.name)
    if not watts or not full or int(watts[1]) >= full:
        return gpu
    return gpu.model_copy(update={"power_share": round((int(watts[1]) / full) ** 0.6, 3)})
