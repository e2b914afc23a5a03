"""Programs that make documents, used where they are installed and skipped by name where not."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest


def _run(command: list[str]) -> None:
    subprocess.run(command, check=True, capture_output=True, timeout=120)


@pytest.fixture
def libreoffice(tmp_path: Path) -> Callable[[bytes], bytes]:
    """DOCX to PDF."""
    if not shutil.which("soffice"):
        pytest.skip("soffice (LibreOffice) is not installed")

    def convert(docx: bytes) -> bytes:
        (tmp_path / "it.docx").write_bytes(docx)
        profile = f"-env:UserInstallation=file://{tmp_path}/profile"
        _run(
            [
                "soffice",
                profile,
                "--headless",
                "--convert-to",
                "pdf",
                "--outdir",
                str(tmp_path),
                str(tmp_path / "it.docx"),
            ]
        )
        return (tmp_path / "it.pdf").read_bytes()

    return convert


@pytest.fixture
def chromium(tmp_path: Path) -> Callable[[bytes], bytes]:
    """HTML to PDF."""
    if not shutil.which("chromium"):
        pytest.skip("chromium is not installed")

    def convert(html: bytes) -> bytes:
        (tmp_path / "it.html").write_bytes(html)
        command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path}/profile"]
        _run([*command, f"--print-to-pdf={tmp_path}/it.pdf", f"{tmp_path}/it.html"])
        return (tmp_path / "it.pdf").read_bytes()

    return convert


@pytest.fixture
def tesseract() -> None:
    """The OCR command."""
    if not shutil.which("tesseract"):
        pytest.skip("tesseract is not installed")
