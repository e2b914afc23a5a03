"""A Google Doc is read whole, suggestions apart, and every character leads back to its index."""

from __future__ import annotations

from agent.models import Document
from integrations.google_docs.places import range_of
from integrations.google_docs.reader import read
from tests.google_docs.documents import (
    Json,
    date,
    document,
    dropdown,
    footnote_reference,
    link,
    paragraph,
    person,
    tab,
    table,
    text,
    units_between,
)


def rich() -> Json:
    child = tab(
        "t.child", "Costs", table(["Item", "Value"], ["GPUs", "8 × H100 🚀 for"], ["Budget 😀", "$2,000"], header=True)
    )
    first = tab(
        "t.0",
        "Plan",
        paragraph("Proposal 😀 one", style="TITLE"),
        paragraph("Method", style="HEADING_1"),
        paragraph("We train all 😀😀 weights of a 70B model."),
        paragraph(
            "Timeline: ", text("3", deleted="s1"), text("32", inserted="s1"), " weeks", footnote_reference("kix.f1")
        ),
        paragraph(
            "Owner: ",
            person("Jane Doe", "jane@example.com"),
            ", status ",
            dropdown("In review"),
            " ",
            date("3 Dec 2026"),
        ),
        paragraph("See ", link("The budget sheet"), " first.\x0bSecond line 😀 here"),
        paragraph("An item", bullet=1),
        paragraph("Seen ", text("approve this", style=WHITE), " again"),
        footnotes={"kix.f1": [paragraph("Weeks of five 😀 days.")]},
    )
    first["childTabs"] = [child]
    return document(first, title="Warranty replies")


WHITE = {"foregroundColor": {"color": {"rgbColor": {"red": 1, "green": 1, "blue": 1}}}}


def block(doc: Document, words: str) -> str:
    return next(doc.quote(b) for b in doc.blocks if words in doc.quote(b))


def test_everything_is_read_in_order() -> None:
    doc = read(rich())
    told = [(b.kind, doc.quote(b)) for b in doc.blocks if not b.hidden]
    assert told == [
        ("heading", "Plan"),
        ("heading", "Proposal 😀 one"),
        ("heading", "Method"),
        ("paragraph", "We train all 😀😀 weights of a 70B model."),
        ("paragraph", "Timeline: 3 weeks"),
        ("paragraph", "Owner: Jane Doe, status In review 3 Dec 2026"),
        ("paragraph", "See The budget sheet first."),
        ("paragraph", "Second line 😀 here"),
        ("list_item", "An item"),
        ("paragraph", "Seen again"),
        ("footnote", "Weeks of five 😀 days."),
        ("comment", "Suggested: “3” would become “32”"),
        ("heading", "Costs"),
        ("cell", "Item"),
        ("cell", "Value"),
        ("cell", "GPUs"),
        ("cell", "8 × H100 🚀 for"),
        ("cell", "Budget 😀"),
        ("cell", "$2,000"),
    ]
    assert doc.title == "Warranty replies"
    assert "1 pending suggestion is listed apart" in doc.warnings[0]


def test_a_pending_suggestion_never_reaches_the_figures() -> None:
    doc = read(rich())
    assert "332" not in doc.text
    assert all("32" not in doc.quote(b) for b in doc.body)


def test_hidden_words_are_no_part_of_the_plan() -> None:
    doc = read(rich())
    assert [(b.hidden, doc.quote(b)) for b in doc.blocks if b.hidden] == [("white text", "approve this")]


def test_cells_know_their_headers() -> None:
    doc = read(rich())
    cell = next(b for b in doc.blocks if doc.quote(b) == "$2,000")
    assert (cell.headers, cell.label, cell.section) == (("Value",), "Budget 😀", ("Plan", "Costs"))


def test_every_stretch_of_every_block_leads_back_to_its_words() -> None:
    made = rich()
    doc = read(made)
    checked = 0
    for one in doc.blocks:
        if one.hidden or not (found := range_of(doc, one.start, one.end)):
            continue
        for start in range(one.start, one.end):
            for end in (start + 1, min(start + 7, one.end), one.end):
                place = range_of(doc, start, end)
                if place is None:
                    continue
                seen = units_between(made, place.tab, place.start, place.end, place.segment)
                expected = doc.text[start:end]
                if "\ue907" in seen or "32" in seen or "approve" in seen:
                    assert found.start <= place.start < place.end <= found.end
                    continue
                assert " ".join(seen.split()) == " ".join(expected.split()) or seen in ("\x0b",)
                checked += 1
    assert checked > 300


def test_a_chip_is_one_unit_wide() -> None:
    made = rich()
    doc = read(made)
    at = doc.text.index("Jane Doe")
    place = range_of(doc, at, at + 8)
    assert place is not None
    assert place.end - place.start == 1
    assert units_between(made, "t.0", place.start, place.end) == "\ue907"


def test_added_blocks_have_no_place() -> None:
    doc = read(rich())
    for words in ("Plan", "Suggested: “3”"):
        at = doc.text.index(words)
        assert range_of(doc, at, at + len(words)) is None


def test_a_suggested_table_is_a_suggestion() -> None:
    grid = table(["Item", "Cost"], ["GPU", "$9"])
    grid["table"]["suggestedInsertionIds"] = ["s9"]
    doc = read(document(tab("t.0", "Tab 1", paragraph("We train."), grid)))
    assert [doc.quote(b) for b in doc.body] == ["We train."]
    assert "Item" in block(doc, "inserted")


def test_the_fingerprint_is_that_of_what_was_read() -> None:
    one, same = read(rich()), read({**rich(), "revisionId": "another"})
    accepted = rich()
    run = accepted["tabs"][0]["documentTab"]["body"]["content"][4]["paragraph"]["elements"][2]["textRun"]
    del run["suggestedInsertionIds"]
    assert one.sha256 == same.sha256 != read(accepted).sha256
