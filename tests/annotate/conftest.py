"""LibreOffice as the second reader of Word files."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture
def libreoffice_xml(tmp_path: Path) -> Callable[[bytes], str]:
    """DOCX as LibreOffice's own flat XML."""
    if not shutil.which("soffice"):
        pytest.skip("soffice (LibreOffice) is not installed")

    def convert(data: bytes) -> str:
        (tmp_path / "it.docx").write_bytes(data)
        profile = f"-env:UserInstallation=file://{tmp_path}/profile"
        command = ["soffice", profile, "--headless", "--convert-to", "fodt", "--outdir", str(tmp_path)]
        subprocess.run([*command, str(tmp_path / "it.docx")], check=True, capture_output=True, timeout=120)
        return (tmp_path / "it.fodt").read_text("utf-8")

    return convert
