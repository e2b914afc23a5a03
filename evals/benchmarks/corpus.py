"""Folders of documents for benchmarks: proposals of ten pages or of one, and files that are broken or mean harm."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

from pypdf import PdfReader

from evals.bases import bases, markdown
from evals.dataset import load_split
from evals.render import render

_PAGES = 10
_MOST_BASES = 40


def ten_pages(folder: Path, number: int) -> None:
    """Writes so many different PDFs of ten pages and a little more: a sound plan, and annexes from the open cases."""
    texts = sorted((case.source for case in load_split("open")), key=len, reverse=True)[:20]
    folder.mkdir(parents=True, exist_ok=True)
    for n, plan in enumerate(bases(number)):
        source, annex = markdown(plan), n
        while True:
            data, name = render(source, "pdf", f"proposal-{n:03}")
            if len(PdfReader(io.BytesIO(data)).pages) >= _PAGES:
                break
            source += f"\n\n## Annex {annex}: earlier work\n\n" + texts[annex % len(texts)].replace("\n# ", "\n### ")
            annex += 1
        (folder / name).write_bytes(data)


def short(folder: Path, number: int, hostile: float = 0.0) -> None:
    """Writes so many short proposals, every third a PDF, no two alike, of which a share is broken or means harm."""
    plans = bases(_MOST_BASES)
    sources = [markdown(plan) for plan in plans]
    files = [render(source, "pdf", "x")[0] for source in sources]
    bad = _hostile()
    every = round(1 / hostile) if hostile else 0
    folder.mkdir(parents=True, exist_ok=True)
    for n in range(number):
        if every and n % every == every - 1:
            ending, make = bad[n // every % len(bad)]
            data = make() + b"\n%% %d" % n if ending == "pdf" else make()
            (folder / f"bad-{n:05}.{ending}").write_bytes(data)
        elif n % 3 == 0:
            (folder / f"proposal-{n:05}.pdf").write_bytes(files[n % len(files)] + b"\n%% %d\n" % n)
        else:
            (folder / f"proposal-{n:05}.md").write_text(
                f"{sources[n % len(sources)]}\n\nRequest number {n}.\n", "utf-8"
            )


def _hostile() -> list[tuple[str, Callable[[], bytes]]]:
    """The makers of the tests, each with the ending of its file."""
    from tests.documents.test_hostile import REFUSED

    return [(name.rpartition(".")[2], make) for name, make, _ in REFUSED]
