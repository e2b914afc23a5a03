"""`review-finetune doctor`: what is configured, what is missing, and how to mend it."""

from __future__ import annotations

import argparse
import importlib
import platform
import shutil
import sys
from collections.abc import Callable, Iterator
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

from agent import __version__
from agent.commands import GOOGLE_DOCS, SLACK_CHECK, failure
from agent.commands.output import say, screen

PACKAGES = (
    "pydantic",
    "langgraph",
    "langgraph-checkpoint-sqlite",
    "pypdf",
    "pypdfium2",
    "lxml",
    "markdown-it-py",
    "bm25s",
)
PROGRAMS = (
    ("OCR of scans", ("tesseract",), "apt-get install tesseract-ocr, or brew install tesseract"),
    ("PostgreSQL, for its tests", ("pg_ctlcluster",), "apt-get install postgresql"),
    ("PDF from HTML, for the evals", ("chromium", "google-chrome", "chromium-browser"), "apt-get install chromium"),
    ("PDF from DOCX, for the evals", ("soffice", "libreoffice"), "apt-get install libreoffice-writer"),
)
STYLES = {"ok": "green", "optional": "yellow", "broken": "bold red"}
MODEL_SECONDS = 5.0
"""To wait for the model's server."""
UNFOLDED = 1000
"""Columns: a path that is to be copied is not broken into lines."""
BROKEN = 2
"""Exit code when something that every review needs does not work."""


class Line(NamedTuple):
    """One thing that was looked at: `ok`, `optional` (missing, and fine without) or `broken`."""

    state: str
    what: str
    said: str


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument("--google", action="store_true", help="ask Google whether the bot's account works")
    parser.add_argument(
        "--slack", action="store_true", help="ask Slack whether the app's token, permissions, events work"
    )
    parser.add_argument("--slack-layouts", action="store_true", help="and have Slack check our messages and forms")


def run(args: argparse.Namespace) -> int:
    """Prints the lines.

    Returns:
        0, or 2 when something that every review needs is broken.
    """
    from agent.reports.console import Page

    lines = list(_lines(args.config, args.google))
    if args.slack or args.slack_layouts:
        lines += _slack(args.config, args.slack_layouts)
    page = Page(color=screen().color, width=UNFOLDED)
    for line in lines:
        page.line(f"{line.state:<8} {line.what}", STYLES[line.state], line.said, 0, max(len(i.what) for i in lines) + 9)
    say(page.text())
    return BROKEN if any(line.state == "broken" for line in lines) else 0


def _lines(config: str | None, google: bool = False) -> Iterator[Line]:
    yield Line("ok", "review-finetune", f"{__version__} in {Path(__file__).resolve().parents[1]}")
    yield Line(
        "ok", "Python", f"{platform.python_version()} on {platform.system()} {platform.machine()} ({sys.executable})"
    )
    for name in PACKAGES:
        yield _package(name)
    yield _tried("knowledge", _knowledge)
    yield _tried("rules", _rules)
    yield _tried("a review", _example)
    yield _tried("configuration", lambda: _configuration(config))
    yield _store(config)
    yield _model(config)
    if google:
        yield _google(config)
    for what, names, install in PROGRAMS:
        yield _program(what, names, install)


def _package(name: str) -> Line:
    try:
        return Line("ok", name, metadata.version(name))
    except metadata.PackageNotFoundError:
        return Line("broken", name, "not installed: install review-finetune again")


def _tried(what: str, check: Callable[[], str]) -> Line:
    try:
        return Line("ok", what, check())
    except Exception as error:
        return Line("broken", what, failure.told(error).line)


def _knowledge() -> str:
    from knowledge import gpus, guide, models

    return f"{len(guide().entries())} guide entries, {len(models())} models, {len(gpus())} GPUs"


def _rules() -> str:
    from agent.rules.registry import rules

    return f"{len(rules())} rules"


def _example() -> str:
    from agent.documents import read_file
    from agent.examples import PROPOSAL
    from agent.review import review_document

    review = review_document(read_file(PROPOSAL))
    return f"works on the bundled example in {review.engine.seconds:.1f} s; try: review-finetune {PROPOSAL}"


def _configuration(config: str | None) -> str:
    from agent.settings import FILE, load

    settings = load(config)
    notes = "".join(f"; {note}" for note in settings.policy.notes())
    own = f"; knowledge of {settings.organisation.name}" if settings.organisation else ""
    return f"{settings.path or f'none (no {FILE} here or above)'}{own}{notes}"


def _store(config: str | None) -> Line:
    """Where reviews are kept, and whether they can be."""
    from agent.settings import OFF, load
    from agent.store import POSTGRES, open_store

    try:
        place = load(config).store
        if place == OFF:
            return Line("optional", "store of reviews", "off: reviews are not kept, and cannot be answered")
        with open_store(place) as store:
            kept = len(store.rows())
        shown = "PostgreSQL" if place.startswith(POSTGRES) else place
        return Line("ok", "store of reviews", f"{kept} in {shown}")
    except Exception as error:
        return Line("broken", "store of reviews", failure.told(error).line)


def _model(config: str | None) -> Line:
    from agent.settings import load

    try:
        settings = load(config).model
    except Exception:  # the line on the configuration says it
        return Line("optional", "language model", "not looked for: the configuration cannot be read")
    if settings is None:
        return Line("optional", "language model", "not configured, rules read alone: set OPENAI_API_KEY to use one")
    from agent.llm import Model

    model = Model(settings)
    state, said = model.reached(MODEL_SECONDS)
    model.close()
    return Line("ok" if state else "optional", "language model", said)


def _google(config: str | None) -> Line:
    try:
        return Line("ok", "Google Docs", importlib.import_module(GOOGLE_DOCS).check(config))
    except Exception as error:
        return Line("broken", "Google Docs", failure.told(error).line)


def _slack(config: str | None, layouts: bool) -> list[Line]:
    try:
        return [Line(*found) for found in importlib.import_module(SLACK_CHECK).check(config, online=layouts)]
    except Exception as error:
        return [Line("broken", "Slack", failure.told(error).line)]


def _program(what: str, names: tuple[str, ...], install: str) -> Line:
    found = next((path for name in names if (path := shutil.which(name))), None)
    return Line("ok", what, found) if found else Line("optional", what, f"{names[0]} not found: {install}")
