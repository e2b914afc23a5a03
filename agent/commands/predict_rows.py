"""`review-finetune estimate --rows`: the rows of a table with a prediction each."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from agent.commands.output import progress, say, write
from agent.errors import UsageError

ADDED = ("pred_low", "pred_typical", "pred_high", "note")


def predict_rows(source: Path, output: Path | None) -> int:
    """Reads a CSV, adds a prediction to each row, and writes it.

    Rows that cannot be read keep empty predictions and say why in `note`.

    Raises:
        UsageError: the file cannot be read, or is not a table of runs.
    """
    header, rows = read_table(source)
    text = _predicted(header, rows)
    if output:
        write(output, text)
    else:
        say(text)
    return 0


def read_table(source: Path) -> tuple[list[str], list[dict[str, str]]]:
    """The header and the rows of a CSV in UTF-8.

    Raises:
        UsageError: it cannot be read, is not UTF-8, is empty, or has no column that names a model or a size.
    """
    try:
        text = source.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UsageError(f"cannot read {source}", (error.strerror or "unknown").lower()) from error
    except UnicodeDecodeError as error:
        raise UsageError(f"cannot read {source}", "it is not UTF-8 text") from error
    try:
        reader = csv.DictReader(io.StringIO(text))
        header = [name for name in reader.fieldnames or [] if name]
        rows = [{k: v or "" for k, v in row.items() if k} for row in reader]
    except csv.Error as error:
        raise UsageError(f"{source} is not a CSV", str(error)) from error
    if not {"model", "arch_key", "params_b"} & set(header):
        raise UsageError(
            f"{source} is not a table of runs", "it has no column model, arch_key or params_b", "See docs/estimator.md"
        )
    return header, rows


def _predicted(header: list[str], rows: list[dict[str, str]]) -> str:
    from agent.estimator.predict import predict

    kept = [name for name in header if name not in ADDED]
    out = io.StringIO()
    writer = csv.DictWriter(out, [*kept, *ADDED], extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    for place, row in enumerate(rows):
        progress(f"row {place + 1} of {len(rows)}")
        value, note = predict({k: row[k] for k in kept})
        figures = [f"{v:.4g}" for v in value] if value else ["", "", ""]
        writer.writerow({**row, **dict(zip(ADDED, (*figures, note), strict=True))})
    progress("")
    return out.getvalue()
