"""Tables that a spreadsheet opens, totals that count once, names that every system takes."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.errors import DocumentError, EncryptedDocument, TooLargeDocument
from integrations.batch import archives, plan
from integrations.batch.items import Done, Found, Item, Row
from integrations.batch.portfolio import add_up
from integrations.batch.rows import COLUMNS, FAILURE_COLUMNS
from integrations.batch.tables import gather, to_csv


def row(**changed: object) -> Row:
    """A row of a summary, with everything that it must have."""
    base: Row = dict.fromkeys(COLUMNS)
    base |= {"document": "a.md", "title": "A", "verdict": "revise", "blockers": 1, "major": 0, "minor": 0}
    base |= {"questions": 0, "codes": "AP1", "same_as": "", "report": "reviews/a.html", "summary": "", "words": 1}
    return base | changed


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@A1", "\t=1", "\r=1", " =1", "'=1", '"=1', "\u200b=1", "＝1"])
def test_no_text_starts_a_formula(text: str) -> None:
    ((cell,),) = list(csv.reader(io.StringIO(to_csv([row(title=text)], ["title"]))))[1:]
    assert cell.startswith("'")


@settings(deadline=None, max_examples=50)
@given(st.text(max_size=40))
def test_any_text_is_one_harmless_cell(text: str) -> None:
    table = list(csv.reader(io.StringIO(to_csv([row(title=text)], ["title", "blockers"]))))
    assert len(table) == 2
    assert table[1][1] == "1"
    assert not table[1][0].startswith(("=", "+", "-", "@", "\t", "\r"))


def test_the_worst_is_first_and_a_duplicate_has_its_twins_row() -> None:
    items = [_item("good"), _item("bad"), _item("twin", "bad"), _item("broken")]
    rows = {"good": row(document="good", verdict="approve", blockers=0), "bad": row(document="bad")}
    done = {name: Done(name, "", one, None) for name, one in rows.items()}
    done["broken"] = Done("broken", "", None, dict.fromkeys(FAILURE_COLUMNS, "x"))
    found, failures = gather(items, done)
    assert [(r["document"], r["same_as"]) for r in found] == [("bad", ""), ("twin", "bad"), ("good", "")]
    assert [f["document"] for f in failures] == ["broken"]
    total = add_up(found)
    assert (total.documents, total.duplicates, total.frequent[0].documents) == (2, 1, 2)


def test_totals_are_over_documents_that_state_both() -> None:
    money = {"asked_usd_low": 10.0, "asked_usd_high": 20.0, "computed_usd_low": 1.0, "computed_usd_high": 5.0}
    total = add_up([row(**money), row(**money, same_as="a.md"), row(asked_usd_low=9e9, asked_usd_high=9e9)])
    assert total.money == (1, (10.0, 20.0), (1.0, 5.0))
    assert total.money.difference == (5.0, 19.0)


def test_names_clash_on_no_system() -> None:
    labels = [
        "a/Plan.pdf",
        "b/plan.md",
        "c/CON.pdf",
        "d/..pdf",
        "e/x:y|z?.pdf",
        f"f/{'n' * 200}.pdf",
        "g/предложение.pdf",
    ]
    made = plan.make([Found(label, f"/{label}", "", "1", n) for n, label in enumerate(labels)])
    names = [i.name for i in made.items]
    assert len({n.casefold() for n in names}) == len(names)
    assert names[:3] == ["Plan", "plan-2", "CON-document"]
    assert all(0 < len(n) <= 90 and not set(n) & set('/\\:*?"<>|') and n[0] != "." for n in names)


def test_archives_are_unpacked_with_care(tmp_path: Path) -> None:
    path = tmp_path / "pack.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as pack:
        pack.writestr("bomb.md", b"a" * 30_000_000)
        pack.writestr("large.md", b"a" * 60_000_000)
        pack.writestr("good.md", "text")
    data = bytearray(path.read_bytes())
    assert [m.member for m in archives.members(path, "pack.zip")] == ["bomb.md", "large.md", "good.md"]
    assert archives.contents(path, "good.md") == b"text"
    for name in ("bomb.md", "large.md"):
        with pytest.raises(TooLargeDocument):
            archives.contents(path, name)
    at = data.rindex(b"PK\x01\x02")
    data[at + 8] |= 1
    path.write_bytes(data)
    with pytest.raises(EncryptedDocument):
        archives.contents(path, "good.md")
    path.write_bytes(data[:200])
    with pytest.raises(DocumentError):
        list(archives.members(path, "pack.zip"))


def _item(name: str, same_as: str = "") -> Item:
    return Item(Found(name, f"/{name}"), name, same_as)
