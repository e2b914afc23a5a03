from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from pydantic import ValidationError

import knowledge
from knowledge.entries import CostRow, Entry, Principle
from knowledge.guide_book import Guide

CONTRACT = Path(__file__).parents[2] / "docs" / "contract.md"
SOURCE = knowledge.guide_source()
ENTRIES = knowledge.guide().entries()
COUNTS = {
    "situation": 12,
    "anti-pattern": 5,
    "example": 3,
    "cost": 7,
    "question": 14,
    "not-fine-tuning": 8,
    "principle": 11,
}
NOT_CARRIED = ("| Your situation |", "|---", "| Project shape |", "The short list of questions", "Realistic ranges")


def source_rows(header: str) -> list[list[str]]:
    lines = SOURCE.splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith(header)) + 2
    table = []
    for line in lines[start:]:
        if not line.startswith("|"):
            break
        table.append([cell.strip() for cell in line.strip("|").split("|")])
    return table


def dollars(text: str) -> tuple[float, ...]:
    return tuple(float(n.replace(",", "")) for n in re.findall(r"\$([\d,]+)", text))


def numbers(text: str) -> tuple[float, ...]:
    return tuple(float(n) for n in re.findall(r"\d+", text))


@pytest.mark.parametrize("kind", COUNTS)
def test_every_list_of_the_guide_is_whole(kind: str) -> None:
    assert len(knowledge.guide().entries(kind)) == COUNTS[kind]


def test_ids_are_unique_over_all_files() -> None:
    ids = [
        row["id"]
        for file in (Path(knowledge.__file__).parent / "guide").glob("*.toml")
        for row in tomllib.loads(file.read_text(encoding="utf-8")).get("entry", [])
    ]
    assert len(ids) == len(set(ids)) == len(ENTRIES)


def test_two_entries_with_one_id_are_refused() -> None:
    entry = knowledge.guide().principles[0]
    with pytest.raises(knowledge.BadKnowledge, match="principle/lora-default: the id is used twice"):
        Guide([entry, entry])


@pytest.mark.parametrize("entry", [e for e in ENTRIES if e.provenance == "guide"], ids=lambda e: e.id)
def test_what_is_said_to_be_the_guides_is_verbatim(entry: Entry) -> None:
    assert entry.quotes
    for quote in entry.quotes:
        assert quote in SOURCE
        assert quote[-1] in '.:|"'


@pytest.mark.parametrize("entry", [e for e in ENTRIES if e.provenance == "restored"], ids=lambda e: e.id)
def test_what_is_restored_says_why_and_from_where(entry: Entry) -> None:
    assert entry.kind in ("question", "not-fine-tuning")
    assert len(entry.reasons) > 30
    assert all(source.title and source.ref for source in entry.sources)
    assert not entry.quotes


def test_every_sentence_of_the_guide_is_carried_by_an_entry() -> None:
    quotes = [q for e in ENTRIES for q in e.quotes]
    for line in SOURCE.splitlines():
        if line.startswith(NOT_CARRIED):
            continue
        rest = line
        for quote in sorted(quotes, key=len, reverse=True):
            rest = rest.replace(quote, "")
        assert not rest.strip(), f"nobody carries: {rest}"


def test_situations_are_the_guides_rows_in_its_order() -> None:
    assert [[s.situation, s.action, s.why] for s in knowledge.guide().situations] == source_rows("| Your situation |")


def test_cost_rows_are_the_guides_rows_in_its_order() -> None:
    assert [[c.shape, c.how, c.budget, c.timeline] for c in knowledge.guide().costs] == source_rows("| Project shape |")


