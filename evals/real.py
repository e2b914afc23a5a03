"""Real documents beside the checkout, with one careful reader's labels. None of their text is ever kept here."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from evals.dataset import BadCase, Case, Labels

FOLDER = Path(__file__).resolve().parents[2] / "shared" / "proposals"
_APPROVALS = frozenset({"approve", "approve_with_conditions"})


def present(folder: Path = FOLDER) -> bool:
    """True when the documents and their labels are there."""
    return (folder / "gold.jsonl").is_file()


def load_real(folder: Path = FOLDER) -> tuple[Case, ...]:
    """The labelled real documents.

    A fact counts as invented only under a name that these labels use at all; a GPU that the document does not name
    is not scored; approving is dangerous where the labels allow no approval.

    Raises:
        BadCase: no labels there, or a line of them is wrong.
    """
    if not present(folder):
        raise BadCase(f"no gold.jsonl in {folder}")
    rows = [json.loads(line) for line in (folder / "gold.jsonl").read_text("utf-8").splitlines() if line.strip()]
    names = frozenset(name for row in rows for name in row["facts"])
    return tuple(_case(row, names, folder) for row in rows)


def _case(row: dict[str, Any], names: frozenset[str], folder: Path) -> Case:
    path = folder / row["file"]
    vague = {n for n, v in row["facts"].items() if isinstance(v, str) and "unspecified" in v}
    verdict = set(row["verdict"])
    try:
        labels = Labels(
            slug=path.stem,
            carrier=path.suffix.lstrip("."),
            kind=("real", row["language"]),
            author="reader",
            verdict=tuple(row["verdict"]),
            fires=frozenset(row["fires"]),
            silent=frozenset(row["silent"]),
            dangerous=not verdict & _APPROVALS and "not_a_proposal" not in verdict,
            facts={n: v for n, v in row["facts"].items() if n not in vague},
            fact_names=names - vague,
            quotes=_quotes(row),
        )
    except ValidationError as error:
        raise BadCase(f"gold.jsonl, {row['file']}: {error.errors()[0]['msg']}") from None
    if not path.is_file():
        raise BadCase(f"gold.jsonl names {row['file']}, which is not in {folder}")
    return Case(split="real", labels=labels, source="", path=path)


def _quotes(row: dict[str, Any]) -> dict[str, str]:
    """The first quote by fact name; the labels write `base_model_params_b` short as `params_b`."""
    given = row.get("notes", {}).get("quotes", {})
    short = {n.replace(".", "_"): n for n in row["facts"]} | {n.rpartition(".")[2]: n for n in row["facts"]}
    return {short[k]: v[0] for k, v in given.items() if k in short and v}
