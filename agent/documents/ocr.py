"""Scanned pages, read by tesseract where it is installed."""

from __future__ import annotations

import shutil


def available() -> bool:
    """True when the tesseract command is on this machine."""
    return shutil.which("tesseract") is not None
