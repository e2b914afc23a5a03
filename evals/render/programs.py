"""PDF by programs that people use: Chromium's print and LibreOffice's export (kept on disk: each takes seconds)."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

_SECONDS = 120


class Missing(RuntimeError):
    """The program that makes this format is not installed here, or failed."""


def chromium() -> str | None:
    """The path of Chromium or Chrome, or None."""
    return next((p for n in ("chromium", "chromium-browser", "google-chrome") if (p := shutil.which(n))), None)


def libreoffice() -> str | None:
    """The path of LibreOffice, or None."""
    return shutil.which("soffice") or shutil.which("libreoffice")


def chromium_pdf(page: bytes) -> bytes:
    """An HTML page as Chromium prints it.

    Raises:
        Missing: no Chromium here, or it made nothing.
    """
    program = chromium()
    if program is None:
        raise Missing("Chromium is not installed")
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer", "--virtual-time-budget=2000"]
    return _kept(page, ".html", [program, *flags, "--user-data-dir={home}", "--print-to-pdf={out}", "{source}"])


def libreoffice_pdf(document: bytes) -> bytes:
    """A DOCX file as LibreOffice exports it.

    Raises:
        Missing: no LibreOffice here, or it made nothing.
    """
    program = libreoffice()
    if program is None:
        raise Missing("LibreOffice is not installed")
    flags = ["--headless", "-env:UserInstallation=file://{home}", "--convert-to", "pdf", "--outdir", "{folder}"]
    return _kept(document, ".docx", [program, *flags, "{source}"])


def _kept(data: bytes, ending: str, command: list[str]) -> bytes:
    """What the command makes of the data, from the store when it was made before."""
    store = Path(tempfile.gettempdir()) / f"review-finetune-evals-{os.getuid()}"
    store.mkdir(mode=0o700, exist_ok=True)
    kept = store / f"{Path(command[0]).name}-{hashlib.sha256(data).hexdigest()[:32]}.pdf"
    if not kept.is_file():
        with tempfile.TemporaryDirectory(dir=store) as folder:
            made = _made(Path(folder), data, ending, command)
            made.replace(kept)
    return kept.read_bytes()


def _made(folder: Path, data: bytes, ending: str, command: list[str]) -> Path:
    source, out = folder / f"document{ending}", folder / "document.pdf"
    source.write_bytes(data)
    places = {"home": folder / "home", "out": out, "folder": folder, "source": source}
    subprocess.run([part.format(**places) for part in command], capture_output=True, timeout=_SECONDS, check=False)
    if not out.is_file():
        raise Missing(f"{command[0]} made no PDF")
    return out
