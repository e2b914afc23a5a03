"""pdfium and its C functions. They carry no types, so that they are `Any` here and nowhere else."""

from __future__ import annotations

from importlib import import_module
from typing import Any

pdfium: Any = import_module("pypdfium2.raw")
bindings: Any = import_module("pypdfium2")
