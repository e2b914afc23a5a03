"""Lists of documents with what is known of each: CSV with a heading, or JSON Lines."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from agent.errors import UsageError

ENDINGS = (".csv", ".tsv", ".jsonl", ".ndjson")
PATH_COLUMNS = ("path", "file", "document", "filename")
_LONGEST = 500
"""Characters of a value that are kept."""


def entries(path: Path) -> Iterator[tuple[Path, dict[str, str]]]:
    """Each document's path (beside the list, when it is not absolute) and the rest of its line.

    Raises:
        UsageError: the list cannot be read, or names no documents.
    """
    for number, line in enumerate(_lines(path), 1):
        known = {str(k).strip(): v for k, v in line.items() if isinstance(k, str)}
        column = next((c for c in known if c.lower() in PATH_COLUMNS and known[c]), None)
        if column is None:
            raise UsageError(
                f"list {path}, entry {number}", "names no document", f"Give a column {' or '.join(PATH_COLUMNS[:2])}."
            )
        rest = {k: _text(v) for k, v in known.items() if k != column and v not in (None, "")}
        yield path.parent / str(known[column]), rest


def _lines(path: Path) -> list[dict[str, Any]]:
    try:
        text = path.read_text("utf-8-sig")
        if path.suffix.lower() in (".csv", ".tsv"):
            return _table(text, path)
        lines = [json.loads(line) for line in text.splitlines() if line.strip()]
    except OSError as error:
        raise UsageError(f"list {path}", (error.strerror or "cannot be read").lower()) from error
    except (ValueError, csv.Error, RecursionError) as error:
        raise UsageError(f"list {path}", f"cannot be read: {error}", "Save it as UTF-8.") from error
    if not all(isinstance(line, dict) for line in lines):
        raise UsageError(f"list {path}", "a line is no JSON object", 'Write {"path": "proposal.pdf"} on each.')
    return lines


def _table(text: str, path: Path) -> list[dict[str, Any]]:
    head = text.split("\n", 1)[0]
    mark = "\t" if path.suffix.lower() == ".tsv" else ";" if head.count(";") > head.count(",") else ","
    return list(csv.DictReader(text.splitlines(), delimiter=mark))


def _text(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return " ".join(text.split())[:_LONGEST]