@pytest.mark.parametrize("row", knowledge.guide().costs, ids=lambda c: c.id)
def test_figures_of_a_cost_row_are_those_of_its_cells(row: CostRow) -> None:
    assert row.usd == dollars(row.budget)
    assert row.weeks == numbers(row.timeline)
    sizes = tuple(float(n) for n in re.findall(r"(\d+)B", row.shape))
    assert (row.params_b or ()) == ((sizes[0], sizes[-1]) if sizes else ())
    examples = re.search(r"(\d+)K(\+?) examples", row.shape)
    if examples:
        assert row.examples is not None
        assert row.examples[0] == int(examples[1]) * 1000
        assert (row.examples[1] == float("inf")) == bool(examples[2])
    assert row.approach == ("full" if row.how.startswith("Full") else row.how.split()[0].lower())
    counts = tuple(float(n) for n in re.findall(r"(\d+)x", row.how))
    if counts:
        assert row.gpus == (counts[0], counts[-1])
        assert row.gpu == ("H100" if "H100" in row.how else "A100-80GB")


def test_situations_say_in_figures_what_their_cells_say() -> None:
    for situation in knowledge.guide().situations:
        named = {m.lower() for m in re.findall(r"QLoRA|LoRA|Full", situation.action)}
        assert set(situation.methods) <= named
        assert situation.needs_evidence == ("full" in situation.methods)
        assert all(knowledge.model(m) for m in situation.models)
        families = {m.family for m in knowledge.models()}
        assert all(any(f.startswith(brand) for f in families) for brand in situation.families)


def test_examples_say_in_figures_what_their_paragraphs_say() -> None:
    fintech, legal, logistics = knowledge.guide().examples
    assert (fintech.right.usd, fintech.right.weeks, fintech.right.experiments) == (300, 3, 30)
    assert (fintech.wrong.method, fintech.wrong.params_b, fintech.wrong.usd) == ("full", 70, 25000)
    assert (legal.right.method, legal.right.tenants, legal.right.adapters) == ("qlora", 12, "separate")
    assert legal.right.usd == 1200
    assert logistics.right.api_usd_per_month == 80000
    assert logistics.right.saving_usd_per_month == 75000
    for example in (fintech, legal, logistics):
        assert example.right.model
        assert knowledge.model(example.right.model)
        joined = " ".join(example.quotes)
        assert example.right.reason in joined
        assert example.remember.lower() in joined.lower()


def test_questions_are_those_of_the_contract() -> None:
    line = next(t for t in CONTRACT.read_text(encoding="utf-8").splitlines() if t.startswith("`lora-limit`"))
    named = set(re.findall(r"`([a-z]+(?:-[a-z]+)*)`", line)) - {"numbers-conflict", "confirm-fact"}
    assert {q.question_id for q in knowledge.guide().questions} == named


def test_every_rule_code_and_reference_exists() -> None:
    codes = set(re.findall(r"^\| ([A-Z]+\d) \|", CONTRACT.read_text(encoding="utf-8"), re.MULTILINE))
    for entry in ENTRIES:
        assert set(entry.codes) <= codes
        for ref in entry.refs:
            assert knowledge.guide().entry(ref)


def test_anti_patterns_stand_in_the_order_of_their_codes() -> None:
    assert [a.codes for a in knowledge.guide().anti_patterns] == [(f"AP{n}",) for n in range(1, 6)]


def test_notes_name_their_source() -> None:
    notes = [n for e in ENTRIES for n in e.notes]
    assert len(notes) >= 15
    assert all(n.text and n.source for n in notes)


def test_unknown_entry_names_the_nearest() -> None:
    with pytest.raises(knowledge.UnknownName) as caught:
        knowledge.guide().entry("anti-pattern/lora-fallback")
    assert "anti-pattern/lora-as-fallback" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert isinstance(caught.value, KeyError)


def test_unknown_kind_names_the_kinds() -> None:
    with pytest.raises(knowledge.UnknownName, match="situation"):
        knowledge.guide().entries("situations")


def test_entries_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        knowledge.guide().principles[0].title = "other"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"provenance": "guide"}, "needs the guide's sentences"),
        ({"provenance": "restored", "reasons": "x"}, "needs reasons and sources"),
        ({"quotes": ["a."], "colour": "red"}, "Extra inputs"),
        ({"quotes": ["a."], "id": "Principle/X"}, "should match pattern"),
    ],
)
def test_an_entry_that_rests_on_nothing_is_refused(fields: dict[str, object], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        Principle.model_validate({"id": "principle/x", "title": "x", "text": "x", **fields})
