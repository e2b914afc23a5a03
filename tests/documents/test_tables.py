"""Which rows head a table, where the format does not say."""

from __future__ import annotations

import pytest

from agent.documents.draft import Draft, Place, Span
from agent.documents.tables import Grid, grids

Rows = list[list[str]]


def grid(rows: Rows, bold: int = 0, header: bool | None = None) -> tuple[Grid, list[Place]]:
    """The grid of a table whose first `bold` rows are bold and whose first row the format calls a header or not."""
    drafts = []
    for r, row in enumerate(rows):
        for c, text in enumerate(row):
            place = Place(0, r, c, header=header if r == 0 else None, bold=r < bold)
            drafts.append(Draft("cell", (Span(text),), cell=place))
    return grids(drafts)[0], [d.cell for d in drafts if d.cell]


def headed(rows: Rows, bold: int = 0, header: bool | None = None) -> bool:
    built, places = grid(rows, bold, header)
    return bool(built.describe(places[0]).get("is_header"))


@pytest.mark.parametrize(
    "rows",
    [
        [["Phase", "Weeks", "People"], ["Data", "2", "1"], ["Training", "3", "2"]],
        [["Risk", "Likelihood", "Mitigation"], ["Overfitting", "medium", "hold out data"]],
        [["Item", "Value"], ["GPU", "1 x A100"], ["Budget", "$4,000"]],
        [["Parameter", "Setting"], ["rank", "16"]],
        [["", "LoRA", "Full"], ["GPU hours", "10", "200"], ["Cost", "$20", "$400"]],
        [["Metric", "Baseline", "Target (90 days)"], ["F1", "0.71", "0.80"]],
    ],
)
def test_header_rows(rows: Rows) -> None:
    assert headed(rows)


@pytest.mark.parametrize(
    "rows",
    [
        [["Base model", "Llama 3 8B"], ["GPU", "1 x A100"], ["Budget", "$4,000"]],
        [["Owner", "Jane Doe"], ["Team", "Platform"], ["Budget", "$4,000"]],
        [["2", "3", "4"], ["5", "6", "7"]],
        [["We train a model.", "It is small.", "It is cheap."], ["a", "b", "c"]],
        [["only one row", "of names"]],
    ],
)
def test_no_header_row(rows: Rows) -> None:
    assert not headed(rows)


def test_bold_over_plain_is_a_header() -> None:
    rows = [["Jane", "Llama 3"], ["a", "b"], ["c", "d"]]
    assert headed(rows, bold=1)
    assert not headed(rows, bold=3)


def test_a_pair_called_header_by_markdown_is_none() -> None:
    assert not headed([["GPU", "8 x H100"], ["Budget", "$4,000"]], header=True)
    assert headed([["Item", "Cost in 2027"], ["GPU", "$4,000"]], header=True)


def test_labels_reach_over_merged_rows() -> None:
    places = [Place(0, 0, 0, rows=2), Place(0, 0, 1), Place(0, 1, 1)]
    texts = ["Training", "2 weeks", "3 people"]
    drafts = [Draft("cell", (Span(t),), cell=p) for t, p in zip(texts, places, strict=True)]
    built = grids(drafts)[0]
    assert [built.describe(p)["label"] for p in places] == ["Training"] * 3
